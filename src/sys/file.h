#pragma once

/* Files: whole ones into memory, and safely back. */

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

/* The whole file, at most `size_max` bytes; "-" is standard input. ERR_INVALID: it cannot be read,
 * is no file, or is larger. */
enum err file_read(struct arena *arena, const char *path, size_t size_max, struct text *out,
                   struct fault *fault);

/*
 * A regular file mapped read-only until the process ends or file_unmap; for input that is read
 * once from front to back. ERR_INVALID as above. An empty file maps to an empty text.
 */
enum err file_map(const char *path, struct text *out, struct fault *fault);
void file_unmap(struct text mapped);

/* The first `size` bytes of a map will not be read again soon: they need not stay in memory. */
void file_forget(struct text mapped, size_t size);

/* Give a file a second name in the same file system; both name and content outlive a power cut. */
enum err file_link(const char *path, const char *name, struct fault *fault);

/* Write beside, sync, rename: afterwards the file has either its old or its new content. */
enum err file_write(const char *path, struct text content, unsigned mode, struct fault *fault);
