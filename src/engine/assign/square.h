#pragma once

/*
 * Squares: as many columns as rows, one seat each, all seats to fill. There every
 * column is needed, so the market has no margin to work on. Prices come from an auction with
 * falling increments (Bertsekas 1988), the rest from shortest augmenting paths (Jonker and
 * Volgenant 1987), with columns searching and rows carrying prices, in 32 bits.
 */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct square_frame;

struct square {
    uint32_t *seat;  /* [column] its row */
    int32_t *price;  /* [row] every column's row is among those with its largest surplus */
    int32_t surplus; /* the least of all columns' surpluses; may be negative */
    uint64_t paths;  /* that were augmented */
    uint64_t scans;  /* columns looked at */
};

/* False: prices would leave 32 bits, and nothing is known. Arrays are from `arena`. */
bool square_solve(struct arena *arena, const struct square_frame *frame, bool vector,
                  struct square *out);
