#pragma once

/*
 * How good each worker is, with credible intervals.
 *
 * A worker's accuracy is drawn from a common Beta, the diagonal of their confusion
 * matrix around that accuracy, the errors around how all workers err; answers and
 * all of this are sampled together (Gibbs, with Metropolis steps for what is shared;
 * hierarchy as in Carpenter 2008 and Paun et al. 2018), so that an interval knows
 * that the truth itself is uncertain. Intervals from labels counted against an
 * inferred truth cover too little; these cover what they say.
 */

#include "engine/truth/truth.h"

struct truth_skill_options {
    uint32_t sweeps;  /* kept; fewer are taken where there are so many labels that time would run */
    double level;     /* of the intervals */
    double top_share; /* size of the top group, as a share of the workers */
    uint64_t seed;
};
#define TRUTH_SKILL_DEFAULTS                                                                       \
    {                                                                                              \
        .sweeps = 800, .level = .95, .top_share = .2, .seed = 1                                    \
    }

/* By worker. Skill is the probability of a right label, classes weighted by their frequency. */
struct truth_skill {
    double *mean;
    double *low;
    double *high;
    double *top; /* probability of being among the top group */
    uint32_t sweeps;
};

/* ERR_INVALID as of truth_fit. A worker without labels gets what the others suggest. */
enum err truth_skill(struct arena *arena, const struct truth_input *input,
                     const struct truth_skill_options *options, struct truth_skill *out,
                     struct fault *fault);
