#pragma once

/* A calibration as its expert meets it: how far it is, the next task, what an answer was worth. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct calibration_question;
struct work;

struct calibration_state {
    const char *state;
    const char *campaign_id;
    const char *engagement_id;
    int64_t attempt;
    int64_t attempt_max;
    int64_t task_count;
    int64_t pass_count;
    int64_t answered;
    int64_t right_count;
    const char *next_id;
    const char *next_payload;
    struct list answers;
};
extern const struct shape calibration_state_shape;

struct calibration_answer {
    const char *calibration_task_id;
    const char *answer;
};
extern const struct shape calibration_answer_shape;

struct calibration_told {
    bool is_right;
    const char *known_answer;
    const char *clause_code;
    const char *message;
    struct calibration_state now;
};
extern const struct shape calibration_feedback_shape;

enum err calibration_view(struct work *work, const struct calibration_question *question,
                          struct calibration_state *out);

/* Answer the next task (calibration_answer), and show how far it is then. */
enum err calibration_tell(struct work *work, const struct calibration_question *question,
                          const struct calibration_answer *body, struct calibration_told *out);
