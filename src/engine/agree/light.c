#include "engine/agree/light.h"

#include <string.h>

#include "base/arena.h"

static const double CHANCE_LEFT_MIN = 1e-12;

static size_t pair_count(uint32_t rater_count)
{
    return rater_count < 2 ? 0 : (size_t)rater_count * (rater_count - 1) / 2;
}

uint64_t light_size(uint32_t rater_count, uint32_t value_count)
{
    return pair_count(rater_count) * (2 + 2 * (uint64_t)value_count);
}

struct light light_new(struct arena *arena, const struct measure *measure, uint32_t rater_count)
{
    size_t pairs = pair_count(rater_count);
    size_t values = measure->value_count;
    struct light light = {
        .units = arena_array(arena, double, pairs),
        .seen = arena_array(arena, double, pairs),
        .given = arena_array(arena, double, pairs * 2 * values),
        .scratch = arena_array(arena, double, 3 * values),
        .raters = arena_array(arena, uint32_t, measure->rater_count),
        .rater_count = rater_count,
    };
    uint32_t met = 0;

    memset(light.raters, 0xFF, measure->rater_count * sizeof(*light.raters));
    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        for (uint32_t k = 0; k < measure->patterns.at[i].size; k++) {
            uint32_t *number = &light.raters[measure->patterns.at[i].seats[k].rater];

            *number = *number == UINT32_MAX ? met++ : *number;
        }
    }
    return light;
}

static void add_pair(struct light *light, const struct measure *measure, const struct seat *one,
                     const struct seat *other, double weight)
{
    uint32_t one_number = light->raters[one->rater];
    uint32_t other_number = light->raters[other->rater];
    const struct seat *early = one_number < other_number ? one : other;
    const struct seat *late = one_number < other_number ? other : one;
    uint32_t high = light->raters[late->rater];
    size_t pair = (size_t)high * (high - 1) / 2 + light->raters[early->rater];
    double *given = light->given + pair * 2 * measure->value_count;

    light->units[pair] += weight;
    light->seen[pair] += weight * distance_between(&measure->distance, one->value, other->value);
    given[early->value] += weight;
    given[measure->value_count + late->value] += weight;
}

void light_fill(struct light *light, const struct measure *measure, const double *weights)
{
    size_t pairs = pair_count(light->rater_count);

    memset(light->units, 0, pairs * sizeof(double));
    memset(light->seen, 0, pairs * sizeof(double));
    memset(light->given, 0, pairs * 2 * measure->value_count * sizeof(double));
    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];
        double weight = weights == NULL ? pattern->multiplicity : weights[i];

        for (uint32_t k = 1; weight > 0 && k < pattern->size; k++) {
            for (uint32_t l = 0; l < k; l++) {
                add_pair(light, measure, &pattern->seats[k], &pattern->seats[l], weight);
            }
        }
    }
}

/* Distance expected by chance: each draws from the own marginal, or (Scott) from the common one. */
static double chance_of_pair(const struct light *light, const struct measure *measure, size_t pair)
{
    uint32_t values = measure->value_count;
    const double *early = light->given + pair * 2 * values;
    const double *late = early + values;
    double *pull = light->scratch;
    double *common = light->scratch + values;
    double chance = 0;

    if (measure->metric == AGREE_SCOTT) {
        for (uint32_t k = 0; k < values; k++) {
            common[k] = early[k] + late[k];
        }
        return distance_spread(&measure->distance, common, pull) /
               (4 * light->units[pair] * light->units[pair]);
    }
    distance_pull(&measure->distance, late, pull);
    for (uint32_t k = 0; k < values; k++) {
        chance += early[k] * pull[k];
    }
    return chance / (light->units[pair] * light->units[pair]);
}

struct outcome light_outcome(const struct light *light, const struct measure *measure)
{
    struct outcome mean = {.undefined_because = "no unit has two ratings"};
    size_t pairs = pair_count(light->rater_count);
    double defined = 0;

    for (size_t pair = 0; pair < pairs; pair++) {
        if (light->units[pair] == 0) {
            continue;
        }
        double seen = light->seen[pair] / light->units[pair];
        double chance = chance_of_pair(light, measure, pair);

        mean.undefined_because = "no pair of raters used more than one value";
        if (chance < CHANCE_LEFT_MIN) {
            continue;
        }
        mean.observed += 1 - seen;
        mean.chance += 1 - chance;
        mean.value += 1 - seen / chance;
        defined++;
    }
    if (defined > 0) {
        mean.undefined_because = NULL;
        mean.observed /= defined;
        mean.chance /= defined;
        mean.value /= defined;
    }
    return mean;
}
