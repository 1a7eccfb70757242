#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/quality/quality.h"
#include "slice/quality/quality_http.h"
#include "slice/quality/quality_job.h"
#include "slice/quality/quality_sql.h"
#include "slice/slice.h"
#include "slice/task/task.h"
#include "store/work.h"

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
    INT(quality_run_row, gold_count, .doc = "Tasks among them whose answer was known"),
    TIME(quality_run_row, facts_at, .doc = "Newest answer or judgement that it rests on"),
};
static const struct shape run_shape =
    SHAPE(quality_run_row, run_fields, "How truth was inferred for one label");

static const struct field agreement_fields[] = {
    TEXT(agreement_row, label, .doc = "Which label of the task type"),
    TEXT(agreement_row, stratum, .doc = "Domain of the tasks; empty: all"),
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
    TEXT(skill_row, domain, .doc = "Domain of the tasks; empty: all"),
    INT(skill_row, label_count, .doc = "Answers on tasks with an inferred truth"),
    INT(skill_row, agreed_count, .doc = "Those that agree with it"),
    REAL(skill_row, accuracy, .optional = true,
         .doc = "Chance of a right answer on a task of average difficulty; none: too few answers"),
    REAL(skill_row, low, .optional = true,
         .doc = "95 % interval (experts: posterior; others: Wilson), from"),
    REAL(skill_row, high, .optional = true, .doc = "to"),
    REAL(skill_row, plain, .optional = true, .doc = "The same, difficulty aside"),
    INT(skill_row, others_count, .doc = "Tasks among them that two others or more answered"),
    REAL(skill_row, others_agree, .optional = true,
         .doc = "How often two others agree on these: how hard they were"),
    REAL(skill_row, all_agree, .optional = true, .doc = "How often two others agree in general"),
    INT(skill_row, gold_count, .doc = "Tasks among them whose answer was known"),
    INT(skill_row, gold_right, .doc = "Those that were met"),
    INT(skill_row, is_top, .doc = "1: in the top group, which the intervals set apart"),
};
static const struct shape skill_shape =
    SHAPE(skill_row, skill_fields, "How good a rater is, by domain");

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
    TEXT(truth_row, stratum, .doc = "Domain of the task"),
    INT(truth_row, is_gold, .doc = "1: the answer was known"),
};
static const struct shape truth_shape = SHAPE(truth_row, truth_fields, "An inferred answer");

static const struct field truth_list_fields[] = PAGE_FIELDS(truth_shape, "By task");
static const struct shape truth_list_shape =
    PAGE_SHAPE(truth_list, truth_list_fields, "A page of inferred answers");

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
    struct truth_row *rows;
    size_t count;

    TRY(truth_page(work,
                   &(struct truth_page_args){
                       .campaign_id = call->ids[0],
                       .organisation_id = work->organisation_id,
                       .label = query->label,
                       .task_id = page_after(query->after, ""),
                       .row_max = query->limit,
                   },
                   &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, task_id));
}

struct run_asked {
    const char *job_id;
};
static const struct field run_asked_fields[] = {
    TEXT(run_asked, job_id, .doc = "The job that computes it, from what is known when it starts"),
};
static const struct shape run_asked_shape =
    SHAPE(run_asked, run_asked_fields, "A computation that was asked for");

static enum err serve_run(struct call *call)
{
    struct run_asked *asked = arena_new_of(call->work->arena, struct run_asked);

    TRY(job_request(call->work, QUALITY_JOB,
                    arena_print(call->work->arena, "{\"campaign_id\":\"%s\"}", call->ids[0]),
                    call->ids[0], &asked->job_id));
    call->reply = asked;
    return OK;
}

