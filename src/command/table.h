#pragma once

/*
 * Tables: CSV files with named columns, read row by row in bounded memory.
 *
 * The file is read in blocks and may be a pipe or "-" (standard input); one
 * record may take at most 16 MiB. Fields are views that last until the next row.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct table;

struct column {
    const char *name;
    bool optional; /* the column may be missing, and its fields may be empty */
};

enum { TABLE_COLUMNS_MAX = 16 };

/* The header must name every column that is not optional, in any order; other columns are passed
 * over. ERR_INVALID: the file cannot be read, or the header is wrong. */
enum err table_open(const char *path, const struct column *columns, size_t column_count,
                    struct table **out, struct fault *fault);
void table_close(struct table *table); /* NULL is fine */

static inline void table_closep(struct table **table)
{
    table_close(*table);
}
#define TABLE_SCOPE [[gnu::cleanup(table_closep)]] struct table *

/* The next row: `fields` holds one view a column as declared, empty where an optional one is
 * missing. False in `more` at the end. ERR_INVALID names line and field: a broken record, another
 * number of fields than in the header, an empty field. */
enum err table_next(struct table *table, const struct text **fields, bool *more,
                    struct fault *fault);

uint64_t table_line(const struct table *table);           /* of the row read last */
bool table_has(const struct table *table, size_t column); /* whether the header names it */
