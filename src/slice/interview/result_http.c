#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/result.h"
#include "slice/interview/verdict_shape.h"
#include "store/store.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

static const struct field dimension_fields[] = {
    TEXT(dimension, name, .doc = "What is measured"),
    TEXT(dimension, meaning, .doc = "On which scale, by whom"),
    REAL(dimension, estimate, .optional = true, .doc = "The estimate; none: see missing"),
    REAL(dimension, low, .optional = true, .doc = "Lower end of its 90 % interval"),
    REAL(dimension, high, .optional = true, .doc = "Upper end"),
    INT(dimension, count, .doc = "What it rests on: answers, judgements, pieces of work"),
    REAL(dimension, reliability, .optional = true, .doc = "0 to 1, as in classical test theory"),
    TEXT(dimension, missing, .optional = true, .doc = "Why there is no number"),
};
static const struct shape dimension_shape = SHAPE(dimension, dimension_fields, "One dimension");

static const struct field result_step_fields[] = {
    TEXT(result_step, id, .doc = "Identifier, `stp_` and 26 characters"),
    INT(result_step, step_number, .doc = "Counts from 1"),
    TEXT(result_step, prompt, .doc = "The question"),
    TEXT(result_step, kind, .doc = "How it was answered"),
    TEXT(result_step, answer, .optional = true, .doc = "The answer"),
    TEXT(result_step, follow_up, .optional = true, .doc = "What was asked further"),
    TEXT(result_step, follow_up_answer, .optional = true, .doc = "And answered"),
    BOOL(result_step, is_counted, .doc = "False: a question on trial, counts for nothing"),
    REAL(result_step, points, .doc = "What the answer earned"),
    REAL(result_step, points_max, .doc = "Of how many"),
    REAL(result_step, sure, .optional = true, .doc = "How sure the scorer is of the whole answer"),
    TEXT(result_step, by, .doc = "Who graded it", .choices = "scorer|person|rule"),
    LIST(result_step, criteria, .of = &criterion_view_shape, .doc = "Of free text"),
    LIST(result_step, model_criteria, .of = &criterion_view_shape,
         .doc = "What a model server found; it counts as much as people agree with it"),
    TEXT(result_step, model_note, .optional = true, .doc = "Why a model server was not heard"),
    TEXT(result_step, right_answer, .optional = true, .doc = "Of the other kinds"),
    TEXT(result_step, solution, .optional = true, .doc = "Why it is right"),
};
static const struct shape result_step_shape =
    SHAPE(result_step, result_step_fields, "An answer and what was found in it");

static const struct field note_fields[] = {
    TEXT(integrity_row, id, .doc = "Identifier, `ign_` and 26 characters"),
    TEXT(integrity_row, step_id, .doc = "The answer that it is about"),
    TEXT(integrity_row, note_kind, .doc = "What was noticed", .choices = "copy|paste|guard"),
    TEXT(integrity_row, detail, .doc = "In words"),
    TIME(integrity_row, found_at, .doc = "When"),
    TEXT(integrity_row, reply, .optional = true, .doc = "What the person says to it"),
    TIME(integrity_row, replied_at, .optional = true, .doc = "When"),
};
static const struct shape note_shape =
    SHAPE(integrity_row, note_fields, "Evidence for a person to look at; it decides nothing");

static const struct field appeal_fields[] = {
    TEXT(interview_appeal_row, id, .doc = "Identifier, `iap_` and 26 characters"),
    TEXT(interview_appeal_row, message, .doc = "Why the result is wrong"),
    TEXT(interview_appeal_row, appeal_state, .choices = "open|upheld|overturned",
         .doc = "Where it stands"),
    TIME(interview_appeal_row, opened_at, .doc = "When it was opened"),
    TIME(interview_appeal_row, due_at, .doc = "When it is decided at the latest"),
    TIME(interview_appeal_row, decided_at, .optional = true, .doc = "When it was decided"),
};
static const struct shape appeal_shape = SHAPE(interview_appeal_row, appeal_fields, "An appeal");

