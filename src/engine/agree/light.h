#pragma once

/* Coefficients of two raters, averaged over all pairs (Light 1971). */

#include "engine/agree/tally.h"

struct arena;

/* Sums of every pair of raters; pairs without a shared unit hold zeros. */
struct light {
    double *units;    /* [pair] shared */
    double *seen;     /* [pair] sum of distances */
    double *given;    /* [pair][2][value] ratings of the earlier and of the later rater */
    double *scratch;  /* [value] three times */
    uint32_t *raters; /* [rater] with a rating, numbered densely */
    uint32_t rater_count;
};

/* How many doubles a light takes for these raters and values. */
uint64_t light_size(uint32_t rater_count, uint32_t value_count);

struct light light_new(struct arena *arena, const struct measure *measure, uint32_t rater_count);

/* `weights` are per pattern; NULL: the multiplicities. Patterns must be by rater. */
void light_fill(struct light *light, const struct measure *measure, const double *weights);

/* The mean over the pairs in which the coefficient is defined. */
struct outcome light_outcome(const struct light *light, const struct measure *measure);
