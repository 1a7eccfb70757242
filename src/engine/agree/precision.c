#include "engine/agree/precision.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

/* How much each value, or each value of a rater, moves the agreement expected by chance. */
struct lever {
    const double *by_value; /* [value]; NULL: chance does not move */
    const double *by_rater; /* [rater][value]; NULL: raters do not matter */
    double base;            /* where raters matter: chance of a unit that nobody rated */
};

static double sum_of(const double *mass, uint32_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        sum += mass[k];
    }
    return sum;
}

/* Agreement of each value with a draw from `mass`, once this is made to sum to one. */
static const double *lever_of_draws(struct arena *arena, const struct distance *distance,
                                    const double *mass)
{
    double *lever = arena_array(arena, double, distance->value_count);
    double total = sum_of(mass, distance->value_count);

    distance_pull(distance, mass, lever);
    for (uint32_t k = 0; k < distance->value_count; k++) {
        lever[k] = 1 - lever[k] / total;
    }
    return lever;
}

static const double *lever_of_gwet(struct arena *arena, const struct measure *measure,
                                   const struct sums *sums)
{
    double values = measure->value_count;
    double *lever = arena_array(arena, double, measure->value_count);
    double *ones = arena_array(arena, double, measure->value_count);

    for (uint32_t k = 0; k < measure->value_count; k++) {
        ones[k] = 1;
    }
    double agreeing = values * values - distance_spread(&measure->distance, ones, lever);

    for (uint32_t k = 0; k < measure->value_count; k++) {
        lever[k] = agreeing / (values * (values - 1)) * (1 - sums->share[k] / sums->units);
    }
    return lever;
}

/* The sum over raters of their marginals, and how many raters there are. */
static double *sum_marginals(struct arena *arena, const struct measure *measure,
                             const struct sums *sums, double *raters)
{
    double *sum = arena_array(arena, double, measure->value_count);

    *raters = 0;
    for (uint32_t rater = 0; rater < measure->rater_count; rater++) {
        const double *given = sums->given + (size_t)rater * measure->value_count;
        double total = sum_of(given, measure->value_count);

        *raters += total > 0;
        for (uint32_t k = 0; k < measure->value_count && total > 0; k++) {
            sum[k] += given[k] / total;
        }
    }
    return sum;
}

/* Chance between raters is linear in each rater's marginal; a unit moves it by the weight that it
 * has in that marginal, units / (ratings of the rater). */
static struct lever lever_of_conger(struct arena *arena, const struct measure *measure,
                                    const struct sums *sums)
{
    uint32_t values = measure->value_count;
    double *lever = arena_array(arena, double, (size_t)measure->rater_count *values);
    double *others = arena_array(arena, double, values);
    double raters;
    const double *sum = sum_marginals(arena, measure, sums, &raters);
    double base = 0;

    for (uint32_t rater = 0; rater < measure->rater_count; rater++) {
        const double *given = sums->given + (size_t)rater * values;
        double *own = lever + (size_t)rater * values;
        double total = sum_of(given, values);
        double mean = 0;

        if (total == 0) {
            continue;
        }
        for (uint32_t k = 0; k < values; k++) {
            others[k] = sum[k] - given[k] / total;
        }
        distance_pull(&measure->distance, others, own);
        for (uint32_t k = 0; k < values; k++) {
            own[k] = (raters - 1 - own[k]) / (raters * (raters - 1));
            mean += own[k] * given[k] / total;
        }
        base += mean;
        for (uint32_t k = 0; k < values; k++) {
            own[k] = (own[k] - mean) * sums->units / total;
        }
    }
    return (struct lever){.by_rater = lever, .base = base};
}

