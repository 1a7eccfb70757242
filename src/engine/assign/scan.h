#pragma once

/* Scans of a column: which of its edges have a surplus (price minus cost) above a floor. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assign_problem;

enum { SCAN_PRICE_MAX = 1 << 29, SCAN_PAD = 32 };

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

struct column column_of(const struct assign_problem *problem, uint32_t index);
uint32_t column_capacity(const struct assign_problem *problem, uint32_t index);

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
