#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/review/review.h"
#include "slice/review/review_rule.h"
#include "slice/review/review_sql.h"
#include "slice/slice.h"
#include "slice/task/task.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

static const struct field queue_fields[] = {
    TEXT(queue_row, id, .doc = "The campaign"),
    TEXT(queue_row, name, .doc = "Its name"),
    TEXT(queue_row, domain, .doc = "Field of expertise"),
    TEXT(queue_row, task_type, .doc = "Name of the task type"),
    INT(queue_row, is_sample, .doc = "1: made for show"),
    INT(queue_row, pending_count, .doc = "Answers that wait for a review"),
    INT(queue_row, appeal_count, .doc = "Appeals that wait for a second judgement"),
    TIME(queue_row, oldest_due_at, .optional = true, .doc = "When the oldest is due"),
};
static const struct shape queue_shape = SHAPE(queue_row, queue_fields, "A queue of reviews");

struct queue_list {
    struct list items;
};
static const struct field queue_list_fields[] = {
    LIST(queue_list, items, .of = &queue_shape, .doc = "By campaign"),
};
static const struct shape queue_list_shape = SHAPE(queue_list, queue_list_fields, "The own queues");

static enum err serve_queues(struct call *call)
{
    struct queue_list *list = arena_new_of(call->work->arena, struct queue_list);
    struct queue_row *rows;
    size_t count;

