#pragma once

/*
 * Calibration: from a score that ranks to a probability that holds.
 *
 * Isotonic regression by pooling adjacent violators (Ayer and others 1955; Zadrozny and Elkan
 * 2002), on scores that the forest gave to answers it had not seen; linear between the middles of
 * its blocks, each block drawn to the overall share by one imagined answer.
 */

#include <stdint.h>

struct arena;

enum { SCORE_KNOT_MAX = 64 };

struct score_calibration {
    uint32_t knot_count;         /* none: the score is the probability */
    float at[SCORE_KNOT_MAX];    /* rising */
    float value[SCORE_KNOT_MAX]; /* not falling, in [0, 1] */
};

/* `right[i]`: whether the class of `score[i]` was the true one. */
void score_calibrate(struct arena *arena, const double *scores, const uint8_t *right,
                     uint32_t count, struct score_calibration *out);

double score_calibrated(const struct score_calibration *calibration, double score);
