#pragma once

/*
 * Extremely randomised trees (Geurts, Ernst and Wehenkel 2006) for classification.
 *
 * Features are cut into 256 steps between their extremes first, which makes training fast and
 * costs nothing that was measured. Every tree sees all rows; each node tries a few features
 * with one random cut each and keeps the purest. Trees are grown from streams of their own, so the
 * forest is the same for any number of threads.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct parallel;

enum {
    SCORE_CLASS_MAX = 24,
    SCORE_TREE_MAX = 2000,
    SCORE_FOREST_FEATURE_MAX = 255,
    SCORE_ROW_MAX = 1000000,
};

struct score_forest_options {
    uint64_t seed;
    uint32_t tree_count;
    uint32_t leaf_min;  /* rows in a leaf */
    uint32_t try_count; /* features tried at a node */
};

struct score_node {
    uint8_t feature;
    uint8_t cut;   /* rows up to this step go left */
    uint16_t leaf; /* one: `next` is a leaf's place in `shares`; zero: its left child, the right
                      one follows */
    uint32_t next;
};

struct score_forest {
    uint32_t class_count;
    uint32_t feature_count;
    uint32_t tree_count;
    uint32_t node_count;
    uint32_t leaf_count;
    float *low;   /* [feature]: where step 0 ends */
    float *scale; /* [feature]: steps per unit; zero: the feature is constant */
    uint32_t *roots;
    struct score_node *nodes;
    uint16_t *shares; /* [leaf][class - 1]: of 65535; the first class has the rest */
};

/* What is learnt from. */
struct score_rows {
    const float *at;        /* [row][feature], finite */
    const uint8_t *classes; /* [row] */
    uint32_t row_count;
    uint32_t feature_count;
    uint32_t class_count;
};

/* ERR_INVALID: no rows, or bounds broken. */
enum err score_forest_grow(struct arena *arena, const struct score_rows *rows,
                           const struct score_forest_options *options,
                           const struct parallel *parallel, struct score_forest *out,
                           struct fault *fault);

/* Mean of the trees' shares; sums to one. */
void score_forest_predict(const struct score_forest *forest, const float *row, double *out);
