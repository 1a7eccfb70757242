/* Goal: bit vectors and rows give the distances of the definition. */

#include "check.h"

#include "base/arena.h"
#include "base/rng.h"
#include "engine/text/distance.h"

static size_t distance_of(const char *left, const char *right)
{
    ARENA_SCOPE arena = arena_new();

    return text_edit_distance(arena, text_symbols(arena, text_of(left)),
                              text_symbols(arena, text_of(right)));
}

static void distance__matches_the_textbook(void)
{
    CHECK(distance_of("kitten", "sitting") == 3);
    CHECK(distance_of("intention", "execution") == 5);
    CHECK(distance_of("", "abc") == 3);
    CHECK(distance_of("", "") == 0);
    CHECK(distance_of("né", "ne") == 1); /* characters, not bytes */
}

enum { LONGEST = 150 };

/* The definition, for prefixes of all lengths. */
static void by_table(struct text_symbols left, struct text_symbols right, size_t *edits,
                     size_t *common)
{
    static size_t edit[LONGEST + 1][LONGEST + 1];
    static size_t same[LONGEST + 1][LONGEST + 1];

    for (size_t i = 0; i <= left.count; i++) {
        for (size_t k = 0; k <= right.count; k++) {
            if (i == 0 || k == 0) {
                edit[i][k] = i + k;
                same[i][k] = 0;
                continue;
            }
            bool equal = left.at[i - 1] == right.at[k - 1];
            size_t replace = edit[i - 1][k - 1] + !equal;
            size_t shift = (edit[i - 1][k] < edit[i][k - 1] ? edit[i - 1][k] : edit[i][k - 1]) + 1;
            size_t skip = same[i - 1][k] > same[i][k - 1] ? same[i - 1][k] : same[i][k - 1];

            edit[i][k] = replace < shift ? replace : shift;
            same[i][k] = equal ? same[i - 1][k - 1] + 1 : skip;
        }
    }
    *edits = edit[left.count][right.count];
    *common = same[left.count][right.count];
}

static void both_ways__agree_with_the_definition(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(11);
    uint32_t left[LONGEST];
    uint32_t right[LONGEST];

    for (int round = 0; round < 400; round++) {
        uint32_t alphabet = 2 + rng_below(&rng, 30);
        struct text_symbols x = {.at = left, .count = rng_below(&rng, LONGEST + 1)};
        struct text_symbols y = {.at = right, .count = rng_below(&rng, LONGEST + 1)};
        size_t edits;
        size_t common;

        for (size_t i = 0; i < LONGEST; i++) {
            left[i] = rng_below(&rng, alphabet);
            right[i] = rng_below(&rng, alphabet);
        }
        by_table(x, y, &edits, &common);
        CHECK(text_edit_distance(arena, x, y) == edits);
        CHECK(text_edit_distance(arena, y, x) == edits);
        CHECK(text_common_subsequence(arena, x, y) == common);
        CHECK(text_common_subsequence(arena, y, x) == common);
    }
}

static void similarity__stays_in_the_unit_interval(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_symbols none = {0};
    struct text_symbols some = text_symbols(arena, text_of("abc"));

    CHECK(text_edit_similarity(arena, none, none) == 1);
    CHECK(text_edit_similarity(arena, none, some) == 0);
    CHECK(text_edit_similarity(arena, some, some) == 1);
    CHECK(text_common_subsequence(arena, none, some) == 0);
}

static void words__are_compared_as_wholes(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_symbols left;
    struct text_symbols right;

    text_number_words(arena, text_words(arena, text_of("heat flows from hot to cold")),
                      text_words(arena, text_of("the heat goes from hot things to cold")), &left,
                      &right);
    CHECK(left.count == 6 && right.count == 8);
    CHECK(text_common_subsequence(arena, left, right) == 5);
    CHECK(text_edit_distance(arena, left, right) == 3);
}

TEST_MAIN(CASE(distance__matches_the_textbook), CASE(both_ways__agree_with_the_definition),
          CASE(similarity__stays_in_the_unit_interval), CASE(words__are_compared_as_wholes))
