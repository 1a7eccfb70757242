#pragma once

/*
 * Reviews: what a senior expert says of a submission, and appeals against it.
 *
 * Nothing adverse is said without the clause of the guideline, a reason code and a text
 * that the author reads at once. A rejection can be appealed once; somebody who neither
 * wrote nor judged it decides without seeing the first verdict.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* Take the next submission or appeal of a campaign; *lease_id NULL: nothing waits. */
enum err review_claim(struct work *work, const char *campaign_id, const char **lease_id);

struct review_draft {
    const char *verdict; /* accept, fix, return or reject */
    const char *answer;  /* JSON, for fix */
    const char *clause_code;
    const char *reason_code;
    const char *message;
    const char *span; /* JSON: what part of the answer; may be NULL */
};
enum err review_decide(struct work *work, const char *lease_id, const struct review_draft *draft,
                       const char **id);

enum err appeal_open(struct work *work, const char *submission_id, const char *message,
                     const char **id);

/* `overturn`: the submission is restored; else the rejection stands. */
enum err appeal_settle(struct work *work, const char *lease_id, bool overturn,
                       const char *decision);

extern const struct slice review_slice;
