#pragma once

/*
 * Files of records: JSON lines, one JSON list of objects, or CSV with a header.
 *
 * Records are read one by one whatever the size of the file. A bad one is refused with its line,
 * and reading goes on behind it.
 */

#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct json;
struct record_reader;

enum { RECORD_LINE_MAX = 4 << 20, RECORD_JSON_MAX = 64 << 20, RECORD_COLUMN_MAX = 200 };

/* One record of the file: an object of columns. */
struct record {
    const struct json *columns;
    uint64_t line; /* where it begins, from one */
};

/* `format`: jsonl, json (one list of objects) or csv (with a header). ERR_INVALID: the file cannot
 * be read at all. */
enum err record_open(const char *path, const char *format, struct record_reader **out,
                     struct fault *fault);
void record_close(struct record_reader *reader); /* NULL is fine */

/*
 * The next record in the arena. OK with `columns` NULL: the end. ERR_INVALID: this record is bad,
 * the fault says where and why, and the next call goes on behind it.
 */
enum err record_next(struct record_reader *reader, struct arena *arena, struct record *out,
                     struct fault *fault);
