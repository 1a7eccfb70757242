#pragma once

/*
 * Importing tasks from JSONL, JSON or CSV.
 *
 * Rows are read one by one whatever the size of the file, mapped to the task type's
 * payload and checked by its schema. A record whose payload and own identifier the campaign
 * has already is counted and left alone, so importing a file twice adds nothing twice.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "slice/task/task_rule.h"

struct arena;
struct fault;
struct job_kind;
struct json;
struct work;

/* The payload of a record as canonical JSON, checked. ERR_INVALID names the field. */
enum err import_payload(struct arena *arena, const struct task_type *type,
                        const struct mapping *mapping, const struct json *columns,
                        const char **payload, const char **external_id, struct fault *fault);

/* Does the import of this batch still have to read its file in the spool? */
enum err import_waits(struct work *work, const char *batch_id, bool *waits);

extern const struct job_kind import_job;
#define IMPORT_JOB "import"
