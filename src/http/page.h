#pragma once

/*
 * Pages of rows: a list, and a cursor behind its last row (keyset paging), so that a page costs
 * the same wherever it is, and none is missed or shown twice while rows come in.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct call;

/* Bounds of a page of rows. */
enum { PAGE_MAX = 200, PAGE_DEFAULT = 50 };

/* Rows after a cursor: what `next` of the page before was. */
struct page_query {
    const char *after; /* NULL: from the beginning */
    int64_t limit;
};
extern const struct shape page_query_shape;

/* What every such list answers. */
struct page {
    struct list items;
    const char *next; /* NULL: the end */
};
#define PAGE_FIELDS(item_shape, order)                                                             \
    {                                                                                              \
        LIST(page, items, .of = &(item_shape), .doc = (order)),                                    \
            TEXT(page, next, .optional = true, .doc = "Cursor of the next page; none: the end"),   \
    }
#define PAGE_SHAPE(shape_name, rows, text)                                                         \
    {                                                                                              \
        .name = #shape_name, .doc = (text), .fields = (rows), .size = sizeof(struct page),         \
        .field_count = sizeof(rows) / sizeof((rows)[0])                                            \
    }

/* The cursor to start from: `first` sorts before all rows ("" upwards, "~" downwards). */
const char *page_after(const char *after, const char *first);

/* The member that orders the rows, of the last one. */
#define PAGE_LAST(rows, count, member) ((count) == 0 ? NULL : (rows)[(count)-1].member)

/* Answer with `count` rows of at most `limit`; `last` is the last one's place, for the cursor. */
enum err page_reply(struct call *call, const void *rows, size_t count, int64_t limit,
                    const char *last);
