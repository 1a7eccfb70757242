#include "slice/environment/environment_http.h"

#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/environment/environment.h"
#include "slice/environment/environment_sql.h"
#include "slice/environment/gate.h"
#include "slice/reward/reward.h"
#include "slice/slice.h"
#include "store/work.h"

/* ------------------------------------------------------------------ environments */

struct environment_view {
    const char *id;
    const char *organisation_id;
    const char *name;
    const char *summary;
    const char *state;
    int64_t version_number;
    int64_t created_at;
    int64_t task_count;
    int64_t passed_count;
    int64_t failed_count;
    int64_t open_count;
};
static const struct field environment_fields[] = {
    TEXT(environment_view, id, .doc = "Identifier, `env_` and 26 characters"),
    TEXT(environment_view, organisation_id, .doc = "Whose it is"),
    TEXT(environment_view, name, .doc = "Its name"),
    TEXT(environment_view, summary, .doc = "What it is for"),
    TEXT(environment_view, state, .choices = "open|retired", .doc = "Where it stands"),
    INT(environment_view, version_number, .doc = "Counts changes of its tasks"),
    TIME(environment_view, created_at, .doc = "Since when it is here"),
    INT(environment_view, task_count, .doc = "Tasks"),
    INT(environment_view, passed_count, .doc = "Tasks that passed the gate"),
    INT(environment_view, failed_count, .doc = "Tasks that the gate refused"),
    INT(environment_view, open_count, .doc = "Tasks that the gate has not tried"),
};
static const struct shape environment_shape =
    SHAPE(environment_view, environment_fields, "An environment");

static const struct field environment_list_fields[] =
    PAGE_FIELDS(environment_shape, "Oldest first");
static const struct shape environment_list_shape =
    PAGE_SHAPE(environment_list, environment_list_fields, "A page of environments");

struct environment_body {
    const char *organisation_id;
    const char *name;
    const char *summary;
};
static const struct environment_body environment_body_defaults = {.summary = ""};
static const struct field environment_body_fields[] = {
    TEXT(environment_body, organisation_id, .optional = true, .max = 40,
         .doc = "Whose it shall be; the asker's own unless said"),
    TEXT(environment_body, name, .min = 1, .max = 120, .doc = "Name, unique there"),
    TEXT(environment_body, summary, .optional = true, .max = 4000, .doc = "What it is for"),
};
static const struct shape environment_body_shape =
    SHAPE(environment_body, environment_body_fields, "A new environment",
          .defaults = &environment_body_defaults);

static enum err serve_add(struct call *call)
{
    const struct environment_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);
    const char *organisation_id = call->work->who->organisation_id;

    if (body->organisation_id != NULL) {
        TRY(account_may_reach(call->work, body->organisation_id));
        organisation_id = body->organisation_id;
    }
    call->work->organisation_id = organisation_id;
    TRY(environment_add(call->work,
                        &(struct environment_draft){.organisation_id = organisation_id,
                                                    .name = body->name,
                                                    .summary = body->summary},
                        &made->id));
    call->reply = made;
    return OK;
}

static enum err view_of(struct work *work, const struct environment_row *row,
                        struct environment_view *out)
{
    struct task_counts_row *counts;
    size_t count;

    *out = (struct environment_view){.id = row->id,
                                     .organisation_id = row->organisation_id,
                                     .name = row->name,
                                     .summary = row->summary,
                                     .state = row->state,
                                     .version_number = row->version_number,
                                     .created_at = row->created_at};
    TRY(task_counts(work,
                    &(struct task_counts_args){.environment_id = row->id,
                                               .organisation_id = row->organisation_id},
                    &counts, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t *to = strcmp(counts[i].gate, "passed") == 0   ? &out->passed_count
                      : strcmp(counts[i].gate, "failed") == 0 ? &out->failed_count
                                                              : &out->open_count;

        *to = counts[i].row_count;
        out->task_count += counts[i].row_count;
    }
    return OK;
}

/* A client sees its own; the operator's people those of the clients that were granted to them. */
static enum err serve_list(struct call *call)
{
    struct work *work = call->work;
    const struct page_query *query = call->query;
    struct environment_row *rows;
    size_t count;

