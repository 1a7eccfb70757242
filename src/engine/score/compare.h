#pragma once

/*
 * Comparisons: how alike are an answer and a model answer?
 *
 * About sixty measures that each see another kind of likeness: shared words plain and weighted by
 * rarity (with and without those that the question gave away), cosines, character n-grams, soft
 * cardinality (Jimenez 2010), runs and subsequences, greedy alignment with tolerance for
 * spelling (after Sultan 2014), numbers, negation and opposites, length.
 */

#include <stdint.h>

#include "engine/score/reading.h"

struct arena;

enum {
    SCORE_PAIR_FEATURES = 59,   /* of an answer and one model answer */
    SCORE_ANSWER_FEATURES = 14, /* of the answer and the question */
    SCORE_FEATURES = 3 * SCORE_PAIR_FEATURES + SCORE_ANSWER_FEATURES + 1,
};

/* All finite. */
void score_compare(struct arena *arena, const struct score_reading *question,
                   const struct score_reading *reference, const struct score_reading *answer,
                   float out[static SCORE_PAIR_FEATURES]);

/*
 * The features of an answer: its comparison with the model answer that is nearest, the
 * largest and the mean of each over all model answers, and what the answer alone tells.
 * Without model answers the comparisons are zero.
 */
void score_features(struct arena *arena, const struct score_reading *question,
                    const struct score_reading *references, uint32_t reference_count,
                    const struct score_reading *answer, float out[static SCORE_FEATURES]);

/* Longest common subsequence and longest common run of stems. */
struct score_common {
    uint32_t subsequence;
    uint32_t run;
};
struct score_common score_common(struct arena *arena, const struct score_reading *left,
                                 const struct score_reading *right);

/* Cosine of two bags; 0 where one is empty. */
double score_bag_cosine(const struct score_bag *left, const struct score_bag *right);
