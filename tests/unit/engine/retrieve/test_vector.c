/* Goal: the scan finds exactly what a plain double loop finds, on every path. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/retrieve/vector.h"

static struct retrieve_vectors random_vectors(struct arena *arena, uint64_t rows, uint32_t size,
                                              uint64_t seed)
{
    struct retrieve_vectors vectors = {0};
    struct rng rng = rng_new(seed);
    struct fault fault;
    float *row = arena_array(arena, float, size);

    if (retrieve_vectors_new(arena, rows, size, 60, &vectors, &fault) != OK) {
        return vectors;
    }
    for (uint64_t i = 0; i < rows; i++) {
        for (uint32_t k = 0; k < size; k++) {
            row[k] = (float)rng_normal(&rng);
        }
        if (retrieve_vectors_set(&vectors, i, row, &fault) != OK) {
            break;
        }
    }
    return vectors;
}

static struct retrieve_query random_query(struct arena *arena,
                                          const struct retrieve_vectors *vectors, uint64_t seed)
{
    struct retrieve_query query = {0};
    struct rng rng = rng_new(seed);
    struct fault fault;
    float *from = arena_array(arena, float, vectors->size);

    for (uint32_t k = 0; k < vectors->size; k++) {
        from[k] = (float)rng_normal(&rng);
    }
    if (retrieve_query_of(arena, vectors, from, &query, &fault) != OK) {
        return (struct retrieve_query){0};
    }
    return query;
}

static int64_t by_definition(const struct retrieve_vectors *vectors,
                             const struct retrieve_query *query, uint64_t row)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < vectors->size; i++) {
        sum += (vectors->rows[row * vectors->width + i] - 128) * query->at[i];
    }
    return sum;
}

/* Hits are in order, wanted, and nobody outside beats the last. */
static bool are_best(const struct retrieve_vectors *vectors, const struct retrieve_query *query,
                     const struct retrieve_bitmap *among, size_t top, struct retrieve_hits hits)
{
    uint64_t wanted = among == NULL ? vectors->row_count : retrieve_bitmap_count(among);
    size_t better = 0;

    if (hits.count != (wanted < top ? wanted : top)) {
        return false;
    }
    for (size_t i = 0; i < hits.count; i++) {
        struct retrieve_hit hit = hits.at[i];
        bool ordered = i == 0 || hits.at[i - 1].score > hit.score ||
                       (hits.at[i - 1].score == hit.score && hits.at[i - 1].row < hit.row);

        if (!ordered || by_definition(vectors, query, hit.row) != hit.score ||
            (among != NULL && !retrieve_bitmap_has(among, hit.row))) {
            return false;
        }
    }
    for (uint64_t row = 0; hits.count > 0 && row < vectors->row_count; row++) {
        struct retrieve_hit last = hits.at[hits.count - 1];
        int64_t score = by_definition(vectors, query, row);

        better += (among == NULL || retrieve_bitmap_has(among, row)) &&
                  (score > last.score || (score == last.score && row < last.row));
    }
    return hits.count == 0 || better == hits.count - 1;
}

static void search__is_exact_on_every_path(void)
{
    static const uint32_t SIZES[] = {1, 63, 64, 100, 128, 300, 768};
    static const uint64_t ROWS[] = {1, 15, 16, 17, 1000, 5000};
    static const enum retrieve_simd PATHS[] = {RETRIEVE_PLAIN, RETRIEVE_AVX2, RETRIEVE_AVX512};

    for (size_t i = 0; i < COUNT(SIZES); i++) {
        for (size_t k = 0; k < COUNT(ROWS); k++) {
            ARENA_SCOPE arena = arena_new();
            struct retrieve_vectors vectors = random_vectors(arena, ROWS[k], SIZES[i], i * 10 + k);
            struct retrieve_query query = random_query(arena, &vectors, 77);

            for (size_t path = 0; path < COUNT(PATHS); path++) {
                struct retrieve_scan scan = {.top = 10, .simd = PATHS[path]};

                CHECK(are_best(&vectors, &query, NULL, 10,
                               retrieve_vectors_search(arena, &vectors, &query, &scan)));
            }
        }
    }
}

static void halves__change_no_answer(void)
{
    static const uint32_t SIZES[] = {100, 128, 200, 700};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(SIZES); i++) {
        struct retrieve_vectors vectors = random_vectors(arena, 4007, SIZES[i], i + 30);
        struct retrieve_query query = random_query(arena, &vectors, i + 50);

        retrieve_vectors_halve(arena, &vectors);
        CHECK((vectors.high != NULL) == (vectors.width % 128 == 0));
        for (enum retrieve_simd path = RETRIEVE_BEST; path <= RETRIEVE_AVX512; path++) {
            struct retrieve_scan scan = {.top = 7, .simd = path};

            CHECK(are_best(&vectors, &query, NULL, 7,
                           retrieve_vectors_search(arena, &vectors, &query, &scan)));
        }
    }
}

