#pragma once

/*
 * The E-step of all table models, which is where the time goes.
 *
 * A pass reads each label twice, and each time one row of a worker's table at a
 * random place; the log-ratios to lane 0 and the expected counts of a row lie side
 * by side, so that both are one or two cache lines. Sums run in single precision
 * inside chunks of items and are flushed to double. Items are cut into shards by
 * the input alone and reduced in order: the same bits with any number of threads.
 */

#include "engine/truth/table.h"

struct truth_pass;

struct truth_pass *truth_pass_new(const struct truth_job *job, uint32_t lane_count);

/*
 * Counts under the tables, and the posterior where it is not NULL. Returns the sum of the items'
 * log-normalisers: the log-likelihood when the tables are normalised.
 */
double truth_pass_run(struct truth_pass *pass, const struct truth_logs *logs,
                      struct truth_counts *counts, double *posterior);

/* Counts when every label of an item is as likely its truth, but for silent ones (start.h), which
 * may stand for any; needs one lane a class. */
void truth_pass_votes(struct truth_pass *pass, struct truth_counts *counts);

/* Leave SIMD aside, to compare: the same bits. */
void truth_pass_plain(struct truth_pass *pass);
