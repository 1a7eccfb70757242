#include "engine/score/linear.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "num/lbfgs.h"

enum { ROUNDS_FEW_CLASSES = 40, ROUNDS = 25, FEW_CLASSES = 3 };

/* Precisions of the priors, for features of unit deviation and for marks. */
static const double DENSE_PRECISION = 300;
static const double MARK_PRECISION = 30;
static const double GRADIENT_MIN = 0.05;

static uint16_t bucket_of(uint64_t stem, uint64_t kind)
{
    uint64_t value = (stem + kind * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xBF58476D1CE4E5B9);

    return (uint16_t)((value >> 40) % SCORE_MARK_BUCKETS);
}

static bool any_has(const struct score_reading *references, uint32_t count, uint64_t stem)
{
    for (uint32_t i = 0; i < count; i++) {
        if (score_has_stem(&references[i], stem)) {
            return true;
        }
    }
    return false;
}

static int compare_buckets(const void *left, const void *right)
{
    return (int)*(const uint16_t *)left - (int)*(const uint16_t *)right;
}

struct score_marks score_marks(struct arena *arena, const struct score_reading *question,
                               const struct score_reading *references, uint32_t reference_count,
                               const struct score_reading *answer)
{
    uint16_t *bucket = arena_array(arena, uint16_t, SCORE_MARK_MAX);
    uint32_t count = 0;
    uint32_t distinct = 0;

    for (uint32_t i = 0; i < answer->term_count && count < SCORE_MARK_MAX; i++) {
        uint64_t stem = answer->terms[i].stem;
        bool shared = any_has(references, reference_count, stem);

        bucket[count++] =
            bucket_of(stem, 1 + shared + 2 * (uint64_t)score_has_stem(question, stem));
    }
    for (uint32_t k = 0; k < reference_count; k++) {
        for (uint32_t i = 0; i < references[k].term_count && count < SCORE_MARK_MAX; i++) {
            uint64_t stem = references[k].terms[i].stem;

            if (!score_has_stem(answer, stem)) {
                bucket[count++] = bucket_of(stem, 5 + score_has_stem(question, stem));
            }
        }
    }
    qsort(bucket, count, sizeof(*bucket), compare_buckets);
    for (uint32_t i = 0; i < count; i++) {
        if (distinct == 0 || bucket[distinct - 1] != bucket[i]) {
            bucket[distinct++] = bucket[i];
        }
    }
    return (struct score_marks){.bucket = bucket, .count = distinct};
}

static void find_scales(const struct score_rows *rows, struct score_linear *linear)
{
    for (uint32_t f = 0; f < rows->feature_count; f++) {
        double sum = 0;
        double square = 0;

        for (uint32_t i = 0; i < rows->row_count; i++) {
            sum += (double)rows->at[(size_t)i * rows->feature_count + f];
        }
        double mean = sum / rows->row_count;

        for (uint32_t i = 0; i < rows->row_count; i++) {
            double gap = (double)rows->at[(size_t)i * rows->feature_count + f] - mean;

            square += gap * gap;
        }
        double deviation = sqrt(square / rows->row_count);

        linear->mean[f] = (float)mean;
        linear->scale[f] = deviation > 1e-6 ? (float)(1 / deviation) : 0;
    }
}

/* One class against the others. Variables: features, marks, constant. */
struct contest {
    const float *rows; /* [row][feature], of unit deviation */
    const struct score_marks *marks;
    const uint8_t *classes;
    uint8_t class;
    uint32_t row_count;
    uint32_t feature_count;
};

