#pragma once

/*
 * Which route a request means. The table is compiled once into a tree of path
 * segments; a look-up walks the path once. A literal segment wins over an {id}.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "http/route.h"

struct arena;
struct match_table;

enum { METHOD_COUNT = DELETE + 1, MATCH_IDS_MAX = 8, MATCH_ID_SIZE_MAX = 256 };

enum match_outcome {
    MATCH_FOUND,
    MATCH_NO_PATH,   /* 404 */
    MATCH_NO_METHOD, /* 405: `methods` says what would do */
    MATCH_BAD_PATH,  /* 400: a broken escape, a control character, or not UTF-8 */
};

struct match {
    const struct route *route;
    size_t index;           /* of the route in the table it was made from */
    const char *const *ids; /* unescaped */
    uint32_t methods;       /* bit (1 << method) for each method of the path */
};

/* The routes must outlive the table. Two routes of the same method and path are a mistake of the
 * program and asserted against. */
struct match_table *match_new(struct arena *arena, const struct route *const *routes, size_t count);

/* `path` is raw: escapes are undone segment by segment, so that %2F stays inside its segment. */
enum match_outcome match_find(const struct match_table *table, struct arena *arena,
                              struct text path, enum method method, struct match *out);

/* "GET", "POST" …; NULL for what is no method of ours. */
const char *method_name(enum method method);
