#pragma once

/*
 * Pay: what work is owed, as double entry.
 *
 * Accepted work is posted at once: what it costs, who is owed it, what the client is charged.
 * Entries are never changed: what was wrong is undone by another entry that names it.
 */

#include <stdint.h>

#include "base/err.h"

struct campaign_row;
struct slice;
struct work;

struct unit_paid {
    const char *campaign_id;
    const char *submission_id;
    const char *person_id;
    int64_t amount_minor; /* zero: nothing is posted */
    const char *currency;
};

/* Owe a person for a unit, and charge the client. Once: a unit that is paid already is left alone.
 * ERR_CONFLICT: the campaign has another currency and finance has recorded no exchange rate. */
enum err pay_unit(struct work *work, const struct unit_paid *unit);

/* What the client would be charged for such a unit, in the campaign's currency. */
enum err pay_unit_charge(struct work *work, const struct campaign_row *campaign,
                         const struct unit_paid *unit, int64_t *out);

/* Take it back, if it was posted. */
enum err pay_reverse(struct work *work, const struct unit_paid *unit);

/* Anything else that a person is owed on a campaign: minutes, a milestone, a bonus. */
struct pay_item {
    const char *campaign_id;
    const char *person_id;
    const char *kind;
    const char *pays_id;
    int64_t amount_minor; /* above zero */
    const char *currency;
    const char *note; /* or NULL */
};

/* Once, as above; *id NULL: it is paid already. */
enum err pay_item_post(struct work *work, const struct pay_item *item, const char **id);

/* Undo it, if it is paid. */
enum err pay_item_undo(struct work *work, const char *campaign_id, const char *kind,
                       const char *pays_id, const char *note);

extern const struct slice pay_slice;
