#pragma once

/* Scans of a column: which of its edges have a surplus (price minus cost) above a floor. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/assign/assign.h"

enum {
    SCAN_PRICE_MAX = 1 << 29,
    SCAN_PAD = 32,
    SCAN_AHEAD = 16, /* columns, from asking for the edges of one to reading them */
};

struct column {
    const uint32_t *row; /* NULL: dense, the place is the row */
    const int32_t *cost;
    uint32_t degree;
};

struct offer {
    int64_t surplus;
    int32_t cost;
    uint32_t row;
};

/* Row prices, exact and, where all are within SCAN_PRICE_MAX, as 32 bits for the fast path. */
struct prices {
    const int64_t *exact;
    const int32_t *narrow; /* NULL: out of range */
    bool vector;           /* the processor has the instructions of the fast path */
};

static inline struct column column_of(const struct assign_problem *problem, uint32_t index)
{
    if (problem->start == NULL) {
        return (struct column){.cost = problem->cost + (size_t)index * problem->row_count,
                               .degree = problem->row_count};
    }
    uint64_t from = problem->start[index];

    return (struct column){.row = problem->row + from,
                           .cost = problem->cost + from,
                           .degree = (uint32_t)(problem->start[index + 1] - from)};
}

/* Ask for the edges of a column that is read soon: columns here and there come from memory late. */
static inline void column_fetch(const struct assign_problem *problem, uint32_t index)
{
    struct column column = column_of(problem, index);

    if (column.row != NULL) {
        __builtin_prefetch(column.row);
        __builtin_prefetch(column.row + column.degree);
    }
    __builtin_prefetch(column.cost);
    __builtin_prefetch(column.cost + column.degree);
}

/* Seats that a column can take; never more than it has edges. */
static inline uint32_t column_capacity(const struct assign_problem *problem, uint32_t index)
{
    uint32_t capacity = problem->capacity == NULL ? 1 : problem->capacity[index];
    uint32_t degree = column_of(problem, index).degree;

    return capacity < degree ? capacity : degree;
}

/* What a column's seat costs by its number, beside the edge. */
static inline int32_t seat_load(const struct assign_problem *problem, uint32_t seat)
{
    return problem->load_cost == NULL ? 0 : problem->load_cost[seat];
}

static inline uint32_t column_floor(const struct assign_problem *problem, uint32_t index)
{
    return problem->floor == NULL ? 0 : problem->floor[index];
}

/* Of all columns. */
struct scan_sizes {
    uint32_t degree_max;
    uint32_t capacity_max;
    uint64_t capacity; /* in all */
};
struct scan_sizes scan_sizes_of(const struct assign_problem *problem);

static inline uint64_t edge_count_of(const struct assign_problem *problem)
{
    return problem->start == NULL ? (uint64_t)problem->row_count * problem->column_count
                                  : problem->start[problem->column_count];
}

/* The least and the largest cost; both zero if there is none. */
void scan_costs(const int32_t *cost, uint64_t count, bool vector, int32_t *low, int32_t *high);

bool scan_vector_here(void);

/* The edges with a surplus above `floor`, in the order of the column; returns how many. */
uint32_t scan_above(struct column column, struct prices prices, int64_t floor, struct offer *out);

/*
 * The `most` largest surpluses above `floor`, largest first, the earlier edge first among equals.
 * Prices are within SCAN_PRICE_MAX. Both paths give the same answer.
 */
struct pick {
    int32_t surplus;
    uint32_t row;
};
struct best {
    uint32_t count;
    int32_t top; /* the largest surplus, also if it is not above the floor */
};
struct best scan_best(struct column column, const int32_t *price, int32_t floor, uint32_t most,
                      bool vector, struct pick *out);
