#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/slice.h"
#include "slice/vetting/application_http.h"
#include "slice/vetting/sign_up.h"
#include "slice/vetting/vetting.h"
#include "slice/vetting/vetting_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

static const struct field listing_fields[] = {
    TEXT(listing_row, id, .doc = "Identifier, `lst_` and 26 characters"),
    TEXT(listing_row, title, .doc = "The role, in one line"),
    TEXT(listing_row, description, .doc = "What the work is"),
    TEXT(listing_row, domain, .doc = "Field of expertise"),
    INT(listing_row, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    JSON(listing_row, languages, .doc = "Languages that are needed"),
    INT(listing_row, hours_week, .doc = "Hours a week, about"),
    INT(listing_row, rate_low_minor, .doc = "Pay for an hour, lower end, minor units"),
    INT(listing_row, rate_high_minor, .doc = "Pay for an hour, upper end"),
    TEXT(listing_row, currency, .doc = "ISO 4217"),
    TEXT(listing_row, assessed, .doc = "What the interview looks at"),
    INT(listing_row, interview_min, .doc = "Minutes that the interview takes, about"),
    INT(listing_row, answer_days, .doc = "Days until an answer"),
    INT(listing_row, item_max, .doc = "Questions at most"),
    TEXT(listing_row, listing_state, .choices = "draft|open|closed",
         .doc = "Whether one may apply"),
    TIME(listing_row, created_at, .doc = "When it was made"),
};
static const struct shape listing_shape = SHAPE(listing_row, listing_fields, "A role to apply for");

static const struct field listing_list_fields[] = PAGE_FIELDS(listing_shape, "Newest first");
static const struct shape listing_list_shape =
    PAGE_SHAPE(listing_list, listing_list_fields, "A page of listings");

static bool is_office(const struct work *work)
{
    return work->who != NULL && (work->who->roles & (ROLE_OPERATOR | ROLE_AUDITOR)) != 0;
}

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    const char *after = page_after(query->after, "~");
    struct listing_row *rows;
    size_t count;

    if (is_office(call->work)) {
        TRY(listing_page_own(
            call->work,
            &(struct listing_page_own_args){.organisation_id = call->work->who->organisation_id,
                                            .id = after,
                                            .row_max = query->limit},
            &rows, &count));
    } else {
        TRY(listing_page_open(
            call->work, &(struct listing_page_open_args){.id = after, .row_max = query->limit},
            &rows, &count));
    }
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

/* Anybody reads what is open or was; a draft is for the office that makes it. */
static enum err serve_show(struct call *call)
{
    struct work *work = call->work;
    struct listing_row *row = arena_new_of(work->arena, struct listing_row);
    enum err err = listing_find(work, &(struct listing_find_args){.id = call->ids[0]}, row);
    bool hidden =
        err == OK && strcmp(row->listing_state, "draft") == 0 &&
        !(is_office(work) && strcmp(work->who->organisation_id, row->organisation_id) == 0);

    if (err == ERR_NOT_FOUND || hidden) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such listing, or none you may see");
    }
    TRY(err);
    call->reply = row;
    return OK;
}

static const struct listing_draft listing_draft_defaults = {
    .description = "",
    .languages = "[\"en\"]",
    .difficulty = 2,
    .hours_week = 10,
    .currency = "USD",
    .assessed = "Knowledge of the field, by written answers. Never style, speed or accent.",
    .interview_min = 35,
    .answer_days = 7,
    .item_max = 8,
};
static const struct field listing_draft_fields[] = {
    TEXT(listing_draft, title, .min = 3, .max = 120, .doc = "The role, in one line"),
    TEXT(listing_draft, description, .optional = true, .max = 8000, .doc = "What the work is"),
    TEXT(listing_draft, domain, .min = 1, .max = 40, .doc = "Field of expertise, as in the bank"),
    INT(listing_draft, difficulty, .optional = true, .min = 1, .max = 3,
        .doc = "1 newcomer, 2 practitioner, 3 authority"),
    JSON(listing_draft, languages, .optional = true, .max = 400, .doc = "List of language codes"),
    INT(listing_draft, hours_week, .optional = true, .min = 1, .max = 80, .doc = "Hours a week"),
    INT(listing_draft, rate_low_minor, .min = 0, .max = 1e9, .doc = "Pay for an hour, lower end"),
    INT(listing_draft, rate_high_minor, .min = 0, .max = 1e9, .doc = "Pay for an hour, upper end"),
    TEXT(listing_draft, currency, .optional = true, .min = 3, .max = 3, .doc = "ISO 4217"),
    TEXT(listing_draft, assessed, .optional = true, .max = 1000, .doc = "What is looked at"),
    INT(listing_draft, interview_min, .optional = true, .min = 5, .max = 240, .doc = "Minutes"),
    INT(listing_draft, answer_days, .optional = true, .min = 1, .max = 90,
        .doc = "Days until an answer"),
    INT(listing_draft, item_max, .optional = true, .min = 3, .max = 40, .doc = "Questions at most"),
};
static const struct shape listing_draft_shape = SHAPE(
    listing_draft, listing_draft_fields, "A new listing", .defaults = &listing_draft_defaults);

static enum err serve_add(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(listing_add(call->work, call->body, &made->id));
    call->reply = made;
    return OK;
}

