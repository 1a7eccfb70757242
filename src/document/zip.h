#pragma once

/* Files of a ZIP archive that a stranger sends. */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct zip_file {
    const char *name; /* its path */
    struct text content;
};

/* Which of its files are taken, and how much they may unpack to, all together. */
struct zip_wish {
    bool (*wants)(const void *context, const char *name);
    const void *context;
    size_t size_max;
};

bool zip_is(struct text bytes);

/* At most ZIP_FILE_MAX files, in the archive's order. ERR_INVALID: it is damaged or encrypted, has
 * more than DOCUMENT_ENTRY_MAX entries, or unpacks to more than the bound. */
enum { ZIP_FILE_MAX = 16 };
enum err zip_read(struct arena *arena, struct text bytes, const struct zip_wish *wish,
                  struct zip_file **out, size_t *count, struct fault *fault);
