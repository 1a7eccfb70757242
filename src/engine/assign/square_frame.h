#pragma once

/*
 * Problems as squares: one seat a row that must be filled, one a column, and nearly all pairs
 * possible. What one side is short of is made up by rows or columns that cost everybody the same;
 * pairs that are no edges cost more than any others.
 */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct assign_fit;
struct assign_problem;
struct square;

struct square_frame {
    const int32_t *cost; /* [column][row], that of the problem where that is a square already */
    uint32_t count;      /* of rows and of columns */
    int32_t blank;       /* the cost of rows and columns that were added */
    int32_t wall;        /* the cost of what is no edge; INT32_MAX: there is none */
};

/* False: the market is for it. */
bool square_frame_of(struct arena *arena, const struct assign_problem *problem, bool vector,
                     struct square_frame *out);

/* The answer as one of the problem; false: a wall was needed. `missing_price` is read. */
bool square_frame_take(struct arena *arena, const struct assign_problem *problem,
                       const struct square_frame *frame, const struct square *square,
                       struct assign_fit *fit);
