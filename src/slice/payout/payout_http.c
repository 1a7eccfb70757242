#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/money.h"
#include "base/time.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/payout/hold_http.h"
#include "slice/payout/own_http.h"
#include "slice/payout/pay_day_http.h"
#include "slice/payout/payout.h"
#include "slice/payout/payout_file.h"
#include "slice/payout/payout_job.h"
#include "slice/payout/payout_shape.h"
#include "slice/payout/payout_sql.h"
#include "slice/payout/statement.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

enum { STATEMENT_SIZE_MAX = 32 << 20 };

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ finance's own */

static enum err serve_accounts_waiting(struct call *call)
{
    struct items *list = arena_new_of(call->work->arena, struct items);
    struct payout_account_row *rows;

    TRY(payout_account_waiting(call->work, &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

static enum err serve_account_decide(struct call *call)
{
    const struct verdict_body *body = call->body;

    TRY(payout_account_decide(call->work, call->ids[0], strcmp(body->verdict, "accept") == 0));
    call->reply = &done;
    return OK;
}

static enum err serve_statement_of(struct call *call)
{
    struct statement_view *view = arena_new_of(call->work->arena, struct statement_view);

    TRY(payout_check_person(call->work, call->ids[0]));
    TRY(statement_load(call->work, call->ids[0], call->query, view));
    call->reply = view;
    return OK;
}

static enum err serve_paying_accounts(struct call *call)
{
    struct items *list = arena_new_of(call->work->arena, struct items);
    struct paying_account_row *rows;

    TRY(paying_account_page(
        call->work,
        &(struct paying_account_page_args){.organisation_id = call->work->who->organisation_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

static enum err check_paying(struct work *work, const struct paying_account_body *body)
{
    static const char CODE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    if (currency_digits(body->currency) < 0) {
        return work_fail_field(work, ERR_INVALID, "currency", "\"%.10s\" is no ISO 4217 code",
                               body->currency);
    }
    if (body->company_code[strspn(body->company_code, CODE)] != '\0') {
        return work_fail_field(work, ERR_INVALID, "company_code",
                               "banks take capitals and digits here");
    }
    return bank_account_check(&(struct bank_account){.kind = body->kind,
                                                     .holder = body->holder,
                                                     .account_number = body->account_number,
                                                     .bank_code = body->bank_code},
                              &work->fault);
}

static enum err serve_paying_add(struct call *call)
{
    const struct paying_account_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    TRY(check_paying(work, body));
    made->id = work_new_id(work, "pfr");
    TRY(paying_account_insert(work, &(struct paying_account_insert_args){
                                        .id = made->id,
                                        .organisation_id = work->who->organisation_id,
                                        .kind = body->kind,
                                        .holder = body->holder,
                                        .currency = body->currency,
                                        .account_number = body->account_number,
                                        .bank_code = body->bank_code,
                                        .company_code = body->company_code,
                                        .made_at = work->now_us,
                                    }));
    TRY(audit(work, "paying_account.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ runs */

static enum err run_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct payout_run_owner_find_row owner;
    enum err err =
        payout_run_owner_find(work, &(struct payout_run_owner_find_args){.id = id}, &owner);

    if (err == ERR_NOT_FOUND ||
        (err == OK && strcmp(owner.organisation_id, work->who->organisation_id) != 0)) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such payout run");
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

static enum err serve_runs(struct call *call)
{
    const struct page_query *query = call->query;
    struct payout_run_row *rows;
    size_t count;

    TRY(payout_run_page(call->work,
                        &(struct payout_run_page_args){
                            .organisation_id = call->work->who->organisation_id,
                            .id = query->after == NULL ? "~" : query->after,
                            .row_max = query->limit,
                        },
                        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err serve_run_make(struct call *call)
{
    const struct payout_run_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    int64_t day_us;

    if (!time_parse(text_of(arena_print(work->arena, "%sT00:00:00Z", body->pay_day)), &day_us) ||
        day_us < work->now_us - TIME_DAY) {
        return work_fail_field(work, ERR_INVALID, "pay_day",
                               "a pay day is a day to come, such as 2026-03-06");
    }
    TRY(payout_run_make(work,
                        &(struct run_draft){.paying_account_id = body->paying_account_id,
                                            .until_at = body->until_at,
                                            .pay_day = day_us / TIME_DAY},
                        &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_run(struct call *call)
{
    struct work *work = call->work;
    struct payout_run_view *view = arena_new_of(work->arena, struct payout_run_view);
    struct payout_run_row run;
    struct payout_approval_row *approvals;
    struct payout_line_row *lines;

    TRY(payout_run_by_id(work,
                         &(struct payout_run_by_id_args){.id = call->ids[0],
                                                         .organisation_id = work->organisation_id},
                         &run));
    *view = (struct payout_run_view){.id = run.id,
                                     .currency = run.currency,
                                     .state = run.state,
                                     .until_at = run.until_at,
                                     .pay_day = run.pay_day,
                                     .line_count = run.line_count,
                                     .total_minor = run.total_minor,
                                     .sent_at = run.sent_at};
    TRY(payout_approval_page(work,
                             &(struct payout_approval_page_args){
                                 .run_id = run.id, .organisation_id = work->organisation_id},
                             &approvals, &view->approvals.count));
    TRY(payout_line_page(
        work,
        &(struct payout_line_page_args){.run_id = run.id, .organisation_id = work->organisation_id},
        &lines, &view->lines.count));
    view->approvals.at = approvals;
    view->lines.at = lines;
    call->reply = view;
    return OK;
}

static enum err serve_run_approve(struct call *call)
{
    struct approval_view *view = arena_new_of(call->work->arena, struct approval_view);

    TRY(payout_run_approve(call->work, call->ids[0], &view->complete));
    call->reply = view;
    return OK;
}

static enum err serve_run_cancel(struct call *call)
{
    TRY(payout_run_cancel(call->work, call->ids[0]));
    call->reply = &done;
    return OK;
}

static enum err serve_run_file(struct call *call)
{
    const struct file_query *query = call->query;
    const char *format = query->format == NULL ? "csv" : query->format;
    struct buffer to = buffer_new(call->work->arena);

    TRY(payout_run_file(call->work, call->ids[0], format, &to));
    call->file_text = buffer_view(&to);
    call->file_name = arena_print(call->work->arena, "%s.%s", call->ids[0],
                                  strcmp(format, "pain.001") == 0 ? "xml"
                                  : strcmp(format, "nacha") == 0  ? "ach"
                                                                  : "csv");
    return OK;
}

static enum err serve_line_settle(struct call *call)
{
    const struct outcome_body *body = call->body;

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(payout_line_settle(call->work, call->ids[0], strcmp(body->outcome, "paid") == 0,
                           body->message));
    call->reply = &done;
    return OK;
}

struct bank_reading {
    struct text xml;
    struct bank_outcome *outcome;
};

static enum err read_bank(struct work *work, void *context)
{
    struct bank_reading *reading = context;

    return payout_read_bank(work, reading->xml, reading->outcome);
}

static enum err serve_bank_statement(struct call *call)
{
    struct work *work = call->work;
    struct bank_reading reading = {.outcome = arena_new_of(work->arena, struct bank_outcome)};

    TRY(file_read(work->arena, call->upload->path, STATEMENT_SIZE_MAX, &reading.xml, &work->fault));
    TRY(store_write(work, read_bank, &reading));
    call->reply = reading.outcome;
    return OK;
}

#define WORKERS (ROLE_EXPERT | ROLE_REVIEWER)
#define BOOKS   (ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/pay-profile", own_serve_profile, WORKERS, 200, .reply = &pay_profile_view_shape,
     .summary = "Show how you are paid", .command = "pay profile"},
    {PUT, "/v1/pay-profile", own_serve_profile_put, WORKERS, 200, ROUTE_WRITES,
     .body = &pay_profile_body_shape, .reply = &nothing_shape,
     .summary = "Say in which time zone your pay weeks begin", .command = "pay set"},
    {GET, "/v1/payout-accounts", own_serve_accounts, WORKERS, 200,
     .reply = &payout_account_list_shape, .summary = "List the own accounts",
     .command = "payout-account list"},
    {POST, "/v1/payout-accounts", own_serve_account_set, WORKERS, 201, ROUTE_WRITES,
     .body = &payout_account_body_shape, .reply = &made_shape,
     .summary = "Say where your money shall go", .command = "payout-account set"},
    {GET, "/v1/payout-accounts/waiting", serve_accounts_waiting, BOOKS, 200,
     .reply = &payout_account_list_shape, .summary = "List accounts that wait for a second look",
     .command = "payout-account waiting"},
    {POST, "/v1/payout-accounts/{payout_account_id}/decision", serve_account_decide, ROLE_FINANCE,
     200, ROUTE_WRITES, .body = &verdict_body_shape, .reply = &nothing_shape,
     .summary = "Accept or refuse an account", .command = "payout-account decide"},
    {GET, "/v1/payouts", own_serve_payouts, WORKERS, 200, .reply = &payout_own_list_shape,
     .summary = "List the own payouts", .command = "payout own"},
    {GET, "/v1/statement", own_serve_statement, WORKERS, 200, .query = &statement_query_shape,
     .reply = &statement_view_shape, .summary = "Show a pay week, down to each unit and minute",
     .command = "statement show"},
    {GET, "/v1/pay-days", pay_day_serve, WORKERS | BOOKS | ROLE_OPERATOR, 200,
     .reply = &pay_days_view_shape, .summary = "Show the pay days to come", .command = "pay days"},
    {PUT, "/v1/pay-days", pay_day_serve_set, ROLE_FINANCE | ROLE_OPERATOR, 200, ROUTE_WRITES,
     .body = &pay_days_body_shape, .reply = &nothing_shape, .summary = "Say when payouts are made",
     .command = "pay days-set"},
    {GET, "/v1/pay-calendar", pay_day_serve_calendar, WORKERS, 200,
     .summary = "Write the pay days of the next weeks as a calendar", .command = "pay calendar"},
    {GET, "/v1/people/{person_id}/statement", serve_statement_of, BOOKS, 200,
     .query = &statement_query_shape, .reply = &statement_view_shape,
     .summary = "Show a person's pay week, as the person sees it", .command = "statement of"},
    {GET, "/v1/people/{person_id}/payout-holds", hold_serve_list, BOOKS, 200,
     .reply = &payout_hold_list_shape, .summary = "List a person's holds", .command = "hold list"},
    {GET, "/v1/payout-holds", hold_serve_all, BOOKS, 200, .query = &page_query_shape,
     .reply = &payout_hold_page_shape, .summary = "List everybody's holds, newest first",
     .command = "hold all"},
    {GET, "/v1/payables", hold_serve_owed, BOOKS, 200, .reply = &owed_list_shape,
     .summary = "List who is owed what, and what stands in the way of paying it",
     .command = "payout owed"},
    {POST, "/v1/people/{person_id}/payout-holds", hold_serve_add, ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &payout_hold_body_shape, .reply = &made_shape,
     .summary = "Let a person's payouts wait, with reason and end", .command = "hold add"},
    {DELETE, "/v1/payout-holds/{hold_id}", hold_serve_lift, ROLE_FINANCE, 200, ROUTE_WRITES,
     .reply = &nothing_shape, .summary = "Lift a hold", .command = "hold lift"},
    {GET, "/v1/paying-accounts", serve_paying_accounts, BOOKS, 200,
     .reply = &paying_account_list_shape, .summary = "List the accounts to pay from",
     .command = "paying-account list"},
    {POST, "/v1/paying-accounts", serve_paying_add, ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &paying_account_body_shape, .reply = &made_shape,
     .summary = "Add an account to pay from", .command = "paying-account add"},
    {GET, "/v1/payout-runs", serve_runs, BOOKS, 200, .query = &page_query_shape,
     .reply = &payout_run_list_shape, .summary = "List payout runs", .command = "payout list"},
    {POST, "/v1/payout-runs", serve_run_make, ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &payout_run_body_shape, .reply = &made_shape,
     .summary = "Gather what is due into a run", .command = "payout make"},
    {GET, "/v1/payout-runs/{payout_run_id}", serve_run, BOOKS, 200, .owner = run_owner,
     .reply = &payout_run_view_shape, .summary = "Show a run with its payouts",
     .command = "payout show"},
    {POST, "/v1/payout-runs/{payout_run_id}/approval", serve_run_approve,
     ROLE_FINANCE | ROLE_OPERATOR, 200, ROUTE_WRITES, .owner = run_owner,
     .reply = &approval_view_shape,
     .summary = "Approve a run; the second person's approval sends it",
     .command = "payout approve"},
    {POST, "/v1/payout-runs/{payout_run_id}/cancellation", serve_run_cancel, ROLE_FINANCE, 200,
     ROUTE_WRITES, .owner = run_owner, .reply = &nothing_shape,
     .summary = "Cancel a run that was not sent", .command = "payout cancel"},
    {GET, "/v1/payout-runs/{payout_run_id}/file", serve_run_file, BOOKS, 200, .owner = run_owner,
     .query = &file_query_shape, .summary = "Write a sent run for the bank",
     .command = "payout file"},
    {POST, "/v1/payouts/{payout_id}/outcome", serve_line_settle, ROLE_FINANCE, 200, ROUTE_WRITES,
     .body = &outcome_body_shape, .reply = &nothing_shape, .summary = "Say what became of a payout",
     .command = "payout settle"},
    {POST, "/v1/bank-statements", serve_bank_statement, ROLE_FINANCE, 201, ROUTE_FREE,
     .uploads = true, .reply = &bank_outcome_shape, .summary = "Read a bank's statement (camt.053)",
     .command = "payout bank"},
};

static const struct job_kind *const jobs[] = {&payout_send_job};

const struct slice payout_slice = {.name = "payout",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
