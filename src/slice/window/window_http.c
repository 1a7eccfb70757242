#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/slice.h"
#include "slice/window/period_window.h"
#include "slice/window/preview.h"
#include "slice/window/window.h"
#include "slice/window/window_shape.h"
#include "slice/window/windows.h"
#include "store/work.h"

static enum err serve_receivables(struct call *call)
{
    struct receivables *view = arena_new_of(call->work->arena, struct receivables);

    TRY(receivables_load(call->work, view));
    call->reply = view;
    return OK;
}

static enum err serve_operator(struct call *call)
{
    struct operator_window *view = arena_new_of(call->work->arena, struct operator_window);

    TRY(operator_window_load(call->work, view));
    call->reply = view;
    return OK;
}

static enum err serve_spend(struct call *call)
{
    struct spend_window *view = arena_new_of(call->work->arena, struct spend_window);
    bool is_office = (call->work->who->roles & (ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)) != 0;

    TRY(spend_window_load(call->work, call->ids[0], is_office, view));
    call->reply = view;
    return OK;
}

static enum err serve_expert(struct call *call)
{
    struct expert_window *view = arena_new_of(call->work->arena, struct expert_window);

    TRY(expert_window_load(call->work, call->work->who->person_id, view));
    call->reply = view;
    return OK;
}

#define BOOKS (ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/receivables", serve_receivables, BOOKS, 200, .reply = &receivables_shape,
     .summary = "List open invoices of your clients, and what is owed by age",
     .command = "invoice open"},
    {GET, "/v1/money", serve_operator, BOOKS, 200, .reply = &operator_window_shape,
     .summary = "Show receivables, payables, margins, revenue by month, run rate and cash to come",
     .command = "money show"},
    {GET, "/v1/ledger/open", period_serve_window, BOOKS, 200, .query = &period_query_shape,
     .reply = &period_window_shape,
     .summary = "List what is not finished of the time before a period's end",
     .command = "period open"},
    {GET, "/v1/money/own", serve_expert, ROLE_EXPERT | ROLE_REVIEWER, 200,
     .reply = &expert_window_shape,
     .summary = "Show what you earned, what is coming, when, and what stands in the way",
     .command = "money own"},
    {GET, "/v1/campaigns/{campaign_id}/spend", serve_spend, BOOKS | ROLE_CLIENT, 200,
     .owner = campaign_owner, .reply = &spend_window_shape,
     .summary = "Show spend, commitments, the forecast against the budget and the cost of a row",
     .command = "campaign spend"},
    {GET, "/v1/campaigns/{campaign_id}/pay-preview", preview_serve_campaign,
     BOOKS | ROLE_EXPERT | ROLE_REVIEWER, 200, .owner = campaign_owner, .reply = &pay_preview_shape,
     .summary = "Show what this work pays for an hour, from people on it",
     .command = "pay preview"},
    {GET, "/v1/offers/{offer_id}/pay-preview", preview_serve_offer, ROLE_EXPERT, 200,
     .reply = &pay_preview_shape, .summary = "Show what the offered work pays, from people on it",
     .command = "offer preview"},
    {GET, "/v1/listings/{listing_id}/pay-preview", preview_serve_listing, 0, 200,
     .reply = &pay_preview_shape, .summary = "Show what work of an open role's field pays",
     .command = "listing preview"},
    {POST, "/v1/pay-previews", preview_serve_take, ROLE_OPERATOR | ROLE_FINANCE, 202, ROUTE_WRITES,
     .reply = &made_shape,
     .summary = "Take the samples behind pay previews anew, where they are old",
     .command = "pay sample"},
};

static const struct job_kind *const jobs[] = {&preview_job};

const struct slice window_slice = {.name = "window",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
