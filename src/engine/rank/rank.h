#pragma once

/*
 * Ranking from pairwise comparisons, and how good the raters are.
 *
 * Bradley and Terry (1952) with the ties of Davidson (1970): an item has a score
 * theta on the logit scale, and a comparison of left with right by rater r has
 *     eta = skill_r * (theta_left - theta_right) + side_r * first + style . beta
 *     P(left) : P(tie) : P(right) = exp(eta / 2) : exp(tie_r) : exp(-eta / 2).
 * Without raters, sides and styles this is the plain model on the graph of
 * pairs, which is solved by Newton's method with preconditioned conjugate
 * gradients on the graph's Laplacian. A weak normal prior keeps scores finite.
 * Pure; the same bits for the same input, options and seed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct arena;
struct fault;
struct parallel;

enum rank_outcome { RANK_RIGHT, RANK_TIE, RANK_LEFT };

/* Columns of `count` comparisons; indices are dense from zero. */
struct rank_input {
    const uint32_t *left;
    const uint32_t *right;
    const uint8_t *outcome; /* enum rank_outcome */
    const uint32_t *rater;  /* NULL: all by one */
    const int8_t *first;    /* 1: left was shown first, -1: right was, 0: unknown; NULL: unknown */
    const float *style;     /* [count][style_count]: what left has more of than right; NULL: none */
    size_t count;
    uint32_t item_count;
    uint32_t rater_count; /* at least one */
    uint32_t style_count; /* at most 32 */
};

enum rank_ties {
    RANK_DAVIDSON,
    RANK_HALF, /* a tie is half a win of each, and no outcome of its own */
};

enum rank_error {
    RANK_NO_ERROR,
    RANK_SANDWICH,  /* robust to a wrong model (Huber 1967); by sampling above 1,000 items */
    RANK_BOOTSTRAP, /* Poisson weights on comparisons, each replicate fitted anew */
};

struct rank_options {
    enum rank_ties ties;
    bool raters;      /* estimate each rater's skill, tie tendency and side bias */
    double precision; /* of the normal prior of scores about zero; positive */
    enum rank_error error;
    uint32_t replicates; /* of the bootstrap, or samples of the sandwich */
    double level;        /* of the intervals, in (0, 1) */
    uint64_t seed;
    uint32_t rounds_max; /* of Newton's method; of both parts in turn where raters matter */
    double step_min;     /* stop when no score is expected to move more */
    const struct parallel *parallel;
};

#define RANK_DEFAULTS                                                                              \
    ((struct rank_options){.ties = RANK_DAVIDSON,                                                  \
                           .raters = true,                                                         \
                           .precision = 0.1,                                                       \
                           .error = RANK_SANDWICH,                                                 \
                           .replicates = 200,                                                      \
                           .level = 0.95,                                                          \
                           .seed = 1,                                                              \
                           .rounds_max = 200,                                                      \
                           .step_min = 2e-5})

struct rank_rater {
    double skill; /* 1 is the average; 0 answers at random */
    double
        skill_error; /* standard errors, from the curvature; of tie and side, scores held fixed */
    double tie;      /* log-odds of a tie between equals against either winner */
    double tie_error;
    double side; /* log-odds given to the one shown first */
    double side_error;
    uint64_t count;
};

struct rank_fit {
    double *score;              /* [item], mean zero in each component of the graph */
    double *error;              /* [item] standard errors; NULL: not asked for */
    struct interval *intervals; /* [item]; NULL: not asked for */
    uint32_t *component;        /* [item]; scores of different components cannot be compared */
    uint32_t component_count;   /* items without comparisons are components of their own */
    uint64_t *compared;         /* [item] comparisons */
    struct rank_rater *raters;  /* [rater]; without options.raters all hold the common values */
    struct rank_rater common;   /* what all raters share: tie, side */
    double *style;              /* [style_count] beta */
    double *style_error;        /* [style_count] from the curvature */
    double likelihood;          /* natural log of the outcomes, without the prior */
    uint32_t rounds;
    bool converged;
};

/* ERR_INVALID: an index or outcome out of range, an item compared with itself, a style that is not
 * finite, options out of range, no comparison. ERR_LIMIT: 2^31 comparisons or more. */
enum err rank_fit(struct arena *arena, const struct rank_input *input,
                  const struct rank_options *options, struct rank_fit *out, struct fault *fault);

/* Probabilities of the outcomes, by enum rank_outcome, under a fit made with these options;
 * `style` may be NULL. */
void rank_predict(const struct rank_fit *fit, const struct rank_options *options,
                  const struct rank_input *input, size_t comparison, double out[static 3]);
