#pragma once

/* Match runs: the jobs that make and replay them, and how their rows are written. */

#include "base/err.h"
#include "engine/match/solve.h"

struct buffer;
struct job_kind;
struct match_made;
struct proposal_insert_args;
struct work;

extern const struct job_kind match_job;
extern const struct job_kind match_replay_job;
#define MATCH_JOB        "match"
#define MATCH_REPLAY_JOB "match_replay"

/* A score's parts as JSON. */
const char *match_parts_text(struct work *work, const struct match_candidate *candidate);

/* Scores are multiples of a millionth. */
double match_rounded(double score);

/* The proposal of one seat, but for its run, campaign and origin. `next`: the runner-up of its ask
 * (match_runner_up), the same for all its seats. */
struct proposal_insert_args match_proposal_of(struct work *work,
                                              const struct match_outcome *outcome,
                                              const struct match_seat *seat, uint32_t next);
