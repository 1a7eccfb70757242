#pragma once

/*
 * Folders of texts with owners: DIR/<owner>/<any>.txt, DIR/<owner>.txt (one text each) and
 * DIR/<owner>.jsonl or DIR/<owner>/<any>.jsonl (one text a line: the member `text`, or `title` and
 * `abstract`). The same owner in several forms has all of their texts. Names that start with a
 * point are passed over.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct owned_text {
    uint32_t owner;
    struct text text;
};

struct text_folder {
    const char *const *owners; /* sorted by bytes */
    uint32_t owner_count;
    const struct owned_text *texts; /* in order of owner, then of file and line */
    size_t text_count;
};

/* ERR_INVALID: no such folder, a file of another kind, one that is not UTF-8 or breaks as JSON,
 * more than 64 MiB in one file or 2 GiB in all. */
enum err text_folder_read(struct arena *arena, const char *path, struct text_folder *out,
                          struct fault *fault);
