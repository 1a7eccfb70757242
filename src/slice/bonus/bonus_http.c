#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bonus/accrual.h"
#include "slice/bonus/bonus.h"
#include "slice/bonus/bonus_job.h"
#include "slice/bonus/bonus_shape.h"
#include "slice/bonus/bonus_sql.h"
#include "slice/engage/engage.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* What was decided is posted without waiting for the next round. */
static enum err wake(struct work *work)
{
    const char *job_id;

    return bonus_request(work, &job_id);
}

static enum err serve_accruals(struct call *call)
{
    struct accrual_list *list = arena_new_of(call->work->arena, struct accrual_list);

    TRY(accruals_of_engagement(call->work, call->ids[0], list));
    call->reply = list;
    return OK;
}

static enum err serve_own(struct call *call)
{
    struct accrual_list *list = arena_new_of(call->work->arena, struct accrual_list);

    TRY(accruals_of_person(call->work, call->work->who->person_id, list));
    call->reply = list;
    return OK;
}

static enum err serve_milestone(struct call *call)
{
    const struct milestone_approval *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(bonus_approve_milestone(call->work, call->ids[0], body->position, body->note, &made->id));
    call->reply = made;
    return wake(call->work);
}

static enum err serve_bonus(struct call *call)
{
    const struct bonus_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(bonus_give(call->work, call->ids[0],
                   &(struct bonus_draft){.amount_minor = body->amount_minor,
                                         .reason = body->reason,
                                         .is_charged = body->is_charged},
                   &made->id));
    call->reply = made;
    return wake(call->work);
}

static enum err award_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct award_owner_find_row found;
    enum err err = award_owner_find(work, &(struct award_owner_find_args){.id = id}, &found);

    if (err == OK) {
        err = account_may_reach(work, found.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no award %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = found.organisation_id;
    return OK;
}

static enum err serve_decide(struct call *call)
{
    const struct award_decision *body = call->body;

    TRY(bonus_decide(call->work, call->ids[0], strcmp(body->verdict, "release") == 0,
                     body->reason));
    call->reply = &done;
    return wake(call->work);
}

static enum err serve_waiting(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct award_row *rows;
    size_t count;

    TRY(award_open(work,
                   &(struct award_open_args){.id = page_after(query->after, ""),
                                             .organisation_id = work->who->organisation_id,
                                             .person_id = work->who->person_id,
                                             .row_max = query->limit},
                   &rows, &count));
    struct accrual *views = arena_array(work->arena, struct accrual, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = accrual_of_award(&rows[i], NULL);
    }
    return page_reply(call, views, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err serve_referrals(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct referral_row *rows;
    size_t count;

    TRY(referral_page(work,
                      &(struct referral_page_args){.organisation_id = work->who->organisation_id,
                                                   .id = page_after(query->after, ""),
                                                   .row_max = query->limit},
                      &rows, &count));
    struct referral_view *views = arena_array(work->arena, struct referral_view, count);

    for (size_t i = 0; i < count; i++) {
        TRY(referral_view_of(work, &rows[i], &views[i]));
    }
    return page_reply(call, views, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err serve_refer(struct call *call)
{
    const struct referral_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(referral_record(call->work,
                        &(struct referral_draft){.person_id = body->person_id,
                                                 .referrer_id = body->referrer_id,
                                                 .source = body->source,
                                                 .currency = body->currency,
                                                 .share_points = body->share_points,
                                                 .cap_minor = body->cap_minor,
                                                 .until_at = body->until_at},
                        &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_promises(struct call *call)
{
    struct referral_promise_list *list =
        arena_new_of(call->work->arena, struct referral_promise_list);
    struct referral_terms_row *rows;

    TRY(referral_terms_page(
        call->work,
        &(struct referral_terms_page_args){.organisation_id = call->work->who->organisation_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

static enum err serve_promise_set(struct call *call)
{
    TRY(referral_promise_set(call->work, call->body));
    call->reply = &done;
    return OK;
}

static enum err serve_referral_end(struct call *call)
{
    const struct referral_end_body *body = call->body;

    TRY(referral_stop(call->work, call->ids[0], body->reason));
    call->reply = &done;
    return OK;
}

static enum err serve_post(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(bonus_request(call->work, &made->id));
    call->reply = made;
    return OK;
}

#define WORKERS (ROLE_EXPERT | ROLE_REVIEWER)
#define BOOKS   (ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/accruals", serve_own, WORKERS, 200, .reply = &accrual_list_shape,
     .summary = "List what is owed or promised to you beside units and minutes, and why",
     .command = "accrual own"},
    {GET, "/v1/engagements/{engagement_id}/accruals", serve_accruals, WORKERS | BOOKS, 200,
     .owner = engage_owner, .reply = &accrual_list_shape,
     .summary = "List what an engagement owes or promises beside units and minutes",
     .command = "accrual list"},
    {POST, "/v1/engagements/{engagement_id}/milestone-approvals", serve_milestone, ROLE_OPERATOR,
     201, ROUTE_WRITES, .owner = engage_owner, .body = &milestone_approval_shape,
     .reply = &made_shape, .summary = "Say that a milestone was reached; it is owed then",
     .command = "milestone approve"},
    {POST, "/v1/engagements/{engagement_id}/bonuses", serve_bonus, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .owner = engage_owner, .body = &bonus_body_shape, .reply = &made_shape,
     .summary = "Give a bonus, with a reason", .command = "bonus give"},
    {GET, "/v1/awards", serve_waiting, BOOKS, 200, .query = &page_query_shape,
     .reply = &award_list_shape, .summary = "List awards that wait for somebody, and for what",
     .command = "award waiting"},
    {POST, "/v1/awards/{award_id}/decision", serve_decide, ROLE_OPERATOR | ROLE_FINANCE, 200,
     ROUTE_WRITES, .owner = award_owner, .body = &award_decision_shape, .reply = &nothing_shape,
     .summary = "Release an award that is held, or undo one", .command = "award decide"},
    {POST, "/v1/award-postings", serve_post, ROLE_FINANCE, 202, ROUTE_WRITES, .reply = &made_shape,
     .summary = "Post what is owed beside units and minutes, now", .command = "award post"},
    {GET, "/v1/referrals", serve_referrals, BOOKS, 200, .query = &page_query_shape,
     .reply = &referral_list_shape, .summary = "List who brought whom, and what that paid",
     .command = "referral list"},
    {POST, "/v1/referrals", serve_refer, ROLE_OPERATOR | ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &referral_body_shape, .reply = &made_shape,
     .summary = "Record who brought whom, and what it pays", .command = "referral record"},
    {GET, "/v1/referral-terms", serve_promises, BOOKS, 200, .reply = &referral_promise_list_shape,
     .summary = "List what links of experts promise, and promised", .command = "referral terms"},
    {POST, "/v1/referral-terms", serve_promise_set, ROLE_OPERATOR | ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &referral_promise_shape, .reply = &nothing_shape,
     .summary = "Say what links promise that experts make from now on",
     .command = "referral promise"},
    {POST, "/v1/referrals/{referral_id}/end", serve_referral_end, ROLE_OPERATOR | ROLE_FINANCE, 200,
     ROUTE_WRITES, .body = &referral_end_body_shape, .reply = &nothing_shape,
     .summary = "End a referral; what was earned stays", .command = "referral end"},
};

static const struct job_kind *const jobs[] = {&bonus_post_job};

const struct slice bonus_slice = {.name = "bonus",
                                  .routes = routes,
                                  .route_count = COUNT(routes),
                                  .jobs = jobs,
                                  .job_count = COUNT(jobs)};
