#pragma once

/* A body on its way into a private file, hashed as it comes. */

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct spool;

/* ERR_UNAVAILABLE: the folder cannot be written. */
enum err spool_new(const char *folder, struct spool **out, struct fault *fault);
enum err spool_add(struct spool *spool, struct text bytes, struct fault *fault);
const char *spool_path(const struct spool *spool);
const char *spool_hash(struct spool *spool, struct arena *arena); /* once, after the last byte */
void spool_free(struct spool *spool);                             /* removes the file */
