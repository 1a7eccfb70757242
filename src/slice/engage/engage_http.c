#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_rule.h"
#include "slice/engage/engage_shape.h"
#include "slice/engage/engage_sql.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ a campaign's team */

static enum err serve_team(struct call *call)
{
    struct work *work = call->work;
    struct engagement_list *list = arena_new_of(work->arena, struct engagement_list);
    struct engagement_row *rows;
    size_t count;

    TRY(engagement_page(work,
                        &(struct engagement_page_args){.campaign_id = call->ids[0],
                                                       .organisation_id = work->organisation_id},
                        &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ states */

static enum err serve_state(struct call *call)
{
    const struct engagement_state *body = call->body;
    struct work *work = call->work;
    struct engagement_found found;
    enum err err =
        engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = call->ids[1],
                                                         .organisation_id = work->organisation_id},
                         &found);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(found.campaign_id, call->ids[0]) != 0)) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such engagement on this campaign");
    }
    TRY(err);
    TRY(engage_state_check(body->state, body->reason_code, &work->fault));
    if (body->notice_at != INT_ABSENT && body->notice_at > work->now_us) {
        return work_fail_field(work, ERR_INVALID, "notice_at",
                               "an end that is announced later has not been announced");
    }
    TRY(engage_turn(work, &(struct engage_change){
                              .engagement_id = found.id,
                              .state = body->state,
                              .reason_code = body->reason_code,
                              .message = body->reason,
                              .ended_kind = body->completed ? "completed" : NULL,
                              .notice_at = body->notice_at,
                          }));
    call->reply = &done;
    return OK;
}

static enum err find_mine(struct work *work, const char *id, struct engagement_found *out)
{
    enum err err = engagement_by_id(
        work, &(struct engagement_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(out->person_id, work->who->person_id) != 0)) {
        return work_fail(work, ERR_NOT_FOUND, "you have no engagement %.40s", id);
    }
    return err;
}

enum err engage_leave(struct work *work, const char *engagement_id, const char *message)
{
    struct engagement_found found;

    TRY(find_mine(work, engagement_id, &found));
    return engage_turn(work, &(struct engage_change){
                                 .engagement_id = found.id,
                                 .state = "ended",
                                 .reason_code = "own_wish",
                                 .message = message,
                                 .ended_kind = "ended_by_person",
                                 .notice_at = INT_ABSENT,
                             });
}

static enum err serve_leave(struct call *call)
{
    const struct leave_body *body = call->body;

    TRY(engage_leave(call->work, call->ids[0], body->message));
    call->reply = &done;
    return OK;
}

static enum err serve_own(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct engagement_own_row *rows;
    size_t count;

    TRY(engagement_own(work,
                       &(struct engagement_own_args){.person_id = work->who->person_id,
                                                     .id = page_after(query->after, ""),
                                                     .row_max = query->limit},
                       &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

/* ------------------------------------------------------------------ terms */

static enum err add_parts(struct work *work, struct terms_view *view)
{
    struct terms_rates_row *rates;
    struct milestone_row *milestones;

    TRY(terms_rates(
        work,
        &(struct terms_rates_args){.terms_id = view->id, .organisation_id = work->organisation_id},
        &rates, &view->rates.count));
    TRY(terms_milestones(work,
                         &(struct terms_milestones_args){.terms_id = view->id,
                                                         .organisation_id = work->organisation_id},
                         &milestones, &view->milestones.count));
    view->rates.at = rates;
    view->milestones.at = milestones;
    return OK;
}

static enum err serve_terms(struct call *call)
{
    struct work *work = call->work;
    struct terms_list *list = arena_new_of(work->arena, struct terms_list);
    struct engagement_terms_row *rows;
    size_t count;

    TRY(terms_page(work,
                   &(struct terms_page_args){.engagement_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
                   &rows, &count));
    struct terms_view *views = arena_array(work->arena, struct terms_view, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = terms_view_of(&rows[i]);
        TRY(add_parts(work, &views[i]));
    }
    for (size_t i = 0; i + 1 < count; i++) { /* against what came before */
        views[i].cut = terms_view_cut(&views[i + 1], &views[i]);
    }
    list->items = (struct list){.at = views, .count = count};
    call->reply = list;
    return OK;
}

static enum err serve_propose(struct call *call)
{
    const struct engagement_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct engagement_terms_row now;
    struct terms_draft terms;

    TRY(engage_terms_at(work, call->ids[0], work->now_us, &now));
    TRY(terms_read(work->arena, body, now.currency, now.unit_minor, &terms, &work->fault));
    TRY(engage_propose(work, call->ids[0], &terms, &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_settle(struct call *call)
{
    const struct settle_body *body = call->body;

    TRY(engage_settle(call->work, call->ids[0], call->ids[1], body->verdict));
    call->reply = &done;
    return OK;
}

static enum err serve_events(struct call *call)
{
    struct work *work = call->work;
    struct engagement_event_list *list = arena_new_of(work->arena, struct engagement_event_list);
    struct engagement_event_row *rows;

    TRY(engagement_event_page(
        work,
        &(struct engagement_event_page_args){.engagement_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

#define SIDES (ROLE_OPERATOR | ROLE_EXPERT | ROLE_REVIEWER)

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/engagements", serve_team, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .reply = &engagement_list_shape, .summary = "List a campaign's team",
     .command = "engagement list"},
    {POST, "/v1/campaigns/{campaign_id}/engagements/{engagement_id}/state", serve_state,
     ROLE_OPERATOR, 200, ROUTE_WRITES, .owner = campaign_owner, .body = &engagement_state_shape,
     .reply = &nothing_shape, .summary = "Pause, resume or end an engagement, with a reason",
     .command = "engagement state"},
    {GET, "/v1/engagements", serve_own, ROLE_EXPERT | ROLE_REVIEWER, 200,
     .query = &page_query_shape, .reply = &engagement_own_list_shape,
     .summary = "List the own engagements", .command = "engagement own"},
    {GET, "/v1/engagements/{engagement_id}/terms", serve_terms, SIDES | ROLE_FINANCE | ROLE_AUDITOR,
     200, .owner = engage_owner, .reply = &terms_list_shape,
     .summary = "Show what was agreed, and every change of it", .command = "terms list"},
    {POST, "/v1/engagements/{engagement_id}/terms", serve_propose, SIDES, 201, ROUTE_WRITES,
     .owner = engage_owner, .body = &terms_body_shape, .reply = &made_shape,
     .summary = "Propose new terms to the other side", .command = "terms propose"},
    {POST, "/v1/engagements/{engagement_id}/terms/{terms_id}/decision", serve_settle, SIDES, 200,
     ROUTE_WRITES, .owner = engage_owner, .body = &settle_body_shape, .reply = &nothing_shape,
     .summary = "Accept, decline or withdraw proposed terms", .command = "terms decide"},
    {GET, "/v1/engagements/{engagement_id}/events", serve_events,
     SIDES | ROLE_FINANCE | ROLE_AUDITOR, 200, .owner = engage_owner,
     .reply = &engagement_event_list_shape, .summary = "Show how an engagement went",
     .command = "engagement events"},
    {POST, "/v1/engagements/{engagement_id}/leave", serve_leave, ROLE_EXPERT | ROLE_REVIEWER, 200,
     ROUTE_WRITES, .owner = engage_owner, .body = &leave_body_shape, .reply = &nothing_shape,
     .summary = "End the own engagement", .command = "engagement leave"},
};

const struct slice engage_slice = {
    .name = "engage", .routes = routes, .route_count = COUNT(routes)};
