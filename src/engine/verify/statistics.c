#include "engine/verify/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "num/special.h"

enum { ROUNDS_MIN = 100, ROUNDS_MAX = 1'000'000 };

static enum err check_draws(uint64_t n, uint64_t c, uint64_t k, struct fault *fault)
{
    if (c > n || k < 1 || k > n) {
        return fail(fault, ERR_INVALID,
                    "%llu draws of %llu runs, %llu of them good: draws must be from 1 to the runs",
                    (unsigned long long)k, (unsigned long long)n, (unsigned long long)c);
    }
    return OK;
}

/* C(few, k) / C(n, k), as a product of factors that are at most one. */
static double ratio_of_choices(uint64_t n, uint64_t few, uint64_t k)
{
    double ratio = 1;

    if (k > few) {
        return 0;
    }
    for (uint64_t i = 0; i < k && ratio > 0; i++) {
        ratio *= (double)(few - i) / (double)(n - i);
    }
    return ratio;
}

enum err pass_at_k(uint64_t n, uint64_t c, uint64_t k, double *out, struct fault *fault)
{
    TRY(check_draws(n, c, k, fault));
    *out = 1 - ratio_of_choices(n, n - c, k);
    return OK;
}

enum err pass_all_k(uint64_t n, uint64_t c, uint64_t k, double *out, struct fault *fault)
{
    TRY(check_draws(n, c, k, fault));
    *out = ratio_of_choices(n, c, k);
    return OK;
}

static enum err check_samples(const struct sample *samples, size_t count, double level,
                              struct fault *fault)
{
    if (count == 0) {
        return fail(fault, ERR_INVALID, "there is no score");
    }
    if (!(level > 0 && level < 1)) {
        return fail(fault, ERR_INVALID, "the level is %g, but must lie between 0 and 1", level);
    }
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(samples[i].value)) {
            return fail(fault, ERR_INVALID, "score %zu is not a finite number", i + 1);
        }
    }
    return OK;
}

static size_t cluster_room(const struct sample *samples, size_t count)
{
    uint32_t last = 0;

    for (size_t i = 0; i < count; i++) {
        last = samples[i].cluster > last ? samples[i].cluster : last;
    }
    return (size_t)last + 1;
}

static double mean_of(const struct sample *samples, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += samples[i].value;
    }
    return sum / (double)count;
}

static void set_interval(double level, double freedom, struct mean_estimate *out)
{
    double reach = num_student_quantile((1 + level) / 2, freedom) * out->error;

    out->interval = (struct interval){.low = out->mean - reach, .high = out->mean + reach};
}

enum err mean_clustered(struct arena *arena, const struct sample *samples, size_t count,
                        double level, struct mean_estimate *out, struct fault *fault)
{
    TRY(check_samples(samples, count, level, fault));
    size_t room = cluster_room(samples, count);
    double *sum = arena_array(arena, double, room);
    bool *seen = arena_array(arena, bool, room);
    struct mean_estimate found = {.mean = mean_of(samples, count), .count = count};
    double squares = 0;

    for (size_t i = 0; i < count; i++) {
        sum[samples[i].cluster] += samples[i].value - found.mean;
        found.cluster_count += !seen[samples[i].cluster];
        seen[samples[i].cluster] = true;
    }
    if (found.cluster_count < 2) {
        return fail(fault, ERR_INVALID, "an interval needs at least two tasks");
    }
    for (size_t i = 0; i < room; i++) {
        squares += sum[i] * sum[i];
    }
    found.error = sqrt(squares) / (double)count;
    set_interval(level, (double)found.cluster_count - 1, &found);
    *out = found;
    return OK;
}

