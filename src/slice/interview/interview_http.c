#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bank/bank.h"
#include "slice/installation.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/result.h"
#include "slice/slice.h"
#include "slice/vetting/vetting.h"
#include "store/work.h"

enum { ANSWER_MAX = 8000 };

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ before */

struct notice_view {
    const char *version;
    const char *text;
};
static const struct field notice_view_fields[] = {
    TEXT(notice_view, version, .doc = "To be named when the interview begins"),
    TEXT(notice_view, text, .doc = "What happens, how it is scored, who decides, what is kept"),
};
static const struct shape notice_view_shape =
    SHAPE(notice_view, notice_view_fields, "What to know before an interview");

static enum err serve_notice(struct call *call)
{
    struct notice_view *view = arena_new_of(call->work->arena, struct notice_view);

    *view = (struct notice_view){.version = notice_version(call->work),
                                 .text = notice_text(call->work)};
    call->reply = view;
    return OK;
}

struct wishes {
    bool large_print;
    bool breaks;
    bool text_only;
    bool spoken_only;
    bool human_interviewer;
    const char *other;
};
static const struct wishes wishes_defaults = {.other = ""};
static const struct field wishes_fields[] = {
    BOOL(wishes, large_print, .optional = true, .doc = "Larger letters on the interview's page"),
    BOOL(wishes, breaks, .optional = true, .doc = "Breaks between questions"),
    BOOL(wishes, text_only, .optional = true, .doc = "Nothing spoken"),
    BOOL(wishes, spoken_only, .optional = true, .doc = "Nothing written"),
    BOOL(wishes, human_interviewer, .optional = true, .doc = "An interview with a person"),
    TEXT(wishes, other, .optional = true, .max = 1000, .doc = "Anything else"),
};
static const struct shape wishes_shape =
    SHAPE(wishes, wishes_fields, "What a person needs; no scoring, grading or client sees it",
          .defaults = &wishes_defaults);

static enum err serve_wishes(struct call *call)
{
    struct work *work = call->work;
    struct wishes *wishes = arena_new_of(work->arena, struct wishes);
    struct accommodation_find_row row;
    struct json *tree;
    enum err err = accommodation_find(
        work, &(struct accommodation_find_args){.person_id = work->who->person_id}, &row);

    shape_clear(&wishes_shape, wishes);
    call->reply = wishes;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    TRY(json_parse(work->arena, text_of(row.wishes), &tree, &work->fault));
    return json_decode(work->arena, tree, &wishes_shape, wishes, &work->fault);
}

static enum err serve_wishes_put(struct call *call)
{
    struct work *work = call->work;
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    json_encode(&out, &wishes_shape, call->body);
    TRY(accommodation_put(work, &(struct accommodation_put_args){
                                    .person_id = work->who->person_id,
                                    .organisation_id = work->who->organisation_id,
                                    .wishes = buffer.at,
                                    .changed_at = work->now_us,
                                }));
    call->reply = &done;
    return OK;
}

struct begin_body {
    const char *notice_version;
};
static const struct field begin_fields[] = {
    TEXT(begin_body, notice_version, .min = 1, .max = 40,
         .doc = "The notice that you read and agree to"),
};
static const struct shape begin_shape = SHAPE(begin_body, begin_fields, "Consent to an interview");

static enum err serve_begin(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(interview_begin(call->work, call->ids[0],
                        ((const struct begin_body *)call->body)->notice_version, &made->id));
    call->reply = made;
    return OK;
}

struct practice_body {
    const char *domain;
};
static const struct field practice_fields[] = {
    TEXT(practice_body, domain, .min = 1, .max = 40, .doc = "Field of expertise"),
};
static const struct shape practice_shape =
    SHAPE(practice_body, practice_fields, "Practice on retired questions");

static enum err serve_practise(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(interview_practise(call->work, ((const struct practice_body *)call->body)->domain,
                           &made->id));
    call->reply = made;
    return OK;
}

