#pragma once

/*
 * The full model: raters' skill, tie tendency and side bias, and styles, in turn
 * with the scores. Raters are drawn from normal populations whose means and
 * variances are estimated too (empirical Bayes), so that a rater of few
 * comparisons is taken for an average one.
 */

#include "engine/rank/rows.h"

struct judge_fit {
    double *score;             /* [item] where it starts from, and where it ends */
    struct rank_rater *raters; /* [rater], likewise */
    struct rank_rater common;
    double *style; /* [style_count], likewise */
    double *style_error;
    float *residual;    /* [comparison] slope of its log-likelihood in theta_left */
    float *information; /* [comparison] and its curvature */
    double likelihood;
    uint32_t rounds;
    bool converged;
};

/* Arrays of the result, at their starting values. */
struct judge_fit judge_new(struct arena *arena, const struct rank_input *input,
                           const struct rank_options *options);

/* `weight` is per comparison, NULL: all one. */
void judge_fit(struct arena *arena, const struct rank_input *input, const float *weight,
               const struct rank_options *options, const uint32_t *component,
               uint32_t component_count, struct judge_fit *fit);

/* Who is ahead in one comparison, and the odds of a tie. */
double judge_eta(const struct rank_input *input, const double *score,
                 const struct rank_rater *rater, const double *style, size_t i);
