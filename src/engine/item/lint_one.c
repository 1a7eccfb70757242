#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/item/lint_internal.h"
#include "engine/verify/number.h"
#include "engine/verify/rubric.h"

enum {
    PROMPT_LONG = 1200, /* characters that a person still reads at once */
    SAMPLES_WANTED = 8,
    EVIDENCE_WANTED = 2,
};

static const double POINTS_MAX = 10;

static void report_error(struct item_lint *lint, const char *place, const char *text)
{
    item_report(lint, true, place, text);
}

static void report_warning(struct item_lint *lint, const char *place, const char *text)
{
    item_report(lint, false, place, text);
}

/* ------------------------------------------------------------------ the rubric */

static enum err lint_rubric(struct item_lint *lint, const struct item *item, struct fault *fault)
{
    const struct item_criterion *all = item_criteria(item);
    struct criterion *criteria = arena_array(lint->arena, struct criterion, item->criteria.count);
    const struct rubric_finding *found;
    size_t count;

    for (size_t i = 0; i < item->criteria.count; i++) {
        criteria[i] = (struct criterion){.id = all[i].id,
                                         .text = all[i].text,
                                         .needs = all[i].needs.at,
                                         .need_count = all[i].needs.count,
                                         .points = all[i].points};
    }
    TRY(rubric_lint(lint->arena, criteria, item->criteria.count, item->prompt, &found, &count,
                    fault));
    for (size_t i = 0; i < count; i++) {
        enum rubric_defect defect = found[i].defect;
        bool grave = defect == DEFECT_EMPTY || defect == DEFECT_ID || defect == DEFECT_NEED ||
                     defect == DEFECT_CYCLE || defect == DEFECT_NO_POSITIVE;

        if (defect == DEFECT_WEIGHT || (defect == DEFECT_VAGUE && !grave)) {
            continue; /* evidence phrases make a vague word measurable; weights are looked at here
                       */
        }
        item_report(
            lint, grave, arena_print(lint->arena, "criteria[%zu]", found[i].criterion),
            arena_print(lint->arena, "%s: %s", rubric_defect_name(defect),
                        found[i].detail == NULL ? all[found[i].criterion].text : found[i].detail));
    }
    return OK;
}

static void lint_criterion(struct item_lint *lint, const struct item *item, size_t i)
{
    const struct item_criterion *criterion = &item_criteria(item)[i];
    const char *place = arena_print(lint->arena, "criteria[%zu]", i);

    if (!(criterion->points > 0) || criterion->points > POINTS_MAX) {
        report_error(lint, place,
                     arena_print(lint->arena, "%g points: give it more than 0 and at most %g",
                                 criterion->points, POINTS_MAX));
    }
    if (criterion->evidence.count == 0) {
        report_error(lint, place, "no evidence: name phrases that a good answer may hold");
    } else if (criterion->evidence.count < EVIDENCE_WANTED) {
        report_warning(lint, place, "one phrase of evidence: two or more tell wordings apart");
    }
    for (size_t k = 0; k < criterion->evidence.count; k++) {
        const char *phrase = criterion->evidence.at[k];

        if (phrase[0] == '\0' || strstr(item->prompt, phrase) != NULL) {
            report_error(lint, place,
                         arena_print(lint->arena,
                                     "the question itself holds the evidence \"%s\": whoever "
                                     "repeats it would be graded well",
                                     phrase));
        }
    }
}

/* ------------------------------------------------------------------ graded answers */

static bool read_marks(struct item_lint *lint, const struct item *item,
                       const struct item_sample *sample, const char *place,
                       enum item_mark marks[static ITEM_CRITERION_MAX])
{
    if (strlen(sample->marks) != item->criteria.count) {
        report_error(lint, place,
                     arena_print(lint->arena, "\"%s\" marks %zu criteria; there are %zu",
                                 sample->marks, strlen(sample->marks), item->criteria.count));
        return false;
    }
    for (size_t i = 0; i < item->criteria.count; i++) {
        if (!item_mark_of(sample->marks[i], &marks[i])) {
            report_error(lint, place,
                         arena_print(lint->arena,
                                     "\"%s\" is none of m (met), p (partly), n (not met)",
                                     sample->marks));
            return false;
        }
    }
    return true;
}

static void lint_models(struct item_lint *lint, const struct item *item)
{
    double before = (double)INFINITY;

    if (item->models.count != ITEM_MODELS) {
        report_error(lint, "models", "give three model answers: complete, good, bare");
        return;
    }
    for (size_t i = 0; i < ITEM_MODELS; i++) {
        const char *place = arena_print(lint->arena, "models[%zu]", i);
        enum item_mark marks[ITEM_CRITERION_MAX];
        double max;

        if (!read_marks(lint, item, &item_models(item)[i], place, marks)) {
            return;
        }
        double points = item_points(item, marks, &max);

        if (i == 0 && points < max) {
            report_error(
                lint, place,
                arena_print(lint->arena, "the complete one earns %g of %g points", points, max));
        }
        if (points >= before) {
            report_error(lint, place, "it must earn less than the one before it");
        }
        before = points;
    }
}

