#pragma once

/* What the bodies of one transaction have noted by store_sum, summed up by `serve` and names. */

#include <stddef.h>

#include "store/store.h"

struct totals;

struct totals *totals_new(void);
void totals_free(struct totals *totals); /* NULL is fine */

/* Begin a transaction: nothing is noted. */
void totals_reset(struct totals *totals);

/* The texts must live until the transaction ends. */
void totals_note(struct totals *totals, store_total *serve, const struct total *total);

/* What was noted under the same `serve` and names, by this body and by those that were kept. */
int64_t totals_noted(const struct totals *totals, store_total *serve, const struct total *total);

/* The end of a body: what it has noted counts, or does not. */
void totals_keep(struct totals *totals);
void totals_drop(struct totals *totals);

/* Serve what was kept, in the order in which it was first noted, and forget it. */
enum err totals_serve(struct totals *totals, struct work *work);
