#pragma once

/*
 * Truth inference for numbers: many fallible scores to one value per item.
 *
 * A worker's score is their bias plus their scale times the item's value plus
 * noise of their own variance. Values, biases and scales are normal around common
 * means, variances are inverse-gamma around a common one; all the common parts
 * are learnt (empirical Bayes), so that a worker with few scores borrows from the
 * others. Mean-field variational; Raykar et al. 2010 for the plain noise model.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;

#define NUMERIC_VALUE_MAX 1e100 /* its square is still a number */

struct numeric_score {
    uint32_t item;
    uint32_t worker;
    double value; /* at most NUMERIC_VALUE_MAX in size */
};

struct numeric_input {
    const struct numeric_score *at;
    size_t count;
    uint32_t item_count;
    uint32_t worker_count;
    const double *gold; /* [item]: known value, NaN if unknown; NULL: none known */
};

struct numeric_options {
    uint32_t rounds_max;
    double change_min; /* stop when no value moves more, in standard deviations of all scores */
};
#define NUMERIC_DEFAULTS                                                                           \
    {                                                                                              \
        .rounds_max = 500, .change_min = 1e-7                                                      \
    }

/* In the units of the scores. An item without scores gets the common mean and spread. */
struct numeric_fit {
    double *value;     /* [item] */
    double *error;     /* [item]: posterior standard deviation */
    double *bias;      /* [worker]: what they add at the common mean */
    double *scale;     /* [worker]: 1 follows the value, 0 ignores it */
    double *noise;     /* [worker]: standard deviation */
    double mean;       /* of the values */
    double spread;     /* standard deviation of the values */
    double likelihood; /* natural log of the scores' density, workers' parts taken as known */
    uint32_t rounds;
    bool converged;
};

/* ERR_INVALID: an index out of range, a value that is not finite, or no score at all. */
enum err numeric_fit(struct arena *arena, const struct numeric_input *input,
                     const struct numeric_options *options, struct numeric_fit *out,
                     struct fault *fault);
