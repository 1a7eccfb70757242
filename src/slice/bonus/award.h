#pragma once

/* Awards: made once, posted once. */

#include "slice/bonus/bonus.h"

struct award_claim;
struct award_event_row;
struct award_row;
struct milestone_row;

struct award_draft {
    const char *campaign_id;   /* NULL: of no campaign */
    const char *engagement_id; /* or NULL */
    const char *person_id;
    const char *kind;
    const char *cause_id;
    const char *currency;
    int64_t amount_minor;
    bool is_charged;
    const char *reason;
    const char *trouble; /* it is held until somebody decides; NULL: it is due now */
};

/* *id NULL: there is one for this cause already. */
enum err award_add(struct work *work, const struct award_draft *draft, const char **id);

/* What an event owes, in the currency of the terms of that moment. *count zero: nothing. `claims`
 * has room for AWARD_CLAIMS_MAX. */
enum err award_claims(struct work *work, const struct award_event_row *event,
                      struct award_claim *claims, size_t *count, const char **currency);

/* Why, as the person reads it. */
const char *award_reason(struct work *work, const struct award_claim *claim);

/* Make what the event owes, and never look at it again. */
enum err award_take_event(struct work *work, const struct award_event_row *event);

/* What a milestone is known by. Terms that change keep the names of their milestones: one that was
 * reached is not paid again under new terms. Several of one name are told apart by their order. */
const char *milestone_cause(struct work *work, const char *engagement_id,
                            const struct milestone_row *rows, size_t at);

/* Post the entry. ERR_CONFLICT: it cannot be posted yet, as the fault says. */
enum err award_post(struct work *work, const struct award_row *award);

/* The first Monday in UTC whose week before can be counted: it ended an hour ago. */
int64_t referral_week_at(int64_t now_us);

struct referral_row;

/* What it has earned by a moment, beyond what was made of it. */
enum err referral_open(struct work *work, const struct referral_row *referral, int64_t until_us,
                       int64_t *out);

/* Make an award of the weeks that are not counted. */
enum err referral_count_weeks(struct work *work, const struct referral_row *referral);
