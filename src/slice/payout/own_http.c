#include "slice/payout/own_http.h"

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/pay/pay_sql.h"
#include "slice/payout/payout.h"
#include "slice/payout/payout_shape.h"
#include "slice/payout/payout_sql.h"
#include "slice/payout/statement.h"
#include "store/work.h"
#include "sys/zone_file.h"

static const struct nothing done = {.ok = true};

enum err own_serve_profile(struct call *call)
{
    struct pay_profile_view *view = arena_new_of(call->work->arena, struct pay_profile_view);
    struct pay_profile_row row;
    enum err err = pay_profile_find(
        call->work, &(struct pay_profile_find_args){.person_id = call->work->who->person_id}, &row);

    *view =
        (struct pay_profile_view){.zone = "UTC", .tax_form = "none", .tax_form_until = INT_ABSENT};
    if (err == OK) {
        *view = (struct pay_profile_view){
            .zone = row.zone, .tax_form = row.tax_form, .tax_form_until = row.tax_form_until};
    }
    call->reply = view;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err own_serve_profile_put(struct call *call)
{
    const struct pay_profile_body *body = call->body;
    struct work *work = call->work;
    const struct zone *zone;

    TRY(zone_load(work->arena, body->zone, &zone, &work->fault));
    TRY(pay_profile_put(work, &(struct pay_profile_put_args){
                                  .person_id = work->who->person_id,
                                  .zone = body->zone,
                                  .tax_form = body->tax_form == NULL ? "none" : body->tax_form,
                                  .tax_form_until = body->tax_form_until,
                                  .changed_at = work->now_us,
                              }));
    TRY(audit(work, "pay_profile.put", work->who->person_id, "{}"));
    call->reply = &done;
    return OK;
}

enum err own_serve_accounts(struct call *call)
{
    struct items *list = arena_new_of(call->work->arena, struct items);
    struct payout_account_row *rows;

    TRY(payout_account_page(
        call->work, &(struct payout_account_page_args){.person_id = call->work->who->person_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

enum err own_serve_account_set(struct call *call)
{
    const struct payout_account_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(payout_account_set(call->work,
                           &(struct account_draft){.kind = body->kind,
                                                   .holder = body->holder,
                                                   .account_number = body->account_number,
                                                   .bank_code = body->bank_code},
                           &made->id));
    call->reply = made;
    return OK;
}

enum err own_serve_payouts(struct call *call)
{
    struct items *list = arena_new_of(call->work->arena, struct items);
    struct payout_own_row *rows;

    TRY(payout_line_of_person(
        call->work, &(struct payout_line_of_person_args){.person_id = call->work->who->person_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

enum err own_serve_statement(struct call *call)
{
    struct statement_view *view = arena_new_of(call->work->arena, struct statement_view);

    TRY(statement_load(call->work, call->work->who->person_id, call->query, view));
    call->reply = view;
    return OK;
}