    TRY(environment_page(work,
                         &(struct environment_page_args){.own_id = work->who->organisation_id,
                                                         .person_id = work->who->person_id,
                                                         .id = page_after(query->after, ""),
                                                         .row_max = query->limit},
                         &rows, &count));
    struct environment_view *views = arena_array(work->arena, struct environment_view, count);

    for (size_t i = 0; i < count; i++) {
        TRY(view_of(work, &rows[i], &views[i]));
    }
    return page_reply(call, views, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err serve_show(struct call *call)
{
    struct environment_view *view = arena_new_of(call->work->arena, struct environment_view);
    struct environment_row row;

    TRY(environment_by_id(call->work,
                          &(struct environment_by_id_args){
                              .id = call->ids[0], .organisation_id = call->work->organisation_id},
                          &row));
    TRY(view_of(call->work, &row, view));
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ the gate */

struct gate_body {
    bool again;
};
static const struct field gate_body_fields[] = {
    BOOL(gate_body, again, .optional = true, .doc = "Tasks that were tried before, too"),
};
static const struct shape gate_body_shape =
    SHAPE(gate_body, gate_body_fields, "Which tasks the gate shall try");

struct gate_begun {
    const char *job_id;
};
static const struct field gate_begun_fields[] = {
    TEXT(gate_begun, job_id, .doc = "The job that tries them"),
};
static const struct shape gate_begun_shape =
    SHAPE(gate_begun, gate_begun_fields, "The gate is at work");

static enum err serve_gate(struct call *call)
{
    const struct gate_body *body = call->body;
    struct gate_begun *begun = arena_new_of(call->work->arena, struct gate_begun);

    TRY(gate_request(call->work, call->ids[0], body->again, &begun->job_id));
    TRY(audit(call->work, "environment.gate", call->ids[0], "{}"));
    call->reply = begun;
    return OK;
}

/* ------------------------------------------------------------------ the table */

#define SCOPE     "rewards"
#define AUTHORS   (ROLE_OPERATOR | ROLE_CLIENT)
#define ONLOOKERS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR)
#define HERE      "/v1/environments/{environment_id}"

static const struct route routes[] = {
    {GET, "/v1/environments", serve_list, ONLOOKERS, 200, .query = &page_query_shape,
     .reply = &environment_list_shape, .scope = SCOPE, .summary = "List environments",
     .command = "environment list"},
    {POST, "/v1/environments", serve_add, AUTHORS, 201, ROUTE_WRITES,
     .body = &environment_body_shape, .reply = &made_shape, .summary = "Add an environment",
     .command = "environment add"},
    {GET, HERE, serve_show, ONLOOKERS, 200, .owner = environment_owner, .reply = &environment_shape,
     .scope = SCOPE, .summary = "Show an environment", .command = "environment show"},
    {GET, HERE "/tasks", serve_tasks, ONLOOKERS, 200, .owner = environment_owner,
     .query = &page_query_shape, .reply = &env_task_list_shape, .scope = SCOPE,
     .summary = "List the tasks of an environment", .command = "environment tasks"},
    {POST, HERE "/tasks", serve_task_put, AUTHORS, 201, ROUTE_WRITES, .owner = environment_owner,
     .body_max = 96 << 20, .body = &task_body_shape, .reply = &task_made_shape,
     .summary = "Add a version of a task; the gate tries it", .command = "environment put"},
    {GET, "/v1/environment-tasks/{environment_task_id}", serve_task, ONLOOKERS, 200,
     .owner = env_task_owner, .reply = &env_task_view_shape,
     .summary = "Show a task with what the gate found", .command = "environment task"},
    {GET, "/v1/environment-tasks/{environment_task_id}/harbor", NULL, ONLOOKERS, 200, ROUTE_FREE,
     .owner = env_task_owner, .media = "application/x-tar", .pour = serve_harbor,
     .summary = "Export a task as a Harbor folder", .command = "environment harbor"},
    {POST, HERE "/gate", serve_gate, AUTHORS, 202, ROUTE_WRITES, .owner = environment_owner,
     .body = &gate_body_shape, .reply = &gate_begun_shape, .summary = "Let the gate try the tasks",
     .command = "environment gate", .fills = "/v1/environments/{environment_id}"},
    {POST, HERE "/imports", serve_task_import, AUTHORS, 201, ROUTE_FREE, .owner = environment_owner,
     .uploads = true, .body_max = 512 << 20, .query = &task_import_query_shape,
     .reply = &task_import_shape, .summary = "Import tasks; the gate tries them",
     .command = "environment import"},
    {GET, HERE "/export", NULL, ONLOOKERS, 200, ROUTE_FREE, .owner = environment_owner,
     .query = &task_export_query_shape, .pour = serve_task_export,
     .summary = "Export the tasks as rows of JSON", .command = "environment export"},
    {POST, HERE "/hacks", serve_hack_add, AUTHORS, 201, ROUTE_WRITES, .owner = environment_owner,
     .body = &hack_body_shape, .reply = &made_shape, .scope = SCOPE,
     .summary = "Report an answer that was rewarded and does not deserve it",
     .command = "hack add"},
    {GET, HERE "/hacks", serve_hacks, ONLOOKERS, 200, .owner = environment_owner,
     .query = &page_query_shape, .reply = &hack_list_shape, .summary = "List reported answers",
     .command = "hack list"},
    {POST, "/v1/hacks/{hack_id}/decision", serve_hack_decide, AUTHORS, 200, ROUTE_WRITES,
     .owner = hack_owner, .body = &hack_decision_shape, .reply = &nothing_shape,
     .summary = "Confirm or dismiss a report", .command = "hack decide"},
    {POST, HERE "/openenv/reset", serve_openenv_reset, AUTHORS, 200, ROUTE_WRITES,
     .owner = environment_owner, .body = &openenv_reset_shape, .reply = &openenv_reply_shape,
     .scope = SCOPE, .summary = "Begin an episode (OpenEnv)"},
    {POST, HERE "/openenv/step", serve_openenv_step, AUTHORS, 200, ROUTE_FREE,
     .owner = environment_owner, .body_max = 16 << 20, .body = &openenv_step_shape,
     .reply = &openenv_reply_shape, .scope = SCOPE, .summary = "Act in an episode (OpenEnv)"},
    {GET, HERE "/openenv/state", serve_openenv_state, AUTHORS, 200, .owner = environment_owner,
     .reply = &openenv_state_shape, .scope = SCOPE, .summary = "Show the last episode (OpenEnv)"},
    {GET, HERE "/openenv/schema", serve_openenv_schema, AUTHORS, 200, .owner = environment_owner,
     .reply = &openenv_schema_shape, .scope = SCOPE,
     .summary = "Show the schemas of actions and observations (OpenEnv)"},
    {GET, HERE "/openenv/metadata", serve_openenv_metadata, AUTHORS, 200,
     .owner = environment_owner, .reply = &openenv_metadata_shape, .scope = SCOPE,
     .summary = "Describe the environment (OpenEnv)"},
    {GET, HERE "/openenv/health", serve_openenv_health, AUTHORS, 200, .owner = environment_owner,
     .reply = &openenv_health_shape, .scope = SCOPE, .summary = "Say that it is there (OpenEnv)"},
};

static const struct job_kind *const jobs[] = {&gate_job};

const struct slice environment_slice = {.name = "environment",
                                        .routes = routes,
                                        .route_count = COUNT(routes),
                                        .jobs = jobs,
                                        .job_count = COUNT(jobs)};
