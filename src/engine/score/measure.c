#include "engine/score/measure.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/score/forest.h"

enum { STEPS = 10, RESAMPLES = 1000, KINDS = 7, CELL_MAX = SCORE_CLASS_MAX * SCORE_CLASS_MAX };

static const double LEVEL = 0.95;

/* Sums over answers; those of a set are those of its questions added up. */
struct sums {
    double cells[CELL_MAX]; /* [truth][chosen] */
    double step_count[STEPS];
    double step_sure[STEPS];
    double step_right[STEPS];
    double answers;
    double x, xx, y, yy, xy; /* expected and true value */
};

static void add_answer(const struct score_graded_set *set, uint32_t i, struct sums *sums)
{
    const double *probability = set->probability + (size_t)i * set->class_count;
    double sure = probability[set->chosen[i]];
    uint32_t step = (uint32_t)fmin(STEPS - 1, fmax(0, sure * STEPS));

    sums->answers++;
    sums->cells[set->truth[i] * set->class_count + set->chosen[i]]++;
    sums->step_count[step]++;
    sums->step_sure[step] += sure;
    sums->step_right[step] += set->truth[i] == set->chosen[i];
    if (set->values != NULL) {
        double expected = 0;
        double truth = set->values[set->truth[i]];

        for (uint32_t k = 0; k < set->class_count; k++) {
            expected += probability[k] * set->values[k];
        }
        sums->x += expected;
        sums->xx += expected * expected;
        sums->y += truth;
        sums->yy += truth * truth;
        sums->xy += expected * truth;
    }
}

static void add_sums(struct sums *to, const struct sums *from, uint32_t class_count)
{
    for (uint32_t i = 0; i < class_count * class_count; i++) {
        to->cells[i] += from->cells[i];
    }
    for (int i = 0; i < STEPS; i++) {
        to->step_count[i] += from->step_count[i];
        to->step_sure[i] += from->step_sure[i];
        to->step_right[i] += from->step_right[i];
    }
    to->answers += from->answers;
    to->x += from->x;
    to->xx += from->xx;
    to->y += from->y;
    to->yy += from->yy;
    to->xy += from->xy;
}

struct margins {
    double truth[SCORE_CLASS_MAX];
    double chosen[SCORE_CLASS_MAX];
    double right;
};

static struct margins margins_of(const struct sums *sums, uint32_t class_count)
{
    struct margins margins = {0};

    for (uint32_t i = 0; i < class_count; i++) {
        for (uint32_t k = 0; k < class_count; k++) {
            double cell = sums->cells[i * class_count + k];

            margins.truth[i] += cell;
            margins.chosen[k] += cell;
            margins.right += i == k ? cell : 0;
        }
    }
    return margins;
}

static double macro_f1_of(const struct sums *sums, const struct margins *margins,
                          uint32_t class_count)
{
    double sum = 0;
    double met = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        double both = margins->truth[k] + margins->chosen[k];

        if (both > 0) {
            sum += 2 * sums->cells[k * class_count + k] / both;
            met++;
        }
    }
    return sum / met;
}

/* Kappa with weights of disagreement: |distance| to the power, or one for any. */
static double kappa_of(const struct sums *sums, const struct margins *margins, uint32_t class_count,
                       const double *values)
{
    double seen = 0;
    double expected = 0;

    for (uint32_t i = 0; i < class_count; i++) {
        for (uint32_t k = 0; k < class_count; k++) {
            double gap = values == NULL ? 0 : values[i] - values[k];
            double weight = values == NULL ? i != k : gap * gap;

            seen += weight * sums->cells[i * class_count + k];
            expected += weight * margins->truth[i] * margins->chosen[k] / sums->answers;
        }
    }
    return expected > 0 ? 1 - seen / expected : 0;
}

static double calibration_error_of(const struct sums *sums)
{
    double error = 0;

    for (int i = 0; i < STEPS; i++) {
        error += fabs(sums->step_sure[i] - sums->step_right[i]);
    }
    return error / sums->answers;
}

static double correlation_of(const struct sums *sums)
{
    double n = sums->answers;
    double x = sums->xx - sums->x * sums->x / n;
    double y = sums->yy - sums->y * sums->y / n;

    return x > 1e-12 && y > 1e-12 ? (sums->xy - sums->x * sums->y / n) / sqrt(x * y) : 0;
}

static void values_of(const struct sums *sums, uint32_t class_count, const double *values,
                      double out[static KINDS])
{
    struct margins margins = margins_of(sums, class_count);

    out[0] = margins.right / sums->answers;
    out[1] = macro_f1_of(sums, &margins, class_count);
    out[2] = kappa_of(sums, &margins, class_count, NULL);
    out[3] = calibration_error_of(sums);
    out[4] = values == NULL ? 0 : kappa_of(sums, &margins, class_count, values);
    out[5] = values == NULL ? 0 : correlation_of(sums);
    out[6] = sqrt(fmax(0, (sums->xx - 2 * sums->xy + sums->yy) / sums->answers));
}

static int compare_reals(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Questions with answers, in the front of `questions`. */
static uint32_t keep_answered(struct sums *questions, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t q = 0; q < count; q++) {
        if (questions[q].answers > 0) {
            questions[kept++] = questions[q];
        }
    }
    return kept;
}

struct score_measures score_measure(struct arena *arena, const struct score_graded_set *set,
                                    uint64_t seed)
{
    assert(set->count > 0 && set->class_count <= SCORE_CLASS_MAX);
    struct arena_mark mark = arena_mark(arena);
    struct sums *questions = arena_array(arena, struct sums, set->question_count);
    double *resampled = arena_array(arena, double, (size_t)KINDS *RESAMPLES);
    struct sums all = {0};
    struct rng rng = rng_new(seed);
    struct score_measures out = {.count = set->count, .numeric = set->values != NULL};
    struct score_measure *measures[KINDS] = {
        &out.accuracy,        &out.macro_f1,    &out.kappa, &out.calibration_error,
        &out.quadratic_kappa, &out.correlation, &out.rmse};
    double values[KINDS];

    for (uint32_t i = 0; i < set->count; i++) {
        add_answer(set, i, &questions[set->question[i]]);
        add_answer(set, i, &all);
    }
    out.question_count = keep_answered(questions, set->question_count);
    for (uint32_t r = 0; r < RESAMPLES; r++) {
        struct sums sample = {0};

        for (uint32_t q = 0; q < out.question_count; q++) {
            add_sums(&sample, &questions[rng_below(&rng, out.question_count)], set->class_count);
        }
        values_of(&sample, set->class_count, set->values, values);
        for (int k = 0; k < KINDS; k++) {
            resampled[(size_t)k * RESAMPLES + r] = values[k];
        }
    }
    values_of(&all, set->class_count, set->values, values);
    for (int k = 0; k < KINDS; k++) {
        double *sorted = resampled + (size_t)k * RESAMPLES;

        qsort(sorted, RESAMPLES, sizeof(*sorted), compare_reals);
        *measures[k] = (struct score_measure){
            .value = values[k], .interval = interval_of_sorted(sorted, RESAMPLES, LEVEL)};
    }
    arena_undo(arena, mark);
    return out;
}
