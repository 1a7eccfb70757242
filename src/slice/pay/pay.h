#pragma once

/*
 * Pay: what accepted work is owed, as double entry.
 *
 * Each entry moves one amount from the client's account `client:ORGANISATION` to the
 * expert's `expert:PERSON`. Entries are never changed: what was wrong is reversed by
 * another entry.
 */

#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

struct unit_paid {
    const char *campaign_id;
    const char *submission_id;
    const char *person_id;
    int64_t amount_minor; /* zero: nothing is posted */
    const char *currency;
};

/* Owe a person for a unit. Once: a unit that is paid already is left alone. */
enum err pay_unit(struct work *work, const struct unit_paid *unit);

/* Take it back, as far as it was posted. */
enum err pay_reverse(struct work *work, const struct unit_paid *unit);

extern const struct slice pay_slice;
