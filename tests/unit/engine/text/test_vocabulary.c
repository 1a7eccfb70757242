/* Goal: frequencies, weights and cosines are those of the formulas. */

#include "check.h"

#include "base/arena.h"
#include "engine/text/vocabulary.h"

static struct text_words words_of(struct arena *arena, const char *text)
{
    return text_words(arena, text_of(text));
}

static void learn__counts_documents_not_words(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_vocabulary *vocabulary = text_vocabulary_new(arena);
    struct text_bag bag = text_vocabulary_learn(vocabulary, arena, words_of(arena, "b a b c b"));

    CHECK(bag.size == 3 && bag.length == 5 && bag.unknown == 0);
    CHECK(bag.term[0] == 0 && bag.count[0] == 3); /* numbers by arrival */
    CHECK(bag.term[1] == 1 && bag.count[1] == 1);
    bag = text_vocabulary_learn(vocabulary, arena, words_of(arena, "b d"));
    CHECK(text_document_count(vocabulary) == 2 && text_vocabulary_size(vocabulary) == 4);
    CHECK(text_document_frequency(vocabulary, 0) == 2);
    CHECK(text_document_frequency(vocabulary, 1) == 1);
    CHECK(text_document_frequency(vocabulary, 99) == 0);

    bag = text_vocabulary_look(vocabulary, arena, words_of(arena, "x b x a"));
    CHECK(bag.size == 2 && bag.unknown == 2 && text_vocabulary_size(vocabulary) == 4);
    CHECK(text_is(text_vocabulary_term(vocabulary, bag.term[1]), "a"));
}

static void weights__follow_the_formula(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_vocabulary *vocabulary = text_vocabulary_new(arena);
    struct text_bag bag = text_vocabulary_learn(vocabulary, arena, words_of(arena, "a a b"));

    (void)text_vocabulary_learn(vocabulary, arena, words_of(arena, "b"));
    struct text_vector vector = text_weigh(vocabulary, arena, bag);
    double a = (1 + log(2)) * (1 + log(3.0 / 2));
    double b = 1;
    double length = sqrt(a * a + b * b);

    CHECK(vector.size == 2);
    CHECK_NEAR((double)vector.weight[0], a / length, 1e-7);
    CHECK_NEAR((double)vector.weight[1], b / length, 1e-7);
    CHECK_NEAR(text_idf(vocabulary, 77), 1 + log(3), 1e-15);
}

static void cosine__is_symmetric_and_bounded(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_vocabulary *vocabulary = text_vocabulary_new(arena);
    struct text_bag left = text_vocabulary_learn(vocabulary, arena, words_of(arena, "a b c"));
    struct text_bag right = text_vocabulary_learn(vocabulary, arena, words_of(arena, "c d"));
    struct text_bag none = text_vocabulary_learn(vocabulary, arena, words_of(arena, ""));
    struct text_vector x = text_weigh(vocabulary, arena, left);
    struct text_vector y = text_weigh(vocabulary, arena, right);
    struct text_vector zero = text_weigh(vocabulary, arena, none);

    CHECK_NEAR(text_cosine(x, x), 1, 1e-6);
    CHECK(text_cosine(x, x) <= 1);
    CHECK(text_cosine(x, y) == text_cosine(y, x) && text_cosine(x, y) > 0);
    CHECK(zero.size == 0 && text_cosine(x, zero) == 0 && text_cosine(zero, zero) == 0);
}

static void vocabulary__grows(void)
{
    enum { TERMS = 20000 };
    ARENA_SCOPE arena = arena_new();
    struct text_vocabulary *vocabulary = text_vocabulary_new(arena);

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < TERMS; i++) {
            char term[16];
            struct text word = {.at = term, .size = (size_t)snprintf(term, sizeof(term), "%d", i)};

            (void)text_vocabulary_learn(vocabulary, arena,
                                        (struct text_words){.at = &word, .count = 1});
        }
    }
    CHECK(text_vocabulary_size(vocabulary) == TERMS);
    for (uint32_t i = 0; i < TERMS; i++) {
        CHECK(text_document_frequency(vocabulary, i) == 2);
    }
}

TEST_MAIN(CASE(learn__counts_documents_not_words), CASE(weights__follow_the_formula),
          CASE(cosine__is_symmetric_and_bounded), CASE(vocabulary__grows))
