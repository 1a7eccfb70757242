#pragma once

/* Shapes that several slices answer with. */

#include <stdint.h>

#include "base/shape.h"

struct made {
    const char *id;
};
extern const struct shape made_shape;

/* Rows after a cursor: the id of the last row that was seen. */
struct page_query {
    const char *after;
    int64_t limit;
};
extern const struct shape page_query_shape;

struct nothing {
    bool ok;
};
extern const struct shape nothing_shape;