struct listing_state_body {
    const char *state;
};
static const struct field listing_state_fields[] = {
    TEXT(listing_state_body, state, .choices = "open|closed", .doc = "Whether one may apply"),
};
static const struct shape listing_state_shape =
    SHAPE(listing_state_body, listing_state_fields, "A state of a listing");

static enum err serve_state(struct call *call)
{
    TRY(listing_set(call->work, call->ids[0],
                    ((const struct listing_state_body *)call->body)->state));
    call->reply = &done;
    return OK;
}

static const struct field funnel_row_fields[] = {
    TEXT(funnel_row, application_state, .doc = "Where they stand"),
    INT(funnel_row, amount, .doc = "How many"),
    INT(funnel_row, late_count, .doc = "Of these, past their promised day"),
};
static const struct shape funnel_row_shape = SHAPE(funnel_row, funnel_row_fields, "One stage");

struct funnel {
    struct list stages;
};
static const struct field funnel_fields[] = {
    LIST(funnel, stages, .of = &funnel_row_shape, .doc = "By name"),
};
static const struct shape funnel_shape = SHAPE(funnel, funnel_fields, "Applications by stage");

static enum err serve_funnel(struct call *call)
{
    struct funnel *funnel = arena_new_of(call->work->arena, struct funnel);
    struct funnel_row *rows;

    TRY(listing_funnel(
        call->work,
        &(struct listing_funnel_args){.listing_id = call->ids[0],
                                      .organisation_id = call->work->organisation_id},
        &rows, &funnel->stages.count));
    funnel->stages.at = rows;
    call->reply = funnel;
    return OK;
}

struct link_made {
    const char *token;
};
static const struct field link_made_fields[] = {
    TEXT(link_made, token, .secret = true, .doc = "Goes behind `?link=`; shown only here"),
};
static const struct shape link_made_shape =
    SHAPE(link_made, link_made_fields, "A link to a listing");

static enum err serve_link(struct call *call)
{
    struct link_made *made = arena_new_of(call->work->arena, struct link_made);

    TRY(link_make(call->work, call->ids[0], &made->token));
    call->reply = made;
    return OK;
}

#define OFFICE (ROLE_OPERATOR | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/listings", serve_list, 0, 200, .query = &page_query_shape,
     .reply = &listing_list_shape, .summary = "List the roles that one may apply for",
     .command = "listing list"},
    {POST, "/v1/listings", serve_add, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .body = &listing_draft_shape, .reply = &made_shape, .summary = "Draft a listing",
     .command = "listing add"},
    {GET, "/v1/listings/{listing_id}", serve_show, 0, 200, .reply = &listing_shape,
     .summary = "Show a listing", .command = "listing show"},
    {POST, "/v1/listings/{listing_id}/state", serve_state, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = listing_owner, .body = &listing_state_shape, .reply = &nothing_shape,
     .summary = "Open or close a listing", .command = "listing state"},
    {GET, "/v1/listings/{listing_id}/funnel", serve_funnel, OFFICE, 200, .owner = listing_owner,
     .reply = &funnel_shape, .summary = "Count a listing's applications by stage",
     .command = "listing funnel"},
    {POST, "/v1/listings/{listing_id}/links", serve_link, ROLE_OPERATOR | ROLE_EXPERT, 201,
     ROUTE_WRITES, .owner = listing_to_apply, .reply = &link_made_shape,
     .summary = "Make a link that invites or refers people", .command = "listing link"},
    {GET, "/v1/listings/{listing_id}/referral-promise", referral_promise_serve, 0, 200,
     .query = &promise_query_shape, .reply = &promise_view_shape,
     .summary = "Show what bringing somebody to a listing pays", .command = "listing promise"},
    {POST, "/v1/sign-ups", sign_up_serve, 0, 201, ROUTE_FREE, .body = &sign_up_body_shape,
     .reply = &made_shape, .summary = "Make an account of one's own, to apply with"},
    {POST, "/v1/listings/{listing_id}/applications", application_serve_make, ROLE_EXPERT, 201,
     ROUTE_WRITES, .owner = listing_to_apply, .body = &application_body_shape, .reply = &made_shape,
     .summary = "Apply", .command = "application make"},
    {GET, "/v1/listings/{listing_id}/applications", application_serve_of_listing, OFFICE, 200,
     .owner = listing_owner, .query = &application_query_shape, .reply = &application_list_shape,
     .summary = "List the applications to a listing", .command = "listing applications"},
    {GET, "/v1/applications", application_serve_own, ROLE_EXPERT, 200, .query = &page_query_shape,
     .reply = &application_list_shape, .summary = "List one's own applications",
     .command = "application list"},
    {GET, "/v1/applications/{application_id}", application_serve_show, OFFICE | ROLE_EXPERT, 200,
     .owner = application_owner, .reply = &application_view_shape,
     .summary = "Show an application with its history", .command = "application show"},
    {POST, "/v1/applications/{application_id}/withdrawal", application_serve_withdraw, ROLE_EXPERT,
     200, ROUTE_WRITES, .owner = application_owner, .reply = &nothing_shape,
     .summary = "Withdraw an application", .command = "application withdraw"},
    {POST, "/v1/applications/{application_id}/decision", application_serve_decide, ROLE_OPERATOR,
     200, ROUTE_WRITES, .owner = application_owner, .body = &decision_shape,
     .reply = &nothing_shape, .summary = "Decide an application, by name and with a reason",
     .command = "application decide"},
};

const struct slice vetting_slice = {
    .name = "vetting", .routes = routes, .route_count = COUNT(routes)};
