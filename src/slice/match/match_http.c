#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/expert/expert_sql.h"
#include "slice/match/budget.h"
#include "slice/match/build.h"
#include "slice/match/match.h"
#include "slice/match/match_sql.h"
#include "slice/match/proposal.h"
#include "slice/match/question.h"
#include "slice/match/requirement.h"
#include "slice/match/run.h"
#include "slice/slice.h"
#include "store/work.h"
#include "sys/secret.h"

#define CAP_LEAST 0.0625

/* Who may see a run may reach every client in it. */
static enum err run_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct match_run_is_there_row row;
    struct match_run_ungranted_row ungranted = {0};
    enum err err = match_run_is_there(
        work,
        &(struct match_run_is_there_args){.id = id, .organisation_id = work->who->organisation_id},
        &row);

    if (err == OK) {
        TRY(match_run_ungranted(
            work,
            &(struct match_run_ungranted_args){.run_id = id, .person_id = work->who->person_id},
            &ungranted));
        err = ungranted.ask_count > 0 ? ERR_NOT_FOUND : OK;
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no match run %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = work->who->organisation_id;
    return OK;
}

/* ------------------------------------------------------------------ begin */

struct match_begun {
    const char *run_id;
    const char *job_id;
};
static const struct field begun_fields[] = {
    TEXT(match_begun, run_id, .doc = "The run, once the job is done"),
    TEXT(match_begun, job_id, .doc = "The job that makes it"),
};
static const struct shape begun_shape = SHAPE(match_begun, begun_fields, "Work that has begun");

static enum err begin(struct call *call, const char *kind, const char *run_id, const char *options)
{
    struct work *work = call->work;
    struct match_begun *begun = arena_new_of(work->arena, struct match_begun);

    begun->run_id = run_id;
    TRY(job_request(work, kind,
                    arena_print(work->arena,
                                "{\"run_id\":\"%s\",\"person_id\":\"%s\",\"options\":%s}", run_id,
                                work->who->person_id, options),
                    NULL, &begun->job_id));
    TRY(audit(work, kind, run_id, "{}"));
    call->reply = begun;
    return OK;
}

/* What cannot be is said at once, not by the job. */
static enum err check_options(struct work *work, const struct match_options_view *options)
{
    struct expert_pool_row pool;

    if (options->spread > 0 && !(options->spread * 2 * options->cap <= 1 && options->cap > 0)) {
        return work_fail_field(work, ERR_INVALID, "spread",
                               "a spread needs a cap, and is at most half of 1 / cap");
    }
    if (options->cap > 0 && options->cap < CAP_LEAST) {
        return work_fail_field(work, ERR_INVALID, "cap",
                               "chances are drawn in sixteenths: a cap is 0.0625 at least");
    }
    if (options->floor_pool_id == NULL) {
        return OK;
    }
    enum err err = expert_pool_by_id(
        work,
        &(struct expert_pool_by_id_args){.id = options->floor_pool_id,
                                         .organisation_id = work->who->organisation_id},
        &pool);

    return err == ERR_NOT_FOUND ? work_fail_field(work, ERR_INVALID, "floor_pool_id",
                                                  "there is no pool %.40s", options->floor_pool_id)
                                : err;
}

/* Whoever could guess the seed of a drawing could choose its winners. */
static int64_t seed_of(const struct match_options_view *options)
{
    uint64_t drawn;

    if (options->seed != INT_ABSENT) {
        return options->seed;
    }
    secret_random(&drawn, sizeof(drawn));
    return options->cap > 0 ? (int64_t)(drawn >> 12) : 1;
}

static enum err serve_begin(struct call *call)
{
    struct match_options_view options = *(const struct match_options_view *)call->body;
    struct work *work = call->work;

    work->organisation_id = work->who->organisation_id;
    TRY(check_options(work, &options));
    options.seed = seed_of(&options);
    return begin(call, MATCH_JOB, work_new_id(work, "mrn"), match_options_text(work, &options));
}

