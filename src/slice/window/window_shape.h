#pragma once

/* What the windows show. */

#include "base/shape.h"

struct claims_by_age {
    const char *currency;
    int64_t current_minor;
    int64_t days_30_minor;
    int64_t days_60_minor;
    int64_t days_90_minor;
    int64_t older_minor;
    int64_t total_minor;
    int64_t claim_count;
};

struct claim_view {
    const char *invoice_id;
    const char *invoice_number;
    const char *organisation_name;
    const char *campaign_id;
    const char *campaign_name;
    const char *currency;
    int64_t open_minor;
    int64_t due_at;
    int64_t overdue_days;
};

struct receivables {
    struct list ages;
    struct list items;
};
extern const struct shape receivables_shape;

struct margin_view {
    const char *campaign_id;
    const char *campaign_name;
    const char *organisation_name;
    const char *currency;
    int64_t revenue_minor;
    int64_t cost_minor;
    int64_t margin_minor;
    int64_t margin_points;
    bool is_converted;
};

struct month_view {
    const char *month;
    const char *currency;
    int64_t revenue_minor;
    int64_t cost_minor;
};

struct standing_view {
    const char *currency;
    int64_t receivable_minor;
    int64_t unbilled_minor;
    int64_t payable_minor;
    int64_t transit_minor;
    int64_t pace_weeks;
    int64_t week_low_minor;
    int64_t week_minor;
    int64_t week_high_minor;
    int64_t run_rate_minor;
};

struct cash_view {
    const char *week;
    const char *currency;
    int64_t known_in_minor;
    int64_t known_out_minor;
    int64_t in_low_minor;
    int64_t in_middle_minor;
    int64_t in_high_minor;
    int64_t out_low_minor;
    int64_t out_middle_minor;
    int64_t out_high_minor;
};

struct operator_window {
    struct list standing;
    struct list ages;
    struct list margins;
    struct list months;
    struct list cash;
};
extern const struct shape operator_window_shape;

struct week_sum {
    const char *week;
    const char *currency;
    int64_t amount_minor;
};
extern const struct shape week_sum_shape;

struct spend_window {
    const char *currency;
    int64_t budget_minor;
    int64_t spent_minor;
    int64_t committed_minor;
    int64_t committed_count;
    int64_t left_minor;
    int64_t accepted;
    int64_t done;
    int64_t wanted;
    int64_t per_answer_minor;
    int64_t per_row_minor;
    int64_t to_come_minor;
    int64_t total_minor;
    int64_t over_minor;
    int64_t pace_weeks;
    int64_t week_low_minor;
    int64_t week_minor;
    int64_t week_high_minor;
    int64_t empty_early_at;
    int64_t empty_late_at;
    int64_t invoiced_minor;
    int64_t open_minor;
    int64_t cost_minor;
    int64_t share_minor;
    bool discloses_share;
    struct list weeks;
};
extern const struct shape spend_window_shape;

struct running_view {
    const char *engagement_id;
    const char *campaign_name;
    const char *currency;
    int64_t amount_minor;
    int64_t paid_s;
};

struct due_view {
    const char *currency;
    int64_t amount_minor;
    int64_t next_minor;
};

struct expert_window {
    const char *zone;
    const char *pay_day;
    int64_t pay_until_at;
    const char *obstacle;
    struct list due;
    struct list running;
    struct list weeks;
};
extern const struct shape expert_window_shape;
