#pragma once

/*
 * Acceptance sampling: how many items of a lot must be checked, and how many may
 * be wrong (single sampling by attributes; Dodge and Romig 1929).
 */

#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct fault;

struct watch_plan {
    uint64_t sample; /* items to check */
    uint64_t most;   /* accept with at most so many errors */
    double producer; /* chance that a lot of the fine rate is rejected */
    double consumer; /* chance that a lot of the poor rate is accepted */
};

struct watch_lot {
    uint64_t size;      /* items in the lot; 0: as good as endless (binomial) */
    double fine;        /* acceptable quality: share of errors, in [0, 1) */
    double poor;        /* share that must be caught, above it, at most 1 */
    double false_alarm; /* bounds of both chances, in (0, 0.5) */
    double missed;
};

/* The smallest sample that keeps both bounds. ERR_INVALID: the lot's figures make no plan.
 * ERR_LIMIT: no plan with a sample of up to a million; of a small lot, all of it is the plan. */
enum err watch_plan_make(const struct watch_lot *lot, struct watch_plan *out, struct fault *fault);

/* Chance to accept a lot with this share of errors (its operating characteristic). */
double watch_plan_accepts(const struct watch_plan *plan, const struct watch_lot *lot, double rate);

/* Exact interval of the rate (Clopper and Pearson 1934) after `errors` in `count` > 0 checks. */
struct interval watch_rate_interval(uint64_t count, uint64_t errors, double level);
