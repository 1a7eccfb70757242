#pragma once

/*
 * Fairness: floors for named columns, with what they cost.
 *
 * A floor in seats is a convex cost of the column (each seat to the floor is worth more than any
 * chain of moves), so the answer stays exact and proved. Floors in hours, where rows take different
 * hours, are a knapsack beyond any flow: each is rounded up to the fewest seats that could hold
 * it, which bounds the cost from below; where that is not enough, it is raised seat by seat, and
 * once the column is full, its shortest seat is made so dear that it sits in longer ones.
 */

#include "engine/assign/assign.h"

struct assign_floors {
    const uint16_t *seats;     /* [column] NULL: none */
    const uint32_t *hours;     /* [column] NULL: none */
    const uint32_t *row_hours; /* [row] of a seat; not NULL if there are hours */
};

/* What became of a column's floor. */
struct assign_floor {
    uint32_t column;
    uint32_t seats;
    uint64_t hours; /* zero if no floor is in hours */
    bool met;
    int64_t price; /* at most what one seat less of the floor would spare; near `unmet_price` if
                      that is a seat to another's floor */
    bool tried;    /* the next two are known: what no floor for this column would spare */
    int64_t fewer_unmet;
    int64_t cost;
};

struct assign_fair {
    struct assign_fit fit;       /* of the problem with `raised` as its floors; optimal there, but
                                    where seats were made dear for hours */
    uint16_t *raised;            /* [column] floors in seats */
    struct assign_floor *floors; /* of columns that have one, the largest price first */
    size_t floor_count;
    size_t unmet;          /* of those */
    int64_t free_cost;     /* of the optimum without floors, */
    uint64_t free_missing; /* which misses as many seats */
    int64_t bound;         /* where all is met, no answer that meets it costs less */
    uint32_t rounds;       /* one, and one more each time that hours were short; at most 100 */
    bool shunned;          /* seats were made dear */
};

/*
 * For problems that assign_check accepts; their own floors are not read. Where floors cannot all be
 * met, the fewest seats lack to them. Up to `tries` floors, those with the largest prices, are
 * tried without. Time: a solve, a repair a round and a try. ERR_INVALID: hours without row_hours.
 */
enum err assign_fair(struct arena *arena, const struct assign_problem *problem,
                     const struct assign_floors *floors, const struct assign_options *options,
                     uint32_t tries, struct assign_fair *out, struct fault *fault);
