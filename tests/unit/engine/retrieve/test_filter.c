/* Goal: filters equal the definition on every path, with any sizes and summaries. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/retrieve/filter.h"

enum { ROWS_MAX = 9000, COLUMNS = 5 };

struct columns {
    uint8_t level[ROWS_MAX];
    uint8_t zone[ROWS_MAX];
    uint16_t rate[ROWS_MAX];
    uint32_t skills[ROWS_MAX];
    uint32_t joined[ROWS_MAX]; /* rising: blocks pass or fail as a whole */
};

static struct columns columns;

static struct retrieve_table *table_of(struct arena *arena, uint64_t rows, uint64_t seed)
{
    struct rng rng = rng_new(seed);
    struct retrieve_table *table = retrieve_table_new(arena, rows);

    for (uint32_t i = 0; i < ROWS_MAX; i++) {
        columns.level[i] = (uint8_t)rng_below(&rng, 6);
        columns.zone[i] = (uint8_t)rng_next(&rng);
        columns.rate[i] = (uint16_t)rng_next(&rng);
        columns.skills[i] = (uint32_t)rng_next(&rng) & (uint32_t)rng_next(&rng);
        columns.joined[i] = i * 1000;
    }
    (void)retrieve_table_add(table, RETRIEVE_U8, columns.level);
    (void)retrieve_table_add(table, RETRIEVE_U8, columns.zone);
    (void)retrieve_table_add(table, RETRIEVE_U16, columns.rate);
    (void)retrieve_table_add(table, RETRIEVE_U32, columns.skills);
    (void)retrieve_table_add(table, RETRIEVE_U32, columns.joined);
    return table;
}

static struct retrieve_predicate random_predicate(struct rng *rng)
{
    static const uint32_t TOPS[COLUMNS] = {8, 256, 65536, UINT32_MAX, ROWS_MAX * 1000};
    uint32_t column = rng_below(rng, COLUMNS);
    enum retrieve_test test =
        column == 3 ? (enum retrieve_test)(1 + rng_below(rng, 2)) : RETRIEVE_WITHIN;

    return (struct retrieve_predicate){.column = column,
                                       .test = test,
                                       .low = column == 3 ? (uint32_t)1 << rng_below(rng, 32) | 1
                                                          : rng_below(rng, TOPS[column]),
                                       .high = rng_below(rng, TOPS[column])};
}

static void all_paths__agree_with_the_definition(void)
{
    static const uint64_t SIZES[] = {1, 63, 64, 65, 4095, 4096, 4097, 8192, 9000};
    static const enum retrieve_simd PATHS[] = {RETRIEVE_PLAIN, RETRIEVE_AVX2, RETRIEVE_AVX512};
    struct rng rng = rng_new(3);

    for (size_t round = 0; round < 600; round++) {
        ARENA_SCOPE arena = arena_new();
        uint64_t rows = SIZES[round % COUNT(SIZES)];
        struct retrieve_table *table = table_of(arena, rows, round);

        if (round % 2 == 0) {
            retrieve_table_pack(table);
        }
        struct retrieve_predicate predicates[4];
        size_t count = rng_below(&rng, 5);
        struct fault fault;

        for (size_t i = 0; i < count; i++) {
            predicates[i] = random_predicate(&rng);
        }
        for (size_t path = 0; path < COUNT(PATHS); path++) {
            struct retrieve_bitmap bitmap = retrieve_bitmap_new(arena, rows);

            CHECK(retrieve_filter(table, predicates, count, PATHS[path], &bitmap, &fault) == OK);
            for (uint64_t row = 0; row < rows; row++) {
                bool want = true;

                for (size_t i = 0; i < count; i++) {
                    want = want && retrieve_passes(table, &predicates[i], row);
                }
                CHECK(retrieve_bitmap_has(&bitmap, row) == want);
            }
            CHECK(rows % 64 == 0 || bitmap.words[rows / 64] >> rows % 64 == 0);
        }
    }
}

static void range__wraps_around(void)
{
    ARENA_SCOPE arena = arena_new();
    struct retrieve_table *table = table_of(arena, 500, 1);
    struct retrieve_predicate night = {.column = 1, .low = 250, .high = 5};

    for (uint64_t row = 0; row < 500; row++) {
        uint8_t zone = columns.zone[row];

        CHECK(retrieve_passes(table, &night, row) == (zone >= 250 || zone <= 5));
    }
}

