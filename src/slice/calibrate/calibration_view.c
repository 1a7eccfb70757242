#include "slice/calibrate/calibration_view.h"

#include "slice/calibrate/calibrate.h"
#include "slice/calibrate/calibrate_sql.h"
#include "store/work.h"

static const struct field answered_fields[] = {
    TEXT(calibration_answer_row, calibration_task_id, .doc = "The task"),
    JSON(calibration_answer_row, payload, .doc = "What it showed"),
    JSON(calibration_answer_row, answer, .doc = "Your answer"),
    JSON(calibration_answer_row, known_answer, .doc = "The known one"),
    TEXT(calibration_answer_row, clause_code, .doc = "The clause that settles it"),
    TEXT(calibration_answer_row, message, .doc = "Why it is the answer"),
    INT(calibration_answer_row, is_right, .doc = "1: yours is the same"),
    TIME(calibration_answer_row, answered_at, .doc = "When you answered"),
};
static const struct shape answered_shape =
    SHAPE(calibration_answer_row, answered_fields, "An answer with what is known");

static const struct field state_fields[] = {
    TEXT(calibration_state, state, .choices = "waiting|running|passed|failed",
         .doc = "waiting: an attempt begins with the next answer; failed: none is left"),
    TEXT(calibration_state, campaign_id, .doc = "The campaign"),
    TEXT(calibration_state, engagement_id,
         .doc = "The engagement; its minutes of the class calibration are paid"),
    INT(calibration_state, attempt, .doc = "The last attempt; 0: none yet"),
    INT(calibration_state, attempt_max, .doc = "Attempts that you have"),
    INT(calibration_state, task_count, .doc = "Tasks of an attempt"),
    INT(calibration_state, pass_count, .doc = "So many have to be right"),
    INT(calibration_state, answered, .doc = "In the last attempt"),
    INT(calibration_state, right_count, .doc = "Of those"),
    TEXT(calibration_state, next_id, .optional = true, .doc = "The next task; none: no more"),
    JSON(calibration_state, next_payload, .optional = true, .doc = "What it shows"),
    LIST(calibration_state, answers, .of = &answered_shape, .doc = "Of the last attempt"),
};
const struct shape calibration_state_shape =
    SHAPE(calibration_state, state_fields, "How far the calibration is");

static const struct field answer_fields[] = {
    TEXT(calibration_answer, calibration_task_id, .min = 1, .max = 40, .doc = "The next task"),
    JSON(calibration_answer, answer, .min = 2, .max = 200000, .doc = "By the task type"),
};
const struct shape calibration_answer_shape =
    SHAPE(calibration_answer, answer_fields, "An answer to a calibration task");

static const struct field told_fields[] = {
    BOOL(calibration_told, is_right, .doc = "Whether it is the known answer"),
    JSON(calibration_told, known_answer, .doc = "The known answer"),
    TEXT(calibration_told, clause_code, .doc = "The clause that settles it"),
    TEXT(calibration_told, message, .doc = "Why"),
    OBJECT(calibration_told, now, calibration_state, .of = &calibration_state_shape,
           .doc = "How far it is now"),
};
const struct shape calibration_feedback_shape =
    SHAPE(calibration_told, told_fields, "What became of an answer");

enum err calibration_view(struct work *work, const struct calibration_question *question,
                          struct calibration_state *out)
{
    struct calibration now;
    struct calibration_answer_row *rows = NULL;
    size_t count = 0;

    TRY(calibration_find(work, question, &now));
    if (now.try_id != NULL) {
        TRY(calibration_answers_of(
            work,
            &(struct calibration_answers_of_args){.try_id = now.try_id,
                                                  .organisation_id = work->organisation_id},
            &rows, &count));
    }
    *out = (struct calibration_state){.state = now.state,
                                      .campaign_id = question->campaign_id,
                                      .engagement_id = question->engagement_id,
                                      .attempt = now.attempt,
                                      .attempt_max = now.attempt_max,
                                      .task_count = now.task_count,
                                      .pass_count = now.pass_count,
                                      .answered = now.answered,
                                      .right_count = now.right_count,
                                      .next_id = now.next_id,
                                      .next_payload = now.next_payload,
                                      .answers = {.at = rows, .count = count}};
    return OK;
}

enum err calibration_tell(struct work *work, const struct calibration_question *question,
                          const struct calibration_answer *body, struct calibration_told *out)
{
    struct calibration_feedback feedback;

    TRY(calibration_answer(work, question, body->calibration_task_id, body->answer, &feedback));
    TRY(calibration_view(work, question, &out->now));
    out->is_right = feedback.is_right;
    out->known_answer = feedback.known_answer;
    out->clause_code = feedback.clause_code;
    out->message = feedback.message;
    return OK;
}