static enum err serve_replay(struct call *call)
{
    return begin(call, MATCH_REPLAY_JOB, call->ids[0], "{}");
}

/* ------------------------------------------------------------------ runs */

#define RUN_FIELDS(type)                                                                           \
    TEXT(type, id, .doc = "Identifier, `mrn_` and 26 characters"),                                 \
        INT(type, pool_version, .doc = "Version of the pool that was read"),                       \
        INT(type, seed, .doc = "Seed"), JSON(type, options, .doc = "Options"),                     \
        TEXT(type, engine_version, .doc = "Engine"),                                               \
        TEXT(type, input_hash, .doc = "SHA-256 of requirements, walls and teams as read"),         \
        TEXT(type, result_hash, .doc = "SHA-256 of seats and prices; a replay gives the same"),    \
        INT(type, expert_count, .doc = "Profiles that were read"),                                 \
        INT(type, wanted_count, .doc = "Seats to fill"), INT(type, filled_count, .doc = "Filled"), \
        REAL(type, total_score, .doc = "Sum of the scores of all seats"),                          \
        REAL(type, free_score, .doc = "The same of the best team without limits"),                 \
        INT(type, is_optimal, .doc = "1: proven that no team is better"),                          \
        INT(type, gap, .doc = "Millionths between the score and its proven bound; 0 if optimal"),  \
        TIME(type, created_at, .doc = "When it was made")

static const struct field run_fields[] = {RUN_FIELDS(match_run_row)};
static const struct shape run_shape = SHAPE(match_run_row, run_fields, "A match run");

static const struct field match_run_list_fields[] = PAGE_FIELDS(run_shape, "Newest first");
static const struct shape match_run_list_shape =
    PAGE_SHAPE(match_run_list, match_run_list_fields, "A page of match runs");

static const struct field ask_fields[] = {
    INT(match_ask_row, position, .doc = "Place in the run"),
    TEXT(match_ask_row, campaign_id, .doc = "Campaign"),
    TEXT(match_ask_row, campaign_name, .doc = "Its name"),
    TEXT(match_ask_row, requirement_id, .doc = "Requirement"),
    TEXT(match_ask_row, name, .doc = "Its name"),
    INT(match_ask_row, requirement_version, .doc = "Version that was read"),
    INT(match_ask_row, wanted_count, .doc = "Seats to fill"),
    INT(match_ask_row, filled_count, .doc = "Filled"),
    INT(match_ask_row, eligible_count, .doc = "Experts that pass every check"),
    INT(match_ask_row, considered_count, .doc = "Experts that were scored"),
    INT(match_ask_row, price, .doc = "What one seat more would cost the others, in millionths"),
    JSON(match_ask_row, relaxed,
         .doc = "Which check shuts out how many by itself: what to relax, the most useful first"),
};
static const struct shape ask_shape = SHAPE(match_ask_row, ask_fields, "A requirement in a run");

static const struct field limit_fields[] = {
    TEXT(match_limit_row, kind, .choices = "budget|bound|floor|cap|once",
         .doc = "What it bounds; once: an expert sits once in a campaign"),
    TEXT(match_limit_row, campaign_id, .optional = true, .doc = "Of a budget or bound: campaign"),
    TEXT(match_limit_row, requirement_id, .optional = true, .doc = "Of a bound: requirement"),
    TEXT(match_limit_row, person_id, .optional = true, .doc = "Of a floor: who"),
    TEXT(match_limit_row, words, .doc = "In words"),
    INT(match_limit_row, given,
        .doc = "Seats, those held before the run too; of a budget, what the run's seats cost a "
               "week, in minor units; of `once`, experts that it keeps from a second seat"),
    INT(match_limit_row, lacking, .doc = "Seats to its least"),
    INT(match_limit_row, does_bind, .doc = "1: the team could be better without it"),
    REAL(match_limit_row, worth,
         .doc =
             "About what one seat, or a hundred minor units, less strict would add to the score"),
};
static const struct shape limit_shape =
    SHAPE(match_limit_row, limit_fields, "What became of a limit");

