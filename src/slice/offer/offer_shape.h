#pragma once

/* Offers at the door. */

#include "base/err.h"
#include "base/shape.h"
#include "slice/engage/engage_shape.h"

struct offer_row;
struct work;

struct offer_view {
    const char *id;
    const char *campaign_id;
    const char *campaign;
    const char *client;
    const char *requirement;
    const char *expert_id;
    const char *expert;
    const char *state;
    struct engagement_body terms;
    double cut_percent;
    int64_t rate_before;
    const char *counter;
    const char *counter_message;
    int64_t answer_by;
    int64_t undo_until;
    const char *engagement;
    struct list steps;
    int64_t created_at;
    int64_t changed_at;
};
extern const struct shape offer_view_shape;

extern const struct shape offer_list_shape;

struct offer_body {
    struct engagement_body terms;
    int64_t answer_by;
};
extern const struct shape offer_body_shape;

struct offer_answer {
    const char *verdict;
    struct engagement_body terms;
    const char *message;
    bool consent_cut;
};
extern const struct shape offer_answer_shape;

struct offer_reply {
    const char *verdict;
    const char *message;
};
extern const struct shape offer_reply_shape;

struct offer_reason {
    const char *reason;
};
extern const struct shape offer_reason_shape;

struct offer_sign {
    const char *step;
    const char *signed_name;
    const char *content_hash;
};
extern const struct shape offer_sign_shape;

struct offer_agreement {
    const char *text;
    const char *content_hash;
};
extern const struct shape offer_agreement_shape;

struct offer_reading {
    int64_t version;
    const char *body;
    const char *content_hash;
};
extern const struct shape offer_reading_shape;

struct offer_event_list {
    struct list items;
};
extern const struct shape offer_event_list_shape;

enum err offer_view_of(struct work *work, const struct offer_row *row, struct offer_view *out);
enum err offer_terms_read(struct work *work, const char *json, struct engagement_body *out);
const char *offer_terms_text(struct work *work, const struct engagement_body *terms);
