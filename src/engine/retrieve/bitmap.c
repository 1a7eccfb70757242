#include "engine/retrieve/bitmap.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

struct retrieve_bitmap retrieve_bitmap_new(struct arena *arena, uint64_t row_count)
{
    return (struct retrieve_bitmap){
        .words = arena_array(arena, uint64_t, retrieve_word_count(row_count) + 1),
        .row_count = row_count};
}

void retrieve_bitmap_fill(struct retrieve_bitmap *bitmap)
{
    size_t count = retrieve_word_count(bitmap->row_count);

    memset(bitmap->words, 0xFF, count * sizeof(uint64_t));
    if (bitmap->row_count % 64 != 0) {
        bitmap->words[count - 1] = ((uint64_t)1 << bitmap->row_count % 64) - 1;
    }
}

uint64_t retrieve_bitmap_count(const struct retrieve_bitmap *bitmap)
{
    uint64_t count = 0;

    for (size_t i = 0; i < retrieve_word_count(bitmap->row_count); i++) {
        count += (uint64_t)__builtin_popcountll(bitmap->words[i]);
    }
    return count;
}

void retrieve_bitmap_and(struct retrieve_bitmap *bitmap, const struct retrieve_bitmap *other)
{
    assert(bitmap->row_count == other->row_count);
    for (size_t i = 0; i < retrieve_word_count(bitmap->row_count); i++) {
        bitmap->words[i] &= other->words[i];
    }
}

static void check_rows(const struct retrieve_bitmap *bitmap, struct retrieve_rows rows, size_t i)
{
    assert(rows.at[i] < bitmap->row_count);
    assert(i == 0 || rows.at[i - 1] < rows.at[i]);
}

void retrieve_bitmap_keep(struct retrieve_bitmap *bitmap, struct retrieve_rows rows)
{
    size_t next = 0; /* first word that no listed row was seen in */
    size_t count = retrieve_word_count(bitmap->row_count);

    for (size_t i = 0; i < rows.count;) {
        size_t word = rows.at[i] / 64;
        uint64_t kept = 0;

        for (; i < rows.count && rows.at[i] / 64 == word; i++) {
            check_rows(bitmap, rows, i);
            kept |= (uint64_t)1 << rows.at[i] % 64;
        }
        memset(bitmap->words + next, 0, (word - next) * sizeof(uint64_t));
        bitmap->words[word] &= kept;
        next = word + 1;
    }
    memset(bitmap->words + next, 0, (count - next) * sizeof(uint64_t));
}

void retrieve_bitmap_drop(struct retrieve_bitmap *bitmap, struct retrieve_rows rows)
{
    for (size_t i = 0; i < rows.count; i++) {
        check_rows(bitmap, rows, i);
        bitmap->words[rows.at[i] / 64] &= ~((uint64_t)1 << rows.at[i] % 64);
    }
}

struct retrieve_rows retrieve_bitmap_rows(struct arena *arena, const struct retrieve_bitmap *bitmap)
{
    uint32_t *rows = arena_array(arena, uint32_t, retrieve_bitmap_count(bitmap) + 1);
    size_t count = 0;

    assert(bitmap->row_count <= UINT32_MAX);
    for (size_t i = 0; i < retrieve_word_count(bitmap->row_count); i++) {
        for (uint64_t word = bitmap->words[i]; word != 0; word &= word - 1) {
            rows[count++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
        }
    }
    return (struct retrieve_rows){.at = rows, .count = count};
}
