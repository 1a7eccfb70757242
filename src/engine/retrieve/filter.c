#include "engine/retrieve/filter.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/retrieve/filter_kernel.h"
#include "engine/retrieve/filter_plane.h"

enum { BLOCK_WORDS = PLANE_WORDS, BLOCK_ROWS = PLANE_ROWS, COLUMN_MAX = 64, PREDICATE_MAX = 32 };

struct summary {
    uint32_t least;
    uint32_t greatest;
    uint32_t some; /* bits that are set in some row */
    uint32_t every;
};

struct column {
    enum retrieve_width width;
    const void *values;
    struct summary *blocks;
    struct plane_column planes;
};

struct retrieve_table {
    struct arena *arena;
    uint64_t row_count;
    uint32_t column_count;
    struct column columns[COLUMN_MAX];
};

enum verdict { NONE_PASS, SOME_PASS, ALL_PASS };

struct retrieve_table *retrieve_table_new(struct arena *arena, uint64_t row_count)
{
    struct retrieve_table *table = arena_new_of(arena, struct retrieve_table);

    assert(row_count <= UINT32_MAX);
    table->arena = arena;
    table->row_count = row_count;
    return table;
}

uint64_t retrieve_table_rows(const struct retrieve_table *table)
{
    return table->row_count;
}

static uint32_t value_at(const struct column *column, uint64_t row)
{
    switch (column->width) {
    case RETRIEVE_U8:
        return ((const uint8_t *)column->values)[row];
    case RETRIEVE_U16:
        return ((const uint16_t *)column->values)[row];
    case RETRIEVE_U32:
        break;
    }
    return ((const uint32_t *)column->values)[row];
}

static struct summary summarise(const struct column *column, uint64_t start, uint64_t end)
{
    struct summary summary = {.least = UINT32_MAX, .every = UINT32_MAX};

    for (uint64_t i = start; i < end; i++) {
        uint32_t value = value_at(column, i);

        summary.least = value < summary.least ? value : summary.least;
        summary.greatest = value > summary.greatest ? value : summary.greatest;
        summary.some |= value;
        summary.every &= value;
    }
    return summary;
}

uint32_t retrieve_table_add(struct retrieve_table *table, enum retrieve_width width,
                            const void *values)
{
    size_t blocks = (size_t)((table->row_count + BLOCK_ROWS - 1) / BLOCK_ROWS);
    struct column *column = &table->columns[table->column_count];

    assert(table->column_count < COLUMN_MAX);
    *column = (struct column){.width = width,
                              .values = values,
                              .blocks = arena_array(table->arena, struct summary, blocks + 1)};
    for (size_t i = 0; i < blocks; i++) {
        uint64_t end = (i + 1) * BLOCK_ROWS;

        column->blocks[i] =
            summarise(column, i * BLOCK_ROWS, end < table->row_count ? end : table->row_count);
    }
    return table->column_count++;
}

void retrieve_table_pack(struct retrieve_table *table)
{
    size_t blocks = (size_t)((table->row_count + BLOCK_ROWS - 1) / BLOCK_ROWS);

    for (uint32_t i = 0; i < table->column_count; i++) {
        struct column *column = &table->columns[i];
        struct plane_bounds bounds = {.least = UINT32_MAX};

        for (size_t k = 0; k < blocks; k++) {
            const struct summary *block = &column->blocks[k];

            bounds.least = block->least < bounds.least ? block->least : bounds.least;
            bounds.greatest = block->greatest > bounds.greatest ? block->greatest : bounds.greatest;
        }
        if (blocks > 0 && column->planes.words == NULL) {
            column->planes =
                plane_pack(table->arena, column->width, column->values, table->row_count, bounds);
        }
    }
}

static uint32_t top_of(enum retrieve_width width)
{
    return width == RETRIEVE_U8 ? UINT8_MAX : width == RETRIEVE_U16 ? UINT16_MAX : UINT32_MAX;
}

