#pragma once

/* Scans of one column of a square. Both paths of each give the same answer. */

#include <stdbool.h>
#include <stdint.h>

/* The two largest surpluses (price minus cost) and the first row that has the largest. */
struct square_pair {
    int32_t first;
    int32_t second; /* INT32_MIN if there is one row only */
    uint32_t row;
};
struct square_pair square_pair_of(const int32_t *cost, const int32_t *price, uint32_t count,
                                  bool vector);

/*
 * Distances of rows by way of one column: base + cost - price. Where that is shorter, `column`
 * becomes the row's way. Rows that are done have the distance -1, which stays. Returns the least
 * distance of the others, UINT32_MAX if there are none.
 */
struct square_step {
    const int32_t *cost;
    const int32_t *price;
    int32_t base;
    uint32_t column;
    uint32_t count;
};
uint32_t square_relax(const struct square_step *step, int32_t *distance, uint32_t *way,
                      bool vector);
