#pragma once

/*
 * Statistics of verdicts. Every estimate with the formula of its source; nothing is NaN for valid
 * input, and what cannot be estimated is refused with a reason.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct arena;
struct fault;

/* Chance that at least one of k draws without replacement from n runs, c of them good, is good:
 * 1 - C(n-c, k) / C(n, k) (Chen et al. 2021). ERR_INVALID unless 0 <= c <= n and 1 <= k <= n. */
enum err pass_at_k(uint64_t n, uint64_t c, uint64_t k, double *out, struct fault *fault);

/* Chance that all of k draws are good: C(c, k) / C(n, k) (Yao et al. 2024). Same refusals. */
enum err pass_all_k(uint64_t n, uint64_t c, uint64_t k, double *out, struct fault *fault);

/* One score of one run, in the group (task, source, ...) it belongs to. */
struct sample {
    uint32_t cluster; /* dense from zero */
    double value;     /* finite */
};

struct mean_estimate {
    double mean;
    double error; /* standard error */
    struct interval interval;
    size_t count;
    size_t cluster_count;
};

/*
 * Mean of all samples with a standard error that allows samples of one cluster to be alike (Miller
 * 2024): sqrt(sum over clusters of (sum of deviations)^2) / n. Student's t with clusters - 1
 * degrees of freedom. With one sample a cluster it is the usual error times sqrt((n-1)/n).
 * ERR_INVALID: no sample, a value that is not finite, or fewer than two clusters.
 */
enum err mean_clustered(struct arena *arena, const struct sample *samples, size_t count,
                        double level, struct mean_estimate *out, struct fault *fault);

/* Percentile bootstrap over clusters (Efron 1979); `error` is the deviation of the resampled
 * means. The same bits for the same seed. */
struct bootstrap_options {
    uint64_t seed;
    uint32_t rounds; /* 1,000 is usual; at least 100 */
    double level;
};
enum err mean_bootstrap(struct arena *arena, const struct sample *samples, size_t count,
                        const struct bootstrap_options *options, struct mean_estimate *out,
                        struct fault *fault);

/* Mean difference left - right of tasks that both did, with the paired error; samples are matched
 * by position. */
enum err mean_paired(struct arena *arena, const struct sample *left, const double *right,
                     size_t count, double level, struct mean_estimate *out, struct fault *fault);

/* Per task the median (or mean) over its runs, then the mean over tasks. */
enum run_summary { RUNS_MEAN, RUNS_MEDIAN };
enum err mean_of_runs(struct arena *arena, const struct sample *samples, size_t count,
                      enum run_summary summary, double *out, struct fault *fault);

/* Agreement of a judge with experts on yes or no, counted. */
struct confusion {
    uint64_t both; /* judge yes, expert yes */
    uint64_t judge_only;
    uint64_t expert_only;
    uint64_t neither;
};

/* Mean of the F1 of "yes" and the F1 of "no"; a class that nobody named has an F1 of 0, as in
 * HealthBench (Arora et al. 2025) and scikit-learn's macro average. ERR_INVALID: nothing counted.
 */
enum err balanced_f1(const struct confusion *counts, double *out, struct fault *fault);

/* Cohen's kappa; 0 when agreement by chance is certain and complete. */
enum err confusion_kappa(const struct confusion *counts, double *out, struct fault *fault);
