#pragma once

/* Tasks as rows of JSON, in the forms that others use. Pure but for the arena. */

#include <stdint.h>

#include "base/err.h"

struct arena;
struct buffer;
struct env_task_row;
struct fault;
struct json;
struct task_draft;

#define ROW_FORMATS "periti|humaneval|mbpp|verifiers|nemo"

/* One row to a draft; `line` gives it a name where the row has none. ERR_INVALID names line and
 * member. */
enum err format_read(struct arena *arena, const char *format, const struct json *row, uint64_t line,
                     struct task_draft *out, struct fault *fault);

/* One task to a row with its line feed. ERR_INVALID: the format has no place for its verifier. */
enum err format_write(struct buffer *to, const char *format, const struct env_task_row *task,
                      struct fault *fault);
