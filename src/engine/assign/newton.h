#pragma once

/*
 * The step of Newton's method on the smoothed dual: solve (L + D) step = lack, where L is the
 * Laplacian of the graph of marginal columns and D a small damping, by conjugate
 * gradients with the diagonal as preconditioner. Node `row_count` is the ground: the choice to take
 * nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A column that picked `from` and would next pick `to`. */
struct link {
    uint32_t from;
    uint32_t to;
};

struct newton {
    uint32_t row_count;
    double *lack; /* [row] seats that the row lacks; negative: too many */
    bool *fixed;  /* [row] its price must not move */
    double *step; /* [row] the result */
    double *diagonal;
    double *residual;
    double *direction;
    double *image;
    struct span {
        const struct link *links;
        size_t count;
    } * spans;
    size_t span_count;
};

struct newton newton_new(struct arena *arena, uint32_t row_count);
void newton_begin(struct newton *newton);
void newton_add(struct newton *newton, const struct link *links, size_t count);

/* `weight` is what one link moves by a unit of price; returns the mean size of the step over rows
 * that lack. */
double newton_solve(struct newton *newton, double weight);