static int compare_reals(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Sums and sizes of the clusters that occur, packed together. */
static size_t pack_clusters(struct arena *arena, const struct sample *samples, size_t count,
                            double **sum, double **size)
{
    size_t room = cluster_room(samples, count);
    size_t used = 0;

    *sum = arena_array(arena, double, room);
    *size = arena_array(arena, double, room);
    for (size_t i = 0; i < count; i++) {
        (*sum)[samples[i].cluster] += samples[i].value;
        (*size)[samples[i].cluster]++;
    }
    for (size_t i = 0; i < room; i++) {
        if ((*size)[i] > 0) {
            (*sum)[used] = (*sum)[i];
            (*size)[used++] = (*size)[i];
        }
    }
    return used;
}

enum err mean_bootstrap(struct arena *arena, const struct sample *samples, size_t count,
                        const struct bootstrap_options *options, struct mean_estimate *out,
                        struct fault *fault)
{
    TRY(check_samples(samples, count, options->level, fault));
    if (options->rounds < ROUNDS_MIN || options->rounds > ROUNDS_MAX) {
        return fail(fault, ERR_INVALID, "%u rounds; a bootstrap takes from %d to %d",
                    options->rounds, ROUNDS_MIN, ROUNDS_MAX);
    }
    double *sum;
    double *size;
    size_t clusters = pack_clusters(arena, samples, count, &sum, &size);
    double *means = arena_array(arena, double, options->rounds);
    struct rng rng = rng_new(options->seed);
    struct mean_estimate found = {
        .mean = mean_of(samples, count), .count = count, .cluster_count = clusters};
    double centre = 0;
    double squares = 0;

    for (uint32_t round = 0; round < options->rounds; round++) {
        double total = 0;
        double weight = 0;

        for (size_t i = 0; i < clusters; i++) {
            uint32_t pick = rng_below(&rng, (uint32_t)clusters);

            total += sum[pick];
            weight += size[pick];
        }
        means[round] = total / weight;
        centre += means[round] / options->rounds;
    }
    for (uint32_t round = 0; round < options->rounds; round++) {
        squares += (means[round] - centre) * (means[round] - centre);
    }
    qsort(means, options->rounds, sizeof(*means), compare_reals);
    found.error = sqrt(squares / options->rounds);
    found.interval = interval_of_sorted(means, options->rounds, options->level);
    *out = found;
    return OK;
}

enum err mean_paired(struct arena *arena, const struct sample *left, const double *right,
                     size_t count, double level, struct mean_estimate *out, struct fault *fault)
{
    struct sample *difference = arena_array(arena, struct sample, count);

    for (size_t i = 0; i < count; i++) {
        difference[i] =
            (struct sample){.cluster = left[i].cluster, .value = left[i].value - right[i]};
    }
    return mean_clustered(arena, difference, count, level, out, fault);
}

static int compare_samples(const void *left, const void *right)
{
    const struct sample *a = left;
    const struct sample *b = right;

    if (a->cluster != b->cluster) {
        return (a->cluster > b->cluster) - (a->cluster < b->cluster);
    }
    return (a->value > b->value) - (a->value < b->value);
}

static double summarise(const struct sample *runs, size_t count, enum run_summary summary)
{
    if (summary == RUNS_MEAN) {
        return mean_of(runs, count);
    }
    return count % 2 == 1 ? runs[count / 2].value
                          : (runs[count / 2 - 1].value + runs[count / 2].value) / 2;
}

enum err mean_of_runs(struct arena *arena, const struct sample *samples, size_t count,
                      enum run_summary summary, double *out, struct fault *fault)
{
    TRY(check_samples(samples, count, .5, fault));
    struct sample *sorted = arena_array(arena, struct sample, count);
    double sum = 0;
    size_t tasks = 0;

    for (size_t i = 0; i < count; i++) {
        sorted[i] = samples[i];
    }
    qsort(sorted, count, sizeof(*sorted), compare_samples);
    for (size_t begin = 0; begin < count; tasks++) {
        size_t end = begin;

        while (end < count && sorted[end].cluster == sorted[begin].cluster) {
            end++;
        }
        sum += summarise(sorted + begin, end - begin, summary);
        begin = end;
    }
    *out = sum / (double)tasks;
    return OK;
}

static double f1(uint64_t hits, uint64_t errors)
{
    return hits + errors == 0 ? 0 : 2 * (double)hits / (2 * (double)hits + (double)errors);
}

static uint64_t total(const struct confusion *counts)
{
    return counts->both + counts->judge_only + counts->expert_only + counts->neither;
}

enum err balanced_f1(const struct confusion *counts, double *out, struct fault *fault)
{
    uint64_t errors = counts->judge_only + counts->expert_only;

    if (total(counts) == 0) {
        return fail(fault, ERR_INVALID, "there is no pair of verdicts");
    }
    *out = (f1(counts->both, errors) + f1(counts->neither, errors)) / 2;
    return OK;
}

enum err confusion_kappa(const struct confusion *counts, double *out, struct fault *fault)
{
    double n = (double)total(counts);

    if (n == 0) {
        return fail(fault, ERR_INVALID, "there is no pair of verdicts");
    }
    double judge = (double)(counts->both + counts->judge_only) / n;
    double expert = (double)(counts->both + counts->expert_only) / n;
    double agreed = (double)(counts->both + counts->neither) / n;
    double chance = judge * expert + (1 - judge) * (1 - expert);

    *out = chance >= 1 ? 0 : (agreed - chance) / (1 - chance);
    return OK;
}
