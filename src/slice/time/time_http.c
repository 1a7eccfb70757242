#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/zone.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/engage/engage.h"
#include "slice/pay/pay_zone.h"
#include "slice/slice.h"
#include "slice/task/task.h"
#include "slice/time/time.h"
#include "slice/time/time_change.h"
#include "slice/time/time_job.h"
#include "slice/time/time_queue.h"
#include "slice/time/time_shape.h"
#include "slice/time/time_sql.h"
#include "slice/time/time_week.h"
#include "slice/time/timesheet.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

static enum err serve_tell(struct call *call)
{
    const struct told_body *body = call->body;
    struct told_outcome *outcome = arena_new_of(call->work->arena, struct told_outcome);

    TRY(time_tell(call->work,
                  &(struct told_batch){.tab = body->tab,
                                       .sent_at = body->sent_at,
                                       .sent_tick_ms = body->sent_tick_ms,
                                       .events = body->events.at,
                                       .count = body->events.count},
                  outcome));
    call->reply = outcome;
    return OK;
}

static enum err serve_extend(struct call *call)
{
    const struct extend_body *body = call->body;
    struct extension *extension = arena_new_of(call->work->arena, struct extension);

    TRY(time_extend(call->work, call->ids[0], body->reason, &extension->seconds));
    call->reply = extension;
    return OK;
}

/* "2026-11-16" as a day since 1970; absent: today in the person's zone. */
static enum err read_day(struct work *work, const char *engagement_id, const char *week,
                         int64_t *out)
{
    int64_t at_us;

    if (week != NULL) {
        if (!time_parse(text_of(arena_print(work->arena, "%sT00:00:00Z", week)), &at_us)) {
            return work_fail_field(work, ERR_INVALID, "week",
                                   "\"%.20s\" is no day such as 2026-03-02", week);
        }
        *out = at_us / TIME_DAY - (at_us % TIME_DAY < 0);
        return OK;
    }
    struct time_engagement_row engagement;
    const struct zone *zone;
    const char *name;

    TRY(time_engagement(work, &(struct time_engagement_args){.id = engagement_id}, &engagement));
    TRY(pay_zone_of(work, engagement.person_id, &name, &zone));
    *out = zone_day(zone, work->now_us);
    return OK;
}

static enum err serve_sheet(struct call *call)
{
    const struct week_query *query = call->query;
    struct sheet sheet;
    int64_t day = 0;

    TRY(read_day(call->work, call->ids[0], query->week, &day));
    TRY(sheet_load(call->work, call->ids[0], day, &sheet));
    call->reply = sheet_view_of(call->work->arena, &sheet);
    return OK;
}

static enum err serve_log(struct call *call)
{
    TRY(time_log(call->work, call->ids[0], &call->file_text));
    call->file_name = arena_print(call->work->arena, "%s-time.csv", call->ids[0]);
    return OK;
}

static enum err serve_changes(struct call *call)
{
    struct change_list *list = arena_new_of(call->work->arena, struct change_list);
    struct time_change_row *rows;

