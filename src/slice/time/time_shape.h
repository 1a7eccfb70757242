#pragma once

/* Time at the door. */

#include <stdint.h>

#include "base/shape.h"

struct arena;
struct sheet;
struct sheet_view;

struct told_body {
    const char *tab;
    int64_t sent_at;
    int64_t sent_tick_ms;
    struct list events;
};
extern const struct shape told_body_shape;
extern const struct shape told_outcome_shape;

struct extend_body {
    const char *reason;
};
extern const struct shape extend_body_shape;

struct extension {
    int64_t seconds;
};
extern const struct shape extension_shape;

struct week_query {
    const char *week;
};
extern const struct shape week_query_shape;

struct week_body {
    const char *week;
};
extern const struct shape week_body_shape;

extern const struct shape sheet_view_shape;
const struct sheet_view *sheet_view_of(struct arena *arena, const struct sheet *sheet);

struct change_list {
    struct list items;
};
extern const struct shape change_list_shape;

struct change_body {
    const char *kind;
    const char *class;
    int64_t from_at;
    int64_t to_at;
    const char *reason;
    const char *reason_code;
};
extern const struct shape change_body_shape;

struct change_decision {
    const char *verdict;
    const char *message;
};
extern const struct shape change_decision_shape;

struct change_objection {
    const char *message;
};
extern const struct shape change_objection_shape;