static void search__respects_the_filter(void)
{
    static const uint32_t ONE_IN[] = {1, 2, 10, 100, 1000};
    ARENA_SCOPE arena = arena_new();
    struct retrieve_vectors vectors = random_vectors(arena, 6000, 96, 4);
    struct retrieve_query query = random_query(arena, &vectors, 5);
    struct rng rng = rng_new(6);

    for (size_t i = 0; i < COUNT(ONE_IN); i++) {
        struct retrieve_bitmap among = retrieve_bitmap_new(arena, vectors.row_count);
        struct retrieve_scan scan = {.among = &among, .top = 40};

        for (uint64_t row = 0; row < vectors.row_count; row++) {
            if (rng_below(&rng, ONE_IN[i]) == 0) {
                retrieve_bitmap_add(&among, row);
            }
        }
        CHECK(are_best(&vectors, &query, &among, 40,
                       retrieve_vectors_search(arena, &vectors, &query, &scan)));
    }
}

static void more_hits_than_room__are_thinned(void)
{
    ARENA_SCOPE arena = arena_new();
    struct retrieve_vectors vectors = random_vectors(arena, 20000, 8, 9);
    struct retrieve_query query = random_query(arena, &vectors, 3);
    struct retrieve_scan scan = {.top = 500};

    CHECK(are_best(&vectors, &query, NULL, 500,
                   retrieve_vectors_search(arena, &vectors, &query, &scan)));
    scan.top = 0;
    CHECK(retrieve_vectors_search(arena, &vectors, &query, &scan).count == 0);
}

/* A row that points like the query is near by sketch too. */
static void sketch__finds_a_planted_row(void)
{
    static const uint32_t SIZES[] = {64, 128, 200};

    for (size_t i = 0; i < COUNT(SIZES); i++) {
        ARENA_SCOPE arena = arena_new();
        struct retrieve_vectors vectors = random_vectors(arena, 3000, SIZES[i], 21);
        struct retrieve_query query = {0};
        struct fault fault;
        float *planted = arena_array(arena, float, SIZES[i]);

        for (uint32_t k = 0; k < SIZES[i]; k++) {
            planted[k] = k % 3 == 0 ? -1.5F : 1.5F;
        }
        CHECK(retrieve_vectors_set(&vectors, 1234, planted, &fault) == OK);
        CHECK(retrieve_query_of(arena, &vectors, planted, &query, &fault) == OK);
        retrieve_vectors_sketch(arena, &vectors);
        for (enum retrieve_simd path = RETRIEVE_BEST; path <= RETRIEVE_AVX512; path++) {
            struct retrieve_scan scan = {.top = 5, .sketched = 100, .simd = path};
            struct retrieve_hits hits = retrieve_vectors_search(arena, &vectors, &query, &scan);

            CHECK(hits.count == 5 && hits.at[0].row == 1234);
            CHECK(hits.at[0].score == retrieve_vector_score(&vectors, &query, 1234));
        }
    }
}

static void values__are_clipped_and_non_numbers_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    struct retrieve_vectors vectors;
    struct fault fault;
    float huge[2] = {1e30F, -1e30F};
    float broken[2] = {0, NAN};

    CHECK(retrieve_vectors_new(arena, 1, 2, 1, &vectors, &fault) == OK);
    CHECK(retrieve_vectors_set(&vectors, 0, huge, &fault) == OK);
    CHECK(vectors.rows[0] == 255 && vectors.rows[1] == 1);
    CHECK(retrieve_vectors_set(&vectors, 0, broken, &fault) == ERR_INVALID);
    CHECK(retrieve_vectors_new(arena, 1, 0, 1, &vectors, &fault) == ERR_INVALID);
    CHECK(retrieve_vectors_new(arena, 1, 5000, 1, &vectors, &fault) == ERR_INVALID);
    CHECK(retrieve_vectors_new(arena, 1, 2, NAN, &vectors, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(search__is_exact_on_every_path), CASE(halves__change_no_answer),
          CASE(search__respects_the_filter), CASE(more_hits_than_room__are_thinned),
          CASE(sketch__finds_a_planted_row), CASE(values__are_clipped_and_non_numbers_refused))
