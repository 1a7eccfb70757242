/* Goal: near-duplicates are found, estimates keep their published error. */

#include "check.h"

#include "base/arena.h"
#include "base/rng.h"
#include "engine/text/shingle.h"

static struct text_shingles shingles_of(struct arena *arena, const char *text, uint32_t width)
{
    return text_shingles(arena, text_words(arena, text_of(text)), width);
}

static void resemblance__is_jaccards(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_shingles left = shingles_of(arena, "a rose is a rose is a rose", 4);
    struct text_shingles right = shingles_of(arena, "a rose is a flower which is a rose", 4);

    /* Broder's example: the first has three 4-shingles, of which the second has one. */
    CHECK(left.count == 3 && right.count == 6);
    CHECK(text_shared(left, right) == 1);
    CHECK_NEAR(text_resemblance(left, right), 1.0 / 8, 1e-15);
    CHECK_NEAR(text_containment(left, right), 1.0 / 3, 1e-15);
    CHECK(text_resemblance(left, left) == 1);
}

static void short_and_empty_texts__have_answers(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_shingles none = shingles_of(arena, "", 3);
    struct text_shingles one = shingles_of(arena, "two words", 3);
    uint32_t minima[4];

    CHECK(none.count == 0 && one.count == 1);
    CHECK(text_resemblance(none, none) == 0 && text_containment(none, one) == 0);
    text_minhash(none, 1, 4, minima);
    CHECK(minima[0] == UINT32_MAX && minima[3] == UINT32_MAX);
    CHECK(text_minhash_resemblance(minima, minima, 0) == 0);
    CHECK(text_simhash((struct text_words){0}) == 0);
}

/* Two sets with a planted resemblance of one third, and its estimate from 1,024 minima. */
static void minhash__estimates_within_its_error(void)
{
    enum { SIZE = 3000, MINIMA = 1024 };
    static uint64_t left[SIZE];
    static uint64_t right[SIZE];
    static uint32_t left_minima[MINIMA];
    static uint32_t right_minima[MINIMA];
    struct rng rng = rng_new(5);

    for (size_t i = 0; i < SIZE; i++) {
        left[i] = rng_next(&rng);
        right[i] = i < SIZE / 2 ? left[i] : rng_next(&rng);
    }
    text_minhash((struct text_shingles){left, SIZE}, 9, MINIMA, left_minima);
    text_minhash((struct text_shingles){right, SIZE}, 9, MINIMA, right_minima);
    double error = sqrt(1.0 / 3 * 2.0 / 3 / MINIMA);

    CHECK_NEAR(text_minhash_resemblance(left_minima, right_minima, MINIMA), 1.0 / 3, 4 * error);
    CHECK(text_minhash_band(left_minima, 0, 4) == text_minhash_band(left_minima, 0, 4));
    CHECK(text_minhash_band(left_minima, 0, 4) != text_minhash_band(left_minima, 1, 4));
}

static void simhash__keeps_near_texts_near(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *text = "the expert reads the contract and marks every clause that breaks the law";
    const char *edit = "the expert reads the contract and notes every clause that breaks the law";
    const char *other = "photosynthesis stores sunlight as sugar in green leaves of most plants";
    uint64_t a = text_simhash(text_words(arena, text_of(text)));
    uint64_t b = text_simhash(text_words(arena, text_of(edit)));
    uint64_t c = text_simhash(text_words(arena, text_of(other)));

    CHECK(text_hamming(a, a) == 0);
    CHECK(text_hamming(a, b) < 16);
    CHECK(text_hamming(a, c) > 16);
}

TEST_MAIN(CASE(resemblance__is_jaccards), CASE(short_and_empty_texts__have_answers),
          CASE(minhash__estimates_within_its_error), CASE(simhash__keeps_near_texts_near))
