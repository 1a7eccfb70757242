#include "slice/account/account_shape.h"

#include "slice/account/account.h"

static const struct field made_fields[] = {
    TEXT(made, id, .doc = "Identifier of what was made"),
};
const struct shape made_shape = SHAPE(made, made_fields, "What was made");

static const struct page_query page_defaults = {.after = NULL, .limit = PAGE_DEFAULT};
static const struct field page_fields[] = {
    TEXT(page_query, after, .doc = "Cursor: `next` of the page before", .optional = true,
         .max = 200),
    INT(page_query, limit, .doc = "Rows at most", .optional = true, .min = 1, .max = PAGE_MAX),
};
const struct shape page_query_shape =
    SHAPE(page_query, page_fields, "A page", .defaults = &page_defaults);

static const struct field nothing_fields[] = {
    BOOL(nothing, ok, .doc = "True: it is done"),
};
const struct shape nothing_shape = SHAPE(nothing, nothing_fields, "Done");
