#pragma once

/* Importing profiles: handlers and shapes for the slice's route table, and the job. */

#include <stdbool.h>

#include "base/err.h"
#include "base/shape.h"

struct call;
struct job_kind;
struct work;

extern const struct shape expert_import_query_shape;
extern const struct shape expert_import_begun_shape;
extern const struct shape expert_import_shape;
extern const struct shape expert_import_list_shape;
extern const struct shape expert_import_line_query_shape;
extern const struct shape expert_import_error_list_shape;

enum err expert_import_serve_begin(struct call *call);
enum err expert_import_serve_list(struct call *call);
enum err expert_import_serve_show(struct call *call);
enum err expert_import_serve_errors(struct call *call);

/* Does an import of this identifier still have to read its file in the spool? */
enum err expert_import_waits(struct work *work, const char *id, bool *waits);

extern const struct job_kind expert_import_job;
#define EXPERT_IMPORT_JOB "expert_import"
