#include "command/bank_trial.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/rng.h"
#include "engine/score/measure.h"
#include "engine/score/validate.h"

static uint32_t domains_of(struct arena *arena, const struct item_bank *bank, uint32_t *out)
{
    struct map *names = map_new(arena);

    for (size_t i = 0; i < bank->count; i++) {
        out[i] = map_add(names, text_of(bank->at[i].domain));
    }
    return map_count(names);
}

enum err bank_trial_prepare(struct bank_trial *trial, struct score_report *report,
                            struct fault *fault)
{
    uint32_t *domain = arena_array(trial->arena, uint32_t, trial->bank->count + 1);

    trial->lesson = item_lesson_new(trial->arena, trial->bank->at, trial->bank->count);
    if (trial->lesson.examples.count == 0) {
        return fail(fault, ERR_INVALID, "the items have no graded answers to learn from");
    }
    report->classes = trial->lesson.examples.classes;
    report->class_count = trial->lesson.examples.class_count;
    report->answer_count = trial->lesson.examples.count;
    for (size_t i = 0; i < trial->bank->count; i++) {
        report->question_count += item_is_free(&trial->bank->at[i]);
    }
    report->domain_count = domains_of(trial->arena, trial->bank, domain);
    return OK;
}

/* A number in [0, count), the same for the same thing. */
static uint32_t deal(uint64_t seed, uint64_t thing, uint32_t count)
{
    struct rng rng = rng_stream(seed, thing);

    return rng_below(&rng, count);
}

static struct score_folds folds_of(const struct bank_trial *trial, const char *scheme)
{
    uint32_t *fold = arena_array(trial->arena, uint32_t, trial->lesson.examples.count);
    uint32_t *domain = arena_array(trial->arena, uint32_t, trial->bank->count);
    uint32_t domain_count = domains_of(trial->arena, trial->bank, domain);
    uint32_t count = trial->fold_count;
    bool by_domain = strcmp(scheme, "domains") == 0;
    bool by_item = strcmp(scheme, "items") == 0;

    for (uint32_t i = 0; i < trial->lesson.examples.count; i++) {
        const struct item_example *origin = &trial->lesson.origins[i];
        uint64_t thing = origin->item * (uint64_t)1000 + (by_item ? 999 : origin->answer);

        fold[i] = by_domain ? domain[origin->item] : deal(trial->options.seed, thing, count);
    }
    return (struct score_folds){.fold = fold, .count = by_domain ? domain_count : count};
}

/* Folds that nobody is in would be trained for nothing: number those that are used. */
static void close_gaps(struct arena *arena, struct score_folds *folds, uint32_t row_count)
{
    uint32_t *number = arena_array(arena, uint32_t, folds->count);
    uint32_t *closed = arena_array(arena, uint32_t, row_count);
    uint32_t used = 0;

    for (uint32_t i = 0; i < row_count; i++) {
        if (number[folds->fold[i]] == 0) {
            number[folds->fold[i]] = ++used;
        }
        closed[i] = number[folds->fold[i]] - 1;
    }
    *folds = (struct score_folds){.fold = closed, .count = used};
}

static struct score_measures measure_marks(const struct bank_trial *trial,
                                           const struct score_prediction *predictions)
{
    static const double VALUES[] = {0, 0.5, 1};
    const struct score_examples *examples = &trial->lesson.examples;
    double *probability = arena_array(trial->arena, double, (size_t)examples->count *COUNT(VALUES));
    uint32_t *chosen = arena_array(trial->arena, uint32_t, examples->count);
    uint32_t *truth = arena_array(trial->arena, uint32_t, examples->count);
    uint32_t *question = arena_array(trial->arena, uint32_t, examples->count);

    for (uint32_t i = 0; i < examples->count; i++) {
        for (size_t k = 0; k < COUNT(VALUES); k++) {
            probability[i * COUNT(VALUES) + k] = predictions[i].probability[k];
        }
        chosen[i] = predictions[i].class;
        truth[i] = examples->at[i].class;
        question[i] = trial->lesson.origins[i].item;
    }
    struct score_graded_set set = {.probability = probability,
                                   .chosen = chosen,
                                   .truth = truth,
                                   .question = question,
                                   .values = VALUES,
                                   .count = examples->count,
                                   .class_count = COUNT(VALUES),
                                   .question_count = (uint32_t)trial->bank->count};

    return score_measure(trial->arena, &set, trial->options.seed);
}

