#pragma once

/* What the routes of bonuses read and answer. */

#include "base/shape.h"

/* Something that is owed, or will be: the same for both sides. */
struct accrual {
    const char *award_id; /* NULL: nothing of it stands yet */
    const char *campaign_id;
    const char *campaign_name;
    const char *engagement_id;
    const char *kind;
    const char *currency;
    int64_t amount_minor;
    const char *state;
    const char *reason;
    const char *trouble;
    const char *decision;
    int64_t position; /* of a milestone that is not reached */
    int64_t due_at;
};
struct accrual_list {
    struct list items;
};
extern const struct shape accrual_shape;
extern const struct shape accrual_list_shape;

struct milestone_approval {
    int64_t position;
    const char *note;
};
extern const struct shape milestone_approval_shape;

struct bonus_body {
    int64_t amount_minor;
    const char *reason;
    bool is_charged;
};
extern const struct shape bonus_body_shape;

struct award_decision {
    const char *verdict;
    const char *reason;
};
extern const struct shape award_decision_shape;

struct referral_body {
    const char *person_id;
    const char *referrer_id;
    const char *source;
    const char *currency;
    int64_t share_points;
    int64_t cap_minor;
    int64_t until_at;
};
extern const struct shape referral_body_shape;

struct referral_promise_list {
    struct list items;
};
extern const struct shape referral_promise_shape;
extern const struct shape referral_promise_list_shape;

struct referral_end_body {
    const char *reason;
};
extern const struct shape referral_end_body_shape;

struct referral_view {
    const char *id;
    const char *person_id;
    const char *person_name;
    const char *referrer_id;
    const char *referrer_name;
    const char *source;
    const char *link_id;
    const char *currency;
    int64_t share_points;
    int64_t cap_minor;
    int64_t earned_minor;
    int64_t open_minor;
    int64_t since_at;
    int64_t until_at;
    const char *end_reason;
};
extern const struct shape referral_list_shape;
extern const struct shape award_list_shape;
