#pragma once

/*
 * Environments: tasks whose answers a machine can judge, and what proves that it can.
 *
 * A task is an instruction, a verifier, an answer that passes, and a world of files that the answer
 * finds. Its versions are facts with a hash. The gate tries every version: the reference must pass
 * each time, and an answer that does nothing, an empty one, mutants and cheats must not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "slice/reward/grade.h"

struct slice;
struct work;

struct task_draft {
    const char *name;
    const char *instruction;
    const char *verifier;  /* JSON */
    const char *reference; /* NULL: the verifier needs none */
    const char *solution;  /* NULL: the reference is an answer that passes */
    const char *metadata;  /* JSON object */
    const struct world_file *files;
    size_t file_count;
};

struct environment_draft {
    const char *organisation_id;
    const char *name;
    const char *summary;
};

/* ERR_CONFLICT: the name is taken. */
enum err environment_add(struct work *work, const struct environment_draft *draft, const char **id);

enum task_change { TASK_NEW, TASK_CHANGED, TASK_SAME };

/* Store a version, unless the current one is the same. ERR_INVALID names the member at fault. */
enum err task_put(struct work *work, const char *environment_id, const struct task_draft *draft,
                  enum task_change *change, const char **id);

/* Ask for the gate of all tasks that it has not tried; inside the caller's write transaction. */
enum err gate_request(struct work *work, const char *environment_id, bool again,
                      const char **job_id);

extern const struct slice environment_slice;