    TRY(time_change_page(
        call->work,
        &(struct time_change_page_args){.engagement_id = call->ids[0],
                                        .organisation_id = call->work->organisation_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

static enum err serve_ask(struct call *call)
{
    const struct change_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(change_ask(call->work, call->ids[0],
                   &(struct change_draft){.kind = body->kind,
                                          .class = body->class,
                                          .from_at = body->from_at,
                                          .to_at = body->to_at,
                                          .reason = body->reason,
                                          .reason_code = body->reason_code},
                   &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_decide(struct call *call)
{
    const struct change_decision *body = call->body;

    TRY(change_decide(call->work, call->ids[0], call->ids[1], strcmp(body->verdict, "approve") == 0,
                      body->message));
    call->reply = &done;
    return OK;
}

static enum err serve_appeal(struct call *call)
{
    const struct change_objection *body = call->body;

    TRY(change_appeal(call->work, call->ids[0], call->ids[1], body->message));
    call->reply = &done;
    return OK;
}

static enum err serve_settle(struct call *call)
{
    const struct week_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    int64_t day = 0;

    TRY(read_day(work, NULL, body->week, &day));
    day = week_start_day(day);
    if ((day + 7) * TIME_DAY > work->now_us + TIME_DAY) {
        return work_fail_field(work, ERR_CONFLICT, "week", "this week has ended nowhere yet");
    }
    work->organisation_id = work->who->organisation_id;
    const char *arguments = arena_print(work->arena, "{\"day\":%" PRId64 "}", day);

    TRY(job_request(work, "time.settle", arguments, arguments, &made->id));
    call->reply = made;
    return OK;
}

#define WORKERS (ROLE_EXPERT | ROLE_REVIEWER)
#define SIDES   (WORKERS | ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {POST, "/v1/work-events", serve_tell, WORKERS, 201, ROUTE_WRITES, .body = &told_body_shape,
     .reply = &told_outcome_shape, .summary = "Tell what happened while working, without content"},
    {POST, "/v1/leases/{lease_id}/extension", serve_extend, WORKERS, 201, ROUTE_WRITES,
     .owner = lease_owner, .body = &extend_body_shape, .reply = &extension_shape,
     .summary = "Ask for more time for a task, with the reason", .command = "time extend"},
    {GET, "/v1/engagements/{engagement_id}/time", serve_sheet, SIDES, 200, .owner = engage_owner,
     .query = &week_query_shape, .reply = &sheet_view_shape,
     .summary = "Show a week's minutes by class and what they pay", .command = "time show"},
    {GET, "/v1/engagements/{engagement_id}/time-log", serve_log, SIDES, 200, .owner = engage_owner,
     .summary = "Write the chained log of an engagement's time", .command = "time log"},
    {GET, "/v1/engagements/{engagement_id}/time-changes", serve_changes, SIDES, 200,
     .owner = engage_owner, .reply = &change_list_shape,
     .summary = "List minutes that were added or taken away by hand", .command = "time changes"},
    {POST, "/v1/engagements/{engagement_id}/time-changes", serve_ask, WORKERS | ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = engage_owner, .body = &change_body_shape, .reply = &made_shape,
     .summary = "Add minutes, or take some away, with a reason", .command = "time change"},
    {POST, "/v1/engagements/{engagement_id}/time-changes/{change_id}/decision", serve_decide,
     WORKERS | ROLE_OPERATOR, 200, ROUTE_WRITES, .owner = engage_owner,
     .body = &change_decision_shape, .reply = &nothing_shape,
     .summary = "Decide about added minutes, or settle an appeal", .command = "time decide"},
    {POST, "/v1/engagements/{engagement_id}/time-changes/{change_id}/appeal", serve_appeal, WORKERS,
     200, ROUTE_WRITES, .owner = engage_owner, .body = &change_objection_shape,
     .reply = &nothing_shape, .summary = "Appeal against declined or removed minutes",
     .command = "time appeal"},
    {GET, "/v1/campaigns/{campaign_id}/minute-requests", minute_queue_serve,
     ROLE_OPERATOR | ROLE_AUDITOR, 200, .owner = campaign_owner, .reply = &minute_queue_shape,
     .summary = "List what somebody has to decide about a campaign's minutes",
     .command = "time waiting"},
    {GET, "/v1/engagements/{engagement_id}/week-extensions", week_serve_list, SIDES, 200,
     .owner = engage_owner, .reply = &week_more_list_shape,
     .summary = "List weeks in which more minutes were asked for", .command = "week list"},
    {POST, "/v1/engagements/{engagement_id}/week-extensions", week_serve_ask, WORKERS, 201,
     ROUTE_WRITES, .owner = engage_owner, .body = &week_more_body_shape, .reply = &made_shape,
     .summary = "Ask for more minutes in a week than the terms allow", .command = "week ask"},
    {POST, "/v1/engagements/{engagement_id}/week-extensions/{extension_id}/decision",
     week_serve_decide, ROLE_OPERATOR, 200, ROUTE_WRITES, .owner = engage_owner,
     .body = &week_more_decision_shape, .reply = &nothing_shape,
     .summary = "Allow more minutes in a week, or not", .command = "week decide"},
    {POST, "/v1/time-settlements", serve_settle, ROLE_FINANCE, 202, ROUTE_WRITES,
     .body = &week_body_shape, .reply = &made_shape,
     .summary = "Post what a week's minutes pay, for everybody", .command = "time settle"},
};

static const struct job_kind *const jobs[] = {&time_settle_job};

const struct slice time_slice = {.name = "time",
                                 .routes = routes,
                                 .route_count = COUNT(routes),
                                 .jobs = jobs,
                                 .job_count = COUNT(jobs)};
