#include "slice/reward/reward.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/reward/face.h"
#include "slice/reward/flow.h"
#include "slice/reward/grade.h"
#include "slice/reward/reverify.h"
#include "slice/reward/reward_sql.h"
#include "slice/slice.h"
#include "store/work.h"

/* A body of rows may be this long; it is spooled to the disk. */
static const uint64_t ROWS_SIZE_MAX = UINT64_C(1) << 32;

/* ------------------------------------------------------------------ runs */

struct run_query {
    const char *organisation_id;
    const char *after;
    int64_t limit;
};
static const struct run_query run_query_defaults = {.limit = PAGE_DEFAULT};
static const struct field run_query_fields[] = {
    TEXT(run_query, organisation_id, .optional = true, .max = 40,
         .doc = "Whose; the asker's own unless said"),
    TEXT(run_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(run_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
static const struct shape run_query_shape =
    SHAPE(run_query, run_query_fields, "Which runs", .defaults = &run_query_defaults);

static const struct field run_fields[] = {
    TEXT(reward_run_row, id, .doc = "Identifier, `run_` and 26 characters"),
    TEXT(reward_run_row, name, .doc = "As the trainer calls it"),
    TEXT(reward_run_row, environment_id, .optional = true, .doc = "Whose tasks its rows name"),
    TEXT(reward_run_row, verifier, .doc = "JSON: of rows that name none; empty: they say it"),
    TIME(reward_run_row, created_at, .doc = "When it began"),
};
static const struct shape run_shape = SHAPE(reward_run_row, run_fields, "Verdicts under a name");

static const struct field reward_run_list_fields[] = PAGE_FIELDS(run_shape, "Oldest first");
static const struct shape reward_run_list_shape =
    PAGE_SHAPE(reward_run_list, reward_run_list_fields, "A page of runs");

static enum err serve_runs(struct call *call)
{
    struct work *work = call->work;
    const struct run_query *query = call->query;
    struct reward_run_row *rows;
    size_t count;

    work->organisation_id = work->who->organisation_id;
    if (query->organisation_id != NULL) {
        TRY(account_may_reach(work, query->organisation_id));
        work->organisation_id = query->organisation_id;
    }
    TRY(reward_run_page(
        work,
        &(struct reward_run_page_args){.organisation_id = work->organisation_id,
                                       .id = query->after == NULL ? "" : query->after,
                                       .row_max = query->limit},
        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err run_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct reward_run_owner_find_row owner;
    enum err err =
        reward_run_owner_find(work, &(struct reward_run_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no run %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

struct reward_run_view {
    const char *id;
    const char *name;
    const char *environment_id;
    int64_t created_at;
    int64_t pass_count;
    int64_t fail_count;
    int64_t partial_count;
    int64_t unscored_count;
};
static const struct field reward_run_view_fields[] = {
    TEXT(reward_run_view, id, .doc = "Identifier"),
    TEXT(reward_run_view, name, .doc = "As the trainer calls it"),
    TEXT(reward_run_view, environment_id, .optional = true, .doc = "Whose tasks its rows name"),
    TIME(reward_run_view, created_at, .doc = "When it began"),
    INT(reward_run_view, pass_count, .doc = "Rows that pass"),
    INT(reward_run_view, fail_count, .doc = "Rows that fail"),
    INT(reward_run_view, partial_count, .doc = "Rows that count in part"),
    INT(reward_run_view, unscored_count, .doc = "Rows that could not be judged"),
};
static const struct shape reward_run_view_shape =
    SHAPE(reward_run_view, reward_run_view_fields, "A run with counts");

static enum err add_counts(struct work *work, struct reward_run_view *view)
{
    struct verdict_counts_row *rows;
    size_t count;

    TRY(verdict_counts(
        work,
        &(struct verdict_counts_args){.run_id = view->id, .organisation_id = work->organisation_id},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t *to = strcmp(rows[i].kind, "pass") == 0      ? &view->pass_count
                      : strcmp(rows[i].kind, "fail") == 0    ? &view->fail_count
                      : strcmp(rows[i].kind, "partial") == 0 ? &view->partial_count
                                                             : &view->unscored_count;

        *to = rows[i].row_count;
    }
    return OK;
}

static enum err serve_run(struct call *call)
{
    struct reward_run_view *view = arena_new_of(call->work->arena, struct reward_run_view);
    struct reward_run_row row;

    TRY(reward_run_by_id(call->work,
                         &(struct reward_run_by_id_args){
                             .id = call->ids[0], .organisation_id = call->work->organisation_id},
                         &row));
    *view = (struct reward_run_view){.id = row.id,
                                     .name = row.name,
                                     .environment_id = row.environment_id,
                                     .created_at = row.created_at};
    TRY(add_counts(call->work, view));
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ verdicts */

struct verdict_query {
    int64_t after;
    int64_t limit;
};
static const struct verdict_query verdict_query_defaults = {.after = -1, .limit = PAGE_DEFAULT};
static const struct field verdict_query_fields[] = {
    INT(verdict_query, after, .optional = true, .min = -1, .max = 1e15,
        .doc = "Index of the last row seen"),
    INT(verdict_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
static const struct shape verdict_query_shape =
    SHAPE(verdict_query, verdict_query_fields, "Which rows", .defaults = &verdict_query_defaults);

struct verdict_item {
    int64_t index;
    const char *row;
    const char *verdict;
};
static const struct field verdict_fields[] = {
    INT(verdict_item, index, .doc = "The row, counted from zero"),
    TEXT(verdict_item, row, .doc = "As it was asked"),
    JSON(verdict_item, verdict, .doc = "As it was answered"),
};
static const struct shape verdict_shape = SHAPE(verdict_item, verdict_fields, "A kept verdict");

struct verdict_list {
    struct list items;
    int64_t next;
};
static const struct field verdict_list_fields[] = {
    LIST(verdict_list, items, .of = &verdict_shape, .doc = "By index"),
    INT(verdict_list, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
};
static const struct shape verdict_list_shape =
    SHAPE(verdict_list, verdict_list_fields, "A page of verdicts");

static enum err serve_verdicts(struct call *call)
{
    const struct verdict_query *query = call->query;
    struct verdict_list *list = arena_new_of(call->work->arena, struct verdict_list);
    struct verdict_row *rows;
    size_t count;

    TRY(verdict_page(call->work,
                     &(struct verdict_page_args){.run_id = call->ids[0],
                                                 .organisation_id = call->work->organisation_id,
                                                 .row_index = query->after + 1,
                                                 .row_max = query->limit},
                     &rows, &count));
    struct verdict_item *items = arena_array(call->work->arena, struct verdict_item, count);

    for (size_t i = 0; i < count; i++) {
        items[i] = (struct verdict_item){
            .index = rows[i].row_index, .row = rows[i].row_text, .verdict = rows[i].verdict_text};
    }
    list->items = (struct list){.at = items, .count = count};
    list->next = count == (size_t)query->limit ? rows[count - 1].row_index : INT_ABSENT;
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ the table */

#define SCOPE     "rewards"
#define TRAINERS  (ROLE_OPERATOR | ROLE_CLIENT)
#define ONLOOKERS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR)

static const struct route routes[] = {
    {POST, "/v1/rewards", NULL, TRAINERS, 200, ROUTE_FREE, .uploads = true,
     .body_max = ROWS_SIZE_MAX, .query = &reward_query_shape, .body = &reward_row_shape,
     .reply = &reward_line_shape, .pour = serve_rewards, .scope = SCOPE,
     .summary = "Judge answers in bulk, a line of JSON each", .command = "reward judge"},
    {GET, "/v1/reward-runs", serve_runs, ONLOOKERS, 200, .query = &run_query_shape,
     .reply = &reward_run_list_shape, .scope = SCOPE, .summary = "List runs of kept verdicts",
     .command = "reward list"},
    {GET, "/v1/reward-runs/{run_id}", serve_run, ONLOOKERS, 200, .owner = run_owner,
     .reply = &reward_run_view_shape, .scope = SCOPE, .summary = "Show a run with its counts",
     .command = "reward show"},
    {GET, "/v1/reward-runs/{run_id}/verdicts", serve_verdicts, ONLOOKERS, 200, .owner = run_owner,
     .query = &verdict_query_shape, .reply = &verdict_list_shape, .scope = SCOPE,
     .summary = "List the verdicts of a run", .command = "reward verdicts"},
    {POST, "/v1/reward-runs/{run_id}/reverifications", serve_reverify, TRAINERS, 202, ROUTE_WRITES,
     .owner = run_owner, .reply = &reverify_begun_shape, .scope = SCOPE,
     .summary = "Judge the kept answers of a run anew", .command = "reward reverify",
     .fills = "/v1/reverifications/{reverification_id}"},
    {GET, "/v1/reverifications/{reverification_id}", serve_reverification, ONLOOKERS, 200,
     .owner = reverification_owner, .reply = &reverification_shape, .scope = SCOPE,
     .summary = "Show what judging anew has found", .command = "reward reverified"},
    {GET, "/v1/reverifications/{reverification_id}/flips", serve_flips, ONLOOKERS, 200,
     .owner = reverification_owner, .query = &flip_query_shape, .reply = &flip_list_shape,
     .scope = SCOPE, .summary = "List the verdicts that judging anew has turned",
     .command = "reward flips"},
    {POST, "/run_code", serve_run_code, TRAINERS, 200, ROUTE_FREE, .body_max = 64 << 20,
     .body = &run_code_shape, .reply = &run_code_reply_shape, .scope = SCOPE,
     .summary = "Run a program in the sandbox (SandboxFusion)"},
    {POST, "/verify", NULL, TRAINERS, 200, ROUTE_FREE, .uploads = true, .body_max = 64 << 20,
     .query = &reward_query_shape, .media = "application/json", .pour = serve_verify,
     .scope = SCOPE, .summary = "Judge one answer (NeMo Gym): the row comes back with its reward"},
};

static const struct job_kind *const jobs[] = {&reverify_job};

const struct slice reward_slice = {.name = "reward",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