static void lint_samples(struct item_lint *lint, const struct item *item)
{
    size_t met[ITEM_CATEGORIES] = {0};

    for (size_t i = 0; i < item->answers.count; i++) {
        const char *place = arena_print(lint->arena, "answers[%zu]", i);
        enum item_mark marks[ITEM_CRITERION_MAX];
        double max;

        if (!read_marks(lint, item, &item_samples(item)[i], place, marks)) {
            return;
        }
        double points = item_points(item, marks, &max);

        met[item_category(points, max)]++;
        for (size_t k = 0; k < i; k++) {
            if (strcmp(item_samples(item)[k].text, item_samples(item)[i].text) == 0) {
                report_error(lint, place, "the same answer stands there twice");
            }
        }
    }
    if (item->answers.count < SAMPLES_WANTED) {
        report_warning(lint, "answers",
                       arena_print(lint->arena,
                                   "%zu graded answers: from %d on the scorer learns the item",
                                   item->answers.count, SAMPLES_WANTED));
    } else if (met[0] == 0 || met[ITEM_CATEGORIES - 1] == 0) {
        report_warning(lint, "answers", "grade poor and good answers, so that both are known");
    }
}

static void lint_follow_ups(struct item_lint *lint, const struct item *item)
{
    const struct item_follow_up *follow_ups = item->follow_ups.at;

    for (size_t i = 0; i < item->follow_ups.count; i++) {
        bool found = false;

        for (size_t k = 0; k < item->criteria.count; k++) {
            found |= strcmp(item_criteria(item)[k].id, follow_ups[i].when) == 0;
        }
        if (!found) {
            report_error(lint, arena_print(lint->arena, "follow_ups[%zu].when", i),
                         arena_print(lint->arena, "there is no criterion %s", follow_ups[i].when));
        }
    }
}

static enum err lint_free(struct item_lint *lint, const struct item *item, struct fault *fault)
{
    if (item->criteria.count == 0) {
        report_error(lint, "criteria", "no criteria: an answer could not be graded");
        return OK;
    }
    if (item->answer != NULL || item->parts.count > 0) {
        report_error(lint, "kind", "free text has a rubric, neither an answer nor parts");
    }
    TRY(lint_rubric(lint, item, fault));
    for (size_t i = 0; i < item->criteria.count; i++) {
        lint_criterion(lint, item, i);
    }
    lint_models(lint, item);
    lint_samples(lint, item);
    lint_follow_ups(lint, item);
    return OK;
}

/* ------------------------------------------------------------------ graded by rule */

static void lint_parts(struct item_lint *lint, const struct item *item)
{
    size_t least = item_kind_of(item) == ITEM_CHOICE ? 2 : 3;

    if (item->parts.count < least) {
        report_error(
            lint, "parts",
            arena_print(lint->arena, "%zu parts: give at least %zu", item->parts.count, least));
    }
    for (size_t i = 0; i < item->parts.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(item->parts.at[i], item->parts.at[k]) == 0) {
                report_error(lint, arena_print(lint->arena, "parts[%zu]", i),
                             "the same part stands there twice");
            }
        }
    }
}

static void lint_part_number(struct item_lint *lint, const struct item *item)
{
    int64_t number;

    if (item->answer == NULL || !text_int(text_of(item->answer), &number) || number < 1 ||
        number > (int64_t)item->parts.count) {
        report_error(lint, "answer",
                     arena_print(lint->arena, "name the right part by its number, 1 to %zu",
                                 item->parts.count));
    }
}

/* The longest choice is often the right one; whoever guesses knows that. */
static void lint_length(struct item_lint *lint, const struct item *item)
{
    int64_t right;
    size_t longest = 0;

    if (item->answer == NULL || !text_int(text_of(item->answer), &right) || right < 1 ||
        right > (int64_t)item->parts.count) {
        return;
    }
    size_t size = strlen(item->parts.at[right - 1]);

    for (size_t i = 0; i < item->parts.count; i++) {
        size_t other = strlen(item->parts.at[i]);

        longest = (int64_t)i != right - 1 && other > longest ? other : longest;
    }
    if (size > longest + longest / 2 + 12) {
        report_warning(lint, "parts", "the right choice is by far the longest: that gives it away");
    }
}

static void lint_by_rule(struct item_lint *lint, const struct item *item)
{
    struct number number;

    if (item->criteria.count > 0 || item->models.count > 0 || item->answers.count > 0) {
        report_error(lint, "kind", "only free text has criteria, model answers and graded answers");
    }
    if (item->solution == NULL) {
        report_warning(lint, "solution", "say why, for the person who got it wrong");
    }
    if (item_kind_of(item) == ITEM_NUMERIC) {
        if (item->answer == NULL || !number_whole(text_of(item->answer), &number)) {
            report_error(lint, "answer", "give the right number, with its unit at most");
        }
        if (item->absolute == 0 && item->relative == 0) {
            report_warning(lint, "absolute", "no tolerance: rounding will be marked as an error");
        }
        return;
    }
    lint_parts(lint, item);
    if (item_kind_of(item) != ITEM_ORDER) {
        lint_part_number(lint, item);
    }
    if (item_kind_of(item) == ITEM_CHOICE) {
        lint_length(lint, item);
    }
}

enum err item_lint_one(struct item_lint *lint, const struct item *item, struct fault *fault)
{
    if (text_length(text_of(item->prompt)) > PROMPT_LONG) {
        report_warning(lint, "prompt", "long: who reads it twice has less time to answer");
    }
    if (item_kind_of(item) == ITEM_FREE) {
        return lint_free(lint, item, fault);
    }
    lint_by_rule(lint, item);
    return OK;
}
