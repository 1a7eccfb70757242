#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/calibrate/calibrate.h"
#include "slice/calibrate/calibrate_rule.h"
#include "slice/calibrate/calibrate_sql.h"
#include "slice/calibrate/calibration_view.h"
#include "slice/calibrate/call_http.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_shape.h"
#include "slice/engage/engage_sql.h"
#include "slice/slice.h"
#include "slice/task/task.h"
#include "slice/task/task_count.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ policy */

struct calibration_policy_body {
    int64_t task_count;
    int64_t pass_count;
    int64_t attempt_max;
};
static const struct field policy_body_fields[] = {
    INT(calibration_policy_body, task_count, .min = 1, .max = 100,
        .doc = "Tasks of an attempt; each is answered, with feedback at once"),
    INT(calibration_policy_body, pass_count, .min = 1, .max = 100,
        .doc = "So many of them have to be right"),
    INT(calibration_policy_body, attempt_max, .min = 1, .max = 10, .doc = "Attempts that one has"),
};
static const struct shape policy_body_shape =
    SHAPE(calibration_policy_body, policy_body_fields, "When a calibration is passed");

static enum err count_tasks(struct work *work, const char *campaign_id, int64_t *out)
{
    struct calibration_task_count_row row;

    TRY(calibration_task_count(
        work,
        &(struct calibration_task_count_args){.campaign_id = campaign_id,
                                              .organisation_id = work->organisation_id},
        &row));
    *out = row.task_count;
    return OK;
}

static enum err serve_policy(struct call *call)
{
    const struct calibration_policy_body *body = call->body;
    struct work *work = call->work;
    int64_t available;

    TRY(count_tasks(work, call->ids[0], &available));
    const char *refusal = calibration_policy_refusal(body->task_count, body->pass_count, available);

    if (refusal != NULL) {
        return work_fail_field(work, ERR_CONFLICT, "task_count", "%s", refusal);
    }
    TRY(calibration_policy_put(
        work, &(struct calibration_policy_put_args){.campaign_id = call->ids[0],
                                                    .organisation_id = work->organisation_id,
                                                    .task_count = body->task_count,
                                                    .pass_count = body->pass_count,
                                                    .attempt_max = body->attempt_max,
                                                    .changed_at = work->now_us,
                                                    .changed_by = work->who->person_id}));
    TRY(audit(work, "calibration.policy", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ tasks */

struct calibration_task_body {
    const char *task_id;
    const char *answer;
    const char *clause_code;
    const char *message;
};
static const struct field task_body_fields[] = {
    TEXT(calibration_task_body, task_id, .min = 1, .max = 40,
         .doc = "A task that nobody has worked on; it is not handed out any more"),
    JSON(calibration_task_body, answer, .min = 2, .max = 200000, .doc = "The known answer"),
    TEXT(calibration_task_body, clause_code, .min = 1, .max = 40,
         .doc = "The clause that settles it"),
    TEXT(calibration_task_body, message, .min = 3, .max = 4000,
         .doc = "Why it is the answer; the expert reads it afterwards"),
};
static const struct shape task_body_shape =
    SHAPE(calibration_task_body, task_body_fields, "A task to calibrate by");

/* Whoever calibrates is told the answer, so the task must be of no other use. */
static enum err check_task(struct work *work, const char *campaign_id, const char *task_id)
{
    struct task_row task;
    struct calibration_gold_of_row gold;
    struct calibration_answered_row answered;
    enum err err = task_find(work, task_id, &task);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(task.campaign_id, campaign_id) != 0)) {
        return work_fail_field(work, ERR_INVALID, "task_id", "the campaign has no task %.40s",
                               task_id);
    }
    TRY(err);
    err = calibration_gold_of(work,
                              &(struct calibration_gold_of_args){
                                  .task_id = task_id, .organisation_id = work->organisation_id},
                              &gold);
    if (err == OK) {
        return work_fail_field(work, ERR_CONFLICT, "task_id",
                               "this task is gold, and calibration would tell its answer");
    }
    if (err == ERR_NOT_FOUND) {
        err =
            calibration_answered(work,
                                 &(struct calibration_answered_args){
                                     .task_id = task_id, .organisation_id = work->organisation_id},
                                 &answered);
    }
    if (err == OK) {
        return work_fail_field(work, ERR_CONFLICT, "task_id",
                               "somebody has answered this task already; take one that is new");
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err check_clause(struct work *work, const char *campaign_id, const char *code)
{
    struct campaign_row campaign;
    struct guideline_clause_find_row clause;

    TRY(campaign_find(work, campaign_id, &campaign));
    enum err err = guideline_clause_find(
        work,
        &(struct guideline_clause_find_args){
            .guideline_id = campaign.guideline_id == NULL ? "" : campaign.guideline_id,
            .organisation_id = work->organisation_id,
            .code = code},
        &clause);

    return err == ERR_NOT_FOUND
               ? work_fail_field(work, ERR_INVALID, "clause_code",
                                 "the guideline in force has no clause %.40s", code)
               : err;
}

static enum err serve_task_add(struct call *call)
{
    const struct calibration_task_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    TRY(check_task(work, call->ids[0], body->task_id));
    TRY(check_clause(work, call->ids[0], body->clause_code));
    TRY(answer_check(work, call->ids[0], body->answer));
    made->id = work_new_id(work, "cal");
    enum err err = calibration_task_insert(
        work, &(struct calibration_task_insert_args){.id = made->id,
                                                     .organisation_id = work->organisation_id,
                                                     .campaign_id = call->ids[0],
                                                     .task_id = body->task_id,
                                                     .answer = body->answer,
                                                     .clause_code = body->clause_code,
                                                     .message = body->message,
                                                     .added_at = work->now_us,
                                                     .added_by = work->who->person_id});

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "task_id", "this task calibrates already, or did");
    }
    TRY(err);
    TRY(task_hold(work, call->ids[0], body->task_id));
    TRY(audit(work, "calibration.task_add", made->id, "{}"));
    call->reply = made;
    return OK;
}

/* It stays out of the queue: some know its answer. */
static enum err serve_task_retire(struct call *call)
{
    struct work *work = call->work;
    int64_t affected;

