#pragma once

/*
 * Guards: answers that likeness to a model answer must not judge alone.
 *
 * A copied question, a model answer word for word, a model answer with its sense turned around, and
 * keywords without a sentence. Each sends the answer to a person; none says that it is wrong. The
 * last one compares the order of words with a model of pairs of words learnt from graded answers,
 * by logistic regression between real answers and salads of their words; it keeps silent where
 * fewer than 20,000 words were learnt.
 */

#include <stdint.h>

#include "engine/score/reading.h"

struct arena;

enum score_alarm {
    SCORE_CALM,
    SCORE_EMPTY,    /* there are no words */
    SCORE_COPY,     /* the question, or a part of it */
    SCORE_VERBATIM, /* a model answer, word for word */
    SCORE_NEGATED,  /* close to a model answer, but with opposite negation */
    SCORE_SALAD,    /* words without order */
    SCORE_CUT,      /* longer than what is compared */
};

enum { SCORE_ORDER_FEATURES = 19 };

/* Pairs and single words by hash of their forms, and the weights of the order guard. */
struct score_guard {
    const uint64_t *pairs; /* rising */
    const uint32_t *pair_counts;
    uint32_t pair_count;
    const uint64_t *words; /* rising */
    const uint32_t *word_counts;
    uint32_t word_count;
    double total;                             /* words with repetitions */
    double weights[SCORE_ORDER_FEATURES + 1]; /* the constant last; all zero: nothing learnt */
    double disorder_max;                      /* what nearly all real answers stay below */
};

/* Learn from real answers; `question` numbers what each answers. Order is learnt on questions whose
 * words were left out of the counts, as later answers will meet it. */
struct score_guard score_guard_learn(struct arena *arena, const struct score_reading *readings,
                                     const uint32_t *question, uint32_t count, uint64_t seed);

/* Chance that the words stand in no order, in [0, 1]; 0 for fewer than four words. */
double score_disorder(const struct score_guard *guard, const struct score_reading *answer);

enum score_alarm score_alarm(struct arena *arena, const struct score_guard *guard,
                             const struct score_reading *question,
                             const struct score_reading *references, uint32_t reference_count,
                             const struct score_reading *answer);

const char *score_alarm_name(enum score_alarm alarm);   /* "copied-question" */
const char *score_alarm_reason(enum score_alarm alarm); /* for the person who looks */
