#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/item/item.h"
#include "http/page.h"
#include "http/route.h"
#include "num/interval.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bank/bank.h"
#include "slice/grading/grading.h"
#include "slice/grading/grading_inside.h"
#include "slice/grading/grading_sql.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_sql.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ the queue */

static const struct field seat_count_fields[] = {
    TEXT(seat_count_row, purpose, .choices = "judgement|appeal", .doc = "What for"),
    INT(seat_count_row, amount, .doc = "How many wait"),
    TIME(seat_count_row, first_due_at, .doc = "When the first is due"),
};
static const struct shape seat_count_shape =
    SHAPE(seat_count_row, seat_count_fields, "Gradings that wait");

struct queue_view {
    struct list waiting;
    int64_t appeals_decided;
    int64_t appeals_overturned;
    double overturn_rate;
    double overturn_low;
    double overturn_high;
    double check_share;
    int64_t check_draws;
    int64_t checks_chosen;
};
static const struct field queue_view_fields[] = {
    LIST(queue_view, waiting, .of = &seat_count_shape, .doc = "By purpose"),
    INT(queue_view, appeals_decided, .doc = "Appeals that two people decided"),
    INT(queue_view, appeals_overturned, .doc = "Of these, results that changed"),
    REAL(queue_view, overturn_rate, .optional = true,
         .doc = "Their share; none: no appeal was decided"),
    REAL(queue_view, overturn_low, .optional = true, .doc = "Lower end of its 95 % interval"),
    REAL(queue_view, overturn_high, .optional = true, .doc = "Upper end"),
    REAL(queue_view, check_share,
         .doc = "Share of judgements that chance sends to a second grader"),
    INT(queue_view, check_draws, .doc = "Judgements that were drawn for"),
    INT(queue_view, checks_chosen, .doc = "Of these, chosen"),
};
static const struct shape queue_view_shape =
    SHAPE(queue_view, queue_view_fields, "What waits for people, and how appeals ended");

static enum err serve_queue(struct call *call)
{
    struct work *work = call->work;
    struct queue_view *view = arena_new_of(work->arena, struct queue_view);
    struct seat_count_row *rows;
    struct appeal_counts_row appeals;
    struct check_counts_row checks;

    work->organisation_id = work->who->organisation_id;
    TRY(grading_share(work, &view->check_share));
    TRY(check_counts(work, &(struct check_counts_args){.organisation_id = work->organisation_id},
                     &checks));
    view->check_draws = checks.draw_count;
    view->checks_chosen = checks.chosen_count;
    TRY(seat_counts(work, &(struct seat_counts_args){.organisation_id = work->who->organisation_id},
                    &rows, &view->waiting.count));
    TRY(appeal_counts(work,
                      &(struct appeal_counts_args){.organisation_id = work->who->organisation_id},
                      &appeals));
    view->waiting.at = rows;
    view->appeals_decided = appeals.upheld_count + appeals.overturned_count;
    view->appeals_overturned = appeals.overturned_count;
    view->overturn_rate = view->overturn_low = view->overturn_high = (double)NAN;
    if (view->appeals_decided > 0) {
        double decided = (double)view->appeals_decided;
        struct interval interval = interval_wilson((double)appeals.overturned_count, decided, 0.95);

        view->overturn_rate = (double)appeals.overturned_count / decided;
        view->overturn_low = interval.low;
        view->overturn_high = interval.high;
    }
    call->reply = view;
    return OK;
}

struct grading_claimed {
    const char *grading_id;
    const char *message;
};
static const struct field grading_claimed_fields[] = {
    TEXT(grading_claimed, grading_id, .optional = true, .doc = "The seat; none: nothing waits"),
    TEXT(grading_claimed, message, .optional = true, .doc = "Why there is none"),
};
static const struct shape grading_claimed_shape =
    SHAPE(grading_claimed, grading_claimed_fields, "What there is to grade");

static enum err serve_claim(struct call *call)
{
    struct grading_claimed *claimed = arena_new_of(call->work->arena, struct grading_claimed);

    TRY(grading_claim(call->work, &claimed->grading_id));
    claimed->message = claimed->grading_id == NULL ? "No interview waits for you." : NULL;
    call->reply = claimed;
    return OK;
}

/* ------------------------------------------------------------------ one seat */

struct rubric_line {
    const char *id;
    const char *text;
    double points;
};
static const struct field rubric_line_fields[] = {
    TEXT(rubric_line, id, .doc = "Its letter"),
    TEXT(rubric_line, text, .doc = "What is asked"),
    REAL(rubric_line, points, .doc = "What it earns"),
};
static const struct shape rubric_line_shape = SHAPE(rubric_line, rubric_line_fields, "A criterion");

struct blind_answer {
    const char *step_id;
    int64_t step_number;
    const char *prompt;
    const char *answer;
    const char *follow_up;
    const char *follow_up_answer;
    struct list criteria;
    struct list models;
};
static const struct field model_fields[] = {
    TEXT(item_sample, marks, .doc = "A letter a criterion"),
    TEXT(item_sample, text, .doc = "A model answer"),
};
static const struct shape model_shape =
    SHAPE(item_sample, model_fields, "A model answer with marks");

