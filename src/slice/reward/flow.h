#pragma once

/* A request for rewards: rows from the spooled body through a docket into the answer. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct grading;
struct outlet;
struct task_source;
struct work;

struct reward_query {
    const char *check;
    const char *verifier;
    const char *environment_id;
    const char *run;
};
extern const struct shape reward_query_shape;

/* Whose rows these are (an environment's organisation, else the asker's own), and what judges rows
 * that do not say it themselves. `source` must live as long as `grading`. */
enum err reward_choose(struct work *work, const struct reward_query *query,
                       struct task_source *source, struct grading *grading);

enum err serve_rewards(struct call *call, struct outlet *outlet);
