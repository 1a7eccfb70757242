#pragma once

/*
 * Harbor folders: task.toml, instruction.md, environment/, tests/test.sh, solution/solve.sh, in an
 * archive (tar, gzip or zip) of one or more such folders.
 *
 * An archive is a stranger's: links, devices, paths that lead out and too much of anything are
 * refused by name before a byte is stored.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct env_task_row;
struct fault;
struct task_draft;
struct world_file;

/* ERR_INVALID names the entry at fault. */
enum err harbor_read(struct arena *arena, const char *path, struct task_draft **out, size_t *count,
                     struct fault *fault);

/* A task that came as a folder, or can be told as one, as an archive of its folder; `files` is its
 * world. ERR_INVALID: its verifier is no script. */
enum err harbor_write(struct arena *arena, const struct env_task_row *task,
                      const struct world_file *files, size_t file_count, struct text *out,
                      struct fault *fault);
