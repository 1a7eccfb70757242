#pragma once

/* A file of lines, cut into loads of about 64 KiB, in memory that does not grow with the file. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct fault;
struct load;
struct intake;

enum { ROW_SIZE_MAX = 4 << 20 };

/* ERR_UNAVAILABLE: it cannot be read. */
enum err intake_open(const char *path, struct intake **out, struct fault *fault);
void intake_close(struct intake *rows); /* NULL is fine */

/* The next rows, or *out NULL at the end. Blank lines are no rows. ERR_INVALID: a row is longer
 * than ROW_SIZE_MAX; the fault has its line. */
enum err intake_next(struct intake *rows, struct load **out, struct fault *fault);
