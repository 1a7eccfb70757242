#pragma once

/* Payouts at the door. */

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

struct items {
    struct list items;
};

#define ITEMS_OF(shape_name, element, text)                                                        \
    static const struct field shape_name##_fields[] = {                                            \
        LIST(items, items, .of = &(element), .doc = (text)),                                       \
    };                                                                                             \
    const struct shape shape_name##_shape = {                                                      \
        .name = #shape_name,                                                                       \
        .doc = (text),                                                                             \
        .fields = shape_name##_fields,                                                             \
        .size = sizeof(struct items),                                                              \
        .field_count = 1,                                                                          \
    }

extern const struct shape payout_account_list_shape;
extern const struct shape paying_account_list_shape;
extern const struct shape payout_own_list_shape;

struct payout_account_body {
    const char *kind;
    const char *holder;
    const char *account_number;
    const char *bank_code;
};
extern const struct shape payout_account_body_shape;

struct verdict_body {
    const char *verdict;
};
extern const struct shape verdict_body_shape;

struct paying_account_body {
    const char *kind;
    const char *holder;
    const char *currency;
    const char *account_number;
    const char *bank_code;
    const char *company_code;
};
extern const struct shape paying_account_body_shape;

extern const struct shape payout_run_list_shape;

struct payout_run_body {
    const char *paying_account_id;
    int64_t until_at;
    const char *pay_day;
};
extern const struct shape payout_run_body_shape;

struct payout_run_view {
    const char *id;
    const char *currency;
    const char *state;
    int64_t until_at;
    int64_t pay_day;
    int64_t line_count;
    int64_t total_minor;
    int64_t sent_at;
    struct list approvals;
    struct list lines;
};
extern const struct shape payout_run_view_shape;

struct approval_view {
    bool complete;
};
extern const struct shape approval_view_shape;

struct file_query {
    const char *format;
};
extern const struct shape file_query_shape;

struct outcome_body {
    const char *outcome;
    const char *message;
};
extern const struct shape outcome_body_shape;
extern const struct shape bank_outcome_shape;

struct pay_profile_body {
    const char *zone;
    const char *tax_form;
    int64_t tax_form_until;
};
extern const struct shape pay_profile_body_shape;

struct pay_profile_view {
    const char *zone;
    const char *tax_form;
    int64_t tax_form_until;
};
extern const struct shape pay_profile_view_shape;

struct statement_query {
    const char *week;
    const char *after;
    int64_t limit;
};
extern const struct shape statement_query_shape;

struct statement_view {
    const char *week;
    const char *zone;
    int64_t from_at;
    int64_t to_at;
    struct list opening;
    struct list items;
    struct list closing;
    struct list entries;
    const char *next;
};
extern const struct shape statement_view_shape;