static enum err check(const struct retrieve_table *table,
                      const struct retrieve_predicate *predicate, struct fault *fault)
{
    if (predicate->column >= table->column_count) {
        return fail(fault, ERR_INVALID, "there is no column %u; the table has %u",
                    predicate->column, table->column_count);
    }
    enum retrieve_width width = table->columns[predicate->column].width;

    if (predicate->test != RETRIEVE_WITHIN && width != RETRIEVE_U32) {
        return fail(fault, ERR_INVALID, "column %u has %d bits; bits are tested in 32",
                    predicate->column, (int)width * 8);
    }
    if (predicate->test == RETRIEVE_WITHIN &&
        (predicate->low > top_of(width) || predicate->high > top_of(width))) {
        return fail(fault, ERR_INVALID, "column %u holds at most %u, but the bounds are %u and %u",
                    predicate->column, top_of(width), predicate->low, predicate->high);
    }
    return OK;
}

static bool within(const struct retrieve_predicate *predicate, uint32_t value)
{
    bool above = value >= predicate->low;
    bool below = value <= predicate->high;

    return predicate->low <= predicate->high ? above && below : above || below;
}

static bool passes(const struct retrieve_predicate *predicate, uint32_t value)
{
    switch (predicate->test) {
    case RETRIEVE_ALL_BITS:
        return (value & predicate->low) == predicate->low;
    case RETRIEVE_ANY_BIT:
        return (value & predicate->low) != 0;
    case RETRIEVE_WITHIN:
        break;
    }
    return within(predicate, value);
}

bool retrieve_passes(const struct retrieve_table *table, const struct retrieve_predicate *predicate,
                     uint64_t row)
{
    assert(row < table->row_count && predicate->column < table->column_count);
    return passes(predicate, value_at(&table->columns[predicate->column], row));
}

static enum verdict judge_range(const struct retrieve_predicate *predicate,
                                const struct summary *block)
{
    uint32_t low = predicate->low;
    uint32_t high = predicate->high;

    if (low <= high) {
        return block->greatest < low || block->least > high     ? NONE_PASS
               : block->least >= low && block->greatest <= high ? ALL_PASS
                                                                : SOME_PASS;
    }
    return block->least > high && block->greatest < low     ? NONE_PASS
           : block->least >= low || block->greatest <= high ? ALL_PASS
                                                            : SOME_PASS;
}

static enum verdict judge(const struct retrieve_predicate *predicate, const struct summary *block)
{
    uint32_t bits = predicate->low;

    switch (predicate->test) {
    case RETRIEVE_ALL_BITS:
        return (block->some & bits) != bits    ? NONE_PASS
               : (block->every & bits) == bits ? ALL_PASS
                                               : SOME_PASS;
    case RETRIEVE_ANY_BIT:
        return (block->some & bits) == 0    ? NONE_PASS
               : (block->every & bits) != 0 ? ALL_PASS
                                            : SOME_PASS;
    case RETRIEVE_WITHIN:
        break;
    }
    return judge_range(predicate, block);
}

static void run_kernel(const struct filter_kernels *kernels, const struct column *column,
                       const struct retrieve_predicate *predicate, uint64_t start, uint64_t *words,
                       size_t count)
{
    struct filter_range range = {.low = predicate->low, .span = predicate->high - predicate->low};

    range.span &= top_of(column->width);
    switch (column->width) {
    case RETRIEVE_U8:
        kernels->test8((const uint8_t *)column->values + start, range, words, count);
        return;
    case RETRIEVE_U16:
        kernels->test16((const uint16_t *)column->values + start, range, words, count);
        return;
    case RETRIEVE_U32:
        kernels->test32((const uint32_t *)column->values + start, predicate->test, range, words,
                        count);
        return;
    }
}

/* The rows of the last, incomplete word, one by one. */
static void run_tail(const struct column *column, const struct retrieve_predicate *predicate,
                     uint64_t start, uint64_t end, uint64_t *word)
{
    for (uint64_t i = start; i < end; i++) {
        if (!passes(predicate, value_at(column, i))) {
            *word &= ~((uint64_t)1 << i % 64);
        }
    }
}

static bool is_empty(const uint64_t *words, size_t count)
{
    uint64_t all = 0;

    for (size_t i = 0; i < count; i++) {
        all |= words[i];
    }
    return all == 0;
}

static void filter_block(const struct retrieve_table *table,
                         const struct retrieve_predicate *const *ordered, size_t count,
                         enum retrieve_simd simd, size_t block, uint64_t *words)
{
    const struct filter_kernels *kernels = filter_kernels_for(simd);
    uint64_t start = (uint64_t)block * BLOCK_ROWS;
    uint64_t left = table->row_count - start;
    size_t whole = left >= BLOCK_ROWS ? BLOCK_WORDS : (size_t)(left / 64);

