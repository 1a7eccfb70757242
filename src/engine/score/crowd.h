#pragma once

/*
 * Answers to one question that are graded together: what each tells about the others.
 *
 * Nobody has graded them. Their first shares, each found alone, are passed on to answers that say
 * the same (nearest neighbours and naive Bayes with soft labels, after Yarowsky 1995 and Nigam and
 * others 2000), and measures of likeness are seen against the question's own mean, because some
 * questions give their words away and others cannot be answered without new ones.
 */

#include <stdint.h>

#include "engine/score/bank.h"
#include "engine/score/compare.h"

struct arena;

enum {
    SCORE_CROWD_MIN = 10,  /* fewer answers are graded alone */
    SCORE_CROWD_MAX = 400, /* more are taken in groups of at most so many */
    SCORE_CROWD_GAPS = 9,  /* measures seen against their mean */
    SCORE_CROWD_MEANS = 11,
    SCORE_CROWD_FEATURES = 4 * SCORE_EVIDENCE_CLASSES + 4 + SCORE_CROWD_GAPS + SCORE_CROWD_MEANS,
};

/* One of the answers. */
struct score_peer {
    struct score_graded words; /* its class is not read */
    const float *features;     /* [SCORE_FEATURES] */
    const double *shares;      /* [class]: when it was judged alone; they sum to one */
};

/* How many features there are with so many classes. */
uint32_t score_crowd_count(uint32_t class_count);

/* Fills `out[i]` for every peer with `score_crowd_count` features, all finite. An answer is never
 * evidence for itself. Time grows with the square of `count`, which is at most SCORE_CROWD_MAX. */
void score_crowd(struct arena *arena, const struct score_peer *peers, uint32_t count,
                 uint32_t class_count, float *const *out);
