#pragma once

/*
 * One row of a CSV of résumés: what it says of one person. Pure.
 *
 * Columns, of which only `email` must be there: name, email, phone, location, headline, skills,
 * languages, credentials, degrees, employers. In the last five, entries are separated by `;` and
 * their parts by `|`: degree | area | institution | start | end, and employer | position | start |
 * end. Dates are 2021-05 or 2021; an end may be "present".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct json;
struct resume_found;

enum {
    RESUME_CSV_ENTRY_MAX = 100, /* in one column */
    RESUME_CSV_VALUE_MAX = 400, /* bytes */
};

struct resume_csv {
    const char *email; /* normal */
    const char *name;  /* NULL: not told */
    struct resume_found *found;
    size_t count;
};

/* Of the fields that are found the line is left to who knows it. ERR_INVALID names the column. */
enum err resume_csv_read(struct arena *arena, const struct json *columns, struct resume_csv *out,
                         struct fault *fault);

/* A header and an example. */
extern const char RESUME_CSV_TEMPLATE[];
