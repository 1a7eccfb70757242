#pragma once

/*
 * Calibration: tasks whose answer is known, done before the queue opens.
 *
 * Everybody meets the same tasks in the same order, learns after each what the answer is, by which
 * clause and why, and passes an attempt with enough of them right; further attempts begin with
 * tasks that the person has not met. The minutes are paid by the engagement's rate for calibration.
 * Nobody is turned away by it alone: after the last attempt an operator grants another one or takes
 * the offer back, by name and with a reason.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct calibration_answer_row;
struct slice;
struct work;

/* Does the campaign ask for it now? */
enum err calibration_is_asked(struct work *work, const char *campaign_id, bool *out);

/* One person's way through it. */
struct calibration {
    const char *state; /* waiting (for a first or further attempt), running, passed or failed: no
                          attempt is left */
    int64_t before;    /* attempts that a call for another calibration left behind */
    int64_t attempt;   /* the last one since; 0: none yet */
    int64_t attempt_max;
    int64_t task_count;
    int64_t pass_count;
    int64_t answered; /* in the last attempt */
    int64_t right_count;
    const char *next_id;      /* the next task; NULL: none */
    const char *next_payload; /* what it shows */
    const char *try_id;       /* the last attempt's; NULL: none */
};
struct calibration_question {
    const char *campaign_id;
    const char *engagement_id;
};
enum err calibration_find(struct work *work, const struct calibration_question *question,
                          struct calibration *out);

/* What became of an answer. */
struct calibration_feedback {
    bool is_right;
    const char *known_answer;
    const char *clause_code;
    const char *message;
};

/* Answer the next task; the first answer of an attempt begins it. ERR_INVALID: the answer does not
 * fit the task type; ERR_CONFLICT: another task is next, or no attempt is left. */
enum err calibration_answer(struct work *work, const struct calibration_question *question,
                            const char *task_id, const char *answer,
                            struct calibration_feedback *out);

/* Somebody who is engaged has to pass it before the queue opens, whatever was passed before. */
struct calibration_ask {
    const char *cause;  /* guideline: it has changed; hand: the team was put together by hand */
    const char *reason; /* in words that the person reads */
    bool did_pause;     /* passing makes the engagement active again */
};
enum err calibration_ask(struct work *work, const struct calibration_question *question,
                         const struct calibration_ask *ask);

/* A call was answered with a pass: it is closed, and what it paused goes on. */
enum err calibration_open_queue(struct work *work, const struct calibration_question *question);

extern const struct slice calibrate_slice;
