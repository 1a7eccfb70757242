#pragma once

/*
 * Rows for the commands: CSV files with a header line, read in blocks, so that a
 * file of any size needs one block of memory. Progress is shown on standard error
 * when that is a terminal.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

enum { ROW_FIELDS_MAX = 8, ROW_SIZE_MAX = 1 << 20 };

struct row_reader;

/*
 * `header` names the `width` columns. "-" is standard input.
 * ERR_INVALID: no such file, or a first line that does not name these columns in this order.
 */
enum err rows_open(struct arena *arena, const char *path, const char *const *header, uint32_t width,
                   struct row_reader **out, struct fault *fault);

/*
 * The next row: `width` fields, valid until the next call; `*done` at the end. Blank lines are
 * passed over. ERR_INVALID names line and column: another number of fields, an empty field, bytes
 * that are not UTF-8, a quote that does not close, or a record longer than ROW_SIZE_MAX.
 */
enum err rows_next(struct row_reader *rows, struct text *fields, bool *done, struct fault *fault);

/* The line of the row read last, from one. */
uint64_t rows_line(const struct row_reader *rows);

/* Also takes the progress off the terminal. */
void rows_close(struct row_reader *rows);
