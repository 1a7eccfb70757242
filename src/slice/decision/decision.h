#pragma once

/*
 * Decisions: pausing or ending somebody's engagement, or rejecting their answers, for the
 * quality of the work.
 *
 * No figure and no alert does any of this. A named person does, and says on which answers it
 * rests, which clause they break, and why; the person concerned reads all of it and may
 * appeal once; somebody else decides the appeal. A decision that is overturned is undone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

struct decision_draft {
    const char *campaign_id;
    const char *engagement_id;
    const char *action; /* pause, reject or offboard */
    const char *clause_code;
    const char *reason_code;
    const char *message;
    const char *const *submissions; /* that it rests on; reject: that are rejected */
    size_t submission_count;
};
enum err decision_make(struct work *work, const struct decision_draft *draft, const char **id);

/* By the person concerned, within 14 days, once. */
enum err decision_appeal(struct work *work, const char *id, const char *message);

/* By an operator who did not make it. `overturn`: what it did is undone. */
enum err decision_settle(struct work *work, const char *id, bool overturn, const char *message);

extern const struct slice decision_slice;
