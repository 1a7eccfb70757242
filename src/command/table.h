#pragma once

/*
 * Tables: CSV files with named columns, read in bounded memory, row by row or in
 * batches that are cut by several threads.
 *
 * The file is read in blocks and may be a pipe or "-" (standard input); one
 * record may take at most 4 MiB. Progress is shown on standard error when that is
 * a terminal.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "command/csv_cut.h"

struct fault;
struct parallel;
struct table;

enum { TABLE_COLUMNS_MAX = 40 };

/* The header must name every column that is not optional, in any order; other columns are passed
 * over. ERR_INVALID: the file cannot be read, or the header is wrong. */
enum err table_open(const char *path, const struct column *columns, size_t column_count,
                    struct table **out, struct fault *fault);
void table_close(struct table *table); /* NULL is fine; also takes the progress off the terminal */

static inline void table_closep(struct table **table)
{
    table_close(*table);
}
#define TABLE_SCOPE [[gnu::cleanup(table_closep)]] struct table *

/* Cut with these threads from now on; NULL: with one. They must outlive the table. */
void table_use(struct table *table, const struct parallel *parallel);

/* The next row: `fields` holds one view a column as declared, empty where an optional one is
 * missing; valid until the next call. False in `more` at the end. ERR_INVALID names line and field:
 * a broken record, another number of fields than in the header, an empty field. */
enum err table_next(struct table *table, const struct text **fields, bool *more,
                    struct fault *fault);

/* About how many rows the file has, a little more than its first block lets expect; zero: not
 * known, as of a pipe. To be asked before the first row. */
size_t table_rows_expected(const struct table *table);

uint64_t table_line(const struct table *table);           /* of the row read last */
bool table_has(const struct table *table, size_t column); /* whether the header names it */

/* Rows in the order of the file: all of one piece, then of the next. */
struct table_batch {
    const struct cut *pieces;
    uint32_t piece_count;
    uint32_t row_count; /* zero: the end */
};

/* What to do with the last batch while the next is cut: `parts` calls, on any thread. */
struct table_work {
    void (*run)(void *context, size_t part);
    void *context;
    size_t parts;
};

/* The next batch, valid until the call after the next; `work` may be NULL. Not to be mixed with
 * table_next. ERR_INVALID as there. */
enum err table_batch(struct table *table, const struct table_work *work, struct table_batch *out,
                     struct fault *fault);

static inline struct text cut_text(const struct cut *cut, const struct cell *cell)
{
    return (struct text){.at = cut->text + cell->at, .size = cell->size};
}

static inline const struct cell *cut_column(const struct cut *cut, uint32_t column)
{
    return cut->cells + (size_t)column * cut->row_room;
}
