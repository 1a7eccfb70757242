#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/quality/quality.h"
#include "slice/quality/quality_job.h"
#include "slice/quality/quality_sql.h"
#include "slice/slice.h"
#include "slice/task/task.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

static const struct field run_fields[] = {
    TEXT(quality_run_row, label, .doc = "Which label of the task type"),
    TEXT(quality_run_row, level, .doc = "Its level of measurement",
         .choices = "nominal|ordinal|interval"),
    TEXT(quality_run_row, engine, .doc = "Method of the engine `truth`"),
    TEXT(quality_run_row, engine_version, .doc = "Its version"),
    JSON(quality_run_row, options, .doc = "Its options"),
    INT(quality_run_row, seed, .doc = "Its seed"),
    INT(quality_run_row, item_count, .doc = "Tasks with an answer"),
    INT(quality_run_row, rater_count, .doc = "People and models who answered"),
    INT(quality_run_row, label_count, .doc = "Answers"),
    INT(quality_run_row, rounds, .doc = "Rounds of the method"),
    REAL(quality_run_row, log_likelihood, .optional = true, .doc = "Natural log"),
    TIME(quality_run_row, computed_at, .doc = "When"),
};
static const struct shape run_shape =
    SHAPE(quality_run_row, run_fields, "How truth was inferred for one label");

static const struct field agreement_fields[] = {
    TEXT(agreement_row, label, .doc = "Which label of the task type"),
    TEXT(agreement_row, metric, .doc = "Coefficient", .choices = "alpha|fleiss|cohen|percent"),
    TEXT(agreement_row, left_id, .doc = "A rater, `truth`, or empty: over all experts"),
    TEXT(agreement_row, right_id, .doc = "The other rater, or empty"),
    TEXT(agreement_row, left_name, .doc = "Pseudonym or model"),
    TEXT(agreement_row, right_name, .doc = "Pseudonym or model"),
    REAL(agreement_row, estimate, .optional = true, .doc = "None: it cannot be known"),
    REAL(agreement_row, low, .optional = true, .doc = "95 % interval (bootstrap), from"),
    REAL(agreement_row, high, .optional = true, .doc = "to"),
    INT(agreement_row, unit_count, .doc = "Tasks with two answers or more"),
};
static const struct shape agreement_shape =
    SHAPE(agreement_row, agreement_fields, "A coefficient of agreement");

static const struct field skill_fields[] = {
    TEXT(skill_row, label, .doc = "Which label of the task type"),
    TEXT(skill_row, rater_id, .doc = "Who or what"),
    TEXT(skill_row, rater_kind, .doc = "What it is", .choices = "expert|model|outside"),
    TEXT(skill_row, rater_name, .doc = "Pseudonym or model"),
    INT(skill_row, label_count, .doc = "Answers on tasks with an inferred truth"),
    INT(skill_row, agreed_count, .doc = "Those that agree with it"),
    REAL(skill_row, accuracy, .optional = true, .doc = "Their share"),
    REAL(skill_row, low, .optional = true, .doc = "95 % interval (Wilson), from"),
    REAL(skill_row, high, .optional = true, .doc = "to"),
};
static const struct shape skill_shape =
    SHAPE(skill_row, skill_fields, "How often a rater agrees with the inferred truth");

struct quality_view {
    struct list runs;
    struct list agreements;
    struct list raters;
};
static const struct field quality_fields[] = {
    LIST(quality_view, runs, .of = &run_shape, .doc = "By label"),
    LIST(quality_view, agreements, .of = &agreement_shape, .doc = "Over all, then by pair"),
    LIST(quality_view, raters, .of = &skill_shape, .doc = "Experts and models"),
};
static const struct shape quality_shape =
    SHAPE(quality_view, quality_fields, "What is known about a campaign's answers");

static enum err serve_quality(struct call *call)
{
    struct work *work = call->work;
    struct quality_view *view = arena_new_of(work->arena, struct quality_view);
    const char *campaign_id = call->ids[0];
    struct quality_run_row *runs;
    struct agreement_row *agreements;
    struct skill_row *skills;