static void explain__counts_what_to_relax(void)
{
    static const uint8_t LEVEL[] = {1, 1, 3, 3};
    static const uint8_t HOURS[] = {5, 9, 5, 9};
    ARENA_SCOPE arena = arena_new();
    struct retrieve_table *table = retrieve_table_new(arena, 4);
    uint64_t alone[2];
    uint64_t failed[2];
    struct fault fault;

    (void)retrieve_table_add(table, RETRIEVE_U8, LEVEL);
    (void)retrieve_table_add(table, RETRIEVE_U8, HOURS);
    struct retrieve_predicate predicates[] = {{.column = 0, .low = 2, .high = 255},
                                              {.column = 1, .low = 8, .high = 255}};

    CHECK(retrieve_filter_explain(arena, table, predicates, 2, alone, failed, &fault) == OK);
    CHECK(alone[0] == 1 && alone[1] == 1 && failed[0] == 2 && failed[1] == 2);
}

static void bitmap__meets_sorted_lists(void)
{
    enum { ROWS = 300 };
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(8);
    uint32_t list[ROWS];

    for (int round = 0; round < 50; round++) {
        struct retrieve_bitmap kept = retrieve_bitmap_new(arena, ROWS);
        struct retrieve_bitmap dropped = retrieve_bitmap_new(arena, ROWS);
        struct retrieve_rows rows = {.at = list};
        bool in[ROWS] = {false};

        for (uint32_t i = 0; i < ROWS; i++) {
            if (rng_below(&rng, 4) == 0) {
                list[rows.count++] = i;
                in[i] = true;
            }
        }
        retrieve_bitmap_fill(&kept);
        retrieve_bitmap_fill(&dropped);
        retrieve_bitmap_keep(&kept, rows);
        retrieve_bitmap_drop(&dropped, rows);
        for (uint32_t i = 0; i < ROWS; i++) {
            CHECK(retrieve_bitmap_has(&kept, i) == in[i]);
            CHECK(retrieve_bitmap_has(&dropped, i) == !in[i]);
        }
        CHECK(retrieve_bitmap_count(&kept) == rows.count);
        CHECK(retrieve_bitmap_rows(arena, &kept).count == rows.count);
        retrieve_bitmap_and(&kept, &dropped);
        CHECK(retrieve_bitmap_count(&kept) == 0);
    }
}

static void filter__refuses_what_it_cannot_test(void)
{
    ARENA_SCOPE arena = arena_new();
    struct retrieve_table *table = table_of(arena, 100, 1);
    struct retrieve_bitmap out = retrieve_bitmap_new(arena, 100);
    struct retrieve_predicate no_column = {.column = 9};
    struct retrieve_predicate narrow_bits = {.column = 0, .test = RETRIEVE_ANY_BIT, .low = 1};
    struct retrieve_predicate too_high = {.column = 0, .low = 0, .high = 256};
    struct retrieve_predicate many[33] = {{0}};
    struct fault fault;

    CHECK(retrieve_filter(table, &no_column, 1, RETRIEVE_BEST, &out, &fault) == ERR_INVALID);
    CHECK(retrieve_filter(table, &narrow_bits, 1, RETRIEVE_BEST, &out, &fault) == ERR_INVALID);
    CHECK(retrieve_filter(table, &too_high, 1, RETRIEVE_BEST, &out, &fault) == ERR_INVALID);
    CHECK(retrieve_filter(table, many, 33, RETRIEVE_BEST, &out, &fault) == ERR_INVALID);
}

static void empty_table__has_no_rows(void)
{
    ARENA_SCOPE arena = arena_new();
    struct retrieve_table *table = table_of(arena, 0, 1);
    struct retrieve_bitmap out = retrieve_bitmap_new(arena, 0);
    struct fault fault;

    CHECK(retrieve_filter(table, NULL, 0, RETRIEVE_BEST, &out, &fault) == OK);
    CHECK(retrieve_bitmap_count(&out) == 0);
}

TEST_MAIN(CASE(all_paths__agree_with_the_definition), CASE(range__wraps_around),
          CASE(explain__counts_what_to_relax), CASE(bitmap__meets_sorted_lists),
          CASE(filter__refuses_what_it_cannot_test), CASE(empty_table__has_no_rows))
