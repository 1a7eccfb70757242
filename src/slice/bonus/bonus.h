#pragma once

/*
 * Bonuses: what a person is owed beside units and minutes, and why.
 *
 * An award is a reason: an event of an engagement and what the terms say of it, a milestone that
 * the operator approved, a bonus with a reason, a week of a referral. Each is made once. A job
 * posts its entry; what was wrong is undone by another entry. Milestones, bonuses that say so, kill
 * fees and notice are charged to the client as cost and markup; signing bonuses and referrals are
 * the operator's own cost.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* A milestone of the terms in force was reached; by its position in them. ERR_NOT_FOUND: there is
 * none; ERR_CONFLICT: it was approved before; ERR_FORBIDDEN: it is the asker's own. */
enum err bonus_approve_milestone(struct work *work, const char *engagement_id, int64_t position,
                                 const char *note, const char **award_id);

struct bonus_draft {
    int64_t amount_minor; /* in the currency of the terms */
    const char *reason;
    bool is_charged; /* to the client */
};
enum err bonus_give(struct work *work, const char *engagement_id, const struct bonus_draft *draft,
                    const char **award_id);

/* Release an award that is held, or undo one with a reason. ERR_CONFLICT: it is not held, or undone
 * already. */
enum err bonus_decide(struct work *work, const char *award_id, bool release, const char *reason);

struct referral_draft {
    const char *person_id; /* who was brought */
    const char *referrer_id;
    const char *source;
    const char *currency;
    int64_t share_points;
    int64_t cap_minor;
    int64_t until_at;
};

/* ERR_INVALID names the field: oneself, a circle, a time that has passed; ERR_CONFLICT: somebody
 * brought that person already. */
enum err referral_record(struct work *work, const struct referral_draft *draft, const char **id);

/* What links promise that are made from now on; 0 share points: nothing. ERR_INVALID: an unknown
 * currency. */
struct referral_promise {
    const char *currency;
    int64_t share_points; /* hundredths of a percent of what the person earns */
    int64_t cap_minor;
    int64_t earn_days;
};
enum err referral_promise_set(struct work *work, const struct referral_promise *promise);

/* What links promise that an organisation's people made at a moment. */
enum err referral_promise_at(struct work *work, const char *organisation_id, int64_t at_us,
                             struct referral_promise *out);

/* Somebody new came by a person's link to a listing of the work's organisation. */
struct referral_link {
    const char *id;
    const char *referrer_id;
    const char *referrer_name;
    int64_t made_at;
};
enum err referral_by_link(struct work *work, const struct referral_link *link,
                          const char *person_id);

enum err referral_stop(struct work *work, const char *id, const char *reason);

/* Ask for the job when something is due. Inside a write transaction. */
enum err bonus_wake(struct work *work);

extern const struct slice bonus_slice;
