#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/inquiry/inquiry.h"
#include "slice/rubric/rubric.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_models.h"
#include "slice/rubric/rubric_sql.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* Of a rubric whose client has not said: a model never grades alone by accident. */
static const struct judge_gate GATE_DEFAULT = {
    .agreement_min = .9, .double_min = 100, .expert_share = .1, .seed = 1};

/* Experts see the rubrics that they were asked to read, at home as elsewhere. */
static bool is_expert(const struct work *work)
{
    return work->who->roles == ROLE_EXPERT;
}

enum err rubric_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct rubric_owner_find_row owner;
    enum err err = rubric_owner_find(work, &(struct rubric_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = is_expert(work) ? account_is_granted(work, owner.organisation_id)
                              : account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no rubric %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

enum err rubric_find(struct call *call, struct rubric_row *out)
{
    return rubric_by_id(call->work,
                        &(struct rubric_by_id_args){.id = call->ids[0],
                                                    .organisation_id = call->work->organisation_id},
                        out);
}

struct judge_gate gate_of(const struct rubric_row *row)
{
    return (struct judge_gate){.agreement_min = row->agreement_min,
                               .double_min = row->double_min,
                               .expert_share = row->expert_share,
                               .seed = row->seed};
}

/* ------------------------------------------------------------------ rubrics */

static const struct field item_fields[] = {
    TEXT(rubric_page_row, id, .doc = "Identifier, `rub_` and 26 characters"),
    TEXT(rubric_page_row, organisation_id, .doc = "Whose it is"),
    TEXT(rubric_page_row, name, .doc = "Its name"),
    TEXT(rubric_page_row, summary, .doc = "What it is for"),
    TIME(rubric_page_row, created_at, .doc = "Since when it is here"),
    INT(rubric_page_row, version_count, .doc = "Versions, drafts included"),
};
static const struct shape item_shape = SHAPE(rubric_page_row, item_fields, "A rubric in a list");
static const struct field list_fields[] = PAGE_FIELDS(item_shape, "Oldest first");
static const struct shape list_shape = PAGE_SHAPE(rubric_list, list_fields, "A page of rubrics");

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    const struct principal *who = call->work->who;
    struct rubric_page_row *rows;
    size_t count;

    TRY(rubric_page(
        call->work,
        &(struct rubric_page_args){.own_id = is_expert(call->work) ? "" : who->organisation_id,
                                   .person_id = who->person_id,
                                   .id = page_after(query->after, ""),
                                   .row_max = query->limit},
        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct rubric_body {
    const char *organisation_id;
    const char *name;
    const char *summary;
};
static const struct rubric_body body_defaults = {.summary = ""};
static const struct field body_fields[] = {
    TEXT(rubric_body, organisation_id, .optional = true, .max = 40,
         .doc = "Whose it shall be; the asker's own unless said"),
    TEXT(rubric_body, name, .min = 1, .max = 120, .doc = "Name, unique there"),
    TEXT(rubric_body, summary, .optional = true, .max = 4000, .doc = "What it is for"),
};
static const struct shape body_shape =
    SHAPE(rubric_body, body_fields, "A new rubric", .defaults = &body_defaults);

static enum err serve_add(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_body *body = call->body;
    struct made *made = arena_new_of(work->arena, struct made);
    struct rubric_named_row found;

    work->organisation_id = work->who->organisation_id;
    if (body->organisation_id != NULL) {
        TRY(account_may_reach(work, body->organisation_id));
        work->organisation_id = body->organisation_id;
    }
    enum err err = rubric_named(
        work,
        &(struct rubric_named_args){.organisation_id = work->organisation_id, .name = body->name},
        &found);

    if (err != ERR_NOT_FOUND) {
        return err != OK ? err
                         : work_fail_field(work, ERR_CONFLICT, "name",
                                           "there is a rubric %.100s already", body->name);
    }
    made->id = work_new_id(work, "rub");
    TRY(rubric_insert(work, &(struct rubric_insert_args){
                                .id = made->id,
                                .organisation_id = work->organisation_id,
                                .name = body->name,
                                .summary = body->summary,
                                .agreement_min = GATE_DEFAULT.agreement_min,
                                .double_min = GATE_DEFAULT.double_min,
                                .expert_share = GATE_DEFAULT.expert_share,
                                .seed = GATE_DEFAULT.seed,
                                .created_at = work->now_us,
                                .created_by = work->who->person_id,
                            }));
    call->reply = made;
    return audit(work, "rubric.add", made->id, "{}");
}

static const struct field version_fields[] = {
    INT(version_row, number, .doc = "Counted from 1"),
    TEXT(version_row, content_hash, .doc = "SHA-256 of what it says"),
    TEXT(version_row, origin, .choices = "person|model", .doc = "Who wrote it"),
    INT(version_row, task_count, .doc = "Tasks with criteria"),
    INT(version_row, criterion_count, .doc = "Criteria"),
    INT(version_row, finding_count, .doc = "What the linter found"),
    TIME(version_row, made_at, .doc = "When it came"),
    TIME(version_row, confirmed_at, .optional = true, .doc = "Since when it counts; none: a draft"),
};
static const struct shape version_shape =
    SHAPE(version_row, version_fields, "A version of a rubric");
static const struct field binding_fields[] = {
    TEXT(binding_row, campaign_id, .doc = "The campaign"),
    TEXT(binding_row, name, .doc = "Its name"),
    INT(binding_row, number, .doc = "The version its people grade by"),
    TIME(binding_row, bound_at, .doc = "Since when"),
};
static const struct shape binding_shape =
    SHAPE(binding_row, binding_fields, "A campaign that grades by it");

static const struct field gate_fields[] = {
    REAL(judge_gate, agreement_min, .min = 0.5, .max = 1,
         .doc = "Lower bound of a model's agreement with people from which it grades alone"),
    INT(judge_gate, double_min, .min = 10, .max = 1e6,
        .doc = "Criteria of answers that both judged, at least"),
    REAL(judge_gate, expert_share, .min = 0.01, .max = 1,
         .doc = "Share of its verdicts that go to people all the same"),
    INT(judge_gate, seed, .min = 0, .max = 1e15, .doc = "Of the choice which"),
};
static const struct shape gate_shape =
    SHAPE(judge_gate, gate_fields, "When a model's verdict stands alone");

struct rubric_view {
    const char *id;
    const char *organisation_id;
    const char *name;
    const char *summary;
    int64_t created_at;
    struct judge_gate gate;
    struct list versions;
    struct list campaigns;
};
static const struct field view_fields[] = {
    TEXT(rubric_view, id, .doc = "Identifier, `rub_` and 26 characters"),
    TEXT(rubric_view, organisation_id, .doc = "Whose it is"),
    TEXT(rubric_view, name, .doc = "Its name"),
    TEXT(rubric_view, summary, .doc = "What it is for"),
    TIME(rubric_view, created_at, .doc = "Since when it is here"),
    OBJECT(rubric_view, gate, judge_gate, .of = &gate_shape,
           .doc = "When a model's verdict stands alone"),
    LIST(rubric_view, versions, .of = &version_shape, .doc = "Newest first"),
    LIST(rubric_view, campaigns, .of = &binding_shape, .doc = "Whose answers are grades"),
};
static const struct shape view_shape =
    SHAPE(rubric_view, view_fields, "A rubric with its versions");

static enum err serve_show(struct call *call)
{
    struct work *work = call->work;
    struct rubric_view *view = arena_new_of(work->arena, struct rubric_view);
    struct rubric_row row;
    struct version_row *versions;
    struct binding_row *bindings;
    size_t version_count;
    size_t binding_count;

    TRY(rubric_find(call, &row));
    TRY(version_list(
        work,
        &(struct version_list_args){.rubric_id = row.id, .organisation_id = work->organisation_id},
        &versions, &version_count));
    TRY(binding_list(
        work,
        &(struct binding_list_args){.rubric_id = row.id, .organisation_id = work->organisation_id},
        &bindings, &binding_count));
    *view = (struct rubric_view){.id = row.id,
                                 .organisation_id = row.organisation_id,
                                 .name = row.name,
                                 .summary = row.summary,
                                 .created_at = row.created_at,
                                 .gate = gate_of(&row),
                                 .versions = {.at = versions, .count = version_count},
                                 .campaigns = {.at = bindings, .count = binding_count}};
    call->reply = view;
    return OK;
}

static enum err serve_gate(struct call *call)
{
    struct work *work = call->work;
    const struct judge_gate *gate = call->body;
    int64_t affected;

    TRY(rubric_gate_set(work,
                        &(struct rubric_gate_set_args){.id = call->ids[0],
                                                       .organisation_id = work->organisation_id,
                                                       .agreement_min = gate->agreement_min,
                                                       .double_min = gate->double_min,
                                                       .expert_share = gate->expert_share,
                                                       .seed = gate->seed},
                        &affected));
    call->reply = &done;
    return audit(work, "rubric.gate", call->ids[0],
                 arena_print(work->arena,
                             "{\"agreement_min\":%.17g,\"double_min\":%lld,\"expert_share\":%.17g,"
                             "\"seed\":%lld}",
                             gate->agreement_min, (long long)gate->double_min, gate->expert_share,
                             (long long)gate->seed));
}

/* ------------------------------------------------------------------ campaigns */

struct rubric_bind_body {
    const char *campaign_id;
    int64_t number;
};
static const struct field bind_fields[] = {
    TEXT(rubric_bind_body, campaign_id, .min = 1, .max = 40,
         .doc = "A campaign of the task type grading, of the same organisation"),
    INT(rubric_bind_body, number, .min = 1, .max = 1e9, .doc = "The version its people grade by"),
};
static const struct shape bind_shape =
    SHAPE(rubric_bind_body, bind_fields, "Whose answers shall count as grades");

static enum err serve_bind(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_bind_body *body = call->body;
    struct bindable_campaign_row campaign;
    struct version version;
    enum err err =
        bindable_campaign(work,
                          &(struct bindable_campaign_args){
                              .id = body->campaign_id, .organisation_id = work->organisation_id},
                          &campaign);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "campaign_id",
                               "there is no such campaign of the rubric's organisation");
    }
    TRY(err);
    if (strcmp(campaign.task_type, "grading") != 0) {
        return work_fail_field(work, ERR_INVALID, "campaign_id",
                               "its task type is %.60s, not grading", campaign.task_type);
    }
    TRY(version_load_confirmed(work, call->ids[0], body->number, &version));
    TRY(binding_put(work, &(struct binding_put_args){.organisation_id = work->organisation_id,
                                                     .rubric_id = call->ids[0],
                                                     .campaign_id = body->campaign_id,
                                                     .number = body->number,
                                                     .bound_at = work->now_us,
                                                     .bound_by = work->who->person_id}));
    call->reply = &done;
    return audit(work, "rubric.bind", call->ids[0], "{}");
}

/* ------------------------------------------------------------------ the table */

#define AUTHORS   (ROLE_OPERATOR | ROLE_CLIENT)
#define ONLOOKERS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR)
#define READERS   (ONLOOKERS | ROLE_REVIEWER | ROLE_EXPERT) /* those who may confirm a draft, too */
#define HERE      "/v1/rubrics/{rubric_id}"

static const struct route routes[] = {
    {GET, "/v1/rubrics", serve_list, READERS, 200, .query = &page_query_shape, .reply = &list_shape,
     .summary = "List rubrics", .command = "rubrics list"},
    {POST, "/v1/rubrics", serve_add, AUTHORS, 201, ROUTE_WRITES, .body = &body_shape,
     .reply = &made_shape, .summary = "Add a rubric", .command = "rubrics add"},
    {GET, HERE, serve_show, READERS, 200, .owner = rubric_owner, .reply = &view_shape,
     .summary = "Show a rubric with its versions", .command = "rubrics show"},
    {POST, HERE "/versions", serve_version_add, AUTHORS, 201, ROUTE_FREE, .owner = rubric_owner,
     .uploads = true, .body_max = RUBRIC_FILE_MAX, .query = &rubric_upload_query_shape,
     .reply = &version_made_shape,
     .summary = "Add a version, in any of the forms that rubrics come in",
     .command = "rubrics import"},
    {GET, HERE "/version", serve_version, READERS, 200, .owner = rubric_owner,
     .query = &version_query_shape, .reply = &rubric_version_view_shape,
     .summary = "Show what a version says, and what the linter finds",
     .command = "rubrics version"},
    {POST, HERE "/confirm", serve_confirm, AUTHORS | ROLE_REVIEWER | ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = rubric_owner, .body = &rubric_confirm_shape, .reply = &nothing_shape,
     .summary = "Confirm a model's draft, so that it counts", .command = "rubrics confirm"},
    {GET, HERE "/diff", serve_diff, READERS, 200, .owner = rubric_owner,
     .query = &rubric_diff_query_shape, .reply = &rubric_diff_shape,
     .summary = "Say what changed between two versions", .command = "rubrics diff"},
    {GET, HERE "/export", NULL, ONLOOKERS, 200, ROUTE_FREE, .owner = rubric_owner,
     .query = &rubric_export_shape, .media = "text/plain", .pour = serve_export,
     .summary = "Export a version in one of the public forms", .command = "rubrics export"},
    {PUT, HERE "/gate", serve_gate, AUTHORS, 200, ROUTE_WRITES, .owner = rubric_owner,
     .body = &gate_shape, .reply = &nothing_shape,
     .summary = "Say when a model's verdict stands alone", .command = "rubrics gate"},
    {POST, HERE "/campaigns", serve_bind, AUTHORS, 201, ROUTE_WRITES, .owner = rubric_owner,
     .body = &bind_shape, .reply = &nothing_shape,
     .summary = "Count the answers of a grading campaign as grades by a version",
     .command = "rubrics bind"},
    {POST, HERE "/responses", serve_responses_add, AUTHORS, 201, ROUTE_FREE, .owner = rubric_owner,
     .uploads = true, .body_max = RUBRIC_FILE_MAX, .reply = &responses_taken_shape,
     .summary = "Hand over answers that shall be graded", .command = "rubrics responses"},
    {POST, HERE "/grades", serve_grades_add, AUTHORS, 201, ROUTE_FREE, .owner = rubric_owner,
     .uploads = true, .body_max = RUBRIC_FILE_MAX, .query = &grades_query_shape,
     .reply = &grades_taken_shape, .summary = "Hand over verdicts of models or people",
     .command = "rubrics grades"},
    {POST, HERE "/judgings", serve_judge, AUTHORS, 202, ROUTE_WRITES, .owner = rubric_owner,
     .body = &judging_shape, .reply = &inquiry_made_shape,
     .summary = "Have a model judge the answers that were handed over", .command = "rubrics judge"},
    {POST, HERE "/drafts", serve_draft, AUTHORS, 202, ROUTE_WRITES, .owner = rubric_owner,
     .body = &drafting_shape, .reply = &inquiry_made_shape,
     .summary = "Have a model draft criteria, as a version to be confirmed",
     .command = "rubrics draft"},
    {GET, HERE "/inquiries", serve_inquiries, ONLOOKERS, 200, .owner = rubric_owner,
     .reply = &inquiry_list_shape, .summary = "List what models were asked to judge and draft",
     .command = "rubrics inquiries"},
    {GET, HERE "/measures", serve_measures, ONLOOKERS, 200, .owner = rubric_owner,
     .query = &version_query_shape, .reply = &rubric_measures_shape,
     .summary = "Show how the criteria of a version measure, and how models stand",
     .command = "rubrics measures"},
    {GET, HERE "/scores", serve_scores, ONLOOKERS, 200, .owner = rubric_owner,
     .query = &version_query_shape, .reply = &rubric_scores_shape,
     .summary = "Show what the graded answers are worth", .command = "rubrics scores"},
    {GET, HERE "/grading-tasks", NULL, ONLOOKERS, 200, ROUTE_FREE, .owner = rubric_owner,
     .query = &grading_tasks_query_shape, .pour = serve_grading_tasks,
     .summary = "Export what people have to grade, as tasks of the type grading",
     .command = "rubrics tasks"},
};

static const struct job_kind *const jobs[] = {&judge_job, &draft_job};

const struct slice rubric_slice = {.name = "rubric",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