struct match_run_view {
    const char *id;
    int64_t pool_version;
    int64_t seed;
    const char *options;
    const char *engine_version;
    const char *input_hash;
    const char *result_hash;
    int64_t expert_count;
    int64_t wanted_count;
    int64_t filled_count;
    double total_score;
    double free_score;
    int64_t is_optimal;
    int64_t gap;
    int64_t created_at;
    struct list asks;
    struct list limits;
};
static const struct field match_run_view_fields[] = {
    RUN_FIELDS(match_run_view),
    LIST(match_run_view, asks, .of = &ask_shape, .doc = "Each requirement"),
    LIST(match_run_view, limits, .of = &limit_shape, .doc = "Each limit that it kept"),
};
static const struct shape match_run_view_shape =
    SHAPE(match_run_view, match_run_view_fields, "A match run with its requirements");

static enum err view(struct work *work, const char *run_id, const char *house_id,
                     struct match_run_view *out)
{
    struct match_run_row row;
    struct match_ask_row *asks;
    struct match_limit_row *limits;
    size_t count;
    size_t limit_count;

    TRY(match_run_by_id(
        work, &(struct match_run_by_id_args){.id = run_id, .organisation_id = house_id}, &row));
    TRY(match_asks(work, &(struct match_asks_args){.run_id = run_id}, &asks, &count));
    TRY(match_limits_of(work, &(struct match_limits_of_args){.run_id = run_id}, &limits,
                        &limit_count));
    *out = (struct match_run_view){.id = row.id,
                                   .pool_version = row.pool_version,
                                   .seed = row.seed,
                                   .options = row.options,
                                   .engine_version = row.engine_version,
                                   .input_hash = row.input_hash,
                                   .result_hash = row.result_hash,
                                   .expert_count = row.expert_count,
                                   .wanted_count = row.wanted_count,
                                   .filled_count = row.filled_count,
                                   .total_score = row.total_score,
                                   .free_score = row.free_score,
                                   .is_optimal = row.is_optimal,
                                   .gap = row.gap,
                                   .created_at = row.created_at,
                                   .asks = {.at = asks, .count = count},
                                   .limits = {.at = limits, .count = limit_count}};
    return OK;
}

static enum err serve_runs(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct page *list = arena_new_of(work->arena, struct page);
    struct match_run_row *rows;
    size_t count;
    size_t kept = 0;

    TRY(match_run_page(work,
                       &(struct match_run_page_args){.organisation_id = work->who->organisation_id,
                                                     .id = page_after(query->after, "~"),
                                                     .row_max = query->limit},
                       &rows, &count));
    list->next = count == (size_t)query->limit ? rows[count - 1].id : NULL;
    for (size_t i = 0; i < count; i++) {
        struct match_run_ungranted_row ungranted;

        TRY(match_run_ungranted(work,
                                &(struct match_run_ungranted_args){
                                    .run_id = rows[i].id, .person_id = work->who->person_id},
                                &ungranted));
        if (ungranted.ask_count == 0) {
            rows[kept++] = rows[i];
        }
    }
    list->items = (struct list){.at = rows, .count = kept};
    call->reply = list;
    return OK;
}

static enum err serve_run(struct call *call)
{
    struct match_run_view *out = arena_new_of(call->work->arena, struct match_run_view);

    TRY(view(call->work, call->ids[0], call->work->organisation_id, out));
    call->reply = out;
    return OK;
}

