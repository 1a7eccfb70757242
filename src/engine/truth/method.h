#pragma once

/*
 * What a method of truth inference sees and gives. A method is one file with one
 * function and one line in the table of method.c.
 */

#include "engine/truth/truth.h"

/* One run of one method. Scratch and results live in the arena. */
struct truth_job {
    struct arena *arena;
    const struct truth_input *input;
    const struct truth_options *options;
    struct fault *fault;
};

struct truth_method {
    const char *name;
    const char *summary;
    /* Fills `posterior` (already taken, zeroed) and may fill the rest of the fit: a confusion or
     * prior that stays NULL is estimated from the posterior afterwards. */
    enum err (*fit)(const struct truth_job *job, struct truth_fit *out);
};

extern const struct truth_method truth_majority;
extern const struct truth_method truth_dawid_skene;

static inline bool truth_is_gold(const struct truth_input *input, uint32_t item)
{
    return input->gold != NULL && input->gold[item] != TRUTH_UNKNOWN;
}

/* Posterior [item][class] of shares of votes; gold is certain, no label is uniform. */
void truth_vote(const struct truth_input *input, double *posterior);

/* Expected labels by row and true class: counts[row * class_count + true]. */
void truth_count(const struct truth_input *input, const double *posterior, double *counts);

/* Posterior mass of each class over all items, in items. */
void truth_mass(const struct truth_input *input, const double *posterior, double *mass);

/* Turn logs into probabilities that sum to one; returns the log of the sum before. */
double truth_normalise(double *logs, uint32_t count);

/* The row of a gold item: all on the known class. */
void truth_certain(double *row, uint32_t count, uint32_t class);
