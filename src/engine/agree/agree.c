#include "engine/agree/agree.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "engine/agree/table.h"
#include "engine/agree/tally.h"
#include "num/random.h"

enum { RATIO_VALUES_MAX = 4096, CHUNKS = 64 };

static const uint64_t MARGINALS_MAX = UINT64_C(1) << 27;

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

struct bootstrap {
    const struct measure *measure;
    const struct agree_options *options;
    struct tally *tallies;    /* one a chunk */
    uint32_t **weights;       /* likewise */
    struct outcome *outcomes; /* [replicate] */
    size_t chunk_count;
};

static void run_chunk(void *context, size_t chunk)
{
    const struct bootstrap *bootstrap = context;
    const struct patterns *patterns = &bootstrap->measure->patterns;
    uint32_t *weights = bootstrap->weights[chunk];

    for (size_t replicate = chunk; replicate < bootstrap->options->bootstrap;
         replicate += bootstrap->chunk_count) {
        struct rng rng = rng_stream(bootstrap->options->seed, replicate);

        for (uint32_t i = 0; i < patterns->count; i++) {
            weights[i] = num_poisson(&rng, patterns->at[i].multiplicity);
        }
        tally_fill(&bootstrap->tallies[chunk], bootstrap->measure, weights);
        bootstrap->outcomes[replicate] =
            tally_outcome(&bootstrap->tallies[chunk], bootstrap->measure);
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

static void resample(struct arena *arena, const struct measure *measure,
                     const struct agree_options *options, struct agree_result *result)
{
    struct bootstrap bootstrap = {.measure = measure,
                                  .options = options,
                                  .chunk_count = measure->rater_count > 256 ? 4 : CHUNKS};

    if (bootstrap.chunk_count > options->bootstrap) {
        bootstrap.chunk_count = options->bootstrap;
    }
    bootstrap.tallies = arena_array(arena, struct tally, bootstrap.chunk_count);
    bootstrap.weights = arena_array(arena, uint32_t *, bootstrap.chunk_count);
    bootstrap.outcomes = arena_array(arena, struct outcome, options->bootstrap);
    for (size_t chunk = 0; chunk < bootstrap.chunk_count; chunk++) {
        bootstrap.tallies[chunk] = tally_new(arena, measure);
        bootstrap.weights[chunk] = arena_array(arena, uint32_t, measure->patterns.count);
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

static void measure_table(struct arena *arena, const struct agree_table *table,
                          const struct agree_options *options, struct agree_result *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct measure measure = measure_of(arena, table, options);
    struct tally tally = tally_new(arena, &measure);

    *out = counts_of(table);
    tally_fill(&tally, &measure, NULL);
    struct outcome outcome = tally_outcome(&tally, &measure);

    out->defined = outcome.undefined_because == NULL;
    out->undefined_because = outcome.undefined_because;
    out->value = outcome.value;
    out->observed = outcome.observed;
    out->chance = outcome.chance;
    if (out->defined && options->bootstrap > 0 && table->paired_count > 1) {
        resample(arena, &measure, options, out);
    }
    arena_undo(arena, mark);
}

/* Light 1971: a coefficient of two, averaged over all pairs in which it is defined. */
static enum err measure_mean(struct arena *arena, const struct agree_table *table,
                             const struct agree_options *options, struct agree_result *out,
                             struct fault *fault)
{
    struct agree_options plain = *options;
    struct agree_pair *pairs;
    struct agree_result mean = counts_of(table);
    size_t count;
    double defined = 0;

    plain.bootstrap = 0;
    TRY(agree_pairs(arena, table, &plain, SIZE_MAX, &pairs, &count, fault));
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].result.defined) {
            mean.value += pairs[i].result.value;
            mean.observed += pairs[i].result.observed;
            mean.chance += pairs[i].result.chance;
            defined++;
        }
    }
    mean.defined = defined > 0;
    if (mean.defined) {
        mean.value /= defined;
        mean.observed /= defined;
        mean.chance /= defined;
    } else {
        mean.undefined_because =
            count == 0 ? "no unit has two ratings" : "no pair of raters used more than one value";
    }
    *out = mean;
    return OK;
}

enum err agree_measure(struct arena *arena, const struct agree_table *table,
                       const struct agree_options *options, struct agree_result *out,
                       struct fault *fault)
{
    bool of_two = options->metric == AGREE_COHEN || options->metric == AGREE_SCOTT;

    TRY(check_options(table, options, fault));
    if (of_two && table->rated_rater_count > 2) {
        return measure_mean(arena, table, options, out, fault);
    }
    measure_table(arena, table, options, out);
    return OK;
}