/* The last run that asked for this campaign, with the campaign's requirements alone. */
struct campaign_match {
    const char *run_id;
    int64_t created_at;
    double total_score;
    double free_score;
    int64_t gap;
    struct list asks;
    struct list limits;
};
static const struct field campaign_match_fields[] = {
    TEXT(campaign_match, run_id, .optional = true, .doc = "The last run; none: there was none yet"),
    TIME(campaign_match, created_at, .optional = true, .doc = "When it was made"),
    REAL(campaign_match, total_score, .optional = true, .doc = "Score of the whole team"),
    REAL(campaign_match, free_score, .optional = true, .doc = "The same without limits"),
    INT(campaign_match, gap, .optional = true,
        .doc = "Millionths that the best team could score more at most; 0: proven the best"),
    LIST(campaign_match, asks, .of = &ask_shape, .doc = "The campaign's requirements in it"),
    LIST(campaign_match, limits, .of = &limit_shape,
         .doc = "Its limits, and those of all campaigns: floors and a cap"),
};
static const struct shape campaign_match_shape =
    SHAPE(campaign_match, campaign_match_fields, "A campaign's last match");

static enum err serve_campaign(struct call *call)
{
    struct work *work = call->work;
    struct campaign_match *out = arena_new_of(work->arena, struct campaign_match);
    struct match_run_of_campaign_row last;
    struct match_run_view run;
    enum err err = match_run_of_campaign(
        work,
        &(struct match_run_of_campaign_args){.campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
        &last);

    *out = (struct campaign_match){.created_at = INT_ABSENT,
                                   .total_score = (double)NAN,
                                   .free_score = (double)NAN,
                                   .gap = INT_ABSENT};
    call->reply = out;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    TRY(view(work, last.run_id, work->who->organisation_id, &run));
    struct match_ask_row *asks = arena_array(work->arena, struct match_ask_row, run.asks.count);
    const struct match_ask_row *all = run.asks.at;

    for (size_t i = 0; i < run.asks.count; i++) {
        if (strcmp(all[i].campaign_id, call->ids[0]) == 0) {
            asks[out->asks.count++] = all[i];
        }
    }
    struct match_limit_row *limits =
        arena_array(work->arena, struct match_limit_row, run.limits.count);
    const struct match_limit_row *kept = run.limits.at;

    for (size_t i = 0; i < run.limits.count; i++) {
        if (kept[i].campaign_id == NULL || strcmp(kept[i].campaign_id, call->ids[0]) == 0) {
            limits[out->limits.count++] = kept[i];
        }
    }
    out->run_id = last.run_id;
    out->created_at = run.created_at;
    out->total_score = run.total_score;
    out->free_score = run.free_score;
    out->gap = run.gap;
    out->asks.at = asks;
    out->limits.at = limits;
    return OK;
}

/* ------------------------------------------------------------------ routes */

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/requirements", requirement_serve_list,
     ROLE_OPERATOR | ROLE_CLIENT, 200, .owner = campaign_owner, .reply = &requirement_list_shape,
     .summary = "List what a campaign asks for", .command = "requirement list"},
    {POST, "/v1/campaigns/{campaign_id}/requirements", requirement_serve_add, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body = &requirement_body_shape, .reply = &made_shape,
     .summary = "Ask for experts of one kind", .command = "requirement add"},
    {GET, "/v1/requirements/{requirement_id}", requirement_serve_show, ROLE_OPERATOR | ROLE_CLIENT,
     200, .owner = requirement_owner, .reply = &requirement_shape, .summary = "Show a requirement",
     .command = "requirement show"},
    {PUT, "/v1/requirements/{requirement_id}", requirement_serve_put, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = requirement_owner, .body = &requirement_edit_shape,
     .reply = &requirement_shape, .summary = "Change, close or open a requirement",
     .command = "requirement put"},
    {POST, "/v1/match-runs", serve_begin, ROLE_OPERATOR, 202, ROUTE_WRITES,
     .body = &match_options_shape, .reply = &begun_shape,
     .summary = "Fill the open seats of all your campaigns at once", .command = "match run",
     .fills = "/v1/match-runs/{run_id}"},
    {GET, "/v1/match-runs", serve_runs, ROLE_OPERATOR, 200, .query = &page_query_shape,
     .reply = &match_run_list_shape, .summary = "List the match runs", .command = "match list"},
    {GET, "/v1/match-runs/{match_id}", serve_run, ROLE_OPERATOR, 200, .owner = run_owner,
     .reply = &match_run_view_shape, .summary = "Show a match run with its requirements",
     .command = "match show"},
    {POST, "/v1/match-runs/{match_id}/replay", serve_replay, ROLE_OPERATOR, 202, ROUTE_WRITES,
     .owner = run_owner, .reply = &begun_shape,
     .summary = "Compute a run again from what it read; fails unless every bit is the same",
     .command = "match replay", .fills = "/v1/match-runs/{run_id}"},
    {GET, "/v1/match-runs/{match_id}/candidates", question_serve_candidates, ROLE_OPERATOR, 200,
     .owner = run_owner, .query = &candidate_query_shape, .reply = &candidate_list_shape,
     .summary = "List who could sit in a requirement, with reasons", .command = "match candidates"},
    {POST, "/v1/match-runs/{match_id}/what-if", question_serve_what_if, ROLE_OPERATOR, 200,
     .owner = run_owner, .body = &what_if_body_shape, .reply = &what_if_shape,
     .summary = "What would change with another rate, hours, level, deadline or person",
     .command = "match what-if"},
    {GET, "/v1/match-runs/{match_id}/experts/{expert_id}", question_serve_reasons, ROLE_OPERATOR,
     200, .owner = run_owner, .reply = &reason_list_shape,
     .summary = "Why an expert has no seat, for each requirement", .command = "match reasons"},
    {GET, "/v1/profile/reasons", question_serve_own_reasons, ROLE_EXPERT, 200,
     .reply = &reason_list_shape, .summary = "Why you have no work, from the last match",
     .command = "profile reasons"},
    {GET, "/v1/campaigns/{campaign_id}/team-budget", budget_serve_show, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .reply = &budget_shape,
     .summary = "Show what a campaign's team may be paid", .command = "campaign team-budget"},
    {PUT, "/v1/campaigns/{campaign_id}/team-budget", budget_serve_put, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .body = &budget_body_shape, .reply = &budget_shape,
     .summary = "Set what a campaign's team may be paid, by the week or in all; matches keep it",
     .command = "campaign team-budget-set"},
    {DELETE, "/v1/campaigns/{campaign_id}/team-budget", budget_serve_remove, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .summary = "Take the team's budget away",
     .command = "campaign team-budget-remove"},
    {GET, "/v1/campaigns/{campaign_id}/match", serve_campaign, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .reply = &campaign_match_shape,
     .summary = "Show a campaign's last match", .command = "campaign match"},
    {GET, "/v1/campaigns/{campaign_id}/proposals", proposal_serve_list, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .query = &proposal_query_shape, .reply = &proposal_list_shape,
     .summary = "List who is proposed for a campaign", .command = "proposal list"},
    {GET, "/v1/proposals/{proposal_id}", proposal_serve_show, ROLE_OPERATOR, 200,
     .owner = proposal_owner, .reply = &proposal_shape,
     .summary = "Show a proposal with its reasons", .command = "proposal show"},
    {POST, "/v1/proposals/{proposal_id}/rejection", proposal_serve_reject, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = proposal_owner, .body = &reject_body_shape, .reply = &rejected_shape,
     .summary = "Reject a proposal; the seat is filled anew", .command = "proposal reject"},
    {POST, "/v1/proposals/{proposal_id}/override", proposal_serve_override, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = proposal_owner, .body = &override_body_shape, .reply = &override_shape,
     .summary = "Give the seat to somebody else, with a reason", .command = "proposal override"},
};

static const struct job_kind *const jobs[] = {&match_job, &match_replay_job};

const struct slice match_slice = {.name = "match",
                                  .routes = routes,
                                  .route_count = COUNT(routes),
                                  .jobs = jobs,
                                  .job_count = COUNT(jobs)};
