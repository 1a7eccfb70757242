#pragma once

/*
 * Models in which a label depends on the truth through one table a worker: the
 * log-probability of each given class under each true class. They differ only in
 * how expected counts become that table (their M-step); the rest is shared.
 *
 * Tables lie by row, as labels do: [worker * class_count + given][true].
 */

#include "engine/truth/method.h"

/*
 * A hidden state ("lane") may be finer than a class: `lane_count` is a multiple of the classes, and
 * lane h belongs to class h / (lane_count / class_count). Most models have one lane a class.
 */
struct truth_counts {
    uint32_t lane_count;
    double *given; /* expected labels [row][lane] */
    double *mass;  /* expected items [lane] */
};

struct truth_logs {
    uint32_t lane_count;
    double *given; /* [row][lane] */
    double *prior; /* [lane] */
};

struct truth_model {
    bool normalised;  /* tables are probabilities, so that their sum is the likelihood */
    double smoothing; /* above zero: any table of probabilities may be, and each of its cells has
                         so many pseudo-counts; rounds may then leap ahead */
    void (*update)(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs);
    void *context;
};

struct truth_counts truth_counts_new(struct arena *arena, const struct truth_input *input,
                                     uint32_t lane_count);
struct truth_logs truth_logs_new(struct arena *arena, const struct truth_input *input,
                                 uint32_t lane_count);

/* Alternate from the votes until the log-normalisers settle; fills the whole fit. */
enum err truth_iterate(const struct truth_job *job, const struct truth_model *model,
                       struct truth_fit *out);

/* The same from given counts; `sum`, where it is not NULL, receives the last log-normalisers. */
enum err truth_iterate_from(const struct truth_job *job, const struct truth_model *model,
                            struct truth_counts *counts, double *sum, struct truth_fit *out);
