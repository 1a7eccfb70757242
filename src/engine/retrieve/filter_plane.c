#include "engine/retrieve/filter_plane.h"

#include <string.h>

#include "base/arena.h"
#include "engine/retrieve/simd.h"

/* Eight words at once, in whatever registers there are. */
typedef uint64_t lanes __attribute__((vector_size(64), aligned(8), may_alias));

enum { LANES = PLANE_WORDS / 8 };

/* The values of up to 64 rows as four planes of bytes, the lowest first. */
static void split_bytes(enum retrieve_width width, const void *values, size_t count, uint32_t least,
                        uint8_t bytes[4][64])
{
    const uint8_t *narrow = values;
    const uint16_t *middle = values;
    const uint32_t *wide = values;

    memset(bytes, 0, 4 * sizeof(bytes[0]));
    for (size_t i = 0; width == RETRIEVE_U8 && i < count; i++) {
        bytes[0][i] = (uint8_t)(narrow[i] - least);
    }
    for (size_t i = 0; width == RETRIEVE_U16 && i < count; i++) {
        uint32_t value = middle[i] - least;

        bytes[0][i] = (uint8_t)value;
        bytes[1][i] = (uint8_t)(value >> 8);
    }
    for (size_t i = 0; width == RETRIEVE_U32 && i < count; i++) {
        for (unsigned k = 0; k < 4; k++) {
            bytes[k][i] = (uint8_t)(wide[i] >> 8 * k);
        }
    }
}

/* One bit of each of 64 bytes. The product puts the lowest bits of eight bytes side by side. */
static uint64_t take_bit(const uint8_t bytes[64], unsigned bit)
{
    uint64_t word = 0;

    for (unsigned k = 0; k < 64; k += 8) {
        uint64_t eight = 0;

        for (unsigned i = 0; i < 8; i++) {
            eight |= (uint64_t)bytes[k + i] << 8 * i;
        }
        eight = eight >> bit & UINT64_C(0x0101010101010101);
        word |= (eight * UINT64_C(0x0102040810204080) >> 56) << k;
    }
    return word;
}

struct plane_column plane_pack(struct arena *arena, enum retrieve_width width, const void *values,
                               uint64_t row_count, struct plane_bounds bounds)
{
    uint64_t blocks = (row_count + PLANE_ROWS - 1) / PLANE_ROWS;
    struct plane_column column = {.least = width == RETRIEVE_U32 ? 0 : bounds.least};
    uint32_t span = bounds.greatest - column.least;

    while (column.bits < 32 && span >> column.bits != 0) {
        column.bits++;
    }
    uint64_t *words = arena_array(arena, uint64_t, (size_t)blocks * column.bits * PLANE_WORDS + 1);

    for (uint64_t from = 0; from < row_count; from += 64) {
        size_t count = row_count - from < 64 ? (size_t)(row_count - from) : 64;
        const char *at = (const char *)values + from * (unsigned)width;
        uint64_t *block = words + from / PLANE_ROWS * column.bits * PLANE_WORDS;
        uint8_t bytes[4][64];

        split_bytes(width, at, count, column.least, bytes);
        for (uint32_t bit = 0; bit < column.bits; bit++) {
            block[(column.bits - 1 - bit) * PLANE_WORDS + from % PLANE_ROWS / 64] =
                take_bit(bytes[bit / 8], bit % 8);
        }
    }
    column.words = words;
    return column;
}

/* A range in the frame of a column: which of its ends matter, and whether it wraps. */
struct plane_range {
    uint32_t low;
    uint32_t high;
    bool has_low;
    bool has_high;
    bool wraps;
};

/* Rows that are beyond a bound and rows that equal it so far, from the highest bit down. */
struct plane_side {
    lanes beyond[LANES];
    lanes equal[LANES];
};

ALWAYS_INLINE static void side_begin(struct plane_side *side)
{
    memset(side->beyond, 0, sizeof(side->beyond));
    memset(side->equal, 0xFF, sizeof(side->equal));
}

/* One bit more. Of rows equal so far, those whose bit is `beyond` and not the bound's are beyond.
 */
ALWAYS_INLINE static void side_bit(struct plane_side *side, const lanes *plane, bool one,
                                   bool beyond)
{
    for (unsigned i = 0; i < LANES; i++) {
        lanes same = one ? plane[i] : ~plane[i];

        if (one != beyond) {
            side->beyond[i] |= side->equal[i] & ~same;
        }
        side->equal[i] &= same;
    }
}

/* Each call is inlined with what it knows, so that no loop decides anything. */
ALWAYS_INLINE static void side_step(struct plane_side *side, const lanes *plane, uint32_t bit,
                                    bool beyond)
{
    if (bit != 0) {
        side_bit(side, plane, true, beyond);
    } else {
        side_bit(side, plane, false, beyond);
    }
}

