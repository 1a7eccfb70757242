#pragma once

/*
 * Comparisons that came after a fit: scores follow them one by one, each first foretold and then
 * learnt from.
 */

#include "engine/rank/rank.h"

struct arena;
struct fault;

struct rank_followed {
    uint64_t count;
    double
        log_loss; /* mean of what was foretold before each; where ties are halved, as of a test */
};

/* Moves scores, errors, intervals and counts of the fit; `later` shares its numbers. `fade` is the
 * variance that an item gains with each comparison. */
enum err rank_follow(struct arena *arena, const struct rank_input *later,
                     const struct rank_options *options, double fade, struct rank_fit *fit,
                     struct rank_followed *out, struct fault *fault);

/* Minus the log of what the fit foretells for the outcome; where ties are halved, of a tie the mean
 * of both. */
double rank_surprise(const struct rank_fit *fit, const struct rank_options *options,
                     const struct rank_input *input, size_t comparison);
