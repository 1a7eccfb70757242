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
    /* Fills `posterior` (already taken, zeroed) and may fill the rest of the fit: what stays NULL
     * is estimated from the posterior afterwards. */
    enum err (*fit)(const struct truth_job *job, struct truth_fit *out);
};

static inline bool truth_is_gold(const struct truth_input *input, uint32_t item)
{
    return input->gold != NULL && input->gold[item] != TRUTH_UNKNOWN;
}

static inline double *truth_row(const struct truth_input *input, double *posterior, uint32_t item)
{
    return posterior + (size_t)item * input->class_count;
}

/* Cells of all confusion matrices. */
static inline size_t truth_cells(const struct truth_input *input)
{
    return (size_t)input->worker_count * input->class_count * input->class_count;
}

/* Posterior [item][class] of shares of votes; gold is certain, no label is uniform. */
void truth_vote(const struct truth_input *input, double *posterior);

/* The same with `weight[worker]` per label, not negative; an item without weight is uniform. */
void truth_vote_weighted(const struct truth_input *input, const double *weight, double *posterior);

/* One row of it; `weight` may be NULL. */
void truth_vote_item(const struct truth_input *input, uint32_t item, const double *weight,
                     double *row);

/* Put all of each row on its largest entries, equally. */
void truth_sharpen(const struct truth_input *input, double *posterior);

/* Scale each row to sum to one. */
void truth_rescale(const struct truth_input *input, double *posterior);

/* Labels per worker. */
void truth_labels_of_workers(const struct truth_input *input, double *count);

/* Expected right labels per worker: posterior mass of what they gave. */
void truth_hits(const struct truth_input *input, const double *posterior, double *hits);

/* Expected labels by row and true class: counts[row * class_count + true]. */
void truth_count(const struct truth_input *input, const double *posterior, double *counts);

/* Posterior mass of each class over all items, in items. */
void truth_mass(const struct truth_input *input, const double *posterior, double *mass);

/* Turn logs into probabilities that sum to one; returns the log of the sum before. */
double truth_normalise(double *logs, uint32_t count);

/* The row of a gold item: all on the known class. */
void truth_certain(double *row, uint32_t count, uint32_t class);

/* The largest difference between two posteriors. */
double truth_change(const struct truth_input *input, const double *left, const double *right);

/* A copy in the arena. */
double *truth_copy(struct arena *arena, const double *from, size_t count);

/* Rounds of methods that stop when no probability moves more than this. */
#define TRUTH_CHANGE_MIN 1e-4