    TRY(calibration_task_retire(
        work,
        &(struct calibration_task_retire_args){.id = call->ids[1],
                                               .campaign_id = call->ids[0],
                                               .organisation_id = work->organisation_id,
                                               .retired_at = work->now_us},
        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such calibration task in use");
    }
    TRY(audit(work, "calibration.task_retire", call->ids[1], "{}"));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ the whole of it */

static const struct field task_fields[] = {
    TEXT(calibration_task_row, id, .doc = "Identifier, `cal_` and 26 characters"),
    TEXT(calibration_task_row, task_id, .doc = "The task"),
    TEXT(calibration_task_row, external_id, .optional = true, .doc = "The client's identifier"),
    JSON(calibration_task_row, payload, .doc = "What it shows"),
    JSON(calibration_task_row, answer, .doc = "The known answer"),
    TEXT(calibration_task_row, clause_code, .doc = "The clause that settles it"),
    TEXT(calibration_task_row, message, .doc = "Why it is the answer"),
    INT(calibration_task_row, answered, .doc = "How often it was answered"),
    INT(calibration_task_row, missed, .doc = "How often otherwise"),
    TIME(calibration_task_row, added_at, .doc = "Since when"),
    TIME(calibration_task_row, retired_at, .optional = true, .doc = "Until when"),
};
static const struct shape task_shape =
    SHAPE(calibration_task_row, task_fields, "A task to calibrate by");

static const struct field person_fields[] = {
    TEXT(calibration_person_row, engagement_id, .doc = "The engagement"),
    TEXT(calibration_person_row, name, .doc = "Who"),
    INT(calibration_person_row, try_number, .doc = "Which attempt"),
    INT(calibration_person_row, task_count, .doc = "Tasks of it"),
    INT(calibration_person_row, pass_count, .doc = "That had to be right"),
    INT(calibration_person_row, right_count, .doc = "That were"),
    TEXT(calibration_person_row, state, .choices = "running|passed|failed", .doc = "Where it is"),
    TIME(calibration_person_row, begun_at, .doc = "When it began"),
    TIME(calibration_person_row, ended_at, .optional = true, .doc = "When it ended"),
};
static const struct shape person_shape =
    SHAPE(calibration_person_row, person_fields, "An attempt of somebody");

struct calibration_view {
    int64_t task_count;
    int64_t pass_count;
    int64_t attempt_max;
    struct list tasks;
    struct list tries;
};
static const struct field view_fields[] = {
    INT(calibration_view, task_count, .optional = true,
        .doc = "Tasks of an attempt; none: nothing stands between acceptance and the queue"),
    INT(calibration_view, pass_count, .optional = true, .doc = "So many have to be right"),
    INT(calibration_view, attempt_max, .optional = true, .doc = "Attempts that one has"),
    LIST(calibration_view, tasks, .of = &task_shape, .doc = "Oldest first"),
    LIST(calibration_view, tries, .of = &person_shape, .doc = "Newest first"),
};
static const struct shape view_shape =
    SHAPE(calibration_view, view_fields, "A campaign's calibration");

static enum err serve_show(struct call *call)
{
    struct work *work = call->work;
    struct calibration_view *view = arena_new_of(work->arena, struct calibration_view);
    struct calibration_policy_row policy = {
        .task_count = INT_ABSENT, .pass_count = INT_ABSENT, .attempt_max = INT_ABSENT};
    struct calibration_task_row *tasks;
    struct calibration_person_row *tries;
    enum err err = calibration_policy_of(
        work,
        &(struct calibration_policy_of_args){.campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
        &policy);

    if (err != ERR_NOT_FOUND) {
        TRY(err);
    }
    TRY(calibration_task_page(
        work,
        &(struct calibration_task_page_args){.campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
        &tasks, &view->tasks.count));
    TRY(calibration_people(
        work,
        &(struct calibration_people_args){.campaign_id = call->ids[0],
                                          .organisation_id = work->organisation_id},
        &tries, &view->tries.count));
    view->task_count = policy.task_count;
    view->pass_count = policy.pass_count;
    view->attempt_max = policy.attempt_max;
    view->tasks.at = tasks;
    view->tries.at = tries;
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ one attempt more */

struct calibration_grant_body {
    const char *engagement_id;
    const char *reason;
};
static const struct field grant_fields[] = {
    TEXT(calibration_grant_body, engagement_id, .min = 1, .max = 40, .doc = "To whom"),
    TEXT(calibration_grant_body, reason, .min = 3, .max = 500, .doc = "Why; the person reads it"),
};
static const struct shape grant_shape =
    SHAPE(calibration_grant_body, grant_fields, "One attempt more");

static enum err serve_grant(struct call *call)
{
    const struct calibration_grant_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct engagement_found engagement;
    enum err err =
        engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = body->engagement_id,
                                                         .organisation_id = work->organisation_id},
                         &engagement);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(engagement.campaign_id, call->ids[0]) != 0)) {
        return work_fail_field(work, ERR_INVALID, "engagement_id",
                               "there is no such engagement on this campaign");
    }
    TRY(err);
    made->id = work_new_id(work, "cgr");
    TRY(calibration_grant_insert(
        work, &(struct calibration_grant_insert_args){.id = made->id,
                                                      .organisation_id = work->organisation_id,
                                                      .engagement_id = engagement.id,
                                                      .reason = body->reason,
                                                      .granted_by = work->who->person_id,
                                                      .granted_at = work->now_us}));
    TRY(notify(work,
               &(struct notice_draft){
                   .person_id = engagement.person_id,
                   .kind = "engagement",
                   .title = arena_print(work->arena, "Another attempt at the calibration of %s",
                                        engagement.campaign_name),
                   .message = body->reason,
                   .link = "/offers"}));
    TRY(audit(work, "calibration.grant", made->id, "{}"));
    call->reply = made;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/calibration", serve_show, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .reply = &view_shape,
     .summary = "Show what experts do before a campaign's queue opens, and how they did",
     .command = "calibration show"},
    {PUT, "/v1/campaigns/{campaign_id}/calibration", serve_policy, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = campaign_owner, .body = &policy_body_shape, .reply = &nothing_shape,
     .summary = "Say when a calibration is passed", .command = "calibration policy"},
    {POST, "/v1/campaigns/{campaign_id}/calibration-tasks", serve_task_add, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body = &task_body_shape, .reply = &made_shape,
     .summary = "Take a task for calibration, with its answer", .command = "calibration add"},
    {DELETE, "/v1/campaigns/{campaign_id}/calibration-tasks/{calibration_task_id}",
     serve_task_retire, ROLE_OPERATOR, 200, ROUTE_WRITES, .owner = campaign_owner,
     .reply = &nothing_shape, .summary = "Calibrate by a task no longer",
     .command = "calibration retire"},
    {POST, "/v1/campaigns/{campaign_id}/calibration-grants", serve_grant, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body = &grant_shape, .reply = &made_shape,
     .summary = "Grant somebody one attempt more", .command = "calibration grant"},
    {GET, "/v1/campaigns/{campaign_id}/calibration-standings", call_serve_standings, ROLE_OPERATOR,
     200, .owner = campaign_owner, .reply = &calibration_standing_list_shape,
     .summary = "List under which guideline each expert of a team is calibrated",
     .command = "calibration standings"},
    {POST, "/v1/campaigns/{campaign_id}/calibration-calls", call_serve_ask, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .body = &calibration_call_body_shape,
     .reply = &calibration_called_shape,
     .summary = "Say that a change of the guideline is material: who was calibrated before it has "
                "to pass again",
     .command = "calibration call"},
    {GET, "/v1/engagements/{engagement_id}/calibration", call_serve_show,
     ROLE_OPERATOR | ROLE_EXPERT, 200, .owner = engage_owner, .reply = &calibration_state_shape,
     .summary = "Show how far a calibration of the team is, and its next task",
     .command = "engagement calibration"},
    {POST, "/v1/engagements/{engagement_id}/calibration", call_serve_answer, ROLE_EXPERT, 200,
     ROUTE_WRITES, .owner = engage_owner, .body = &calibration_answer_shape,
     .reply = &calibration_feedback_shape,
     .summary = "Answer a calibration task of the team, and read what the answer is",
     .command = "engagement calibrate"},
    {POST, "/v1/campaigns/{campaign_id}/engagements", call_serve_join, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body = &engagement_body_shape, .reply = &made_shape,
     .summary = "Put a person on a campaign's team", .command = "engagement add"},
};

const struct slice calibrate_slice = {
    .name = "calibrate", .routes = routes, .route_count = COUNT(routes)};
