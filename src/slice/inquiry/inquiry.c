#include "slice/inquiry/inquiry.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/inquiry/inquiry_sql.h"
#include "slice/installation.h"
#include "slice/slice.h"
#include "store/work.h"

enum { LIST_MAX = 200 };

static const struct field made_fields[] = {
    TEXT(inquiry_made, id, .doc = "Identifier, `inq_` and 26 characters"),
    TEXT(inquiry_made, job_id, .doc = "The job that asks; cancel it to stop"),
};
const struct shape inquiry_made_shape =
    SHAPE(inquiry_made, made_fields, "A model server is being asked");

static enum err request(struct work *work, const char *kind, const char *id, const char **job_id)
{
    return job_request(work, kind, arena_print(work->arena, "{\"inquiry_id\":\"%s\"}", id), NULL,
                       job_id);
}

static enum err check_alone(struct work *work, const struct inquiry_draft *draft, const char *model)
{
    struct inquiry_under_way_row found;
    enum err err =
        inquiry_under_way(work,
                          &(struct inquiry_under_way_args){.subject_id = draft->subject_id,
                                                           .organisation_id = work->organisation_id,
                                                           .kind = draft->kind,
                                                           .model = model},
                          &found);

    if (err == OK) {
        return work_fail_field(work, ERR_CONFLICT, "model",
                               "%.200s is being asked about this already (%s): wait for its end, "
                               "or cancel it",
                               model, found.id);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err inquiry_start(struct work *work, const struct inquiry_draft *draft,
                       struct inquiry_made *out)
{
    const struct inquiry_settings *settings = work->installation->inquiry;
    struct buffer options = buffer_new(work->arena);
    struct json_out to = json_to(&options);

    if (settings == NULL) {
        return work_fail(
            work, ERR_CONFLICT,
            "this installation has no model server: model_url and model_name name one");
    }
    const char *model = draft->model == NULL ? settings->server.model : draft->model;

    TRY(check_alone(work, draft, model));
    json_encode(&to, draft->shape, draft->options);
    out->id = work_new_id(work, "inq");
    TRY(request(work, draft->kind, out->id, &out->job_id));
    TRY(inquiry_insert(work, &(struct inquiry_insert_args){.id = out->id,
                                                           .organisation_id = work->organisation_id,
                                                           .kind = draft->kind,
                                                           .subject_id = draft->subject_id,
                                                           .model = model,
                                                           .options = options.at,
                                                           .budget = draft->budget,
                                                           .job_id = out->job_id,
                                                           .started_at = work->now_us,
                                                           .started_by = work->who->person_id}));
    return audit(work, "inquiry.start", out->id, options.at);
}

/* ------------------------------------------------------------------ routes */

static enum err inquiry_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct inquiry_owner_find_row owner;
    enum err err = inquiry_owner_find(work, &(struct inquiry_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no inquiry %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

static const struct field inquiry_fields[] = {
    TEXT(inquiry_row, id, .doc = "Identifier, `inq_` and 26 characters"),
    TEXT(inquiry_row, kind, .doc = "What it is for: rubric.judge, rubric.draft, benchmark.trial"),
    TEXT(inquiry_row, subject_id, .doc = "The rubric or the suite"),
    TEXT(inquiry_row, model, .doc = "The model that is asked"),
    JSON(inquiry_row, options, .doc = "As it was asked for"),
    REAL(inquiry_row, budget, .doc = "Minor units that it may cost; 0: unbounded"),
    TEXT(inquiry_row, job_id, .doc = "The job that asks, or asked last"),
    TEXT(inquiry_row, state, .choices = "waiting|running|done|stopped|failed|cancelled",
         .doc = "stopped: calls were not answered, and it may be continued"),
    REAL(inquiry_row, spend, .doc = "Minor units that it cost so far"),
    TEXT(inquiry_row, note, .doc = "Why it stopped; empty: it did not"),
    TIME(inquiry_row, started_at, .doc = "When it was asked for"),
    INT(inquiry_row, done_count, .doc = "Steps done"),
    INT(inquiry_row, total_count, .doc = "Steps in all; 0: not known yet"),
    JSON(inquiry_row, result, .optional = true, .doc = "Calls by how they ended, tokens"),
    TEXT(inquiry_row, fault_text, .optional = true, .doc = "Why it failed"),
    TIME(inquiry_row, ended_us, .optional = true, .doc = "When its job ended"),
};
static const struct shape inquiry_shape =
    SHAPE(inquiry_row, inquiry_fields, "What a model server is asked for somebody");

struct inquiry_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(inquiry_list, items, .of = &inquiry_shape, .doc = "Newest first, at most 200"),
};
const struct shape inquiry_list_shape =
    SHAPE(inquiry_list, list_fields, "What a model server is asked about one thing");

enum err serve_inquiries(struct call *call)
{
    struct inquiry_list *view = arena_new_of(call->work->arena, struct inquiry_list);
    struct inquiry_row *rows;
    size_t count;

    TRY(inquiry_list(call->work,
                     &(struct inquiry_list_args){.subject_id = call->ids[0],
                                                 .organisation_id = call->work->organisation_id,
                                                 .row_max = LIST_MAX},
                     &rows, &count));
    view->items = (struct list){.at = rows, .count = count};
    call->reply = view;
    return OK;
}

static enum err find_inquiry(struct call *call, struct inquiry_row *out)
{
    return inquiry_show(call->work,
                        &(struct inquiry_show_args){.id = call->ids[0],
                                                    .organisation_id = call->work->organisation_id},
                        out);
}

static enum err serve_show(struct call *call)
{
    struct inquiry_row *row = arena_new_of(call->work->arena, struct inquiry_row);

    TRY(find_inquiry(call, row));
    call->reply = row;
    return OK;
}

struct inquiry_continue {
    double budget;
};
static const struct field continue_fields[] = {
    REAL(inquiry_continue, budget, .max = 1e12,
         .doc = "Minor units that it may cost in all; 0: unbounded"),
};
static const struct shape continue_shape =
    SHAPE(inquiry_continue, continue_fields, "How an inquiry goes on");

static bool has_stopped(const char *state)
{
    return strcmp(state, "stopped") == 0 || strcmp(state, "failed") == 0 ||
           strcmp(state, "cancelled") == 0;
}

static enum err serve_continue(struct call *call)
{
    struct work *work = call->work;
    const struct inquiry_continue *body = call->body;
    struct inquiry_made *made = arena_new_of(work->arena, struct inquiry_made);
    struct inquiry_row row;
    int64_t affected;

    TRY(find_inquiry(call, &row));
    if (!has_stopped(row.state)) {
        return work_fail(work, ERR_CONFLICT, "the inquiry is %s: there is nothing to continue",
                         row.state);
    }
    if (work->installation->inquiry == NULL) {
        return work_fail(work, ERR_CONFLICT, "this installation has no model server any more");
    }
    TRY(check_alone(work, &(struct inquiry_draft){.kind = row.kind, .subject_id = row.subject_id},
                    row.model));
    made->id = row.id;
    TRY(request(work, row.kind, row.id, &made->job_id));
    TRY(inquiry_resume(work,
                       &(struct inquiry_resume_args){.id = row.id,
                                                     .organisation_id = work->organisation_id,
                                                     .budget = body->budget,
                                                     .job_id = made->job_id},
                       &affected));
    call->reply = made;
    return audit(work, "inquiry.continue", row.id,
                 arena_print(work->arena, "{\"budget\":%.17g}", body->budget));
}

#define ONLOOKERS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/inquiries/{inquiry_id}", serve_show, ONLOOKERS, 200, .owner = inquiry_owner,
     .reply = &inquiry_shape, .summary = "Show how far a model server was asked, and what it cost",
     .command = "inquiry show"},
    {POST, "/v1/inquiries/{inquiry_id}/continue", serve_continue, ROLE_OPERATOR | ROLE_CLIENT, 202,
     ROUTE_WRITES, .owner = inquiry_owner, .body = &continue_shape, .reply = &inquiry_made_shape,
     .summary = "Go on asking where it stopped", .command = "inquiry continue"},
};

const struct slice inquiry_slice = {
    .name = "inquiry", .routes = routes, .route_count = COUNT(routes)};