#define OFFICES (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/quality", serve_quality, OFFICES, 200,
     .owner = campaign_owner, .reply = &quality_shape,
     .summary = "Show agreement and how often each rater is right", .command = "quality show"},
    {POST, "/v1/campaigns/{campaign_id}/quality-runs", serve_run, ROLE_OPERATOR, 202, ROUTE_WRITES,
     .owner = campaign_owner, .reply = &run_asked_shape, .fills = "/v1/jobs/{job_id}",
     .summary = "Compute a campaign's quality anew, soon", .command = "quality run"},
    {GET, "/v1/campaigns/{campaign_id}/truths", serve_truths, OFFICES, 200, .owner = campaign_owner,
     .query = &truth_query_shape, .reply = &truth_list_shape,
     .summary = "List the inferred answers", .command = "quality truths"},
    {POST, "/v1/campaigns/{campaign_id}/raters", quality_serve_rater_add, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body = &rater_body_shape, .reply = &made_shape,
     .summary = "Add a model or a person outside as a rater", .command = "rater add"},
    {POST, "/v1/campaigns/{campaign_id}/raters/{rater_id}/judgements", quality_serve_judgements,
     ROLE_OPERATOR, 201, ROUTE_WRITES, .owner = campaign_owner, .body_max = 8 << 20,
     .body = &judgements_body_shape, .reply = &nothing_shape,
     .summary = "Import judgements of a rater", .command = "rater judge"},
    {PUT, "/v1/campaigns/{campaign_id}/stop-rule", quality_serve_stop_set, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .body = &stop_body_shape, .reply = &nothing_shape,
     .summary = "Stop asking for answers to a task when its own is sure",
     .command = "quality stop"},
    {DELETE, "/v1/campaigns/{campaign_id}/stop-rule", quality_serve_stop_clear, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .reply = &nothing_shape,
     .summary = "Ask for as many answers to each task again", .command = "quality unstop"},
    {GET, "/v1/campaigns/{campaign_id}/stop-rule", quality_serve_saving, OFFICES, 200,
     .owner = campaign_owner, .reply = &saving_shape,
     .summary = "Show the stop rule, and what it saved", .command = "quality saved"},
    {GET, "/v1/campaigns/{campaign_id}/demands", quality_serve_demands, OFFICES, 200,
     .owner = campaign_owner, .query = &demand_query_shape, .reply = &demand_list_shape,
     .summary = "List tasks by what the stop rule decided", .command = "quality demands"},
    {GET, "/v1/tasks/{task_id}/demand-events", quality_serve_demand_events, OFFICES, 200,
     .owner = task_owner, .reply = &demand_event_list_shape,
     .summary = "Show how the number of answers that a task wants came to be",
     .command = "task demand"},
    {GET, "/v1/campaigns/{campaign_id}/quality/confusion", quality_serve_confusion, OFFICES, 200,
     .owner = campaign_owner, .query = &confusion_query_shape, .reply = &confusion_list_shape,
     .summary = "Show what is said for what", .command = "quality confusion"},
    {GET, "/v1/campaigns/{campaign_id}/quality/answers", quality_serve_answers, OFFICES, 200,
     .owner = campaign_owner, .query = &answers_query_shape, .reply = &answer_list_shape,
     .summary = "List the answers behind a number", .command = "quality answers"},
    {GET, "/v1/campaigns/{campaign_id}/quality/checks", quality_serve_checks,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR, 200, .owner = campaign_owner,
     .query = &checks_query_shape, .reply = &met_list_shape,
     .summary = "List an expert's answers to known tasks", .command = "quality checks"},
    {GET, "/v1/campaigns/{campaign_id}/quality/hard", quality_serve_hard, OFFICES, 200,
     .owner = campaign_owner, .query = &truth_query_shape, .reply = &truth_list_shape,
     .summary = "List the least certain answers", .command = "quality hard"},
    {GET, "/v1/campaigns/{campaign_id}/quality/biases", quality_serve_biases, OFFICES, 200,
     .owner = campaign_owner, .reply = &bias_list_shape,
     .summary = "Show habits of experts: first place, length, own word",
     .command = "quality biases"},
    {GET, "/v1/campaigns/{campaign_id}/quality/forecast", quality_serve_forecast, OFFICES, 200,
     .owner = campaign_owner, .reply = &forecast_view_shape,
     .summary = "Show what more judgements would bring", .command = "quality forecast"},
    {GET, "/v1/campaigns/{campaign_id}/quality/next", quality_serve_routing, OFFICES, 200,
     .owner = campaign_owner, .reply = &routing_list_shape,
     .summary = "Show what the next hundred judgements should be", .command = "quality next"},
    {GET, "/v1/campaigns/{campaign_id}/quality/clauses", quality_serve_clauses, OFFICES, 200,
     .owner = campaign_owner, .reply = &clause_list_shape,
     .summary = "Show how ambiguous each clause is", .command = "quality clauses"},
    {GET, "/v1/campaigns/{campaign_id}/quality/reviews", quality_serve_reviews, OFFICES, 200,
     .owner = campaign_owner, .query = &reviewed_query_shape, .reply = &reviewed_list_shape,
     .summary = "List the reviews behind a number", .command = "quality reviews"},
    {GET, "/v1/campaigns/{campaign_id}/quality/reviewers", quality_serve_reviewers,
     ROLE_OPERATOR | ROLE_AUDITOR, 200, .owner = campaign_owner, .reply = &reviewer_list_shape,
     .summary = "Show how reviewers judge", .command = "quality reviewers"},
    {GET, "/v1/campaigns/{campaign_id}/quality/alerts", quality_serve_alerts,
     ROLE_OPERATOR | ROLE_AUDITOR, 200, .owner = campaign_owner, .reply = &alert_list_shape,
     .summary = "List what a person should look at", .command = "quality alerts"},
    {GET, "/v1/campaigns/{campaign_id}/quality/alert-items", quality_serve_alert_items,
     ROLE_OPERATOR | ROLE_AUDITOR, 200, .owner = campaign_owner, .query = &alert_query_shape,
     .reply = &alert_item_list_shape, .summary = "Show the answers of an alert side by side",
     .command = "quality alert-items"},
    {POST, "/v1/campaigns/{campaign_id}/quality/findings", quality_serve_finding, ROLE_OPERATOR,
     201, ROUTE_WRITES, .owner = campaign_owner, .body = &finding_body_shape,
     .reply = &nothing_shape, .summary = "Say what you make of an alert",
     .command = "quality find"},
    {GET, "/v1/skill", quality_serve_own, ROLE_EXPERT, 200, .reply = &own_skill_view_shape,
     .summary = "Show the own figures, their formula and inputs", .command = "skill show"},
};

static const struct job_kind *const jobs[] = {&quality_job};

const struct slice quality_slice = {.name = "quality",
                                    .routes = routes,
                                    .route_count = COUNT(routes),
                                    .jobs = jobs,
                                    .job_count = COUNT(jobs)};
