#pragma once

/*
 * Minutes that are added or taken away by hand.
 *
 * The person adds minutes with a reason, and an operator decides. An operator takes minutes away,
 * named, with a reason code; they are gone at once, the person is told, may appeal once, and
 * somebody else decides. Poor quality is no reason: work that was done is paid.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct work;

struct change_draft {
    const char *kind; /* add or remove */
    const char *class;
    int64_t from_at;
    int64_t to_at;
    const char *reason;
    const char *reason_code;
};

/* ERR_INVALID: before the engagement, in the future, longer than a day, or over minutes that count
 * already; ERR_FORBIDDEN: only the person adds, only an operator removes. */
enum err change_ask(struct work *work, const char *engagement_id, const struct change_draft *draft,
                    const char **id);

/* Decide what was asked or, after an appeal, settle it: never one's own, never the same person
 * twice. */
enum err change_decide(struct work *work, const char *engagement_id, const char *id, bool approve,
                       const char *why);

/* The person does not agree with what was decided. */
enum err change_appeal(struct work *work, const char *engagement_id, const char *id,
                       const char *message);
