#include "engine/text/distance.h"

#include "base/arena.h"
#include "base/map.h"

enum { WORD_BITS = 64, MASK_SLOTS = 128 };

struct text_symbols text_symbols(struct arena *arena, struct text text)
{
    uint32_t *codes = arena_array(arena, uint32_t, text_length(text) + 1);
    size_t count = 0;

    for (size_t at = 0; at < text.size;) {
        codes[count++] = text_next(text, &at);
    }
    return (struct text_symbols){.at = codes, .count = count};
}

static struct text_symbols number(struct arena *arena, struct map *map, struct text_words words)
{
    uint32_t *numbers = arena_array(arena, uint32_t, words.count + 1);

    for (size_t i = 0; i < words.count; i++) {
        numbers[i] = map_add(map, words.at[i]);
    }
    return (struct text_symbols){.at = numbers, .count = words.count};
}

void text_number_words(struct arena *arena, struct text_words left, struct text_words right,
                       struct text_symbols *left_out, struct text_symbols *right_out)
{
    struct map *map = map_new(arena);

    *left_out = number(arena, map, left);
    *right_out = number(arena, map, right);
}

/* For each symbol of a pattern of at most 64 symbols, the places where it stands. */
struct masks {
    uint64_t mask[MASK_SLOTS]; /* zero: the slot is empty */
    uint32_t symbol[MASK_SLOTS];
};

static uint32_t mask_slot(const struct masks *masks, uint32_t symbol)
{
    uint32_t slot = symbol * 0x9E3779B1U >> 25;

    while (masks->mask[slot] != 0 && masks->symbol[slot] != symbol) {
        slot = (slot + 1) % MASK_SLOTS;
    }
    return slot;
}

static struct masks masks_of(struct text_symbols pattern)
{
    struct masks masks = {0};

    for (size_t i = 0; i < pattern.count; i++) {
        uint32_t slot = mask_slot(&masks, pattern.at[i]);

        masks.symbol[slot] = pattern.at[i];
        masks.mask[slot] |= (uint64_t)1 << i;
    }
    return masks;
}

static size_t edit_distance_by_bits(struct text_symbols pattern, struct text_symbols text)
{
    struct masks masks = masks_of(pattern);
    uint64_t last = (uint64_t)1 << (pattern.count - 1);
    uint64_t rises = UINT64_MAX; /* where the column goes up by one; `falls`: down */
    uint64_t falls = 0;
    size_t distance = pattern.count;

    for (size_t i = 0; i < text.count; i++) {
        uint64_t match = masks.mask[mask_slot(&masks, text.at[i])];
        uint64_t diagonal = (((match & rises) + rises) ^ rises) | match | falls;
        uint64_t across_up = falls | ~(diagonal | rises);
        uint64_t across_down = rises & diagonal;

        distance += (across_up & last) != 0;
        distance -= (across_down & last) != 0;
        across_up = across_up << 1 | 1;
        across_down <<= 1;
        rises = across_down | ~(diagonal | across_up);
        falls = across_up & diagonal;
    }
    return distance;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row of the table; `row[k]` is about the first k symbols of `pattern`. */
static size_t edit_distance_by_rows(size_t *row, struct text_symbols pattern,
                                    struct text_symbols text)
{
    for (size_t k = 0; k <= pattern.count; k++) {
        row[k] = k;
    }
    for (size_t i = 0; i < text.count; i++) {
        size_t corner = row[0];

        row[0] = i + 1;
        for (size_t k = 0; k < pattern.count; k++) {
            size_t replaced = corner + (text.at[i] != pattern.at[k]);

            corner = row[k + 1];
            row[k + 1] = least(replaced, least(row[k], row[k + 1]) + 1);
        }
    }
    return row[pattern.count];
}

/* The shorter side is the pattern. */
static void order(struct text_symbols *pattern, struct text_symbols *text)
{
    if (pattern->count > text->count) {
        struct text_symbols swap = *pattern;

        *pattern = *text;
        *text = swap;
    }
}

size_t text_edit_distance(struct arena *arena, struct text_symbols left, struct text_symbols right)
{
    order(&left, &right);
    if (left.count == 0) {
        return right.count;
    }
    if (left.count <= WORD_BITS) {
        return edit_distance_by_bits(left, right);
    }
    struct arena_mark mark = arena_mark(arena);
    size_t distance =
        edit_distance_by_rows(arena_array(arena, size_t, left.count + 1), left, right);

    arena_undo(arena, mark);
    return distance;
}

double text_edit_similarity(struct arena *arena, struct text_symbols left,
                            struct text_symbols right)
{
    size_t longer = left.count > right.count ? left.count : right.count;

    return longer == 0 ? 1 : 1 - (double)text_edit_distance(arena, left, right) / (double)longer;
}

static size_t subsequence_by_bits(struct text_symbols pattern, struct text_symbols text)
{
    struct masks masks = masks_of(pattern);
    uint64_t all = pattern.count == WORD_BITS ? UINT64_MAX : ((uint64_t)1 << pattern.count) - 1;
    uint64_t row = UINT64_MAX;

    for (size_t i = 0; i < text.count; i++) {
        uint64_t match = row & masks.mask[mask_slot(&masks, text.at[i])];

        row = (row + match) | (row - match);
    }
    return (size_t)__builtin_popcountll(~row & all);
}

static size_t subsequence_by_rows(size_t *row, struct text_symbols pattern,
                                  struct text_symbols text)
{
    for (size_t i = 0; i < text.count; i++) {
        size_t corner = 0;

        for (size_t k = 0; k < pattern.count; k++) {
            size_t above = row[k + 1];

            if (text.at[i] == pattern.at[k]) {
                row[k + 1] = corner + 1;
            } else if (row[k] > above) {
                row[k + 1] = row[k];
            }
            corner = above;
        }
    }
    return row[pattern.count];
}

size_t text_common_subsequence(struct arena *arena, struct text_symbols left,
                               struct text_symbols right)
{
    order(&left, &right);
    if (left.count == 0) {
        return 0;
    }
    if (left.count <= WORD_BITS) {
        return subsequence_by_bits(left, right);
    }
    struct arena_mark mark = arena_mark(arena);
    size_t length = subsequence_by_rows(arena_array(arena, size_t, left.count + 1), left, right);

    arena_undo(arena, mark);
    return length;
}
