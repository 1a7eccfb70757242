/* Goal: pruned search equals the definition, bit for bit. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/retrieve/index.h"

enum { TERMS = 400, WORDS_MAX = 30 };

/* Documents of skewed terms and lengths. */
static struct text_bag *random_bags(struct arena *arena, uint32_t count, uint64_t seed)
{
    struct text_bag *bags = arena_array(arena, struct text_bag, count + 1);
    struct rng rng = rng_new(seed);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t held[TERMS] = {0};
        uint32_t words = rng_below(&rng, WORDS_MAX + 1);
        uint32_t *terms = arena_array(arena, uint32_t, WORDS_MAX);
        uint32_t *counts = arena_array(arena, uint32_t, WORDS_MAX);
        struct text_bag bag = {.term = terms, .count = counts, .length = words};

        for (uint32_t k = 0; k < words; k++) {
            double u = rng_unit(&rng);

            held[(uint32_t)(u * u * u * TERMS)]++;
        }
        for (uint32_t k = 0; k < TERMS; k++) {
            if (held[k] > 0) {
                terms[bag.size] = k;
                counts[bag.size++] = held[k];
            }
        }
        bags[i] = bag;
    }
    return bags;
}

static double bm25(const struct text_bag *bags, uint32_t count, uint32_t document,
                   const uint32_t *terms, size_t term_count)
{
    double mean = 0;
    double score = 0;

    for (uint32_t i = 0; i < count; i++) {
        mean += (double)bags[i].length / count;
    }
    for (size_t t = 0; t < term_count; t++) {
        double holding = 0;
        double frequency = 0;

        for (uint32_t i = 0; i < count; i++) {
            for (size_t k = 0; k < bags[i].size; k++) {
                holding += bags[i].term[k] == terms[t];
                frequency += i == document && bags[i].term[k] == terms[t] ? bags[i].count[k] : 0;
            }
        }
        double norm = 1.2 * (0.25 + 0.75 * (double)bags[document].length / mean);

        score += log(1 + (count - holding + 0.5) / (holding + 0.5)) * frequency * 2.2 /
                 (frequency + norm);
    }
    return score;
}

static void scores__are_bm25_within_the_quantisation(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_bag *bags = random_bags(arena, 300, 1);
    struct retrieve_index index;
    struct fault fault;
    uint32_t terms[] = {0, 3, 50, 200};

    CHECK(retrieve_index_new(arena, bags, 300, TERMS, &RETRIEVE_BM25, &index, &fault) == OK);
    struct retrieve_hits hits = retrieve_index_search(arena, &index, terms, 4, NULL, 20);

    CHECK(hits.count == 20);
    for (size_t i = 0; i < hits.count; i++) {
        double exact = bm25(bags, 300, hits.at[i].row, terms, 4);

        /* Half a step of 1/255 in each part, with idf at most 6. */
        CHECK_NEAR(hits.at[i].score * index.unit, exact, 4 * 6 * 2.2 / 255 / 2);
    }
}

/* Each hit has the sum of its parts, and nobody outside beats the last. */
static bool are_best(const struct retrieve_index *index, const uint32_t *terms, size_t term_count,
                     const struct retrieve_bitmap *among, size_t top, struct retrieve_hits hits)
{
    size_t matching = 0;
    size_t better = 0;

    for (uint32_t document = 0; document < index->document_count; document++) {
        int32_t score = 0;

        for (size_t t = 0; t < term_count; t++) {
            score += retrieve_index_part(index, terms[t], document);
        }
        bool wanted = score > 0 && (among == NULL || retrieve_bitmap_has(among, document));

        matching += wanted;
        if (!wanted || hits.count == 0) {
            continue;
        }
        struct retrieve_hit last = hits.at[hits.count - 1];
        bool in = score > last.score || (score == last.score && document <= last.row);

        if (in && (better >= hits.count)) {
            return false;
        }
        better += in;
    }
    for (size_t i = 1; i < hits.count; i++) {
        bool ordered =
            hits.at[i - 1].score > hits.at[i].score ||
            (hits.at[i - 1].score == hits.at[i].score && hits.at[i - 1].row < hits.at[i].row);

        if (!ordered) {
            return false;
        }
    }
    return hits.count == (matching < top ? matching : top) && better == hits.count;
}

static void search__equals_the_definition(void)
{
    static const uint32_t SIZES[] = {1, 100, 8191, 8192, 8193, 30000};
    static const size_t TOPS[] = {1, 10, 300, 100000};
    struct rng rng = rng_new(12);

    for (size_t i = 0; i < COUNT(SIZES); i++) {
        ARENA_SCOPE arena = arena_new();
        struct text_bag *bags = random_bags(arena, SIZES[i], i);
        struct retrieve_index index;
        struct retrieve_bitmap among = retrieve_bitmap_new(arena, SIZES[i]);
        struct fault fault;

        CHECK(retrieve_index_new(arena, bags, SIZES[i], TERMS, &RETRIEVE_BM25, &index, &fault) ==
              OK);
        for (uint32_t row = 0; row < SIZES[i]; row += 1 + rng_below(&rng, 3)) {
            retrieve_bitmap_add(&among, row);
        }
        for (size_t round = 0; round < 12; round++) {
            uint32_t terms[6];
            size_t count = 1 + rng_below(&rng, 6);
            size_t top = TOPS[rng_below(&rng, COUNT(TOPS))];
            const struct retrieve_bitmap *filter = round % 2 == 0 ? NULL : &among;

            for (size_t k = 0; k < count; k++) {
                terms[k] = (uint32_t)k * (TERMS / 6) + rng_below(&rng, TERMS / 6);
            }
            CHECK(are_best(&index, terms, count, filter, top,
                           retrieve_index_search(arena, &index, terms, count, filter, top)));
        }
    }
}

static void odd_queries__have_answers(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_bag *bags = random_bags(arena, 500, 3);
    struct retrieve_index index;
    struct fault fault;
    uint32_t terms[200];

    for (uint32_t i = 0; i < 200; i++) {
        terms[i] = i;
    }
    CHECK(retrieve_index_new(arena, bags, 500, TERMS, &RETRIEVE_BM25, &index, &fault) == OK);
    CHECK(retrieve_index_search(arena, &index, terms, 200, NULL, 10).count == 10);
    CHECK(retrieve_index_search(arena, &index, terms, 0, NULL, 10).count == 0);
    CHECK(retrieve_index_search(arena, &index, terms, 3, NULL, 0).count == 0);
    CHECK(retrieve_index_search(arena, &index, (uint32_t[]){9999}, 1, NULL, 10).count == 0);
    CHECK(retrieve_index_new(arena, bags, 0, 0, &RETRIEVE_BM25, &index, &fault) == OK);
    CHECK(retrieve_index_search(arena, &index, terms, 3, NULL, 10).count == 0);
}

static void index__refuses_bad_input(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_bag *bags = random_bags(arena, 10, 3);
    struct retrieve_index_options options = {.k1 = (double)NAN, .b = 0.5};
    struct retrieve_index index;
    struct fault fault;

    CHECK(retrieve_index_new(arena, bags, 10, 3, &RETRIEVE_BM25, &index, &fault) == ERR_INVALID);
    CHECK(retrieve_index_new(arena, bags, 10, TERMS, &options, &index, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(scores__are_bm25_within_the_quantisation), CASE(search__equals_the_definition),
          CASE(odd_queries__have_answers), CASE(index__refuses_bad_input))
