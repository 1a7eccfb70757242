#include "engine/agree/agree.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "engine/agree/light.h"
#include "engine/agree/precision.h"
#include "engine/agree/table.h"
#include "engine/agree/tally.h"

enum { RATIO_VALUES_MAX = 4096, CHUNKS = 64 };

static const uint64_t MARGINALS_MAX = UINT64_C(1) << 27;
static const uint64_t DESKS_SIZE_MAX = UINT64_C(1) << 24;
static const uint64_t LIGHT_SIZE_MAX = UINT64_C(1) << 24;
static const uint64_t LIGHT_WORK_MAX = UINT64_C(1) << 30;

static enum err check_options(const struct agree_table *table, const struct agree_options *options,
                              struct fault *fault)
{
    bool by_rater = options->metric == AGREE_COHEN || options->metric == AGREE_CONGER;

    if (!(options->level > 0 && options->level < 1)) {
        return fail(fault, ERR_INVALID, "the level is %g, but must lie between 0 and 1",
                    options->level);
    }
    if ((unsigned)options->metric >= AGREE_METRICS_ || (unsigned)options->distance > AGREE_RATIO) {
        return fail(fault, ERR_INVALID, "there is no such metric or distance");
    }
    if (options->distance == AGREE_RATIO && table->value_count > 0 && table->scores[0] < 0) {
        return fail(fault, ERR_INVALID, "a ratio needs values of zero or more, but there is %g",
                    table->scores[0]);
    }
    if (options->distance == AGREE_RATIO && table->value_count > RATIO_VALUES_MAX) {
        return fail(fault, ERR_LIMIT, "there are %u different values, but ratios take at most %d",
                    table->value_count, RATIO_VALUES_MAX);
    }
    if (by_rater && (uint64_t)table->rater_count * table->value_count > MARGINALS_MAX) {
        return fail(fault, ERR_LIMIT, "%u raters with %u values are too many for this coefficient",
                    table->rater_count, table->value_count);
    }
    return OK;
}

/* One worker's place: sums for a few replicates at a time. */
struct desk {
    struct tally tally;
    struct light light; /* instead, for a mean over pairs */
    double *weights;    /* [pattern], for the same */
};

struct bootstrap {
    const struct measure *measure;
    const struct agree_options *options;
    struct weight_tables tables;
    struct desk *desks;       /* one a chunk */
    struct outcome *outcomes; /* [replicate], rounded up to whole lanes */
    size_t batch_count;       /* of LANES replicates each */
    size_t chunk_count;
    bool over_pairs;
};

static void run_batch(const struct bootstrap *bootstrap, struct desk *desk, struct draws *draws,
                      struct outcome *outcomes)
{
    tally_fill(&desk->tally, bootstrap->measure, draws);
    for (size_t lane = 0; lane < LANES; lane++) {
        outcomes[lane] =
            sums_outcome(tally_lane(&desk->tally, bootstrap->measure, lane), bootstrap->measure);
    }
}

static void run_batch_over_pairs(const struct bootstrap *bootstrap, struct desk *desk,
                                 const struct draws *draws, struct outcome *outcomes)
{
    const struct measure *measure = bootstrap->measure;

    for (size_t lane = 0; lane < LANES; lane++) {
        struct draws alone = {.tables = draws->tables, .rngs = &draws->rngs[lane]};

        for (uint32_t i = 0; i < measure->patterns.count; i++) {
            draws_next(&alone, i, measure->patterns.at[i].multiplicity, 1, &desk->weights[i]);
        }
        light_fill(&desk->light, measure, desk->weights);
        outcomes[lane] = light_outcome(&desk->light, measure);
    }
}

static void run_chunk(void *context, size_t chunk)
{
    const struct bootstrap *bootstrap = context;

    for (size_t batch = chunk; batch < bootstrap->batch_count; batch += bootstrap->chunk_count) {
        struct rng rngs[LANES];
        struct draws draws = {.tables = &bootstrap->tables, .rngs = rngs};
        struct outcome *outcomes = bootstrap->outcomes + batch * LANES;

        for (size_t lane = 0; lane < LANES; lane++) {
            rngs[lane] = rng_stream(bootstrap->options->seed, batch * LANES + lane);
        }
        if (bootstrap->over_pairs) {
            run_batch_over_pairs(bootstrap, &bootstrap->desks[chunk], &draws, outcomes);
        } else {
            run_batch(bootstrap, &bootstrap->desks[chunk], &draws, outcomes);
        }
    }
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Percentiles of the defined replicates, if they are at least half of all. */
static void take_interval(struct arena *arena, const struct bootstrap *bootstrap,
                          struct agree_result *result)
{
    uint32_t count = bootstrap->options->bootstrap;
    double *values = arena_array(arena, double, count);
    uint32_t defined = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (bootstrap->outcomes[i].undefined_because == NULL) {
            values[defined++] = bootstrap->outcomes[i].value;
        }
    }
    result->defined_count = defined;
    if (defined == 0 || defined < (count + 1) / 2) {
        return;
    }
    qsort(values, defined, sizeof(*values), by_size);
    result->has_interval = true;
    result->interval = interval_of_sorted(values, defined, bootstrap->options->level);
}

