#pragma once

/* Likeness of single words, and what follows from it for two texts; inside the engine. */

#include <stdint.h>

#include "engine/score/reading.h"

struct arena;

/* How well the words of one side find a partner on the other. */
struct score_alignment {
    double weighted; /* mean likeness, weighted by rarity */
    double share;    /* of words with a good partner */
};

struct score_likeness {
    double reference; /* soft cardinalities of the content stems */
    double answer;
    double both;
    double shared; /* reference + answer - both, at least zero */

    /* Reference in answer, answer in reference; then the same without words of the question. */
    struct score_alignment aligned[4];
    double missed_weight;  /* the rarest word of the reference that finds no partner */
    double strange_weight; /* the same of the answer */
};

struct score_likeness score_likeness(struct arena *arena, const struct score_reading *question,
                                     const struct score_reading *reference,
                                     const struct score_reading *answer);

/* Words on one side whose opposite stands on the other, which lacks the word itself. */
struct score_opposites {
    uint32_t against; /* at most 5 */
    uint32_t wanted;  /* words of the reference that have an opposite, at most 5 */
};
struct score_opposites score_opposites(const struct score_reading *reference,
                                       const struct score_reading *answer);