static struct lever lever_of(struct arena *arena, const struct measure *measure,
                             const struct sums *sums)
{
    switch (measure->metric) {
    case AGREE_COHEN:
    case AGREE_CONGER:
        return lever_of_conger(arena, measure, sums);
    case AGREE_SCOTT:
    case AGREE_FLEISS:
        return (struct lever){.by_value = lever_of_draws(arena, &measure->distance, sums->share)};
    case AGREE_GWET:
        return (struct lever){.by_value = lever_of_gwet(arena, measure, sums)};
    case AGREE_PERCENT:
    case AGREE_BRENNAN:
    case AGREE_ALPHA:
    case AGREE_METRICS_:
        break;
    }
    return (struct lever){0};
}

/* Chance agreement as this unit alone would have it. */
static double chance_of(const struct measure *measure, const struct lever *lever,
                        const struct pattern *pattern, double chance)
{
    double sum = 0;

    if (lever->by_value == NULL && lever->by_rater == NULL) {
        return chance;
    }
    for (uint32_t i = 0; i < pattern->size; i++) {
        const struct seat *seat = &pattern->seats[i];

        sum += lever->by_rater == NULL
                   ? lever->by_value[seat->value] / pattern->size
                   : lever->by_rater[(size_t)seat->rater * measure->value_count + seat->value];
    }
    return lever->base + sum;
}

static double squares(struct arena *arena, const struct measure *measure, const struct sums *sums,
                      const struct outcome *outcome)
{
    struct lever lever = lever_of(arena, measure, sums);
    bool shared = measure->metric == AGREE_COHEN || measure->metric == AGREE_SCOTT;
    double left = 1 - outcome->chance;
    double sum = 0;

    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];
        double chance = chance_of(measure, &lever, pattern, outcome->chance);
        double influence = -2 * (1 - outcome->value) * (chance - outcome->chance) / left;

        if (shared && pattern->size < 2) {
            continue;
        }
        if (pattern->size > 1) {
            influence +=
                sums->units / sums->paired * (1 - measure->within[i] - outcome->chance) / left;
        }
        sum += pattern->multiplicity * (influence - outcome->value) * (influence - outcome->value);
    }
    return sum;
}

/* Alpha weighs a unit by its ratings. Gwet's error is that of alpha before the correction for small
 * samples (`plain` here), but takes out the unit's size at the corrected agreement. */
static double squares_of_alpha(struct arena *arena, const struct measure *measure,
                               const struct sums *sums, const struct outcome *outcome)
{
    struct distance distance = measure->by_rank
                                   ? rank_distance(sums->count, measure->value_count,
                                                   arena_array(arena, double, measure->value_count))
                                   : measure->distance;
    const double *lever = lever_of_draws(arena, &distance, sums->count);
    double *scratch = arena_array(arena, double, 2 * (size_t)measure->widest);
    double mean_size = sums->ratings / sums->paired;
    double seen = 1 - outcome->observed;
    double corrected = 1 - seen * (sums->ratings - 1) / sums->ratings;
    double left = (1 - outcome->chance) * (sums->ratings - 1) / sums->ratings;
    double plain = 1 - seen / left;
    double sum = 0;

    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];
        double weight = pattern->size / mean_size;
        double drawn = 0;

        if (pattern->size < 2) {
            continue;
        }
        for (uint32_t k = 0; k < pattern->size; k++) {
            drawn += lever[pattern->seats[k].value] / mean_size;
        }
        double within = distance_within(&distance, pattern->seats, pattern->size, scratch);
        double own = weight * (1 - within) - corrected * (weight - 1) - (1 - left);
        double moved = drawn - (1 - left) * weight;
        double influence = own / left - 2 * (1 - plain) * moved / left;

        sum += pattern->multiplicity * (influence - plain) * (influence - plain);
    }
    return sum;
}

bool error_of(struct arena *arena, const struct measure *measure, const struct sums *sums,
              const struct outcome *outcome, double *out)
{
    if (sums->units < 2) {
        return false;
    }
    double sum = measure->metric == AGREE_ALPHA ? squares_of_alpha(arena, measure, sums, outcome)
                                                : squares(arena, measure, sums, outcome);

    *out = sqrt(sum / (sums->units * (sums->units - 1)));
    return true;
}