ALWAYS_INLINE static void test_equal(const struct plane_column *column, const lanes *planes,
                                     uint32_t value, lanes *words)
{
    for (uint32_t bit = column->bits; bit-- > 0; planes += LANES) {
        uint64_t flip = (value >> bit & 1) != 0 ? 0 : UINT64_MAX;

        for (unsigned i = 0; i < LANES; i++) {
            words[i] &= planes[i] ^ flip;
        }
    }
}

ALWAYS_INLINE static void test_range(const struct plane_column *column, const lanes *planes,
                                     const struct plane_range *range, lanes *words)
{
    struct plane_side low;
    struct plane_side high;

    side_begin(&low);
    side_begin(&high);
    for (uint32_t bit = column->bits; bit-- > 0; planes += LANES) {
        if (range->has_low) {
            side_step(&low, planes, range->low >> bit & 1, true);
        }
        if (range->has_high) {
            side_step(&high, planes, range->high >> bit & 1, false);
        }
    }
    for (unsigned i = 0; i < LANES; i++) {
        lanes above = low.beyond[i] | low.equal[i];
        lanes below = high.beyond[i] | high.equal[i];

        words[i] &= range->wraps ? above | below : above & below;
    }
}

ALWAYS_INLINE static void test_bits(const struct plane_column *column, const lanes *planes,
                                    uint32_t wanted, bool all, lanes *words)
{
    lanes passed[LANES];

    memset(passed, all ? 0xFF : 0, sizeof(passed));
    for (uint32_t bit = column->bits; bit-- > 0; planes += LANES) {
        for (unsigned i = 0; (wanted >> bit & 1) != 0 && i < LANES; i++) {
            passed[i] = all ? passed[i] & planes[i] : passed[i] | planes[i];
        }
    }
    for (unsigned i = 0; i < LANES; i++) {
        words[i] &= passed[i];
    }
}

/* What there is to do for a predicate: its bounds lie within the column's, or do not matter. */
struct plane_task {
    struct plane_range range;
    bool equal;
    bool bits;
    bool all;
    uint32_t wanted;
};

ALWAYS_INLINE static void test_task(const struct plane_column *column, const void *block,
                                    const struct plane_task *task, uint64_t *out)
{
    const lanes *planes = block;
    lanes *words = (lanes *)out;

    if (task->bits && task->all) {
        test_bits(column, planes, task->wanted, true, words);
    } else if (task->bits) {
        test_bits(column, planes, task->wanted, false, words);
    } else if (task->equal) {
        test_equal(column, planes, task->range.low, words);
    } else {
        test_range(column, planes, &task->range, words);
    }
}

static void test_plain(const struct plane_column *column, const void *block,
                       const struct plane_task *task, uint64_t *words)
{
    test_task(column, block, task, words);
}

#if RETRIEVE_X86
TARGET_AVX2 static void test_avx2(const struct plane_column *column, const void *block,
                                  const struct plane_task *task, uint64_t *words)
{
    test_task(column, block, task, words);
}

TARGET_AVX512 static void test_avx512(const struct plane_column *column, const void *block,
                                      const struct plane_task *task, uint64_t *words)
{
    test_task(column, block, task, words);
}
#endif

/* The rows of blocks that no or all values pass were settled before, by their bounds. */
static struct plane_task task_of(const struct plane_column *column,
                                 const struct retrieve_predicate *predicate)
{
    uint64_t top = ((uint64_t)1 << column->bits) - 1;
    int64_t low = (int64_t)predicate->low - column->least;
    int64_t high = (int64_t)predicate->high - column->least;
    struct plane_task task = {.bits = predicate->test != RETRIEVE_WITHIN,
                              .all = predicate->test == RETRIEVE_ALL_BITS,
                              .wanted = predicate->low};
    struct plane_range range = {.has_low = low > 0,
                                .has_high =
                                    high<(int64_t)top, .wraps = predicate->low> predicate->high};

    range.low = low < 0 ? 0 : low > (int64_t)top ? (uint32_t)top : (uint32_t)low;
    range.high = high < 0 ? 0 : high > (int64_t)top ? (uint32_t)top : (uint32_t)high;
    if (range.wraps && (low > (int64_t)top || high < 0)) {
        range.wraps = false; /* one of its two parts is empty, the other stands alone */
        range.has_low = low <= (int64_t)top;
        range.has_high = high >= 0;
    }
    task.range = range;
    task.equal = low == high && low >= 0 && low <= (int64_t)top;
    return task;
}

void plane_test(const struct plane_column *column, const struct retrieve_predicate *predicate,
                size_t block, enum retrieve_simd simd, uint64_t words[PLANE_WORDS])
{
    static void (*const tests[])(const struct plane_column *, const void *,
                                 const struct plane_task *, uint64_t *) =
        BY_SIMD(test_plain, test_avx2, test_avx512);
    const uint64_t *planes = column->words + block * column->bits * PLANE_WORDS;
    struct plane_task task = task_of(column, predicate);

    tests[retrieve_simd_here(simd)](column, planes, &task, words);
}
