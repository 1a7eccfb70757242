#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/text/analyser.h"
#include "slice/bank/bank.h"
#include "slice/installation.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/verdict_shape.h"
#include "store/work.h"

/* How often the categories of free text are right: the scorer's by cross-validation over items of
 * the seed bank (docs/engines/item.md), people's by common agreement of graders. */
static const double SCORER_AGREEMENT = 0.75;
static const double PERSON_AGREEMENT = 0.9;

/* ------------------------------------------------------------------ one answer */

static const char *quoted(struct work *work, struct text quote)
{
    return quote.size == 0 ? NULL : arena_copy(work->arena, quote.at, quote.size);
}

/* As it is kept and shown: the criteria in words with what was found. */
static const char *verdict_json(struct work *work, const struct item *item,
                                const struct item_verdict *verdict)
{
    struct criterion_view *rows =
        arena_array(work->arena, struct criterion_view, verdict->criterion_count);
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    for (size_t i = 0; i < verdict->criterion_count; i++) {
        const struct item_finding_of *found = &verdict->criteria[i];

        rows[i] = (struct criterion_view){.text = item_criteria(item)[i].text,
                                          .points = item_criteria(item)[i].points,
                                          .mark = item_mark_name(found->mark),
                                          .chance = found->probability[found->mark],
                                          .quote = quoted(work, found->quote),
                                          .by = "scorer"};
    }
    struct verdict_view view = {.criteria = {rows, verdict->criterion_count},
                                .sure = verdict->chance[verdict->category],
                                .follow_up = NULL};

    json_encode(&out, &verdict_view_shape, &view);
    return buffer.at;
}

/* The first further question whose criterion is not met; NULL: none. */
static const char *pick_follow_up(const struct item *item, const struct item_verdict *verdict)
{
    const struct item_follow_up *follow_ups = item->follow_ups.at;

    for (size_t i = 0; i < item->follow_ups.count; i++) {
        for (size_t k = 0; k < verdict->criterion_count; k++) {
            if (strcmp(item_criteria(item)[k].id, follow_ups[i].when) == 0 &&
                verdict->criteria[k].mark == ITEM_NOT_MET) {
                return follow_ups[i].ask;
            }
        }
    }
    return NULL;
}

static enum err judge(struct work *work, const struct grading_of *grading, const char *whole,
                      struct item_verdict *out)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;

    if (whole[0] == '\0') { /* no answer: nothing is met, and nobody has to look */
        *out = (struct item_verdict){.points_max = 1, .alarm = SCORE_CALM};
        out->chance[0] = 1;
        return OK;
    }
    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, &work->fault));
    return item_grade(work->arena, analyser, work->installation->scorer, grading->item,
                      text_of(whole), out, &work->fault);
}

enum err interview_grade(struct work *work, const struct grading_of *grading,
                         const char **follow_up)
{
    const char *added = grading->follow_up_answer;
    const char *whole = added == NULL || added[0] == '\0'
                            ? grading->answer
                            : arena_print(work->arena, "%s\n%s", grading->answer, added);
    const char *asked = grading->follow_up;
    struct item_verdict verdict;

    TRY(judge(work, grading, whole, &verdict));
    if (asked == NULL && whole[0] != '\0') {
        asked = pick_follow_up(grading->item, &verdict);
    }
    *follow_up = grading->follow_up == NULL ? asked : NULL;
    TRY(step_answer(
        work, &(struct step_answer_args){
                  .id = grading->step->id,
                  .organisation_id = work->organisation_id,
                  .answer = grading->answer,
                  .follow_up = asked,
                  .follow_up_answer = added,
                  .pasted_count = grading->pasted,
                  .category = verdict.category,
                  .points = verdict.points,
                  .points_max = verdict.points_max,
                  .verdict = verdict_json(work, grading->item, &verdict),
                  .alarm = verdict.alarm == SCORE_CALM ? NULL : score_alarm_name(verdict.alarm),
                  .answered_at = work->now_us,
              }));
    if (verdict.alarm != SCORE_CALM && *follow_up == NULL) {
        TRY(interview_note(work, grading->interview->id, grading->step->id, "guard",
                           score_alarm_reason(verdict.alarm)));
    }
    return OK;
}

/* ------------------------------------------------------------------ all answers */

