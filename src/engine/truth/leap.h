#pragma once

/*
 * Leaps over slow rounds of expectation-maximisation: squared extrapolation (Varadhan and Roland
 * 2008, "Simple and globally convergent methods for accelerating the convergence of any EM
 * algorithm", Scandinavian Journal of Statistics 35). Two steps in a row tell how fast their
 * length contracts; where that is above .9, the tables jump along the curve that the steps began.
 * A leap that lowers the log-posterior is taken back, so that the climb stays a climb.
 */

#include "engine/truth/table.h"

struct truth_leap;

/* NULL where the tables are so large beside the labels that copies of them would cost more. */
struct truth_leap *truth_leap_new(const struct truth_job *job, const struct truth_model *model,
                                  uint32_t lane_count);

/* `logs` are what a plain step gave; true: they have leapt ahead of it. NULL is fine. */
bool truth_leap_try(struct truth_leap *leap, struct truth_logs *logs);

/* Judge the tables by their log-likelihood. False: the leap failed, and `logs` are again what the
 * plain step gave. NULL is fine. */
bool truth_leap_judge(struct truth_leap *leap, double likelihood, struct truth_logs *logs);
