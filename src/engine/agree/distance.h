#pragma once

/*
 * Distances between values, summed over a whole distribution at once.
 *
 * A distance is scaled so that the largest between any two scores is one; with
 * one score, or all at distance zero, the scale is one.
 */

#include <stdint.h>

#include "engine/agree/agree.h"

struct distance {
    enum agree_distance kind; /* AGREE_ORDINAL means Gwet's; Krippendorff's is quadratic in ranks */
    uint32_t value_count;
    const double *scores; /* [value] ascending; of Gwet's ordinal distance: 0, 1, 2, ... */
    double scale;         /* one over the largest distance */
};

struct distance distance_of(enum agree_distance kind, const double *scores, uint32_t value_count);

double distance_between(const struct distance *distance, uint32_t left, uint32_t right);

/* out[k] = sum over l of mass[l] * distance(k, l); linear in the number of values but at ratio. */
void distance_pull(const struct distance *distance, const double *mass, double *out);

/* Sum over k and l of mass[k] * mass[l] * distance(k, l). `scratch` holds value_count. */
double distance_spread(const struct distance *distance, const double *mass, double *scratch);
