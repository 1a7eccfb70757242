#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/slice.h"
#include "slice/task/import.h"
#include "slice/task/import_http.h"
#include "slice/task/task.h"
#include "slice/task/task_sql.h"
#include "slice/task/work_http.h"
#include "store/work.h"

static const struct field task_fields[] = {
    TEXT(task_row, id, .doc = "Identifier, `tsk_` and 26 characters"),
    TEXT(task_row, campaign_id, .doc = "The campaign"),
    TEXT(task_row, batch_id, .doc = "The batch it came with"),
    TEXT(task_row, external_id, .optional = true, .doc = "The client's own identifier"),
    JSON(task_row, payload, .doc = "What it shows"),
    TIME(task_row, created_at, .doc = "Since when it is here"),
    TEXT(task_row, state, .doc = "Where it stands", .choices = "open|full|done|held|withdrawn"),
    INT(task_row, wanted, .doc = "Answers wanted"),
    INT(task_row, active, .doc = "People at work on it now"),
    INT(task_row, given, .doc = "Answers that stand"),
    INT(task_row, accepted, .doc = "Answers accepted"),
};
static const struct shape task_shape = SHAPE(task_row, task_fields, "A task");

static const struct field task_list_fields[] = PAGE_FIELDS(task_shape, "Oldest first");
static const struct shape task_list_shape =
    PAGE_SHAPE(task_list, task_list_fields, "A page of tasks");

