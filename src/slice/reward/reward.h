#pragma once

/*
 * Rewards: answers of models judged in bulk for a trainer.
 *
 * Rows in, verdicts out in the order in which they are done. What could not be judged has no reward
 * and says why; it is never a zero. A run keeps its verdicts, so that asking again gives the same
 * ones, and judging them anew shows what changed.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct call;
struct fault;
struct grade_task;
struct grading;
struct outlet;
struct slice;
struct work;

/* Where tasks are looked up while rows are judged, on any thread. */
struct task_source {
    struct store *store;
    const struct installation *installation;
    const char *organisation_id;
    const char *environment_id;
};

/* As grading->find_task wants it; `context` is a task_source. */
enum err task_source_find(void *context, struct arena *arena, const char *name,
                          struct grade_task *out, struct fault *fault);

/* Whose environment it is, if the asker may reach it. */
enum err environment_owner(struct work *work, const char *id, const char **organisation_id);

extern const struct slice reward_slice;
