#pragma once

/*
 * Ranking as comparisons arrive: a mean and a variance an item, moved by one
 * Kalman step a comparison (the extended filter on the model of rank.h; compare
 * Glickman 1999). Between full fits it keeps scores fresh; a fit then takes over.
 */

#include "engine/rank/rank.h"

struct rank_online {
    double *score;    /* [item] */
    double *variance; /* [item] */
    uint32_t item_count;
    enum rank_ties ties;
    double fade; /* variance that an item gains with each of its comparisons: 0 trusts all alike */
};

/* Every item at zero with the prior's variance; or where `fit` (may be NULL) has left it, with its
 * errors if it has them. `fade` is not negative. */
struct rank_online rank_online_start(struct arena *arena, uint32_t item_count,
                                     const struct rank_options *options, const struct rank_fit *fit,
                                     double fade);

/* One comparison as it arrives. */
struct rank_event {
    uint32_t left;
    uint32_t right;
    enum rank_outcome outcome;
    int first;    /* as in rank_input */
    double shift; /* log-odds for left that are known beside scores and side, as of styles */
};

/* Constant time. ERR_INVALID: an item out of range or compared with itself, or no such outcome;
 * nothing has moved then. */
enum err rank_online_add(struct rank_online *online, const struct rank_event *event,
                         const struct rank_rater *rater, struct fault *fault);
