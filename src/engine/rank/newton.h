#pragma once

/* The plain model: scores and the common tie tendency, by inexact Newton steps. */

#include "engine/rank/graph.h"

/* Minus the Hessian of a log-posterior in the scores. */
struct hessian {
    void (*times)(void *context, const double *x, double *out);
    void *context;
    const double *diagonal; /* [item] of the whole Hessian: the preconditioner */
    uint32_t item_count;
};

struct pcg {
    double *residual; /* [item] each */
    double *scaled;
    double *direction;
    double *image;
};

struct pcg pcg_new(struct arena *arena, uint32_t item_count);

/* Conjugate gradients for hessian x = right, from zero, until the preconditioned residual has
 * shrunk by `tolerance`, at most `rounds_max` times. */
void pcg_solve(const struct pcg *pcg, const struct hessian *hessian, const double *right,
               double tolerance, uint32_t rounds_max, double *x);

struct plain_fit {
    double *score; /* [item]; where it starts from, and where it ends */
    double odds;   /* exp(tie); zero where ties are halved */
    uint32_t rounds;
    bool converged;
};

/* `component` as rows_components gives it. */
void newton_fit(struct arena *arena, const struct graph *graph, const struct rank_options *options,
                const uint32_t *component, uint32_t component_count, struct plain_fit *fit);

/* Log-likelihood of rows under scores alone. */
double plain_likelihood(struct arena *arena, const struct rows *rows, const double *score,
                        double odds);
