#pragma once

/* Repeats: rows in which a worker labels an item again. */

#include "base/err.h"
#include "command/rating_file.h"

struct fault;
struct spill;

/* Afterwards each worker has labelled an item once. ERR_INVALID, where repeats are refused, names
 * the line of the second row; `path` is read again to find it, unless it is standard input; what is
 * sorted lies in `spill`. */
enum err repeats_settle(const char *path, enum repeats repeats, struct rating_file *file,
                        struct spill *spill, struct fault *fault);
