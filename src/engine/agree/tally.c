#include "engine/agree/tally.h"

#include <string.h>

#include "base/arena.h"

static const double CHANCE_LEFT_MIN = 1e-12; /* below it nothing could have disagreed */

double distance_within(const struct distance *distance, const struct seat *seats, uint32_t size,
                       double *scratch)
{
    double *scores = scratch;
    double *mass = scratch + size;
    uint32_t runs = 0;
    double seen = 0;

    for (uint32_t i = 0; i < size; i++) {
        if (i == 0 || seats[i].value != seats[i - 1].value) {
            scores[runs] = distance->scores[seats[i].value];
            mass[runs++] = 0;
        }
        mass[runs - 1]++;
    }
    struct distance among = {.kind = distance->kind, .scores = scores, .scale = distance->scale};

    for (uint32_t left = 0; left < runs; left++) {
        for (uint32_t right = 0; right < left; right++) {
            seen += 2 * mass[left] * mass[right] * distance_between(&among, left, right);
        }
    }
    return seen / ((double)size * (size - 1));
}

static bool has_own_marginals(enum agree_metric metric)
{
    return metric == AGREE_CONGER || metric == AGREE_COHEN;
}

static bool needs_raters(enum agree_metric metric, const struct agree_table *table)
{
    return has_own_marginals(metric) || (metric == AGREE_SCOTT && table->rated_rater_count > 2);
}

static bool shared_only(const struct measure *measure)
{
    return measure->metric == AGREE_COHEN || measure->metric == AGREE_SCOTT ||
           measure->metric == AGREE_ALPHA;
}

struct measure measure_of(struct arena *arena, const struct agree_table *table,
                          const struct agree_options *options)
{
    bool by_rank = options->metric == AGREE_ALPHA && options->distance == AGREE_ORDINAL;
    double *ranks = arena_array(arena, double, table->value_count);

    for (uint32_t k = 0; k < table->value_count; k++) {
        ranks[k] = k;
    }
    struct measure measure = {
        .metric = options->metric,
        .by_rank = by_rank,
        .patterns = patterns_of(arena, table, needs_raters(options->metric, table)),
        .distance = distance_of(by_rank ? AGREE_QUADRATIC : options->distance,
                                options->distance == AGREE_ORDINAL ? ranks : table->scores,
                                table->value_count),
        .value_count = table->value_count,
        .rater_count = table->rater_count,
        .widest = table->widest,
    };
    if (by_rank) {
        return measure;
    }
    double *within = arena_array(arena, double, measure.patterns.count);
    double *scratch = arena_array(arena, double, 2 * (size_t)table->widest);

    for (uint32_t i = 0; i < measure.patterns.count; i++) {
        const struct pattern *pattern = &measure.patterns.at[i];

        if (pattern->size > 1) {
            within[i] = distance_within(&measure.distance, pattern->seats, pattern->size, scratch);
        }
    }
    measure.within = within;
    return measure;
}

struct tally tally_new(struct arena *arena, const struct measure *measure)
{
    size_t values = measure->value_count;

    return (struct tally){
        .share = arena_array(arena, double, values),
        .count = arena_array(arena, double, values),
        .given = has_own_marginals(measure->metric)
                     ? arena_array(arena, double, values * measure->rater_count)
                     : NULL,
        .scratch = arena_array(arena, double, 3 * values + 2 * (size_t)measure->widest),
    };
}

static void clear(struct tally *tally, const struct measure *measure)
{
    size_t size = measure->value_count * sizeof(double);

    tally->units = tally->paired = tally->ratings = tally->seen = tally->seen_ratings = 0;
    memset(tally->share, 0, size);
    memset(tally->count, 0, size);
    if (tally->given != NULL) {
        memset(tally->given, 0, size * measure->rater_count);
    }
}

static void add_values(struct tally *tally, const struct measure *measure,
                       const struct pattern *pattern, double weight)
{
    double share = weight / pattern->size;
    double count = pattern->size > 1 ? weight : 0;

    for (uint32_t i = 0; i < pattern->size; i++) {
        tally->share[pattern->seats[i].value] += share;
        tally->count[pattern->seats[i].value] += count;
    }
    for (uint32_t i = 0; tally->given != NULL && i < pattern->size; i++) {
        const struct seat *seat = &pattern->seats[i];

        tally->given[(size_t)seat->rater * measure->value_count + seat->value] += weight;
    }
}

static void add_seen(struct tally *tally, const struct pattern *pattern, double weight,
                     double within)
{
    tally->seen += weight * within;
    tally->seen_ratings += weight * within * pattern->size;
}

struct distance rank_distance(const struct tally *tally, const struct measure *measure)
{
    double *ranks = tally->scratch + 2 * (size_t)measure->value_count;
    double below = 0;

    for (uint32_t k = 0; k < measure->value_count; k++) {
        ranks[k] = below + tally->count[k] / 2;
        below += tally->count[k];
    }
    return distance_of(AGREE_QUADRATIC, ranks, measure->value_count);
}

