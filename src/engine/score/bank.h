#pragma once

/*
 * Graded answers of known questions, and what they say about a new answer to the same question.
 *
 * Nearest neighbours, naive Bayes and ridge regression over stems and pairs of stems, as features
 * for the trees. An answer is kept as hashes of its stems with weights, never as text.
 */

#include <stdbool.h>
#include <stdint.h>

#include "engine/score/reading.h"

struct arena;

enum {
    SCORE_GRADED_MIN = 10,      /* fewer graded answers of a question are no evidence */
    SCORE_GRADED_MAX = 1000,    /* more are not kept */
    SCORE_EVIDENCE_CLASSES = 8, /* neighbouring classes are taken together beyond */
    SCORE_EVIDENCE_FEATURES = 5 * SCORE_EVIDENCE_CLASSES + 2,
    SCORE_KEY_MAX = 2 * SCORE_WORD_MAX,
};

/* What any two answers share in the regression, beside their cosine: how often a class is given. */
#define SCORE_LIKENESS_LEAST 1.0

/* Keys rise; the weights' squares sum to one. */
struct score_graded {
    const uint64_t *keys;
    const float *weights;
    uint32_t count;
    uint32_t class;
    float own;         /* of `pull`: what it keeps when it is left out */
    const float *pull; /* [bin]: how likeness to it moves each class; NULL outside a bank */
};

struct score_question {
    uint64_t id; /* hash of the question's name */
    const struct score_graded *answers;
    uint32_t count;
};

struct score_bank {
    const struct score_question *questions; /* by id, rising */
    uint32_t count;
};

struct score_graded score_grade(struct arena *arena, const struct score_reading *answer,
                                uint32_t class);

/* Sum of the products of the weights, in [0, 1]. */
double score_graded_cosine(const struct score_graded *left, const struct score_graded *right);

/*
 * Ridge regression in its dual form (Saunders, Gammerman and Vovk 1998): fills `pull` and `own` of
 * the answers to one question. `pulls` has room for `count` times `score_bin_count`, and must live
 * as long as the answers. Time grows with the cube of the count.
 */
void score_regress(struct score_graded *answers, uint32_t count, uint32_t class_count,
                   float *pulls);

/* Classes, of which neighbours are taken together where they are many. */
uint32_t score_bin_count(uint32_t class_count);

/* NULL: the question is not known, or has too few graded answers. */
const struct score_question *score_bank_find(const struct score_bank *bank, uint64_t id);

/* How many features the evidence has with so many classes. */
uint32_t score_evidence_count(uint32_t class_count);

/* `without` is left out (the answer itself, in training); UINT32_MAX: none. */
void score_evidence(struct arena *arena, const struct score_question *question, uint32_t without,
                    const struct score_graded *answer, uint32_t class_count,
                    float out[static SCORE_EVIDENCE_FEATURES]);
