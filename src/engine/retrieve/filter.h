#pragma once

/*
 * Columnar filters: which rows satisfy every predicate?
 *
 * A table holds columns of unsigned numbers of 8, 16 or 32 bits. Rows are cut into blocks of 4,096
 * with their least and greatest value and the union and intersection of their bits, so that
 * a predicate which all or no rows of a block satisfy costs nothing there (zone maps, Moerkotte
 * 1998). Elsewhere a predicate is one SIMD compare into the bitmap; narrow columns go first, and
 * words that are already empty are not read in wide columns. Bound by memory: at most the bytes of
 * the named columns are read once. A packed table reads bits instead: for a range, as many a row as
 * the column's values need, for a test of bits only those.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/retrieve/bitmap.h"

struct arena;
struct fault;
struct retrieve_table;

enum retrieve_width { RETRIEVE_U8 = 1, RETRIEVE_U16 = 2, RETRIEVE_U32 = 4 };

enum retrieve_test {
    RETRIEVE_WITHIN,   /* low <= value <= high; low > high wraps: value >= low or value <= high */
    RETRIEVE_ALL_BITS, /* value & low == low; 32-bit columns only */
    RETRIEVE_ANY_BIT,  /* value & low != 0; 32-bit columns only */
};

struct retrieve_predicate {
    uint32_t column;
    enum retrieve_test test;
    uint32_t low;
    uint32_t high;
};

/* Which instructions to use: the best that the machine has, or at most the named ones. All give
 * the same bits. */
enum retrieve_simd { RETRIEVE_BEST, RETRIEVE_PLAIN, RETRIEVE_AVX2, RETRIEVE_AVX512 };

struct retrieve_table *retrieve_table_new(struct arena *arena, uint64_t row_count);

/* `values` has one entry a row and outlives the table; it is summarised, not copied. Returns the
 * number of the column. */
uint32_t retrieve_table_add(struct retrieve_table *table, enum retrieve_width width,
                            const void *values);

/* Pack the columns added so far, for a table that is asked often: copies of their bits, never
 * larger than the columns. Answers are the same. */
void retrieve_table_pack(struct retrieve_table *table);

uint64_t retrieve_table_rows(const struct retrieve_table *table);

/* Rows that pass all predicates replace what `out` held; no predicate: all rows. ERR_INVALID: a
 * column that is not there, bits of a narrow column, a bound beyond the column's width, or more
 * than 32 predicates. */
enum err retrieve_filter(const struct retrieve_table *table,
                         const struct retrieve_predicate *predicates, size_t count,
                         enum retrieve_simd simd, struct retrieve_bitmap *out, struct fault *fault);

/* Rows that fail each predicate although they pass all others, and those that fail it at all: what
 * to relax. `alone` and `failed` have one entry a predicate. Costs about two filters a predicate.
 */
enum err retrieve_filter_explain(struct arena *arena, const struct retrieve_table *table,
                                 const struct retrieve_predicate *predicates, size_t count,
                                 uint64_t *alone, uint64_t *failed, struct fault *fault);

/* Does one row pass one (valid) predicate? For explanations. */
bool retrieve_passes(const struct retrieve_table *table, const struct retrieve_predicate *predicate,
                     uint64_t row);
