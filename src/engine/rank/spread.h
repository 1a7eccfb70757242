#pragma once

/* Errors of scores that do not trust the model: the sandwich. */

#include "engine/rank/rows.h"

/* What each row says about the scores, at the fit. */
struct row_slopes {
    const struct rows *rows;
    const float *information; /* [row] minus its second derivative */
    const float *square;      /* [row] sum over the row's comparisons of squared residuals */
    double precision;         /* of the prior */
};

struct sandwich_options {
    uint32_t samples;
    uint64_t seed;
};

/*
 * Square roots of the diagonal of H^-1 S H^-1, where S sums the squared slopes of
 * comparisons (Huber 1967), made up to the information for items whose slopes fall
 * short of it. Exact up to 400 items; above, the variance of `samples` solutions of
 * H x = sum of slopes with random signs, whose relative error is
 * 1 / sqrt(2 samples).
 */
void sandwich_errors(struct arena *arena, const struct row_slopes *slopes,
                     const struct sandwich_options *options, double *out);