static double weight_of(const struct patterns *patterns, const uint32_t *weights, uint32_t i)
{
    return weights == NULL ? patterns->at[i].multiplicity : weights[i];
}

static void see_by_rank(struct tally *tally, const struct measure *measure, const uint32_t *weights)
{
    struct distance distance = rank_distance(tally, measure);
    double *scratch = tally->scratch + 3 * (size_t)measure->value_count;

    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];
        double weight = weight_of(&measure->patterns, weights, i);

        if (weight > 0 && pattern->size > 1) {
            add_seen(tally, pattern, weight,
                     distance_within(&distance, pattern->seats, pattern->size, scratch));
        }
    }
}

void tally_fill(struct tally *tally, const struct measure *measure, const uint32_t *weights)
{
    bool shared = shared_only(measure);

    clear(tally, measure);
    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];
        double weight = weight_of(&measure->patterns, weights, i);

        if (weight == 0 || (shared && pattern->size < 2)) {
            continue;
        }
        tally->units += weight;
        add_values(tally, measure, pattern, weight);
        if (pattern->size > 1) {
            tally->paired += weight;
            tally->ratings += weight * pattern->size;
            add_seen(tally, pattern, weight, measure->within == NULL ? 0 : measure->within[i]);
        }
    }
    if (measure->by_rank) {
        see_by_rank(tally, measure, weights);
    }
}

/* Distance expected of two ratings when everyone draws from `mass`, which sums to `total`. */
static double spread_of(const struct tally *tally, const struct distance *distance,
                        const double *mass, double total)
{
    return distance_spread(distance, mass, tally->scratch) / (total * total);
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
static double spread_between_raters(const struct tally *tally, const struct measure *measure)
{
    double *sum = tally->scratch + measure->value_count;
    double *own = tally->scratch + 2 * (size_t)measure->value_count;
    double alone = 0;
    double raters = 0;

    memset(sum, 0, measure->value_count * sizeof(*sum));
    for (uint32_t rater = 0; rater < measure->rater_count; rater++) {
        const double *given = tally->given + (size_t)rater * measure->value_count;
        double total = total_of(given, measure->value_count);

        if (total == 0) {
            continue;
        }
        for (uint32_t k = 0; k < measure->value_count; k++) {
            own[k] = given[k] / total;
            sum[k] += own[k];
        }
        alone += distance_spread(&measure->distance, own, tally->scratch);
        raters++;
    }
    return raters < 2 ? 0
                      : (distance_spread(&measure->distance, sum, tally->scratch) - alone) /
                            (raters * (raters - 1));
}

static double spread_of_uniform(const struct tally *tally, const struct measure *measure)
{
    double *ones = tally->scratch + measure->value_count;

    for (uint32_t k = 0; k < measure->value_count; k++) {
        ones[k] = 1;
    }
    return spread_of(tally, &measure->distance, ones, measure->value_count);
}

/* Gwet 2008: only the share of ratings given at random agrees by chance. */
static double spread_of_gwet(const struct tally *tally, const struct measure *measure)
{
    double values = measure->value_count;
    double variety = 0;

    if (values < 2) {
        return 0;
    }
    for (uint32_t k = 0; k < measure->value_count; k++) {
        double share = tally->share[k] / tally->units;

        variety += share * (1 - share);
    }
    return 1 - (1 - spread_of_uniform(tally, measure)) * values / (values - 1) * variety;
}

static double chance_distance(const struct tally *tally, const struct measure *measure,
                              const struct distance *distance)
{
    switch (measure->metric) {
    case AGREE_PERCENT:
    case AGREE_METRICS_:
        return 1;
    case AGREE_COHEN:
    case AGREE_CONGER:
        return spread_between_raters(tally, measure);
    case AGREE_SCOTT:
    case AGREE_FLEISS:
        return spread_of(tally, distance, tally->share, tally->units);
    case AGREE_BRENNAN:
        return spread_of_uniform(tally, measure);
    case AGREE_GWET:
        return spread_of_gwet(tally, measure);
    case AGREE_ALPHA: /* pairs of different ratings: without replacement */
        return spread_of(tally, distance, tally->count, tally->ratings) * tally->ratings /
               (tally->ratings - 1);
    }
    return 1;
}

struct outcome tally_outcome(const struct tally *tally, const struct measure *measure)
{
    struct distance distance = measure->by_rank ? rank_distance(tally, measure) : measure->distance;

    if (tally->paired == 0) {
        return (struct outcome){.undefined_because = "no unit has two ratings"};
    }
    double seen = measure->metric == AGREE_ALPHA ? tally->seen_ratings / tally->ratings
                                                 : tally->seen / tally->paired;
    double chance = chance_distance(tally, measure, &distance);
    struct outcome outcome = {.observed = 1 - seen, .chance = 1 - chance};

    if (chance < CHANCE_LEFT_MIN) {
        outcome.undefined_because =
            "all ratings are one value, so chance alone would agree as often";
        return outcome;
    }
    outcome.value = 1 - seen / chance;
    return outcome;
}
