#pragma once

/*
 * Cutting whole records of CSV into cells. A piece of text is cut on its own, so that several are
 * cut at once; pieces must begin and end at records, which line ends are where no quote is.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum {
    CUT_FIELDS_MAX = 128, /* columns of a file */
    CUT_PADDING = 64,     /* bytes that may be read behind a text */
    CUT_PASSED = 255,     /* a column of the file that nobody asked for */
};

#define CELL_NO_NUMBER UINT32_MAX

/* A field as a view into the text, and its value where it is written as a whole number is printed,
 * in at most nine digits. */
struct cell {
    uint32_t at;
    uint32_t size;
    uint32_t number; /* or CELL_NO_NUMBER */
};

struct column {
    const char *name;
    bool optional; /* the column may be missing, and its fields may be empty */
};

struct cut_plan {
    const struct column *columns; /* that are wanted */
    uint32_t column_count;
    uint32_t width;                /* columns of the file */
    uint8_t place[CUT_FIELDS_MAX]; /* of a column of the file among the wanted ones */
};

struct cut {
    const struct cut_plan *plan;
    char *text; /* quotes are undone in place */
    uint32_t from;
    uint32_t to;
    uint32_t row_room;  /* cut_room_for the piece */
    struct cell *cells; /* [column][row_room] */
    uint32_t *lines;    /* [row_room]: where a row begins, counted from the piece's first line */
    uint32_t row_count;
    uint32_t line_count;
    enum err err; /* of the record behind the last row; the fault's line counts as `lines` do */
    struct fault fault;
};

/* The most rows that so many bytes can hold. */
uint32_t cut_room_for(const struct cut_plan *plan, uint32_t size);

/*
 * Cut [from, to). Blank lines are passed over. ERR_INVALID: another number of fields than the file
 * has columns, an empty field of a column that is not optional, bytes that are not UTF-8, or a
 * quote out of place.
 */
void cut_run(struct cut *cut);

/* Behind the last record that ends within the text; zero if none does. */
size_t cut_whole(const char *text, size_t size);
