#pragma once

/* The result of an interview, as the person and the office see it. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct call;
struct interview_row;
struct work;

/* One dimension: a number with its interval and count, or why there is none yet. Absent reals are
 * NaN. */
struct dimension {
    const char *name;
    const char *meaning;
    double estimate;
    double low;
    double high;
    int64_t count;
    double reliability;
    const char *missing;
};

struct result_step {
    const char *id;
    int64_t step_number;
    const char *prompt;
    const char *kind;
    const char *answer;
    const char *follow_up;
    const char *follow_up_answer;
    bool is_counted;
    double points;
    double points_max;
    double sure;
    const char *by;
    struct list criteria;
    struct list model_criteria;
    const char *model_note;
    const char *right_answer;
    const char *solution;
};

struct result_view {
    const char *interview_id;
    const char *application_id;
    const char *state;
    const char *outcome;
    const char *domain;
    int64_t difficulty;
    bool is_practice;
    double cut;
    const char *scored_by;
    const char *scored_with;
    const char *advice;
    const char *stop_reason;
    int64_t ended_at;
    struct list dimensions;
    struct list steps;
    struct list notes;
    struct list appeals;
    bool can_appeal;
};
extern const struct shape result_view_shape;

/* ERR_CONFLICT: the interview is not done. */
enum err result_build(struct work *work, const struct interview_row *interview,
                      struct result_view *out);

enum err result_serve(struct call *call);
enum err result_serve_reply(struct call *call);
extern const struct shape note_reply_shape;
