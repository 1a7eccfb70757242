#include "engine/agree/tally.h"

#include <string.h>

#include "base/arena.h"

enum { TOGETHER_VALUES_MAX = 48 };

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

static void take_runs(struct arena *arena, struct measure *measure)
{
    uint32_t *counts = arena_array(arena, uint32_t, measure->patterns.count);
    size_t total = 0;

    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];

        for (uint32_t k = 0; k < pattern->size; k++) {
            counts[i] += k == 0 || pattern->seats[k].value != pattern->seats[k - 1].value;
        }
        total += counts[i];
    }
    struct run *runs = arena_array(arena, struct run, total);
    struct run *next = runs;

    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        const struct pattern *pattern = &measure->patterns.at[i];

        for (uint32_t k = 0; k < pattern->size; k++) {
            if (k == 0 || pattern->seats[k].value != pattern->seats[k - 1].value) {
                *next++ = (struct run){.value = pattern->seats[k].value};
            }
            next[-1].count++;
        }
    }
    measure->runs = runs;
    measure->run_counts = counts;
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
    take_runs(arena, &measure);
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

static size_t together_size(const struct measure *measure)
{
    bool few = measure->by_rank && measure->value_count <= TOGETHER_VALUES_MAX;

    return few ? (size_t)measure->value_count * measure->value_count : 0;
}

static size_t given_size(const struct measure *measure)
{
    return has_own_marginals(measure->metric) ? (size_t)measure->value_count * measure->rater_count
                                              : 0;
}

static double *array_or_null(struct arena *arena, size_t count)
{
    return count == 0 ? NULL : arena_array(arena, double, count);
}

struct tally tally_new(struct arena *arena, const struct measure *measure)
{
    size_t values = measure->value_count;

    return (struct tally){
        .share = arena_array(arena, double, values *LANES),
        .count = arena_array(arena, double, values *LANES),
        .given = array_or_null(arena, given_size(measure) * LANES),
        .together = array_or_null(arena, together_size(measure) * LANES),
        .ranks = array_or_null(
            arena, measure->by_rank && together_size(measure) == 0 ? values * LANES : 0),
        .lane = {.share = arena_array(arena, double, values),
                 .count = arena_array(arena, double, values),
                 .given = array_or_null(arena, given_size(measure)),
                 .together = array_or_null(arena, together_size(measure)),
                 .scratch = arena_array(arena, double, 3 * values + 2 * (size_t)measure->widest)},
    };
}

static void clear(double *lanes, size_t count)
{
    if (lanes != NULL) {
        memset(lanes, 0, count * LANES * sizeof(*lanes));
    }
}

static void clear_all(struct tally *tally, const struct measure *measure)
{
    clear(tally->units, 1);
    clear(tally->paired, 1);
    clear(tally->ratings, 1);
    clear(tally->seen, 1);
    clear(tally->seen_ratings, 1);
    clear(tally->share, measure->value_count);
    clear(tally->count, measure->value_count);
    clear(tally->given, given_size(measure));
    clear(tally->together, together_size(measure));
}

static inline void add(double *lanes, const double *weights, double factor)
{
    for (size_t lane = 0; lane < LANES; lane++) {
        lanes[lane] += weights[lane] * factor;
    }
}

static void add_together(struct tally *tally, const struct measure *measure, const struct run *runs,
                         uint32_t size, const double *weights)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; seen < size; seen += runs[i].count, i++) {
        for (uint32_t k = 0; k < i; k++) {
            size_t cell = (size_t)runs[i].value * measure->value_count + runs[k].value;

            add(tally->together + cell * LANES, weights,
                2.0 * runs[i].count * runs[k].count / (size - 1));
        }
    }
}

/* Shares feed all metrics but alpha, counts alpha alone. */
static void add_runs(struct tally *tally, const struct measure *measure, const struct run *runs,
                     uint32_t size, const double *weights)
{
    bool alpha = measure->metric == AGREE_ALPHA;
    double *lanes = alpha ? tally->count : tally->share;
    double factor = alpha ? 1 : 1.0 / size;
    uint32_t seen = 0;

    for (uint32_t i = 0; seen < size; seen += runs[i].count, i++) {
        add(lanes + (size_t)runs[i].value * LANES, weights, factor * runs[i].count);
    }
}