static const struct field interview_line_fields[] = {
    TEXT(interview_line, id, .doc = "Identifier, `ivw_` and 26 characters"),
    TEXT(interview_line, application_id, .optional = true, .doc = "None: practice"),
    TEXT(interview_line, domain, .doc = "Field of expertise"),
    INT(interview_line, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    INT(interview_line, is_practice, .doc = "1: counts for nothing"),
    TEXT(interview_line, interview_state, .choices = "open|done|failed|erased",
         .doc = "Where it stands"),
    TEXT(interview_line, outcome, .optional = true, .doc = "What came of it"),
    TIME(interview_line, started_at, .doc = "When it began"),
    TIME(interview_line, ended_at, .optional = true, .doc = "When it ended"),
};
static const struct shape interview_line_shape =
    SHAPE(interview_line, interview_line_fields, "An interview in a list");

static const struct field interview_list_fields[] =
    PAGE_FIELDS(interview_line_shape, "Newest first");
static const struct shape interview_list_shape =
    PAGE_SHAPE(interview_list, interview_list_fields, "A page of interviews");

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct interview_line *rows;
    size_t count;

    TRY(interview_page_own(call->work,
                           &(struct interview_page_own_args){
                               .person_id = call->work->who->person_id,
                               .id = page_after(query->after, "~"),
                               .row_max = query->limit,
                           },
                           &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

/* ------------------------------------------------------------------ during */

struct question_view {
    const char *id;
    const char *state;
    const char *domain;
    bool is_practice;
    int64_t revision;
    int64_t item_max;
    int64_t answered_count;
    const char *kind;
    const char *prompt;
    struct texts parts;
    int64_t minutes;
    const char *answer;
    const char *follow_up;
    const char *draft;
    int64_t pasted_count;
    const char *second_rater;
    bool may_speak;
};
static const struct field question_view_fields[] = {
    TEXT(question_view, id, .doc = "Identifier, `ivw_` and 26 characters"),
    TEXT(question_view, state, .choices = "open|done|failed|erased", .doc = "Where it stands"),
    TEXT(question_view, domain, .doc = "Field of expertise"),
    BOOL(question_view, is_practice, .doc = "True: counts for nothing"),
    INT(question_view, revision, .doc = "To be sent with the answer"),
    INT(question_view, item_max, .doc = "Questions at most"),
    INT(question_view, answered_count, .doc = "Questions answered"),
    TEXT(question_view, kind, .optional = true, .choices = "free|numeric|choice|order|find-error",
         .doc = "How to answer the question"),
    TEXT(question_view, prompt, .optional = true, .doc = "The question; none: the interview ended"),
    TEXTS(question_view, parts, .doc = "Choices, steps or lines, as they are numbered from 1"),
    INT(question_view, minutes, .optional = true,
        .doc = "What most people take; there is no clock"),
    TEXT(question_view, answer, .optional = true, .doc = "What was answered before the follow-up"),
    TEXT(question_view, follow_up, .optional = true,
         .doc = "A further question to the same answer"),
    TEXT(question_view, draft, .optional = true, .doc = "What was being written"),
    INT(question_view, pasted_count, .optional = true, .doc = "Characters pasted so far"),
    BOOL(question_view, may_speak, .doc = "True: the answer may be spoken and is written down"),
    TEXT(question_view, second_rater, .optional = true,
         .doc = "How far a model server has been heard; none: there is none"),
};
static const struct shape question_view_shape =
    SHAPE(question_view, question_view_fields, "An interview and the question that it asks now");

static enum err show_parts(struct work *work, const struct item *item, const char *presentation,
                           struct texts *out)
{
    const char **parts = arena_array(work->arena, const char *, ITEM_PART_MAX);
    struct json *order;

    TRY(json_parse(work->arena, text_of(presentation), &order, &work->fault));
    for (const struct json *one = order->first; one != NULL && out->count < ITEM_PART_MAX;
         one = one->next) {
        if (one->integer >= 1 && one->integer <= (int64_t)item->parts.count) {
            parts[out->count++] = item->parts.at[one->integer - 1];
        }
    }
    out->at = parts;
    return OK;
}

static enum err show_question(struct work *work, const struct step_row *step,
                              struct question_view *view)
{
    struct item item;

    TRY(bank_version(work, step->item_id, step->version_number, &item));
    view->kind = item.kind;
    view->prompt = item.prompt;
    view->minutes = item.minutes;
    view->answer = step->answer;
    view->follow_up = step->follow_up;
    view->draft = step->draft;
    view->pasted_count = step->pasted_count;
    view->may_speak = work->installation->speech != NULL && item_is_free(&item);
    return show_parts(work, &item, step->presentation, &view->parts);
}

/* The interview never waits for the model server, and says so. */
static enum err tell_of_model(struct work *work, const char *id, const char **out)
{
    struct model_grade_row *rows;
    size_t count;
    size_t graded = 0;
    const char *note = NULL;
    size_t missed = 0;

    TRY(model_grades_of(work,
                        &(struct model_grades_of_args){.interview_id = id,
                                                       .organisation_id = work->organisation_id},
                        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        graded += strcmp(rows[i].model_state, "graded") == 0;
        missed += strcmp(rows[i].model_state, "missed") == 0;
        note = rows[i].note != NULL ? rows[i].note : note;
    }
    if (count == 0) {
        return OK;
    }
    *out = missed == 0
               ? arena_print(work->arena, "A model server was heard on %zu of %zu answers.", graded,
                             count)
               : arena_print(work->arena,
                             "A model server was heard on %zu of %zu answers; on %zu it could not "
                             "be heard (%s). The interview goes on without it.",
                             graded, count, missed, note);
    return OK;
}

static enum err show(struct work *work, const char *id, struct question_view *view)
{
    struct interview_row interview;
    struct step_row *steps;
    size_t count;

    TRY(interview_own(work, id, &interview));
    TRY(interview_steps(work, id, &steps, &count));
    bool is_open = strcmp(interview.interview_state, "open") == 0;

    *view = (struct question_view){
        .id = interview.id,
        .state = interview.interview_state,
        .domain = interview.domain,
        .is_practice = interview.is_practice,
        .revision = interview.revision,
        .item_max = interview.item_max,
        .answered_count = (int64_t)count - is_open,
        .minutes = INT_ABSENT,
        .pasted_count = INT_ABSENT,
    };
    TRY(tell_of_model(work, id, &view->second_rater));
    return is_open && count > 0 ? show_question(work, &steps[count - 1], view) : OK;
}

static enum err serve_show(struct call *call)
{
    struct question_view *view = arena_new_of(call->work->arena, struct question_view);

    TRY(show(call->work, call->ids[0], view));
    call->reply = view;
    return OK;
}

struct save_body {
    int64_t revision;
    const char *draft;
};
static const struct field save_fields[] = {
    INT(save_body, revision, .min = 0, .max = 1e6, .doc = "As the question came with"),
    TEXT(save_body, draft, .max = ANSWER_MAX, .doc = "What is written so far"),
};
static const struct shape save_shape = SHAPE(save_body, save_fields, "A draft of an answer");

static enum err serve_save(struct call *call)
{
    const struct save_body *body = call->body;

    TRY(interview_save(call->work, call->ids[0], body->revision, body->draft));
    call->reply = &done;
    return OK;
}

struct interview_answer_body {
    int64_t revision;
    const char *answer;
    int64_t pasted_count;
};
static const struct interview_answer_body answer_defaults = {.pasted_count = 0};
static const struct field answer_fields[] = {
    INT(interview_answer_body, revision, .min = 0, .max = 1e6, .doc = "As the question came with"),
    TEXT(interview_answer_body, answer, .max = ANSWER_MAX, .doc = "The answer; empty: none"),
    INT(interview_answer_body, pasted_count, .optional = true, .min = 0, .max = 1e6,
        .doc = "Characters that were pasted; the person sees the count too"),
};
static const struct shape answer_shape =
    SHAPE(interview_answer_body, answer_fields, "An answer", .defaults = &answer_defaults);

static enum err serve_answer(struct call *call)
{
    const struct interview_answer_body *body = call->body;
    struct question_view *view = arena_new_of(call->work->arena, struct question_view);

    TRY(interview_answer(call->work, call->ids[0],
                         &(struct interview_reply){.revision = body->revision,
                                                   .answer = body->answer,
                                                   .pasted = body->pasted_count}));
    TRY(show(call->work, call->ids[0], view));
    call->reply = view;
    return OK;
}

struct failure_body {
    const char *message;
};
static const struct field failure_fields[] = {
    TEXT(failure_body, message, .min = 3, .max = 400, .doc = "What went wrong"),
};
static const struct shape failure_shape =
    SHAPE(failure_body, failure_fields, "A technical failure; the next interview is free");

static enum err serve_failure(struct call *call)
{
    TRY(interview_fail(call->work, call->ids[0],
                       ((const struct failure_body *)call->body)->message));
    call->reply = &done;
    return OK;
}

static enum err serve_erase(struct call *call)
{
    TRY(interview_erase(call->work, call->ids[0]));
    call->reply = &done;
    return OK;
}

#define OFFICE (ROLE_OPERATOR | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/interview-notice", serve_notice, 0, 200, .reply = &notice_view_shape,
     .summary = "Show what to know before an interview", .command = "interview notice"},
    {GET, "/v1/accommodations", serve_wishes, ROLE_EXPERT, 200, .reply = &wishes_shape,
     .summary = "Show what one needs in an interview", .command = "accommodation show"},
    {PUT, "/v1/accommodations", serve_wishes_put, ROLE_EXPERT, 200, ROUTE_WRITES,
     .body = &wishes_shape, .reply = &nothing_shape,
     .summary = "Say what one needs in an interview", .command = "accommodation set"},
    {POST, "/v1/applications/{application_id}/interviews", serve_begin, ROLE_EXPERT, 201,
     ROUTE_WRITES, .owner = application_owner, .body = &begin_shape, .reply = &made_shape,
     .summary = "Agree to the notice and begin, or go on", .command = "interview begin"},
    {POST, "/v1/practice", serve_practise, ROLE_EXPERT, 201, ROUTE_WRITES, .body = &practice_shape,
     .reply = &made_shape, .summary = "Practise on retired questions",
     .command = "interview practise"},
    {GET, "/v1/interviews", serve_list, ROLE_EXPERT, 200, .query = &page_query_shape,
     .reply = &interview_list_shape, .summary = "List one's own interviews",
     .command = "interview list"},
    {GET, "/v1/interviews/{interview_id}", serve_show, ROLE_EXPERT, 200, .owner = interview_owner,
     .reply = &question_view_shape, .summary = "Show the question that is asked now",
     .command = "interview show"},
    {PUT, "/v1/interviews/{interview_id}/draft", serve_save, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = interview_owner, .body = &save_shape, .reply = &nothing_shape,
     .summary = "Keep what is being written", .command = "interview draft"},
    {POST, "/v1/interviews/{interview_id}/answers", serve_answer, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = interview_owner, .body = &answer_shape, .reply = &question_view_shape,
     .summary = "Answer, and get the next question", .command = "interview answer"},
    {POST, "/v1/interviews/{interview_id}/failure", serve_failure, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = interview_owner, .body = &failure_shape, .reply = &nothing_shape,
     .summary = "Report a technical failure and start over for free",
     .command = "interview failed"},
    {GET, "/v1/interviews/{interview_id}/result", result_serve, ROLE_EXPERT | OFFICE, 200,
     ROUTE_FREE, .owner = interview_owner, .reply = &result_view_shape,
     .summary = "Show the result with its reasons", .command = "interview result"},
    {POST, "/v1/interviews/{interview_id}/replies", result_serve_reply, ROLE_EXPERT, 200,
     ROUTE_WRITES, .owner = interview_owner, .body = &note_reply_shape, .reply = &nothing_shape,
     .summary = "Reply to what was noticed", .command = "interview reply"},
    {DELETE, "/v1/interviews/{interview_id}", serve_erase, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = interview_owner, .reply = &nothing_shape,
     .summary = "Erase the answers and what rested on them", .command = "interview erase"},
};

const struct slice interview_slice = {
    .name = "interview", .routes = routes, .route_count = COUNT(routes)};
