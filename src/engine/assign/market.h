#pragma once

/*
 * The market: prices at which demand and supply nearly meet.
 *
 * Each pass lets every column pick its best rows at the prices of the moment. The columns whose
 * choice hangs on less than a window form a graph whose Laplacian is the Hessian
 * of the smoothed dual; a few steps of conjugate gradients give the move of all prices at once.
 */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct assign_options;
struct assign_problem;
struct core_dear;
struct scan_sizes;

struct market {
    int32_t *price; /* [row] */
    int32_t window; /* of the last pass: how far from their true values prices may be */
    uint32_t passes;
    int32_t *wake; /* [column] no edge of it is wanted before prices rise by wake - drift */
    int64_t drift;
    uint64_t imbalance; /* seats that do not meet at these prices */
    uint64_t missing;   /* seats that minima lack beyond those that other rows have too many; zero
                           if the market ended with prices that nearly meet */
    bool lost;          /* so many that the prices say little */
};

void market_run(struct arena *arena, const struct assign_problem *problem,
                const struct assign_options *options, const struct core_dear *dear,
                const struct scan_sizes *sizes, struct market *out);

/* Seats that row `row` takes from columns at `price`: from `*least` to `*most`. */
void market_demand(const struct assign_problem *problem, uint32_t row, int64_t price,
                   int64_t missing_price, uint32_t *least, uint32_t *most);

/* Seats of a row that must be filled. */
uint32_t market_minimum(const struct assign_problem *problem, uint32_t row);