    for (size_t i = 0; i < count; i++) {
        const struct column *column = &table->columns[ordered[i]->column];
        enum verdict verdict = judge(ordered[i], &column->blocks[block]);

        if (verdict == NONE_PASS || (i > 0 && is_empty(words, BLOCK_WORDS))) {
            memset(words, 0, BLOCK_WORDS * sizeof(*words));
            return;
        }
        if (verdict == SOME_PASS && column->planes.words != NULL) {
            plane_test(&column->planes, ordered[i], block, simd, words);
        } else if (verdict == SOME_PASS) {
            run_kernel(kernels, column, ordered[i], start, words, whole);
            if (whole < BLOCK_WORDS && left % 64 != 0) {
                run_tail(column, ordered[i], start + whole * 64, table->row_count, &words[whole]);
            }
        }
    }
}

/* Bits of a row that a predicate reads. */
static uint32_t bits_read(const struct retrieve_table *table,
                          const struct retrieve_predicate *predicate)
{
    const struct column *column = &table->columns[predicate->column];

    if (column->planes.words == NULL) {
        return 8 * (uint32_t)column->width;
    }
    return predicate->test == RETRIEVE_WITHIN ? column->planes.bits
                                              : (uint32_t)__builtin_popcount(predicate->low);
}

/* Those that read little first; otherwise as the caller put them. */
static void order(const struct retrieve_table *table, const struct retrieve_predicate *predicates,
                  size_t count, const struct retrieve_predicate **ordered)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at = used++;

        for (; at > 0 && bits_read(table, ordered[at - 1]) > bits_read(table, &predicates[i]);
             at--) {
            ordered[at] = ordered[at - 1];
        }
        ordered[at] = &predicates[i];
    }
}

enum err retrieve_filter(const struct retrieve_table *table,
                         const struct retrieve_predicate *predicates, size_t count,
                         enum retrieve_simd simd, struct retrieve_bitmap *out, struct fault *fault)
{
    const struct retrieve_predicate *ordered[PREDICATE_MAX];
    size_t word_count = retrieve_word_count(table->row_count);

    assert(out->row_count == table->row_count);
    if (count > PREDICATE_MAX) {
        return fail(fault, ERR_INVALID, "there are %zu predicates; at most %d are allowed", count,
                    PREDICATE_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        TRY(check(table, &predicates[i], fault));
    }
    order(table, predicates, count, ordered);
    for (size_t at = 0; at < word_count; at += BLOCK_WORDS) {
        uint64_t words[BLOCK_WORDS];
        size_t size = word_count - at < BLOCK_WORDS ? word_count - at : BLOCK_WORDS;

        memset(words, 0xFF, sizeof(words));
        filter_block(table, ordered, count, simd, at / BLOCK_WORDS, words);
        memcpy(out->words + at, words, size * sizeof(*words));
    }
    if (table->row_count % 64 != 0) {
        out->words[word_count - 1] &= ((uint64_t)1 << table->row_count % 64) - 1;
    }
    return OK;
}

enum err retrieve_filter_explain(struct arena *arena, const struct retrieve_table *table,
                                 const struct retrieve_predicate *predicates, size_t count,
                                 uint64_t *alone, uint64_t *failed, struct fault *fault)
{
    struct retrieve_bitmap rows = retrieve_bitmap_new(arena, table->row_count);
    struct retrieve_predicate others[PREDICATE_MAX];

    TRY(retrieve_filter(table, predicates, count, RETRIEVE_BEST, &rows, fault));
    uint64_t passed = retrieve_bitmap_count(&rows);

    for (size_t i = 0; i < count; i++) {
        memcpy(others, predicates, count * sizeof(*others));
        others[i] = others[count - 1];
        TRY(retrieve_filter(table, others, count - 1, RETRIEVE_BEST, &rows, fault));
        alone[i] = retrieve_bitmap_count(&rows) - passed;
        TRY(retrieve_filter(table, &predicates[i], 1, RETRIEVE_BEST, &rows, fault));
        failed[i] = table->row_count - retrieve_bitmap_count(&rows);
    }
    return OK;
}