/* Room for one category of every graded answer. */
struct graded {
    double *probability;
    uint32_t *chosen;
    uint32_t *truth;
    uint32_t *question;
    uint32_t count;
};

/* The examples of one item stand together, criterion after criterion. */
static void grade_item(const struct bank_trial *trial, const struct score_prediction *predictions,
                       uint32_t first, struct graded *out)
{
    const struct item *item = &trial->bank->at[trial->lesson.origins[first].item];
    uint32_t answers = (uint32_t)(item->models.count + item->answers.count);

    for (uint32_t k = 0; k < answers; k++) {
        double probability[ITEM_CRITERION_MAX][ITEM_MET + 1];
        enum item_mark marks[ITEM_CRITERION_MAX];
        double max;

        for (uint32_t c = 0; c < item->criteria.count; c++) {
            const struct score_prediction *one = &predictions[first + c * answers + k];

            memcpy(probability[c], one->probability, sizeof(probability[c]));
            marks[c] = (enum item_mark)trial->lesson.examples.at[first + c * answers + k].class;
        }
        double points = item_points(item, marks, &max);

        out->truth[out->count] = item_category(points, max);
        out->chosen[out->count] =
            item_likeliest(item, probability, &out->probability[out->count * ITEM_CATEGORIES]);
        out->question[out->count++] = trial->lesson.origins[first].item;
    }
}

static struct score_measures measure_answers(const struct bank_trial *trial,
                                             const struct score_prediction *predictions)
{
    static const double VALUES[ITEM_CATEGORIES] = {0, 1, 2};
    uint32_t room = trial->lesson.examples.count;
    struct graded graded = {.probability =
                                arena_array(trial->arena, double, (size_t)room *ITEM_CATEGORIES),
                            .chosen = arena_array(trial->arena, uint32_t, room),
                            .truth = arena_array(trial->arena, uint32_t, room),
                            .question = arena_array(trial->arena, uint32_t, room)};

    for (uint32_t i = 0; i < room; i++) {
        const struct item_example *origin = &trial->lesson.origins[i];

        if (origin->criterion == 0 && origin->answer == 0) {
            grade_item(trial, predictions, i, &graded);
        }
    }
    struct score_graded_set set = {.probability = graded.probability,
                                   .chosen = graded.chosen,
                                   .truth = graded.truth,
                                   .question = graded.question,
                                   .values = VALUES,
                                   .count = graded.count,
                                   .class_count = ITEM_CATEGORIES,
                                   .question_count = (uint32_t)trial->bank->count};

    return score_measure(trial->arena, &set, trial->options.seed);
}

enum err bank_trial_run(const struct bank_trial *trial, const char *scheme,
                        struct score_report *report, struct fault *fault)
{
    struct score_prediction *predictions =
        arena_array(trial->arena, struct score_prediction, trial->lesson.examples.count);
    struct score_folds folds = folds_of(trial, scheme);

    close_gaps(trial->arena, &folds, trial->lesson.examples.count);
    if (folds.count < 2) {
        return OK;
    }
    TRY(score_cross_validate(&trial->lesson.examples, &folds, &trial->options, trial->parallel,
                             predictions, fault));
    score_report_add(report, arena_print(trial->arena, "criteria, unseen %s", scheme),
                     measure_marks(trial, predictions));
    score_report_add(report, arena_print(trial->arena, "answers as wholes, unseen %s", scheme),
                     measure_answers(trial, predictions));
    return OK;
}
