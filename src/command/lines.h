#pragma once

/*
 * Files of lines, read one by one in bounded memory; gzip is undone on the way. A line may take at
 * most 16 MiB. Blank lines are passed over.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct json;
struct lines;

/* "-" is standard input. ERR_INVALID: it cannot be opened. */
enum err lines_open(const char *path, struct lines **out, struct fault *fault);
void lines_close(struct lines *lines); /* NULL is fine */

static inline void lines_closep(struct lines **lines)
{
    lines_close(*lines);
}
#define LINES_SCOPE [[gnu::cleanup(lines_closep)]] struct lines *

/* The next line without its end; it lasts until the next call. False in `more` at the end.
 * ERR_INVALID: a line is too long, not UTF-8, or the file is damaged. */
enum err lines_next(struct lines *lines, struct text *out, bool *more, struct fault *fault);

uint64_t lines_number(const struct lines *lines); /* of the line read last, from one */

/* The next line as JSON, in `arena`, which must outlive it; a fault names the line. */
enum err lines_next_json(struct lines *lines, struct arena *arena, const struct json **out,
                         bool *more, struct fault *fault);
