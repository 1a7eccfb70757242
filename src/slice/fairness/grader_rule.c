#include "slice/fairness/grader_rule.h"

#include <math.h>

#include "base/arena.h"
#include "engine/agree/agree.h"
#include "num/special.h"

enum { CATEGORIES = 3 };

static const uint64_t SEED = 20261122;
static const double LEVEL = 0.95;

static struct grader_measure undefined(void)
{
    return (struct grader_measure){(double)NAN, {(double)NAN, (double)NAN}};
}

static enum err measure(struct arena *arena, const struct agree_table *table,
                        enum agree_metric metric, enum agree_distance distance,
                        struct grader_measure *out, struct fault *fault)
{
    struct agree_options options = AGREE_DEFAULTS;
    struct agree_result result;

    options.metric = metric;
    options.distance = distance;
    options.seed = SEED;
    TRY(agree_measure(arena, table, &options, &result, fault));
    if (result.defined && result.has_interval) {
        *out = (struct grader_measure){result.value, result.interval};
    }
    return OK;
}

static size_t count_interviews(struct arena *arena, const struct grader_pair *pairs, size_t count)
{
    uint32_t most = 0;
    size_t met = 0;

    for (size_t i = 0; i < count; i++) {
        most = pairs[i].interview > most ? pairs[i].interview : most;
    }
    uint8_t *seen = arena_array(arena, uint8_t, (size_t)most + 1);

    for (size_t i = 0; i < count; i++) {
        met += !seen[pairs[i].interview];
        seen[pairs[i].interview] = 1;
    }
    return met;
}

enum err grader_agree(struct arena *arena, const struct grader_pair *pairs, size_t count,
                      uint32_t grader_count, struct grader_agreement *out, struct fault *fault)
{
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, 2 * count + 1);
    const struct agree_table *table;

    *out = (struct grader_agreement){.answers = count,
                                     .interviews = count_interviews(arena, pairs, count),
                                     .alike = undefined(),
                                     .alpha = undefined()};
    if (count < GRADER_ANSWERS_MIN) {
        return OK;
    }
    for (size_t i = 0; i < 2 * count; i++) {
        const struct grader_pair *pair = &pairs[i / 2];

        ratings[i] =
            (struct agree_rating){(uint32_t)(i / 2), pair->grader[i % 2], pair->category[i % 2]};
    }
    struct agree_input input = {.ratings = ratings,
                                .rating_count = 2 * count,
                                .unit_count = (uint32_t)count,
                                .rater_count = grader_count,
                                .value_count = CATEGORIES};

    TRY(agree_table_build(arena, &input, &table, fault));
    TRY(measure(arena, table, AGREE_PERCENT, AGREE_NOMINAL, &out->alike, fault));
    return measure(arena, table, AGREE_ALPHA, AGREE_QUADRATIC, &out->alpha, fault);
}

/* Sums of one grader's differences by interview. */
struct sums {
    double *total; /* [interview] */
    uint32_t *met;
    uint32_t count;
    size_t answers;
};

static struct sums sum_up(struct arena *arena, const struct grader_pair *pairs, size_t count,
                          uint32_t grader)
{
    struct sums sums = {0};

    for (size_t i = 0; i < count; i++) {
        sums.count = pairs[i].interview + 1 > sums.count ? pairs[i].interview + 1 : sums.count;
    }
    sums.total = arena_array(arena, double, (size_t)sums.count + 1);
    sums.met = arena_array(arena, uint32_t, (size_t)sums.count + 1);
    for (size_t i = 0; i < count; i++) {
        for (size_t side = 0; side < 2; side++) {
            if (pairs[i].grader[side] == grader && pairs[i].grader[1 - side] != grader) {
                sums.total[pairs[i].interview] += pairs[i].share[side] - pairs[i].share[1 - side];
                sums.met[pairs[i].interview]++;
                sums.answers++;
            }
        }
    }
    return sums;
}

struct grader_bias grader_bias(struct arena *arena, const struct grader_pair *pairs, size_t count,
                               uint32_t grader, uint32_t grader_count)
{
    struct sums sums = sum_up(arena, pairs, count, grader);
    struct grader_bias bias = {.answers = sums.answers,
                               .mean = (double)NAN,
                               .interval = {(double)NAN, (double)NAN},
                               .verdict = "not enough data"};
    double mean = 0;
    double spread = 0;

    for (uint32_t i = 0; i < sums.count; i++) {
        bias.interviews += sums.met[i] > 0;
        mean += sums.met[i] > 0 ? sums.total[i] / sums.met[i] : 0;
    }
    if (bias.interviews < GRADER_INTERVIEWS_MIN) {
        return bias;
    }
    double clusters = (double)bias.interviews;

    mean /= clusters;
    for (uint32_t i = 0; i < sums.count; i++) {
        double gap = sums.met[i] > 0 ? sums.total[i] / sums.met[i] - mean : 0;

        spread += gap * gap;
    }
    double tail = (1 - LEVEL) / 2 / (grader_count > 0 ? grader_count : 1);
    double half =
        num_student_quantile(1 - tail, clusters - 1) * sqrt(spread / (clusters - 1) / clusters);

    bias.mean = mean;
    bias.interval = (struct interval){mean - half, mean + half};
    bias.verdict = bias.interval.low > 0    ? "milder"
                   : bias.interval.high < 0 ? "stricter"
                                            : "no sign";
    return bias;
}