/* So many that threads share the work well, and not so many that their sums fill the memory. */
static size_t chunk_count_of(size_t batch_count, uint64_t desk_size)
{
    size_t chunks = CHUNKS;

    while (chunks > 1 && chunks * desk_size > DESKS_SIZE_MAX) {
        chunks /= 2;
    }
    return chunks < batch_count ? chunks : batch_count;
}

/* `rater_count` not zero: the mean over pairs of so many raters. */
static void resample(struct arena *arena, const struct measure *measure,
                     const struct agree_options *options, uint32_t rater_count,
                     struct agree_result *result)
{
    uint64_t size = rater_count > 0
                        ? light_size(rater_count, measure->value_count) + measure->patterns.count
                        : (2 + (uint64_t)measure->rater_count) * measure->value_count * LANES;
    size_t batch_count = (options->bootstrap + LANES - 1) / LANES;
    struct bootstrap bootstrap = {
        .measure = measure,
        .options = options,
        .tables = weight_tables_of(arena, &measure->patterns),
        .outcomes = arena_array(arena, struct outcome, batch_count * LANES),
        .batch_count = batch_count,
        .chunk_count = chunk_count_of(batch_count, size),
        .over_pairs = rater_count > 0,
    };

    bootstrap.desks = arena_array(arena, struct desk, bootstrap.chunk_count);
    for (size_t chunk = 0; chunk < bootstrap.chunk_count; chunk++) {
        struct desk *desk = &bootstrap.desks[chunk];

        if (bootstrap.over_pairs) {
            desk->weights = arena_array(arena, double, measure->patterns.count);
            desk->light = light_new(arena, measure, rater_count);
        } else {
            desk->tally = tally_new(arena, measure);
        }
    }
    parallel_run(options->parallel, bootstrap.chunk_count, run_chunk, &bootstrap);
    take_interval(arena, &bootstrap, result);
}

static struct agree_result counts_of(const struct agree_table *table)
{
    return (struct agree_result){.unit_count = table->rated_unit_count,
                                 .paired_count = table->paired_count,
                                 .rating_count = table->paired_ratings,
                                 .rater_count = table->rated_rater_count};
}

static void take_outcome(struct agree_result *result, const struct outcome *outcome)
{
    result->defined = outcome->undefined_because == NULL;
    result->undefined_because = outcome->undefined_because;
    result->value = outcome->value;
    result->observed = outcome->observed;
    result->chance = outcome->chance;
}

static void measure_table(struct arena *arena, const struct agree_table *table,
                          const struct agree_options *options, struct agree_result *out)
{
    struct measure measure = measure_of(arena, table, options);
    struct tally tally = tally_new(arena, &measure);

    tally_fill(&tally, &measure, NULL);
    const struct sums *sums = tally_lane(&tally, &measure, 0);
    struct outcome outcome = sums_outcome(sums, &measure);

    take_outcome(out, &outcome);
    out->has_error = out->defined && error_of(arena, &measure, sums, &outcome, &out->error);
    if (out->defined && options->bootstrap > 0 && table->paired_count > 1) {
        resample(arena, &measure, options, 0, out);
    }
}

static void measure_mean(struct arena *arena, const struct agree_table *table,
                         const struct agree_options *options, struct agree_result *out)
{
    uint64_t size = light_size(table->rated_rater_count, table->value_count);

    if (size > LIGHT_SIZE_MAX) {
        out->undefined_because = "there are too many pairs of raters for a mean over pairs; "
                                 "Conger's and Fleiss's coefficients take any number";
        return;
    }
    struct measure measure = measure_of(arena, table, options);
    struct light light = light_new(arena, &measure, table->rated_rater_count);

    light_fill(&light, &measure, NULL);
    struct outcome outcome = light_outcome(&light, &measure);

    take_outcome(out, &outcome);
    if (out->defined && options->bootstrap > 0 && table->paired_count > 1 &&
        size * options->bootstrap <= LIGHT_WORK_MAX) {
        resample(arena, &measure, options, table->rated_rater_count, out);
    }
}

enum err agree_measure(struct arena *arena, const struct agree_table *table,
                       const struct agree_options *options, struct agree_result *out,
                       struct fault *fault)
{
    bool of_two = options->metric == AGREE_COHEN || options->metric == AGREE_SCOTT;

    TRY(check_options(table, options, fault));
    struct arena_mark mark = arena_mark(arena);
    struct agree_result result = counts_of(table);

    if (of_two && table->rated_rater_count > 2) {
        measure_mean(arena, table, options, &result);
    } else {
        measure_table(arena, table, options, &result);
    }
    arena_undo(arena, mark);
    *out = result;
    return OK;
}
