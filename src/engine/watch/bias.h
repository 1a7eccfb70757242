#pragma once

/*
 * Biases of a rater who compares two answers: towards the place, towards the
 * longer one, and against the rater's own earlier word.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num/interval.h"

struct watch_share {
    uint64_t count;
    double share;
    struct interval interval; /* Wilson 1927 */
    double p;                 /* two-sided, exact, that the share is one half */
    bool known;               /* false: nothing was counted, and all is zero */
};

/* How often the answer shown first was preferred; ties count for neither. */
struct watch_share watch_position_bias(uint64_t first, uint64_t second, double level);

/* How often a rater who saw the same pair again (turned or not) said the same again. */
struct watch_share watch_self_consistency(uint64_t same, uint64_t different, double level);

struct watch_length {
    bool known;     /* false: fewer than two comparisons, or lengths never differ */
    double slope;   /* log-odds of preferring left per unit of difference */
    double error;   /* its standard error */
    double level;   /* log-odds where lengths are equal */
    double p;       /* two-sided, that the slope is zero (Wald) */
    bool separated; /* length decides without exception: the slope is held by its weak prior */
};

/* Logistic regression of preferring left (1) or right (0) on how much longer left is, for
 * instance as a difference of logs of lengths; finite. A normal prior of variance 100. */
struct watch_length watch_length_bias(const double *longer, const uint8_t *left, size_t count);
