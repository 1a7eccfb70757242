#pragma once

/*
 * What is wrong with items: what makes one impossible to grade, and what makes it unfair.
 *
 * Errors keep an item out of an interview; warnings are for its author. The linter knows words, not
 * subjects: that an item is true is for an expert to say.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "engine/item/item.h"

struct item_finding {
    size_t item; /* in the order of the items */
    bool is_error;
    const char *place; /* member, as criteria[1].needs; never NULL */
    const char *text;  /* what is wrong, and what would be right */
};

struct item_findings {
    const struct item_finding *at;
    size_t count;
    size_t error_count;
};

/* In the order of the items; with what two items have between them (codes, enemies, prompts that
 * are nearly the same). */
enum err item_lint(struct arena *arena, const struct item *items, size_t count,
                   struct item_findings *out, struct fault *fault);
