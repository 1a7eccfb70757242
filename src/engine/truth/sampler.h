#pragma once

/* The state of the skill sampler and its steps; see skill.h for the model. */

#include "base/rng.h"
#include "engine/truth/method.h"

struct sampler {
    const struct truth_input *input;
    struct rng rng;
    uint32_t *truth;   /* [item]: current draw */
    uint32_t *count;   /* [worker][true][given] under it */
    double *mass;      /* [class]: items of each class under it */
    double *log_given; /* [row][true] */
    double *right;     /* [worker][true]: diagonal of the confusion matrix */
    double *accuracy;  /* [worker] */
    double *errors;    /* [true][given]: how all workers err */
    double *prior;     /* [class] */
    double strength;   /* how closely a diagonal keeps to the accuracy */
    double closeness;  /* how closely errors keep to the common ones */
    double mean;       /* of the workers' accuracies */
    double spread;     /* Beta concentration of the workers' accuracies */
    double *weights;   /* scratch: [class] */
};

/* Start from a posterior. */
struct sampler sampler_new(struct arena *arena, const struct truth_input *input,
                           const double *posterior, uint64_t seed);

/* Everything once. */
void sampler_sweep(struct sampler *sampler);

/* The worker's skill in the current draw. */
double sampler_skill(const struct sampler *sampler, uint32_t worker);