static void add_pattern(struct tally *tally, const struct measure *measure, uint32_t index,
                        const struct run *runs, const double *weights)
{
    const struct pattern *pattern = &measure->patterns.at[index];

    add(tally->units, weights, 1);
    add_runs(tally, measure, runs, pattern->size, weights);
    for (uint32_t i = 0; tally->given != NULL && i < pattern->size; i++) {
        const struct seat *seat = &pattern->seats[i];

        add(tally->given + ((size_t)seat->rater * measure->value_count + seat->value) * LANES,
            weights, 1);
    }
    if (pattern->size < 2) {
        return;
    }
    add(tally->paired, weights, 1);
    add(tally->ratings, weights, pattern->size);
    if (measure->within != NULL) {
        add(tally->seen, weights, measure->within[index]);
        add(tally->seen_ratings, weights, measure->within[index] * pattern->size);
    } else if (tally->together != NULL) {
        add_together(tally, measure, runs, pattern->size, weights);
    }
}

/* Ranks of many values: the distances within a pattern change with every replicate. */
static void see_by_rank(struct tally *tally, const struct measure *measure, uint32_t index,
                        const double *weights, const struct distance *distances)
{
    const struct pattern *pattern = &measure->patterns.at[index];
    double *scratch = tally->lane.scratch + 3 * (size_t)measure->value_count;

    for (size_t lane = 0; lane < LANES; lane++) {
        if (weights[lane] > 0 && pattern->size > 1) {
            tally->seen_ratings[lane] +=
                weights[lane] * pattern->size *
                distance_within(&distances[lane], pattern->seats, pattern->size, scratch);
        }
    }
}

static void weigh(const struct measure *measure, uint32_t index, struct draws *draws,
                  double *weights)
{
    uint32_t multiplicity = measure->patterns.at[index].multiplicity;

    if (draws != NULL) {
        draws_next(draws, index, multiplicity, LANES, weights);
        return;
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        weights[lane] = multiplicity;
    }
}

/* A second pass over the same draws, now that the counts have made the ranks. */
static void fill_by_rank(struct tally *tally, const struct measure *measure, struct draws *draws)
{
    struct distance distances[LANES];
    double weights[LANES];
    size_t values = measure->value_count;

    for (size_t lane = 0; lane < LANES; lane++) {
        const struct sums *sums = tally_lane(tally, measure, lane);

        distances[lane] =
            rank_distance(sums->count, measure->value_count, tally->ranks + lane * values);
    }
    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        weigh(measure, i, draws, weights);
        see_by_rank(tally, measure, i, weights, distances);
    }
}

void tally_fill(struct tally *tally, const struct measure *measure, struct draws *draws)
{
    const struct run *runs = measure->runs;
    struct rng start[LANES];
    double weights[LANES];
    bool shared = shared_only(measure);

    clear_all(tally, measure);
    if (draws != NULL) {
        memcpy(start, draws->rngs, sizeof(start));
    }
    for (uint32_t i = 0; i < measure->patterns.count; i++) {
        weigh(measure, i, draws, weights);
        if (!shared || measure->patterns.at[i].size > 1) {
            add_pattern(tally, measure, i, runs, weights);
        }
        runs += measure->run_counts[i];
    }
    if (tally->ranks != NULL) {
        if (draws != NULL) {
            memcpy(draws->rngs, start, sizeof(start));
        }
        fill_by_rank(tally, measure, draws);
    }
}

static void take_lane(double *to, const double *lanes, size_t count, size_t lane)
{
    for (size_t i = 0; lanes != NULL && i < count; i++) {
        to[i] = lanes[i * LANES + lane];
    }
}

const struct sums *tally_lane(struct tally *tally, const struct measure *measure, size_t lane)
{
    struct sums *sums = &tally->lane;

    sums->units = tally->units[lane];
    sums->paired = tally->paired[lane];
    sums->ratings = tally->ratings[lane];
    sums->seen = tally->seen[lane];
    sums->seen_ratings = tally->seen_ratings[lane];
    take_lane(sums->share, tally->share, measure->value_count, lane);
    take_lane(sums->count, tally->count, measure->value_count, lane);
    take_lane(sums->given, tally->given, given_size(measure), lane);
    take_lane(sums->together, tally->together, together_size(measure), lane);
    return sums;
}
