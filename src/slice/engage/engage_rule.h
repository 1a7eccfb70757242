#pragma once

/* Pure decisions about terms. */

#include "slice/engage/engage.h"

struct fault;

/* What no terms may say: an unknown currency, pay for nothing, an end in the past. The bounds of
 * single amounts are the door's. ERR_INVALID names the field. */
enum err terms_check(const struct terms_draft *terms, int64_t now_us, struct fault *fault);

/* Rates that were not said follow from the hour. */
void terms_fill(struct terms_draft *terms);

/* The first term that is worse for the person than before, or NULL. Other currencies are not
 * compared: a change of currency counts as worse. */
const char *terms_cut(const struct terms_draft *before, const struct terms_draft *after);