    TRY(review_queue(call->work,
                     &(struct review_queue_args){.person_id = call->work->who->person_id}, &rows,
                     &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

struct review_claimed {
    const char *lease_id;
    const char *message;
};
static const struct field review_claimed_fields[] = {
    TEXT(review_claimed, lease_id, .optional = true, .doc = "The lease; none: nothing waits"),
    TEXT(review_claimed, message, .optional = true, .doc = "Why there is none"),
};
static const struct shape review_claimed_shape =
    SHAPE(review_claimed, review_claimed_fields, "What there is to review");

static enum err serve_claim(struct call *call)
{
    struct review_claimed *claimed = arena_new_of(call->work->arena, struct review_claimed);
    int64_t swept;

    TRY(lease_sweep(call->work, 20, &swept));
    TRY(review_claim(call->work, call->ids[0], &claimed->lease_id));
    claimed->message = claimed->lease_id == NULL ? "Nothing waits for you in this queue." : NULL;
    call->reply = claimed;
    return OK;
}

struct review_body {
    const char *verdict;
    const char *answer;
    const char *clause_code;
    const char *reason_code;
    const char *message;
    const char *span;
};
static const struct field review_body_fields[] = {
    TEXT(review_body, verdict, .choices = "accept|fix|return|reject", .doc = "What becomes of it"),
    JSON(review_body, answer, .optional = true, .max = 200000,
         .doc = "For fix: the answer as it shall be"),
    TEXT(review_body, clause_code, .optional = true, .max = 40,
         .doc = "The clause that was not met; needed to return or reject"),
    TEXT(review_body, reason_code, .optional = true, .choices = REASON_CODES,
         .doc = "Why; needed to return or reject"),
    TEXT(review_body, message, .optional = true, .max = 4000,
         .doc = "In words, for the author; needed to return or reject"),
    JSON(review_body, span, .optional = true, .max = 1000,
         .doc = "What part of the answer it is about"),
};
static const struct shape review_body_shape = SHAPE(review_body, review_body_fields, "A review");

static enum err serve_review(struct call *call)
{
    const struct review_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(review_decide(call->work, call->ids[0],
                      &(struct review_draft){.verdict = body->verdict,
                                             .answer = body->answer,
                                             .clause_code = body->clause_code,
                                             .reason_code = body->reason_code,
                                             .message = body->message,
                                             .span = body->span},
                      &made->id));
    call->reply = made;
    return OK;
}

struct appeal_body {
    const char *message;
};
static const struct field appeal_body_fields[] = {
    TEXT(appeal_body, message, .min = 10, .max = 4000, .doc = "Why the rejection is wrong"),
};
static const struct shape appeal_body_shape = SHAPE(appeal_body, appeal_body_fields, "An appeal");

static enum err serve_appeal(struct call *call)
{
    const struct appeal_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(appeal_open(call->work, call->ids[0], body->message, &made->id));
    call->reply = made;
    return OK;
}

struct decision_body {
    const char *verdict;
    const char *message;
};
static const struct field decision_body_fields[] = {
    TEXT(decision_body, verdict, .choices = "uphold|overturn",
         .doc = "overturn: the answer deserves acceptance"),
    TEXT(decision_body, message, .min = 3, .max = 4000, .doc = "Why, for the author"),
};
static const struct shape decision_body_shape =
    SHAPE(decision_body, decision_body_fields, "A decision about an appeal");

static enum err serve_decision(struct call *call)
{
    const struct decision_body *body = call->body;

    TRY(appeal_settle(call->work, call->ids[0], strcmp(body->verdict, "overturn") == 0,
                      body->message));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ a submission with its history
 */

static const struct field review_fields[] = {
    TEXT(review_row, id, .doc = "Identifier, `rev_` and 26 characters"),
    TEXT(review_row, verdict, .doc = "What was decided", .choices = "accept|fix|return|reject"),
    JSON(review_row, answer, .optional = true, .doc = "As it was mended"),
    TEXT(review_row, clause_code, .optional = true, .doc = "The clause that was not met"),
    TEXT(review_row, reason_code, .optional = true, .doc = "Why"),
    TEXT(review_row, message, .optional = true, .doc = "In words"),
    JSON(review_row, span, .optional = true, .doc = "What part of the answer it is about"),
    TIME(review_row, decided_at, .doc = "When"),
    TEXT(review_row, pseudonym, .doc = "The reviewer"),
};
static const struct shape review_shape = SHAPE(review_row, review_fields, "A review");

static const struct field appeal_fields[] = {
    TEXT(appeal_row, id, .doc = "Identifier, `apl_` and 26 characters"),
    TEXT(appeal_row, message, .doc = "What the author says"),
    TEXT(appeal_row, state, .doc = "Where it stands", .choices = "open|upheld|overturned"),
    TIME(appeal_row, opened_at, .doc = "When it was opened"),
    TIME(appeal_row, due_at, .doc = "When it will be decided at the latest"),
    TIME(appeal_row, decided_at, .optional = true, .doc = "When it was decided"),
    TEXT(appeal_row, decision, .optional = true, .doc = "Why it was decided so"),
};
static const struct shape appeal_shape = SHAPE(appeal_row, appeal_fields, "An appeal");

struct submission_view {
    const char *id;
    const char *campaign_id;
    const char *task_id;
    const char *payload;
    const char *answer;
    const char *final_answer;
    const char *presentation;
    const char *state;
    int64_t revision;
    int64_t submitted_at;
    struct list reviews;
    struct list appeals;
    bool can_appeal;
    bool can_revise;
};
static const struct field submission_view_fields[] = {
    TEXT(submission_view, id, .doc = "Identifier, `sub_` and 26 characters"),
    TEXT(submission_view, campaign_id, .doc = "The campaign"),
    TEXT(submission_view, task_id, .doc = "The task"),
    JSON(submission_view, payload, .doc = "What the task shows"),
    JSON(submission_view, answer, .doc = "As it was submitted"),
    JSON(submission_view, final_answer, .doc = "As it stands"),
    JSON(submission_view, presentation, .doc = "The order of the sides"),
    TEXT(submission_view, state, .doc = "Where it stands",
         .choices = "pending|accepted|returned|rejected|superseded"),
    INT(submission_view, revision, .doc = "Counts from 1"),
    TIME(submission_view, submitted_at, .doc = "When"),
    LIST(submission_view, reviews, .of = &review_shape, .doc = "Oldest first"),
    LIST(submission_view, appeals, .of = &appeal_shape, .doc = "Oldest first"),
    BOOL(submission_view, can_appeal, .doc = "True: its author may appeal"),
    BOOL(submission_view, can_revise, .doc = "True: its author may revise it"),
};
static const struct shape submission_view_shape =
    SHAPE(submission_view, submission_view_fields, "A submission with its history");

static enum err add_history(struct work *work, struct submission_view *view)
{
    struct review_row *reviews;
    struct appeal_row *appeals;

    TRY(reviews_of_submission(
        work,
        &(struct reviews_of_submission_args){.submission_id = view->id,
                                             .organisation_id = work->organisation_id},
        &reviews, &view->reviews.count));
    TRY(appeals_of_submission(
        work,
        &(struct appeals_of_submission_args){.submission_id = view->id,
                                             .organisation_id = work->organisation_id},
        &appeals, &view->appeals.count));
    view->reviews.at = reviews;
    view->appeals.at = appeals;
    return OK;
}

static enum err serve_submission(struct call *call)
{
    struct work *work = call->work;
    struct submission_view *view = arena_new_of(work->arena, struct submission_view);
    struct submission_row row;
    struct task_row task;

    TRY(submission_find(work, call->ids[0], &row));
    TRY(task_find(work, row.task_id, &task));
    bool is_author = strcmp(row.person_id, work->who->person_id) == 0;
    bool is_reviewer = work->who->roles == ROLE_REVIEWER || work->who->roles == ROLE_EXPERT;

    *view = (struct submission_view){
        .id = row.id,
        .campaign_id = row.campaign_id,
        .task_id = row.task_id,
        .payload = task.payload,
        .answer = row.answer,
        .final_answer = row.final_answer,
        .presentation = row.presentation,
        .state = row.state,
        .revision = row.revision,
        .submitted_at = row.submitted_at,
    };
    call->reply = view;
    if (!is_author && is_reviewer) { /* reviewers judge blind */
        view->final_answer = row.answer;
        return OK;
    }
    TRY(add_history(work, view));
    view->can_appeal = is_author && strcmp(row.state, "rejected") == 0 && view->appeals.count == 0;
    view->can_revise = is_author && strcmp(row.state, "returned") == 0;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/reviews", serve_queues, ROLE_REVIEWER, 200, .reply = &queue_list_shape,
     .summary = "Show what waits for a review", .command = "review list"},
    {POST, "/v1/campaigns/{campaign_id}/review-claims", serve_claim, ROLE_REVIEWER, 201,
     ROUTE_WRITES, .owner = campaign_owner, .reply = &review_claimed_shape,
     .summary = "Take the next submission or appeal to judge", .command = "review claim"},
    {POST, "/v1/leases/{lease_id}/review", serve_review, ROLE_REVIEWER, 201, ROUTE_WRITES,
     .owner = lease_owner, .body = &review_body_shape, .reply = &made_shape,
     .summary = "Accept, fix, return or reject a submission", .command = "review decide"},
    {POST, "/v1/leases/{lease_id}/appeal-decision", serve_decision, ROLE_REVIEWER, 200,
     ROUTE_WRITES, .owner = lease_owner, .body = &decision_body_shape, .reply = &nothing_shape,
     .summary = "Decide an appeal, blind", .command = "appeal decide"},
    {GET, "/v1/submissions/{submission_id}", serve_submission, ROLE_ANY, 200,
     .owner = submission_owner, .reply = &submission_view_shape,
     .summary = "Show a submission with its reviews and appeals", .command = "submission show"},
    {POST, "/v1/submissions/{submission_id}/appeals", serve_appeal, ROLE_EXPERT, 201, ROUTE_WRITES,
     .owner = submission_owner, .body = &appeal_body_shape, .reply = &made_shape,
     .summary = "Appeal against a rejection", .command = "appeal open"},
};

const struct slice review_slice = {
    .name = "review", .routes = routes, .route_count = COUNT(routes)};
