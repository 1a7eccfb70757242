#pragma once

/* Inside the linter: what was found so far, and the checks of one item. */

#include "engine/item/lint.h"

struct arena;
struct fault;

struct item_lint {
    struct arena *arena;
    struct item_finding *found;
    size_t count;
    size_t room;
    size_t error_count;
    size_t at; /* the item that is looked at */
};

void item_report(struct item_lint *lint, bool is_error, const char *place, const char *text);

/* Everything that can be said of an item alone. */
enum err item_lint_one(struct item_lint *lint, const struct item *item, struct fault *fault);
