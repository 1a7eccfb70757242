#pragma once

/* Terms at the door: as they are proposed, and as they are shown. */

#include "base/err.h"
#include "base/shape.h"

struct arena;
struct engagement_terms_row;
struct fault;
struct terms_draft;

/* A new member with terms, or terms alone (then without person and duty). */
struct engagement_body {
    const char *person_id;
    const char *duty;
    int64_t price_minor;
    const char *currency;
    int64_t hour_minor;
    struct list rates;
    struct list milestones;
    int64_t signing_minor;
    int64_t completion_minor;
    int64_t kill_minor;
    int64_t notice_days;
    int64_t notice_minor;
    int64_t week_cap_min;
    int64_t overtime_after_min;
    int64_t overtime_percent;
    int64_t idle_s;
    int64_t task_cap_s;
    int64_t ends_at;
    const char *note;
    const char *calibration_waived; /* why a new member begins without; NULL: does not */
};
extern const struct shape engagement_body_shape;
extern const struct shape terms_body_shape;

/* What the body leaves open is the campaign's, or as it was. ERR_INVALID: a class is named twice.
 */
enum err terms_read(struct arena *arena, const struct engagement_body *body, const char *currency,
                    int64_t unit_minor, struct terms_draft *out, struct fault *fault);

struct terms_view {
    const char *id;
    int64_t terms_number;
    const char *state;
    const char *side;
    const char *source;
    const char *currency;
    int64_t unit_minor;
    int64_t hour_minor;
    struct list rates;
    struct list milestones;
    int64_t signing_minor;
    int64_t completion_minor;
    int64_t kill_minor;
    int64_t notice_days;
    int64_t notice_minor;
    int64_t week_cap_min;
    int64_t overtime_after_min;
    int64_t overtime_percent;
    int64_t idle_s;
    int64_t task_cap_s;
    int64_t ends_at;
    const char *note;
    int64_t proposed_at;
    int64_t decided_at;
    int64_t since_at;
    const char *cut;
};
struct terms_view terms_view_of(const struct engagement_terms_row *row);
const char *terms_view_cut(const struct terms_view *before, const struct terms_view *after);

struct terms_list {
    struct list items;
};
extern const struct shape terms_list_shape;

struct settle_body {
    const char *verdict;
};
extern const struct shape settle_body_shape;

struct leave_body {
    const char *message;
};
extern const struct shape leave_body_shape;

struct engagement_list {
    struct list items;
};
extern const struct shape engagement_list_shape;

extern const struct shape engagement_own_list_shape;

struct engagement_event_list {
    struct list items;
};
extern const struct shape engagement_event_list_shape;

struct engagement_state {
    const char *state;
    const char *reason_code; /* NULL: unsaid */
    const char *reason;
    bool completed;
    int64_t notice_at;
};
extern const struct shape engagement_state_shape;
