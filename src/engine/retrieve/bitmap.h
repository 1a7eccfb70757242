#pragma once

/*
 * Bitmaps over rows, and sorted lists of row numbers against them.
 *
 * Row i is bit i % 64 of word i / 64; bits behind the last row are zero.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct retrieve_bitmap {
    uint64_t *words;
    uint64_t row_count;
};

static inline size_t retrieve_word_count(uint64_t row_count)
{
    return (size_t)((row_count + 63) / 64);
}

struct retrieve_bitmap retrieve_bitmap_new(struct arena *arena, uint64_t row_count); /* no row */
void retrieve_bitmap_fill(struct retrieve_bitmap *bitmap);                           /* all rows */
uint64_t retrieve_bitmap_count(const struct retrieve_bitmap *bitmap);

static inline bool retrieve_bitmap_has(const struct retrieve_bitmap *bitmap, uint64_t row)
{
    return (bitmap->words[row / 64] >> row % 64 & 1) != 0;
}

static inline void retrieve_bitmap_add(struct retrieve_bitmap *bitmap, uint64_t row)
{
    bitmap->words[row / 64] |= (uint64_t)1 << row % 64;
}

/* Rows in rising order; each is below the row count (asserted). */
struct retrieve_rows {
    const uint32_t *at;
    size_t count;
};

void retrieve_bitmap_and(struct retrieve_bitmap *bitmap, const struct retrieve_bitmap *other);
void retrieve_bitmap_keep(struct retrieve_bitmap *bitmap, struct retrieve_rows rows); /* and */
void retrieve_bitmap_drop(struct retrieve_bitmap *bitmap, struct retrieve_rows rows); /* and not */

/* The rows of the bitmap, rising. */
struct retrieve_rows retrieve_bitmap_rows(struct arena *arena,
                                          const struct retrieve_bitmap *bitmap);
