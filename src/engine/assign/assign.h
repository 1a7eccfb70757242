#pragma once

/*
 * Assignment: which team is best as a whole.
 *
 * Rows (requirements) ask for seats, columns (experts) can take a few each, an edge says
 * what a column costs in a row. The cheapest filling is a transportation problem with few
 * rows and many columns, so its dual lives in the rows: with one price a row, every column takes
 * the rows with the largest surplus, price minus cost. Market passes move the prices by
 * Newton's method on that dual until demand and supply nearly meet; shortest augmenting paths
 * over rows (Jonker and Volgenant 1987; Tomizawa 1971) on the few edges near the margin make
 * it exact; a pass over all edges shows that no edge left out matters. The answer comes
 * with its prices, and assign_prove shows from them alone that no other answer is cheaper.
 *
 * Pure: the same bits for the same input and seed, with any number of threads.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct parallel;

enum {
    ASSIGN_COST_MAX = 1 << 28, /* costs are within plus and minus this */
    ASSIGN_ABSENT = 1 << 30,   /* the cost of an edge that does not exist, in dense problems */
};

/*
 * A problem. Edges are sorted by column; a column names a row at most once. Without `start` the
 * problem is dense: cost[column * row_count + row], ASSIGN_ABSENT where a wall stands.
 */
struct assign_problem {
    uint32_t row_count;
    uint32_t column_count;
    const uint32_t *demand;    /* [row] seats to fill */
    const uint32_t *minimum;   /* [row] of these, seats that must be filled; NULL: none if
                                  there is `empty_cost`, else all */
    const int32_t *empty_cost; /* [row] of an empty seat above the minimum; NULL: none may be */
    const uint16_t *capacity;  /* [column] seats that it can take; NULL: one */
    const int32_t *load_cost;  /* [largest capacity] extra cost of a column's first, second, …
                                  seat; never falling, so that work is spread; NULL: zero */
    const uint64_t *start;     /* [column + 1] into `row` and `cost`; NULL: dense */
    const uint32_t *row;       /* [edge]; NULL if dense */
    const int32_t *cost;       /* [edge] */
    const uint16_t *floor;     /* [column] seats that it should get at least; NULL: none. Weaker
                                  than minima: no row goes short for a floor */
};

struct assign_options {
    uint64_t seed; /* chooses among equally cheap answers, where there are neither load costs nor
                      floors; zero: any, but always the same */
    uint32_t pass_max; /* bound on market passes */
    double imbalance;  /* share of the seats that the market may leave to the exact phase */
    const struct parallel *parallel; /* NULL: serial */
};

extern const struct assign_options assign_defaults;

struct assign_seat {
    uint32_t row;
    uint32_t column;
    uint64_t edge; /* index into `cost` */
};

/* What the solve did. */
struct assign_work {
    uint32_t passes;
    uint32_t rounds; /* of the exact phase: one, and one more each time the proof found an edge */
    uint64_t core_edges;
    uint64_t augmentations;
};

/*
 * An answer and its proof. Where minima cannot all be met, the answer is the cheapest of those
 * with the fewest missing seats; where floors cannot all be met, among those the cheapest of those
 * with the fewest seats below the floors.
 */
struct assign_fit {
    struct assign_seat *seats; /* by column, then row */
    size_t seat_count;
    int64_t *price;        /* [row] the dual: what one seat more in the row would cost */
    uint32_t *empty;       /* [row] seats that stay empty */
    int64_t cost;          /* of seats, loads and empty seats above the minima */
    uint64_t missing;      /* empty seats below the minima: zero if the problem is feasible */
    int64_t missing_price; /* what the dual charges for each of those */
    uint64_t unmet;        /* seats that columns lack to their floors */
    int64_t unmet_price;   /* what the dual charges for each of those */
    struct assign_work work;
};

/*
 * ERR_INVALID: no rows, a row index out of range, a duplicate edge, a cost beyond the bound,
 * falling load costs, a minimum above the demand, amounts that together leave 64 bits. Checked in
 * one pass over the edges.
 */
enum err assign_check(const struct assign_problem *problem, struct fault *fault);

/* Solve a problem that assign_check accepts. Time and memory: docs/engines/assign.md. */
enum err assign_solve(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_options *options, struct assign_fit *out,
                      struct fault *fault);

/*
 * Solve after a change of capacities (a drop-out: zero), demands, or a few costs, starting from
 * the answer before. Seats that are still among the best stay; only what the change set free is
 * placed anew. Of `before` only seats and prices are read, and `missing_price` unless it is zero.
 */
enum err assign_repair(struct arena *arena, const struct assign_problem *problem,
                       const struct assign_options *options, const struct assign_fit *before,
                       struct assign_fit *out, struct fault *fault);

struct assign_proof {
    bool feasible; /* the seats exist, keep every capacity, and with `empty` fill every demand;
                      nothing is missing (floors may be unmet) */
    bool optimal;  /* feasible, and no answer can be cheaper */
    int64_t gap;   /* cost minus the bound that the prices give; zero if optimal */
};

/*
 * Judge an answer by its prices alone, in one pass over the edges: the value of the dual at any
 * prices is a lower bound on the cost of every answer. Shares no code with the solver.
 */
enum err assign_prove(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_fit *fit, struct assign_proof *out, struct fault *fault);
