#pragma once

/*
 * Private to the filter: a column as planes of bits, for each block of 4,096 rows its highest bit
 * first (BitWeaving/V, Li and Patel 2013). A column of values below 2^b takes b bits a row to read,
 * a test of bits only theirs, and one operation works on as many rows as a register has bits.
 */

#include "engine/retrieve/filter.h"

enum { PLANE_WORDS = 64, PLANE_ROWS = PLANE_WORDS * 64 };

struct plane_column {
    uint32_t least; /* taken off every value */
    uint32_t bits;
    const uint64_t *words; /* [block][bit, the highest first][PLANE_WORDS]; NULL: not packed */
};

/* What holds for all values of the column; the union of their bits counts for 32-bit columns. */
struct plane_bounds {
    uint32_t least;
    uint32_t greatest;
};

struct plane_column plane_pack(struct arena *arena, enum retrieve_width width, const void *values,
                               uint64_t row_count, struct plane_bounds bounds);

/* Clear the bits of the rows of a block that fail. Rows beyond the last get any answer. */
void plane_test(const struct plane_column *column, const struct retrieve_predicate *predicate,
                size_t block, enum retrieve_simd simd, uint64_t words[PLANE_WORDS]);