/* Eight sums side by side, in an order that does not depend on the compiler. */
static double dot(const float *row, const double *x, uint32_t count)
{
    double sums[8] = {0};
    uint32_t f = 0;

    for (; f + 8 <= count; f += 8) {
        for (uint32_t k = 0; k < 8; k++) {
            sums[k] += (double)row[f + k] * x[f + k];
        }
    }
    for (; f < count; f++) {
        sums[0] += (double)row[f] * x[f];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

static double margin_of(const struct contest *contest, uint32_t i, const double *x)
{
    const float *row = contest->rows + (size_t)i * contest->feature_count;
    const double *marks = x + contest->feature_count;
    double sum = marks[SCORE_MARK_BUCKETS] + dot(row, x, contest->feature_count);

    for (uint32_t k = 0; k < contest->marks[i].count; k++) {
        sum += marks[contest->marks[i].bucket[k]];
    }
    return sum;
}

static void add_gradient(const struct contest *contest, uint32_t i, double error, double *gradient)
{
    const float *row = contest->rows + (size_t)i * contest->feature_count;
    double *marks = gradient + contest->feature_count;

    uint32_t f = 0;

    for (; f + 8 <= contest->feature_count; f += 8) {
        for (uint32_t k = 0; k < 8; k++) {
            gradient[f + k] += error * (double)row[f + k];
        }
    }
    for (; f < contest->feature_count; f++) {
        gradient[f] += error * (double)row[f];
    }
    for (uint32_t k = 0; k < contest->marks[i].count; k++) {
        marks[contest->marks[i].bucket[k]] += error;
    }
    marks[SCORE_MARK_BUCKETS] += error;
}

static double loss(void *context, const double *x, double *gradient)
{
    const struct contest *contest = context;
    uint32_t size = contest->feature_count + SCORE_MARK_BUCKETS + 1;
    double sum = 0;

    gradient[size - 1] = 0;
    for (uint32_t k = 0; k + 1 < size; k++) {
        double precision = k < contest->feature_count ? DENSE_PRECISION : MARK_PRECISION;

        sum += precision * x[k] * x[k] / 2;
        gradient[k] = precision * x[k];
    }
    for (uint32_t i = 0; i < contest->row_count; i++) {
        bool won = contest->classes[i] == contest->class;
        double margin = margin_of(contest, i, x);
        double p = 1 / (1 + exp(-margin));

        sum += fmax(0, margin) + log1p(exp(-fabs(margin))) - (won ? margin : 0);
        add_gradient(contest, i, p - won, gradient);
    }
    return sum;
}

static void learn_class(struct contest *contest, uint32_t class_count, struct score_linear *linear)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t size = contest->feature_count + SCORE_MARK_BUCKETS + 1;
    double *x = arena_array(arena, double, size);
    float *dense = linear->dense + (size_t)contest->class * contest->feature_count;
    float *marks = linear->marks + (size_t)contest->class * SCORE_MARK_BUCKETS;
    struct lbfgs problem = {.value = loss,
                            .context = contest,
                            .count = size,
                            .rounds_max = class_count <= FEW_CLASSES ? ROUNDS_FEW_CLASSES : ROUNDS,
                            .gradient_min = GRADIENT_MIN};

    (void)lbfgs_minimise(arena, &problem, x);
    for (uint32_t f = 0; f < contest->feature_count; f++) {
        dense[f] = (float)x[f];
    }
    for (uint32_t k = 0; k < SCORE_MARK_BUCKETS; k++) {
        marks[k] = (float)x[contest->feature_count + k];
    }
    linear->constant[contest->class] = (float)x[size - 1];
}

struct score_linear score_linear_learn(struct arena *arena, const struct score_rows *rows,
                                       const struct score_marks *marks)
{
    struct score_linear linear = {
        .class_count = rows->class_count,
        .feature_count = rows->feature_count,
        .mean = arena_array(arena, float, rows->feature_count),
        .scale = arena_array(arena, float, rows->feature_count),
        .dense = arena_array(arena, float, (size_t)rows->class_count * rows->feature_count),
        .marks = arena_array(arena, float, (size_t)rows->class_count *SCORE_MARK_BUCKETS),
        .constant = arena_array(arena, float, rows->class_count),
    };
    size_t cell_count = (size_t)rows->row_count * rows->feature_count;
    ARENA_SCOPE scratch = arena_new();
    float *scaled = arena_array(scratch, float, cell_count);

    find_scales(rows, &linear);
    for (size_t i = 0; i < cell_count; i++) {
        size_t f = i % rows->feature_count;

        scaled[i] = (rows->at[i] - linear.mean[f]) * linear.scale[f];
    }
    struct contest contest = {.rows = scaled,
                              .marks = marks,
                              .classes = rows->classes,
                              .row_count = rows->row_count,
                              .feature_count = rows->feature_count};

    for (uint32_t k = rows->class_count == 2; k < rows->class_count; k++) {
        contest.class = (uint8_t)k;
        learn_class(&contest, rows->class_count, &linear);
    }
    return linear;
}

void score_linear_predict(const struct score_linear *linear, const float *row,
                          const struct score_marks *marks, double *out)
{
    double sum = 0;

    for (uint32_t k = linear->class_count == 2; k < linear->class_count; k++) {
        const float *dense = linear->dense + (size_t)k * linear->feature_count;
        const float *weights = linear->marks + (size_t)k * SCORE_MARK_BUCKETS;
        double margin = (double)linear->constant[k];

        for (uint32_t f = 0; f < linear->feature_count; f++) {
            margin += (double)dense[f] * (double)((row[f] - linear->mean[f]) * linear->scale[f]);
        }
        for (uint32_t i = 0; i < marks->count; i++) {
            margin += (double)weights[marks->bucket[i]];
        }
        out[k] = 1 / (1 + exp(-margin)) + 1e-9;
        sum += out[k];
    }
    if (linear->class_count == 2) {
        out[0] = fmax(0, 1 - out[1]);
        return;
    }
    for (uint32_t k = 0; k < linear->class_count; k++) {
        out[k] /= sum;
    }
}