static const struct field result_view_fields[] = {
    TEXT(result_view, interview_id, .doc = "The interview"),
    TEXT(result_view, application_id, .optional = true, .doc = "The application; none: practice"),
    TEXT(result_view, state, .doc = "Of the interview"),
    TEXT(result_view, outcome, .optional = true, .choices = "passed|waiting|below",
         .doc = "waiting: a person grades it before anything is decided"),
    TEXT(result_view, domain, .doc = "Field of expertise"),
    INT(result_view, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    BOOL(result_view, is_practice, .doc = "True: it counts for nothing"),
    REAL(result_view, cut, .doc = "What the listing asks for, on the scale of the expertise"),
    TEXT(result_view, scored_by, .optional = true, .choices = "scorer|person",
         .doc = "Whose grades the estimate rests on"),
    TEXT(result_view, scored_with, .optional = true,
         .doc = "Versions of what it was scored with; what is learnt later changes no result"),
    TEXT(result_view, advice, .doc = "What would change the result"),
    TEXT(result_view, stop_reason, .optional = true,
         .doc = "Why it ended: precise, clear, count or empty"),
    TIME(result_view, ended_at, .optional = true, .doc = "When it ended"),
    LIST(result_view, dimensions, .of = &dimension_shape, .doc = "What was measured"),
    LIST(result_view, steps, .of = &result_step_shape, .doc = "The answers in their order"),
    LIST(result_view, notes, .of = &note_shape, .doc = "What was noticed, with replies"),
    LIST(result_view, appeals, .of = &appeal_shape, .doc = "At most one"),
    BOOL(result_view, can_appeal, .doc = "True: the person may appeal"),
};
const struct shape result_view_shape =
    SHAPE(result_view, result_view_fields, "A result with its reasons");

struct showing {
    const char *id;
    struct result_view *view;
};

static enum err show(struct work *work, void *context)
{
    struct showing *showing = context;
    struct interview_row interview;

    TRY(interview_find(work, &(struct interview_find_args){.id = showing->id}, &interview));
    return result_build(work, &interview, showing->view);
}

/* The log shows what who decides has opened. */
static enum err show_and_note(struct work *work, void *context)
{
    struct showing *showing = context;

    TRY(show(work, context));
    TRY(opening_insert(work, &(struct opening_insert_args){.id = work_new_id(work, "rop"),
                                                           .organisation_id = work->organisation_id,
                                                           .interview_id = showing->id,
                                                           .person_id = work->who->person_id,
                                                           .outcome = showing->view->outcome,
                                                           .scored_by = showing->view->scored_by,
                                                           .opened_at = work->now_us}));
    return audit(work, "interview.open", showing->id, "{}");
}

/* Free: what the person reads of their own is noted nowhere. */
enum err result_serve(struct call *call)
{
    struct work *work = call->work;
    struct showing showing = {.id = call->ids[0],
                              .view = arena_new_of(work->arena, struct result_view)};
    bool is_office = (work->who->roles & (ROLE_OPERATOR | ROLE_AUDITOR)) != 0;

    TRY(is_office ? store_write(work, show_and_note, &showing) : store_read(work, show, &showing));
    call->reply = showing.view;
    return OK;
}

struct note_reply_body {
    const char *note_id;
    const char *reply;
};
static const struct field note_reply_fields[] = {
    TEXT(note_reply_body, note_id, .min = 1, .max = 40, .doc = "The note"),
    TEXT(note_reply_body, reply, .min = 1, .max = 2000, .doc = "What you say to it"),
};
const struct shape note_reply_shape =
    SHAPE(note_reply_body, note_reply_fields, "A reply to a note");

enum err result_serve_reply(struct call *call)
{
    const struct note_reply_body *body = call->body;
    struct work *work = call->work;
    struct interview_row interview;
    int64_t changed;

    TRY(interview_own(work, call->ids[0], &interview));
    TRY(note_reply(work,
                   &(struct note_reply_args){.id = body->note_id,
                                             .interview_id = interview.id,
                                             .organisation_id = work->organisation_id,
                                             .reply = body->reply,
                                             .replied_at = work->now_us},
                   &changed));
    if (changed == 0) {
        return work_fail_field(work, ERR_INVALID, "note_id", "this interview has no such note");
    }
    call->reply = &done;
    return OK;
}