static const struct field blind_fields[] = {
    TEXT(blind_answer, step_id, .doc = "Identifier, `stp_` and 26 characters"),
    INT(blind_answer, step_number, .doc = "Counts from 1"),
    TEXT(blind_answer, prompt, .doc = "The question"),
    TEXT(blind_answer, answer, .doc = "The answer; empty: none was given"),
    TEXT(blind_answer, follow_up, .optional = true, .doc = "What was asked further"),
    TEXT(blind_answer, follow_up_answer, .optional = true, .doc = "And answered"),
    LIST(blind_answer, criteria, .of = &rubric_line_shape, .doc = "The rubric"),
    LIST(blind_answer, models, .of = &model_shape, .doc = "Complete, good, bare"),
};
static const struct shape blind_shape = SHAPE(
    blind_answer, blind_fields, "An answer to grade, without who wrote it or what others said");

struct grading_view {
    const char *id;
    const char *purpose;
    const char *state;
    const char *domain;
    int64_t difficulty;
    int64_t due_at;
    struct list answers;
};
static const struct field grading_view_fields[] = {
    TEXT(grading_view, id, .doc = "Identifier, `grg_` and 26 characters"),
    TEXT(grading_view, purpose, .choices = "judgement|appeal",
         .doc = "What for; a check of another's judgement is called a judgement"),
    TEXT(grading_view, state, .choices = "held|done", .doc = "Where it stands"),
    TEXT(grading_view, domain, .doc = "Field of expertise"),
    INT(grading_view, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    TIME(grading_view, due_at, .doc = "When it is due"),
    LIST(grading_view, answers, .of = &blind_shape, .doc = "The free-text answers"),
};
static const struct shape grading_view_shape =
    SHAPE(grading_view, grading_view_fields, "An interview to grade, blind");

static struct list rubric_of(struct work *work, const struct item *item)
{
    struct rubric_line *lines = arena_array(work->arena, struct rubric_line, item->criteria.count);

    for (size_t i = 0; i < item->criteria.count; i++) {
        lines[i] = (struct rubric_line){.id = item_criteria(item)[i].id,
                                        .text = item_criteria(item)[i].text,
                                        .points = item_criteria(item)[i].points};
    }
    return (struct list){lines, item->criteria.count};
}

static enum err add_answers(struct work *work, const char *interview_id, struct grading_view *view)
{
    struct step_row *steps;
    size_t count;

    TRY(interview_steps(work, interview_id, &steps, &count));
    struct blind_answer *answers = arena_array(work->arena, struct blind_answer, count);

    for (size_t i = 0; i < count; i++) {
        struct item *item = arena_new_of(work->arena, struct item);

        TRY(bank_version(work, steps[i].item_id, steps[i].version_number, item));
        if (item_is_free(item) && steps[i].answered_at != INT_ABSENT) {
            answers[view->answers.count++] =
                (struct blind_answer){.step_id = steps[i].id,
                                      .step_number = steps[i].step_number,
                                      .prompt = item->prompt,
                                      .answer = steps[i].answer,
                                      .follow_up = steps[i].follow_up,
                                      .follow_up_answer = steps[i].follow_up_answer,
                                      .criteria = rubric_of(work, item),
                                      .models = item->models};
        }
    }
    view->answers.at = answers;
    return OK;
}

static enum err serve_show(struct call *call)
{
    struct grading_view *view = arena_new_of(call->work->arena, struct grading_view);
    struct seat_row seat;

    TRY(seat_find(call->work, &(struct seat_find_args){.id = call->ids[0]}, &seat));
    *view = (struct grading_view){.id = seat.id,
                                  .purpose = strcmp(seat.purpose, "check") == 0 ? "judgement"
                                                                                : seat.purpose,
                                  .state = seat.grading_state,
                                  .domain = seat.domain,
                                  .difficulty = seat.difficulty,
                                  .due_at = seat.due_at};
    call->reply = view;
    return add_answers(call->work, seat.interview_id, view);
}

static const struct field grade_draft_fields[] = {
    TEXT(grade_draft, step_id, .min = 1, .max = 40, .doc = "The answer"),
    TEXT(grade_draft, marks, .min = 1, .max = ITEM_CRITERION_MAX,
         .doc = "A letter a criterion: m, p, n"),
};
static const struct shape grade_draft_shape =
    SHAPE(grade_draft, grade_draft_fields, "The marks of one answer");

struct finish_body {
    struct list grades;
    int64_t clarity;
    const char *remark;
};
static const struct field finish_fields[] = {
    LIST(finish_body, grades, .of = &grade_draft_shape, .max = 60, .doc = "Every answer once"),
    INT(finish_body, clarity, .min = 1, .max = 5,
        .doc = "How clearly it is written: 1 hardly to follow, 5 at first reading"),
    TEXT(finish_body, remark, .optional = true, .max = 2000, .doc = "For whoever decides"),
};
static const struct shape finish_shape = SHAPE(finish_body, finish_fields, "A grading");

static enum err serve_finish(struct call *call)
{
    const struct finish_body *body = call->body;

    TRY(grading_finish(call->work, call->ids[0],
                       &(struct grading_draft){.grades = body->grades.at,
                                               .grade_count = body->grades.count,
                                               .clarity = body->clarity,
                                               .remark = body->remark}));
    call->reply = &done;
    return OK;
}

struct interview_appeal_body {
    const char *message;
};
static const struct field appeal_body_fields[] = {
    TEXT(interview_appeal_body, message, .min = 10, .max = 4000, .doc = "Why the result is wrong"),
};
static const struct shape appeal_body_shape =
    SHAPE(interview_appeal_body, appeal_body_fields, "An appeal");

static enum err serve_appeal(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(grading_appeal(call->work, call->ids[0],
                       ((const struct interview_appeal_body *)call->body)->message, &made->id));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ checks */

struct share_body {
    double share;
    const char *reason;
};
static const struct field share_fields[] = {
    REAL(share_body, share, .min = 0, .max = 1, .doc = "From .05 to 1"),
    TEXT(share_body, reason, .min = 3, .max = 400, .doc = "Why; it is kept"),
};
static const struct shape share_shape =
    SHAPE(share_body, share_fields, "How many judgements are graded twice");

static enum err serve_share(struct call *call)
{
    const struct share_body *body = call->body;

    TRY(grading_set_share(call->work, body->share, body->reason));
    call->reply = &done;
    return OK;
}

static const struct field draw_fields[] = {
    TEXT(check_draw_line, id, .doc = "Identifier, `chk_` and 26 characters"),
    TEXT(check_draw_line, interview_id, .doc = "Whose judgement was drawn for"),
    INT(check_draw_line, chance_seed,
        .doc = "Decides the draw: xoshiro256++ seeded with it gives `drawn`"),
    REAL(check_draw_line, drawn, .doc = "In [0, 1); below the share it is checked"),
    REAL(check_draw_line, share, .doc = "As it was then"),
    INT(check_draw_line, is_chosen, .doc = "1: graded a second time"),
    TIME(check_draw_line, drawn_at, .doc = "When"),
};
static const struct shape draw_shape = SHAPE(check_draw_line, draw_fields, "A draw");
static const struct field draw_list_fields[] = PAGE_FIELDS(draw_shape, "Newest first");
static const struct shape draw_list_shape =
    PAGE_SHAPE(draw_list, draw_list_fields, "A page of draws");

static enum err serve_draws(struct call *call)
{
    const struct page_query *query = call->query;
    struct check_draw_line *rows;
    size_t count;

    TRY(check_draws(call->work,
                    &(struct check_draws_args){.organisation_id = call->work->who->organisation_id,
                                               .id = page_after(query->after, "~"),
                                               .row_max = query->limit},
                    &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static const struct route routes[] = {
    {PUT, "/v1/grading-share", serve_share, ROLE_OPERATOR, 200, ROUTE_WRITES, .body = &share_shape,
     .reply = &nothing_shape, .summary = "Say how many judgements are graded twice",
     .command = "grading share"},
    {GET, "/v1/grading-draws", serve_draws, ROLE_OPERATOR | ROLE_AUDITOR, 200,
     .query = &page_query_shape, .reply = &draw_list_shape,
     .summary = "List the draws of second grades with their seeds", .command = "grading draws"},
    {GET, "/v1/gradings", serve_queue, ROLE_REVIEWER | ROLE_OPERATOR | ROLE_AUDITOR, 200,
     .reply = &queue_view_shape, .summary = "Show what waits for a person's grade",
     .command = "grading list"},
    {POST, "/v1/grading-claims", serve_claim, ROLE_REVIEWER, 201, ROUTE_WRITES,
     .reply = &grading_claimed_shape, .summary = "Take the interview that is due first",
     .command = "grading claim"},
    {GET, "/v1/gradings/{grading_id}", serve_show, ROLE_REVIEWER, 200, .owner = grading_owner,
     .reply = &grading_view_shape, .summary = "Show an interview to grade, blind",
     .command = "grading show"},
    {POST, "/v1/gradings/{grading_id}/grades", serve_finish, ROLE_REVIEWER, 200, ROUTE_WRITES,
     .owner = grading_owner, .body = &finish_shape, .reply = &nothing_shape,
     .summary = "Grade every answer", .command = "grading finish"},
    {POST, "/v1/interviews/{interview_id}/appeals", serve_appeal, ROLE_EXPERT, 201, ROUTE_WRITES,
     .owner = interview_owner, .body = &appeal_body_shape, .reply = &made_shape,
     .summary = "Appeal to two other people", .command = "interview appeal"},
};

const struct slice grading_slice = {
    .name = "grading", .routes = routes, .route_count = COUNT(routes)};