/* The mean category that people gave, those of an appeal before the first judgement; -1: nobody. */
static int person_category(const struct grade_row *grades, size_t count, const char *step_id)
{
    double sum[2] = {0};
    int met[2] = {0};

    for (size_t i = 0; i < count; i++) {
        if (strcmp(grades[i].step_id, step_id) == 0) {
            int appeal = strcmp(grades[i].purpose, "appeal") == 0;

            sum[appeal] += (double)grades[i].category;
            met[appeal]++;
        }
    }
    int used = met[1] > 0;

    return met[used] == 0 ? -1 : (int)lround(sum[used] / met[used]);
}

struct reader {
    struct irt_entry *entries;
    uint32_t *categories;
    size_t count;
    size_t free_count;
    size_t person_count;
    bool alarmed;
};

static enum err read_step(struct work *work, const struct step_row *step,
                          const struct bank_entry *pool, size_t pool_count,
                          const struct grade_row *grades, size_t grade_count, struct reader *reader)
{
    struct irt_entry *entry = &reader->entries[reader->count];
    int by_person = person_category(grades, grade_count, step->id);
    struct item item;

    TRY(bank_version(work, step->item_id, step->version_number, &item));
    entry->item = item_prior(&item);
    for (size_t i = 0; i < pool_count; i++) {
        if (strcmp(pool[i].id, step->item_id) == 0 && pool[i].version == step->version_number) {
            entry->item = pool[i].model;
        }
    }
    reader->categories[reader->count] =
        (uint32_t)(by_person >= 0 ? by_person : (int)step->category);
    if (item_is_free(&item)) {
        double *confusion = arena_array(work->arena, double, ITEM_CATEGORIES *ITEM_CATEGORIES);

        irt_confusion_of(ITEM_CATEGORIES, by_person >= 0 ? PERSON_AGREEMENT : SCORER_AGREEMENT,
                         confusion);
        entry->confusion = confusion;
        reader->free_count++;
        reader->person_count += by_person >= 0;
        reader->alarmed |= step->alarm != NULL && by_person < 0;
    }
    reader->count++;
    return OK;
}

static enum err estimate(struct work *work, const struct interview_row *interview,
                         const struct reader *reader, struct interview_reading *out)
{
    double cut = interview_cut(interview->difficulty);
    struct irt_item nothing = {.slope = 1, .category_count = 2};
    struct irt_entry first = {.item = nothing};
    struct irt_bank bank;
    bool empty = reader->count == 0;

    TRY(irt_bank_new(work->arena, empty ? &first : reader->entries,
                     empty ? 1 : (uint32_t)reader->count, &bank, &work->fault));
    struct irt_posterior posterior = irt_posterior_new(&bank, 0, 1);

    for (uint32_t i = 0; i < reader->count; i++) {
        irt_posterior_add(&bank, i, reader->categories[i], &posterior);
    }
    *out = (struct interview_reading){
        .mean = posterior.mean,
        .deviation = posterior.deviation,
        .low = irt_posterior_quantile(&bank, &posterior, 0.05),
        .high = irt_posterior_quantile(&bank, &posterior, 0.95),
        .counted = reader->count,
        .by_person = reader->free_count > 0 && reader->person_count == reader->free_count,
        .alarmed = reader->alarmed,
    };
    for (size_t i = 0; i < IRT_ADAPT_NODES; i++) {
        out->chance_above += bank.theta[i] >= cut ? posterior.share[i] : 0;
    }
    return OK;
}

enum err interview_read(struct work *work, const struct interview_row *interview,
                        struct interview_reading *out)
{
    struct bank_entry *pool;
    struct step_row *steps;
    struct grade_row *grades;
    struct reader reader = {0};
    size_t pool_count;
    size_t step_count;
    size_t grade_count;

    TRY(bank_pool(work, interview->domain, &pool, &pool_count));
    TRY(steps_of(work,
                 &(struct steps_of_args){.interview_id = interview->id,
                                         .organisation_id = work->organisation_id},
                 &steps, &step_count));
    TRY(grades_of(work,
                  &(struct grades_of_args){.interview_id = interview->id,
                                           .organisation_id = work->organisation_id},
                  &grades, &grade_count));
    reader.entries = arena_array(work->arena, struct irt_entry, step_count + 1);
    reader.categories = arena_array(work->arena, uint32_t, step_count + 1);
    for (size_t i = 0; i < step_count; i++) {
        if (steps[i].is_counted && steps[i].category != INT_ABSENT) {
            TRY(read_step(work, &steps[i], pool, pool_count, grades, grade_count, &reader));
        }
    }
    return estimate(work, interview, &reader, out);
}
