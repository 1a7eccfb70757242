#pragma once

/*
 * The graph of pairs, by item, and the two passes over it that the solver
 * repeats: slopes (with what they weigh), and the Laplacian times a vector.
 * Sums run in single precision inside a run of 4,096 edges and in double outside.
 */

#include <stdbool.h>

#include "engine/rank/rows.h"

struct parallel;

struct graph {
    const size_t *starts;      /* [item_count + 1] into the edges; each row is two edges */
    const uint32_t *neighbour; /* [edge] */
    const float *weight;       /* [edge] NULL: all one */
    float *information;        /* [edge] of the last slopes, times the weight */
    const double *wins;        /* [item] ties are half a win */
    double ties;               /* sum of the weights of ties */
    uint32_t item_count;
    const struct parallel *parallel;
    bool plain; /* without SIMD: for the tests */
};

struct graph graph_of(struct arena *arena, const struct rows *rows,
                      const struct parallel *parallel);

/* What slopes are made of, besides the scores. */
struct slopes {
    double *gradient;     /* [item] of the log-likelihood */
    double *diagonal;     /* [item] sum of the information of its edges */
    double ties_expected; /* sum over rows of the probability of a tie */
    double ties_variance; /* sum of its p (1 - p) */
};

/* `root` is exp(score / 2), in single precision; `odds` is exp(tie), zero where ties are halved. */
void graph_slopes(const struct graph *graph, const float *root, double odds, struct slopes *out);

/* out = (diagonal + precision - information) x: minus the Hessian of the log-posterior. `single`
 * is scratch, [item]. */
void graph_times(const struct graph *graph, const double *diagonal, double precision,
                 const double *x, float *single, double *out);
