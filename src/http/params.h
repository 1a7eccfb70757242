#pragma once

/* What a request target carries: escapes undone, query strings read by shape. */

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct shape;

enum { PARAMS_MAX = 64 }; /* in one query string */

/* Undo %XX (and + for a blank, in a query). ERR_INVALID: a broken escape, a control character, or
 * bytes that are not UTF-8. */
enum err percent_decode(struct arena *arena, struct text raw, bool plus, const char **out);

/*
 * "limit=50&after=abc" into the struct that `shape` describes (NULL: nothing may
 * be given). ERR_INVALID: an unknown name, one given twice that is no list, a
 * value that breaks the shape, or a missing one; the fault's field is the name.
 */
enum err params_read(struct arena *arena, struct text query, const struct shape *shape, void *out,
                     struct fault *fault);
