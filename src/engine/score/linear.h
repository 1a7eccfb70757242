#pragma once

/*
 * Logistic regression beside the forest: one class against the others, with normal priors on the
 * weights. It sees the features, and which words are shared with the model answers, strange to
 * them, given by the question or missing, so that it learns which words matter in a field.
 */

#include <stdint.h>

#include "engine/score/forest.h"
#include "engine/score/reading.h"

struct arena;

enum {
    SCORE_MARK_BUCKETS = 1 << 13, /* marks are hashed into so many weights */
    SCORE_MARK_MAX = 600,         /* of one answer */
};

/* The words of an answer by what they are to the question and the model answers. */
struct score_marks {
    const uint16_t *bucket; /* distinct */
    uint32_t count;
};
struct score_marks score_marks(struct arena *arena, const struct score_reading *question,
                               const struct score_reading *references, uint32_t reference_count,
                               const struct score_reading *answer);

struct score_linear {
    uint32_t class_count;
    uint32_t feature_count;
    float *mean;     /* [feature] */
    float *scale;    /* [feature]: one over the deviation; zero: constant */
    float *dense;    /* [class][feature] */
    float *marks;    /* [class][SCORE_MARK_BUCKETS] */
    float *constant; /* [class] */
};

struct score_linear score_linear_learn(struct arena *arena, const struct score_rows *rows,
                                       const struct score_marks *marks);

/* Shares of the classes; they sum to one. */
void score_linear_predict(const struct score_linear *linear, const float *row,
                          const struct score_marks *marks, double *out);
