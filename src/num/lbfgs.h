#pragma once

/*
 * Limited-memory BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.4) with
 * a backtracking line search: smooth functions of many variables, minimised.
 */

#include <stddef.h>
#include <stdint.h>

struct arena;

struct lbfgs {
    /* The value at `x`, and its gradient. */
    double (*value)(void *context, const double *x, double *gradient);
    void *context;
    size_t count;        /* of variables */
    uint32_t rounds_max; /* bound on iterations */
    double gradient_min; /* stop when no entry of the gradient is larger */
};

/* Moves `x` downhill and returns the value there; never uphill, never to a value that is NaN. */
double lbfgs_minimise(struct arena *arena, const struct lbfgs *problem, double *x);
