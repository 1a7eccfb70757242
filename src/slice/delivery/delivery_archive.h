#pragma once

/* A delivery's files out of the store, as one tar archive in the spool. Immutable, so made once. */

#include "base/err.h"

struct work;

/* Opens its own transactions. `*path` is the archive, `*version` its ETag: the manifest's hash. */
enum err delivery_archive(struct work *work, const char *delivery_id, const char **path,
                          const char **version);
