#include <string.h>

#include "engine/agree/tally.h"

static const double CHANCE_LEFT_MIN = 1e-12; /* below it nothing could have disagreed */

/* Distance expected of two ratings when everyone draws from `mass`, which sums to `total`. */
static double spread_of(const struct sums *sums, const struct distance *distance,
                        const double *mass, double total)
{
    return distance_spread(distance, mass, sums->scratch) / (total * total);
}

static double total_of(const double *mass, uint32_t count)
{
    double total = 0;

    for (uint32_t k = 0; k < count; k++) {
        total += mass[k];
    }
    return total;
}

/* Mean over ordered pairs of different raters of the distance between their marginals. */
static double spread_between_raters(const struct sums *sums, const struct measure *measure)
{
    double *sum = sums->scratch + measure->value_count;
    double *own = sums->scratch + 2 * (size_t)measure->value_count;
    double alone = 0;
    double raters = 0;

    memset(sum, 0, measure->value_count * sizeof(*sum));
    for (uint32_t rater = 0; rater < measure->rater_count; rater++) {
        const double *given = sums->given + (size_t)rater * measure->value_count;
        double total = total_of(given, measure->value_count);

        if (total == 0) {
            continue;
        }
        for (uint32_t k = 0; k < measure->value_count; k++) {
            own[k] = given[k] / total;
            sum[k] += own[k];
        }
        alone += distance_spread(&measure->distance, own, sums->scratch);
        raters++;
    }
    return raters < 2 ? 0
                      : (distance_spread(&measure->distance, sum, sums->scratch) - alone) /
                            (raters * (raters - 1));
}

static double spread_of_uniform(const struct sums *sums, const struct measure *measure)
{
    double *ones = sums->scratch + measure->value_count;

    for (uint32_t k = 0; k < measure->value_count; k++) {
        ones[k] = 1;
    }
    return spread_of(sums, &measure->distance, ones, measure->value_count);
}

/* Gwet 2008: only the share of ratings given at random agrees by chance. */
static double spread_of_gwet(const struct sums *sums, const struct measure *measure)
{
    double values = measure->value_count;
    double variety = 0;

    if (values < 2) {
        return 0;
    }
    for (uint32_t k = 0; k < measure->value_count; k++) {
        double share = sums->share[k] / sums->units;

        variety += share * (1 - share);
    }
    return 1 - (1 - spread_of_uniform(sums, measure)) * values / (values - 1) * variety;
}

static double chance_distance(const struct sums *sums, const struct measure *measure,
                              const struct distance *distance)
{
    switch (measure->metric) {
    case AGREE_PERCENT:
    case AGREE_METRICS_:
        return 1;
    case AGREE_COHEN:
    case AGREE_CONGER:
        return spread_between_raters(sums, measure);
    case AGREE_SCOTT:
    case AGREE_FLEISS:
        return spread_of(sums, distance, sums->share, sums->units);
    case AGREE_BRENNAN:
        return spread_of_uniform(sums, measure);
    case AGREE_GWET:
        return spread_of_gwet(sums, measure);
    case AGREE_ALPHA: /* pairs of different ratings: without replacement */
        return spread_of(sums, distance, sums->count, sums->ratings) * sums->ratings /
               (sums->ratings - 1);
    }
    return 1;
}

struct distance rank_distance(const double *count, uint32_t value_count, double *ranks)
{
    double below = 0;

    for (uint32_t k = 0; k < value_count; k++) {
        ranks[k] = below + count[k] / 2;
        below += count[k];
    }
    return distance_of(AGREE_QUADRATIC, ranks, value_count);
}

/* Sum over units of ratings times mean distance. */
static double seen_of(const struct sums *sums, const struct measure *measure,
                      const struct distance *distance)
{
    double seen = sums->seen_ratings;

    for (uint32_t k = 1; sums->together != NULL && k < measure->value_count; k++) {
        for (uint32_t l = 0; l < k; l++) {
            seen += sums->together[(size_t)k * measure->value_count + l] *
                    distance_between(distance, k, l);
        }
    }
    return seen;
}

struct outcome sums_outcome(const struct sums *sums, const struct measure *measure)
{
    double *ranks = sums->scratch + 2 * (size_t)measure->value_count;
    struct distance distance = measure->by_rank
                                   ? rank_distance(sums->count, measure->value_count, ranks)
                                   : measure->distance;

    if (sums->paired == 0) {
        return (struct outcome){.undefined_because = "no unit has two ratings"};
    }
    double seen = measure->metric == AGREE_ALPHA ? seen_of(sums, measure, &distance) / sums->ratings
                                                 : sums->seen / sums->paired;
    double chance = chance_distance(sums, measure, &distance);
    struct outcome outcome = {.observed = 1 - seen, .chance = 1 - chance};

    if (chance < CHANCE_LEFT_MIN) {
        outcome.undefined_because =
            "all ratings are one value, so chance alone would agree as often";
        return outcome;
    }
    outcome.value = 1 - seen / chance;
    return outcome;
}
