#pragma once

/*
 * Importing tasks from JSONL, JSON or CSV.
 *
 * Rows are read one by one whatever the size of the file, mapped to the task type's
 * payload and checked by its schema. A record whose payload and own identifier the campaign
 * has already is counted and left alone, so importing a file twice adds nothing twice.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "slice/task/task_rule.h"

struct arena;
struct fault;
struct import_reader;
struct job_kind;
struct json;

enum { IMPORT_LINE_MAX = 4 << 20, IMPORT_JSON_MAX = 64 << 20, COLUMN_MAX = 200 };

/* One record of the file: an object of columns. */
struct import_record {
    const struct json *columns;
    uint64_t line; /* where it begins, from one */
};

/* `format`: jsonl, json (one list of objects) or csv (with a header). ERR_INVALID: the file cannot
 * be read at all. */
enum err import_open(const char *path, const char *format, struct import_reader **out,
                     struct fault *fault);
void import_close(struct import_reader *reader); /* NULL is fine */

/*
 * The next record in the arena. OK with `columns` NULL: the end. ERR_INVALID: this record is bad,
 * the fault says where and why, and the next call goes on behind it.
 */
enum err import_next(struct import_reader *reader, struct arena *arena, struct import_record *out,
                     struct fault *fault);

/* The payload of a record as canonical JSON, checked. ERR_INVALID names the field. */
enum err import_payload(struct arena *arena, const struct task_type *type,
                        const struct mapping *mapping, const struct json *columns,
                        const char **payload, const char **external_id, struct fault *fault);

extern const struct job_kind import_job;
#define IMPORT_JOB "import"