struct task_query {
    const char *state;
    const char *after;
    int64_t limit;
};
static const struct task_query task_query_defaults = {.limit = PAGE_DEFAULT};
static const struct field task_query_fields[] = {
    TEXT(task_query, state, .optional = true, .choices = "open|full|done", .doc = "Only these"),
    TEXT(task_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(task_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
static const struct shape task_query_shape =
    SHAPE(task_query, task_query_fields, "Which tasks", .defaults = &task_query_defaults);

static enum err page_of(struct work *work, const char *campaign_id, const struct task_query *query,
                        struct task_row **rows, size_t *count)
{
    const char *after = page_after(query->after, "");

    if (query->state == NULL) {
        return task_page(work,
                         &(struct task_page_args){.campaign_id = campaign_id,
                                                  .organisation_id = work->organisation_id,
                                                  .id = after,
                                                  .row_max = query->limit},
                         rows, count);
    }
    return task_page_in_state(
        work,
        &(struct task_page_in_state_args){.campaign_id = campaign_id,
                                          .organisation_id = work->organisation_id,
                                          .state = query->state,
                                          .id = after,
                                          .row_max = query->limit},
        rows, count);
}

static enum err serve_tasks(struct call *call)
{
    const struct task_query *query = call->query;
    struct task_row *rows;
    size_t count;

    TRY(page_of(call->work, call->ids[0], query, &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static const struct field answer_fields[] = {
    TEXT(submission_of_task, id, .doc = "The submission"),
    INT(submission_of_task, revision, .doc = "Counts from 1"),
    JSON(submission_of_task, answer, .doc = "As it was submitted"),
    TIME(submission_of_task, submitted_at, .doc = "When"),
    TEXT(submission_of_task, state, .doc = "Where it stands",
         .choices = "pending|accepted|returned|rejected|superseded"),
    JSON(submission_of_task, final_answer, .doc = "As it stands"),
    TEXT(submission_of_task, pseudonym, .doc = "Whose it is"),
};
static const struct shape answer_shape =
    SHAPE(submission_of_task, answer_fields, "An answer to a task");

struct task_view {
    struct task_row task;
    struct list submissions;
};
static const struct field task_view_fields[] = {
    OBJECT(task_view, task, task_row, .of = &task_shape, .doc = "The task"),
    LIST(task_view, submissions, .of = &answer_shape, .doc = "Its answers, oldest first"),
};
static const struct shape task_view_shape =
    SHAPE(task_view, task_view_fields, "A task with its answers");

static enum err serve_task(struct call *call)
{
    struct work *work = call->work;
    struct task_view *view = arena_new_of(work->arena, struct task_view);
    struct submission_of_task *rows;
    size_t count;

    TRY(task_find(work, call->ids[0], &view->task));
    TRY(submissions_of_task(work,
                            &(struct submissions_of_task_args){
                                .task_id = call->ids[0], .organisation_id = work->organisation_id},
                            &rows, &count));
    view->submissions = (struct list){.at = rows, .count = count};
    call->reply = view;
    return OK;
}

#define OFFICES (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)
#define WORKERS (ROLE_EXPERT | ROLE_REVIEWER)

static const struct route routes[] = {
    {POST, "/v1/campaigns/{campaign_id}/import-previews", import_serve_preview,
     ROLE_OPERATOR | ROLE_CLIENT, 200, ROUTE_FREE, .uploads = true, .owner = campaign_owner,
     .query = &preview_query_shape, .reply = &preview_shape,
     .summary = "Look into a file of tasks before importing it", .command = "task preview"},
    {POST, "/v1/campaigns/{campaign_id}/imports", import_serve_begin, ROLE_OPERATOR | ROLE_CLIENT,
     202, ROUTE_FREE, .uploads = true, .owner = campaign_owner, .query = &import_query_shape,
     .reply = &import_begun_shape, .summary = "Import a file of tasks", .command = "task import",
     .fills = "/v1/batches/{batch_id}", .report = "/v1/batches/{batch_id}/errors"},
    {GET, "/v1/campaigns/{campaign_id}/batches", import_serve_batches, OFFICES, 200,
     .owner = campaign_owner, .query = &page_query_shape, .reply = &batch_list_shape,
     .summary = "List a campaign's batches", .command = "batch list"},
    {GET, "/v1/batches/{batch_id}", import_serve_batch, OFFICES, 200, .owner = batch_owner,
     .reply = &batch_shape, .summary = "Show a batch", .command = "batch show"},
    {GET, "/v1/batches/{batch_id}/errors", import_serve_errors, OFFICES, 200, .owner = batch_owner,
     .query = &line_query_shape, .reply = &batch_error_list_shape,
     .summary = "List the records of a batch that could not be imported",
     .command = "batch errors"},
    {GET, "/v1/campaigns/{campaign_id}/tasks", serve_tasks, OFFICES, 200, .owner = campaign_owner,
     .query = &task_query_shape, .reply = &task_list_shape, .summary = "List a campaign's tasks",
     .command = "task list"},
    {GET, "/v1/tasks/{task_id}", serve_task, OFFICES, 200, .owner = task_owner,
     .reply = &task_view_shape, .summary = "Show a task with its answers", .command = "task show"},
    {GET, "/v1/work", work_serve_list, ROLE_EXPERT, 200, .reply = &work_list_shape,
     .summary = "Show the open work, and why other work is closed", .command = "work list"},
    {POST, "/v1/campaigns/{campaign_id}/claims", work_serve_claim, ROLE_EXPERT, 201, ROUTE_WRITES,
     .owner = campaign_owner, .reply = &claimed_shape, .summary = "Claim a task",
     .command = "work claim"},
    {POST, "/v1/submissions/{submission_id}/revisions", work_serve_revise, ROLE_EXPERT, 201,
     ROUTE_WRITES, .owner = submission_owner, .reply = &claimed_shape,
     .summary = "Take a returned answer up again", .command = "work revise"},
    {GET, "/v1/leases/{lease_id}", work_serve_lease, WORKERS, 200, .owner = lease_owner,
     .reply = &lease_view_shape, .summary = "Show what a lease is about", .command = "work show"},
    {POST, "/v1/leases/{lease_id}/heartbeat", work_serve_heartbeat, WORKERS, 200, ROUTE_WRITES,
     .owner = lease_owner, .reply = &lease_life_shape, .summary = "Keep a lease",
     .command = "work heartbeat"},
    {PUT, "/v1/leases/{lease_id}/draft", work_serve_draft, WORKERS, 200, ROUTE_WRITES,
     .owner = lease_owner, .body = &draft_body_shape, .reply = &lease_life_shape,
     .summary = "Save a draft, and keep the lease", .command = "work draft"},
    {POST, "/v1/leases/{lease_id}/skip", work_serve_skip, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = lease_owner, .body = &skip_body_shape, .reply = &nothing_shape,
     .summary = "Skip a task, with a reason", .command = "work skip"},
    {POST, "/v1/leases/{lease_id}/submission", work_serve_submit, ROLE_EXPERT, 201, ROUTE_WRITES,
     .owner = lease_owner, .query = &answer_query_shape, .body = &answer_body_shape,
     .reply = &answer_made_shape, .summary = "Submit an answer", .command = "work submit"},
    {GET, "/v1/submissions", work_serve_own, ROLE_EXPERT, 200, .query = &page_query_shape,
     .reply = &own_list_shape, .summary = "List the own work", .command = "work done"},
};

static const struct job_kind *const jobs[] = {&import_job};

const struct slice task_slice = {.name = "task",
                                 .routes = routes,
                                 .route_count = COUNT(routes),
                                 .jobs = jobs,
                                 .job_count = COUNT(jobs)};