    TRY(quality_run_page(work,
                         &(struct quality_run_page_args){.campaign_id = campaign_id,
                                                         .organisation_id = work->organisation_id},
                         &runs, &view->runs.count));
    TRY(agreement_page(work,
                       &(struct agreement_page_args){.campaign_id = campaign_id,
                                                     .organisation_id = work->organisation_id},
                       &agreements, &view->agreements.count));
    TRY(skill_page(work,
                   &(struct skill_page_args){.campaign_id = campaign_id,
                                             .organisation_id = work->organisation_id},
                   &skills, &view->raters.count));
    view->runs.at = runs;
    view->agreements.at = agreements;
    view->raters.at = skills;
    call->reply = view;
    return OK;
}

static const struct field truth_fields[] = {
    TEXT(truth_row, task_id, .doc = "The task"),
    TEXT(truth_row, label, .doc = "Which label of the task type"),
    TEXT(truth_row, value, .doc = "The inferred answer"),
    REAL(truth_row, probability, .doc = "How probable it is, given the answers"),
    TEXT(truth_row, majority, .doc = "What most said"),
    INT(truth_row, label_count, .doc = "Answers it rests on"),
};
static const struct shape truth_shape = SHAPE(truth_row, truth_fields, "An inferred answer");

struct truth_list {
    struct list items;
    const char *next;
};
static const struct field truth_list_fields[] = {
    LIST(truth_list, items, .of = &truth_shape, .doc = "By task"),
    TEXT(truth_list, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
};
static const struct shape truth_list_shape =
    SHAPE(truth_list, truth_list_fields, "A page of inferred answers");

struct truth_query {
    const char *label;
    const char *after;
    int64_t limit;
};
static const struct truth_query truth_defaults = {.limit = PAGE_DEFAULT};
static const struct field truth_query_fields[] = {
    TEXT(truth_query, label, .doc = "Which label of the task type", .min = 1, .max = 60),
    TEXT(truth_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(truth_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
static const struct shape truth_query_shape =
    SHAPE(truth_query, truth_query_fields, "Which answers", .defaults = &truth_defaults);

static enum err serve_truths(struct call *call)
{
    const struct truth_query *query = call->query;
    struct work *work = call->work;
    struct truth_list *list = arena_new_of(work->arena, struct truth_list);
    struct truth_row *rows;
    size_t count;

    TRY(truth_page(work,
                   &(struct truth_page_args){
                       .campaign_id = call->ids[0],
                       .organisation_id = work->organisation_id,
                       .label = query->label,
                       .task_id = query->after == NULL ? "" : query->after,
                       .row_max = query->limit,
                   },
                   &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    list->next = count == (size_t)query->limit ? rows[count - 1].task_id : NULL;
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ raters from outside */

struct rater_body {
    const char *name;
    const char *kind;
};
static const struct rater_body rater_defaults = {.kind = "model"};
static const struct field rater_body_fields[] = {
    TEXT(rater_body, name, .doc = "Name, unique in the campaign", .min = 1, .max = 120),
    TEXT(rater_body, kind, .optional = true, .choices = "model|outside", .doc = "What it is"),
};
static const struct shape rater_body_shape = SHAPE(
    rater_body, rater_body_fields, "A rater who does not work here", .defaults = &rater_defaults);

static enum err serve_rater_add(struct call *call)
{
    const struct rater_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    made->id = work_new_id(work, "rat");
    enum err err = rater_insert(work, &(struct rater_insert_args){
                                          .id = made->id,
                                          .organisation_id = work->organisation_id,
                                          .campaign_id = call->ids[0],
                                          .name = body->name,
                                          .kind = body->kind,
                                          .created_at = work->now_us,
                                          .created_by = work->who->person_id,
                                      });

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "this campaign has a rater \"%s\" already",
                               body->name);
    }
    TRY(err);
    call->reply = made;
    return OK;
}

struct judgement_item {
    const char *task_id;
    const char *external_id;
    const char *answer;
};
static const struct field judgement_item_fields[] = {
    TEXT(judgement_item, task_id, .optional = true, .max = 40, .doc = "The task, or"),
    TEXT(judgement_item, external_id, .optional = true, .max = 200,
         .doc = "the client's own identifier of it"),
    JSON(judgement_item, answer, .min = 2, .max = 200000,
         .doc = "The answer, by the task type's schema"),
};
static const struct shape judgement_item_shape =
    SHAPE(judgement_item, judgement_item_fields, "A judgement");

struct judgements_body {
    struct list items;
};
static const struct field judgements_body_fields[] = {
    LIST(judgements_body, items, .of = &judgement_item_shape, .min = 1, .max = 1000,
         .doc = "Judgements; those that are there already are left alone"),
};
static const struct shape judgements_body_shape =
    SHAPE(judgements_body, judgements_body_fields, "Judgements of one rater");

/* What belongs to another campaign sounds like what does not exist. */
static enum err check_task(struct work *work, const char *campaign_id, const char *task_id)
{
    struct task_row task = {0};
    enum err err = task_find(work, task_id, &task);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(task.campaign_id, campaign_id) != 0)) {
        return work_fail_field(work, ERR_INVALID, "items", "the campaign has no task %.40s",
                               task_id);
    }
    return err;
}

static enum err task_of(struct work *work, const char *campaign_id,
                        const struct judgement_item *item, const char **task_id)
{
    struct judged_task_row row;

    if (item->task_id != NULL) {
        *task_id = item->task_id;
        return check_task(work, campaign_id, item->task_id);
    }
    if (item->external_id == NULL) {
        return work_fail_field(work, ERR_INVALID, "items",
                               "name the task by task_id or external_id");
    }
    enum err err = judged_task(work,
                               &(struct judged_task_args){.campaign_id = campaign_id,
                                                          .organisation_id = work->organisation_id,
                                                          .external_id = item->external_id},
                               &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "items",
                               "the campaign has no task with the identifier \"%.60s\"",
                               item->external_id);
    }
    TRY(err);
    *task_id = row.id;
    return OK;
}

static enum err serve_judgements(struct call *call)
{
    const struct judgements_body *body = call->body;
    const struct judgement_item *items = body->items.at;
    struct work *work = call->work;
    struct rater_find_row rater;

    TRY(rater_find(work,
                   &(struct rater_find_args){.id = call->ids[1],
                                             .campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
                   &rater));
    for (size_t i = 0; i < body->items.count; i++) {
        const char *task_id = NULL;

        TRY(task_of(work, call->ids[0], &items[i], &task_id));
        TRY(answer_check(work, call->ids[0], items[i].answer));
        TRY(judgement_put(work, &(struct judgement_put_args){
                                    .id = work_new_id(work, "jud"),
                                    .organisation_id = work->organisation_id,
                                    .campaign_id = call->ids[0],
                                    .task_id = task_id,
                                    .rater_id = call->ids[1],
                                    .answer = items[i].answer,
                                    .happened_at = work->now_us,
                                }));
    }
    quality_stir(work, call->ids[0]);
    call->reply = &done;
    return OK;
}

static enum err serve_stir(struct call *call)
{
    quality_stir(call->work, call->ids[0]);
    call->reply = &done;
    return OK;
}

#define OFFICES (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/quality", serve_quality, OFFICES, 200,
     .owner = campaign_owner, .reply = &quality_shape,
     .summary = "Show agreement and how often each rater is right", .command = "quality show"},
    {POST, "/v1/campaigns/{campaign_id}/quality-runs", serve_stir, ROLE_OPERATOR, 202, ROUTE_WRITES,
     .owner = campaign_owner, .reply = &nothing_shape,
     .summary = "Compute a campaign's quality anew, soon", .command = "quality run"},
    {GET, "/v1/campaigns/{campaign_id}/truths", serve_truths, OFFICES, 200, .owner = campaign_owner,
     .query = &truth_query_shape, .reply = &truth_list_shape,
     .summary = "List the inferred answers", .command = "quality truths"},
    {POST, "/v1/campaigns/{campaign_id}/raters", serve_rater_add, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .owner = campaign_owner, .body = &rater_body_shape, .reply = &made_shape,
     .summary = "Add a model or a person outside as a rater", .command = "rater add"},
    {POST, "/v1/campaigns/{campaign_id}/raters/{rater_id}/judgements", serve_judgements,
     ROLE_OPERATOR, 201, ROUTE_WRITES, .owner = campaign_owner, .body_max = 8 << 20,
     .body = &judgements_body_shape, .reply = &nothing_shape,
     .summary = "Import judgements of a rater", .command = "rater judge"},
};

static const struct job_kind *const jobs[] = {&quality_job};

const struct slice quality_slice = {.name = "quality",
                                    .routes = routes,
                                    .route_count = COUNT(routes),
                                    .jobs = jobs,
                                    .job_count = COUNT(jobs)};
