#include "slice/payout/payout.h"

#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/payout/payout_file.h"
#include "slice/payout/payout_sql.h"
#include "store/work.h"

#define WAITING_TIME (3 * TIME_DAY)

/* ------------------------------------------------------------------ accounts */

enum err payout_account_set(struct work *work, const struct account_draft *draft, const char **id)
{
    const struct bank_account account = {.kind = draft->kind,
                                         .holder = draft->holder,
                                         .account_number = draft->account_number,
                                         .bank_code = draft->bank_code};
    struct payout_account_row *rows;
    size_t count;

    TRY(bank_account_check(&account, &work->fault));
    TRY(payout_account_page(work,
                            &(struct payout_account_page_args){.person_id = work->who->person_id},
                            &rows, &count));
    *id = work_new_id(work, "pac");
    TRY(payout_account_insert(work, &(struct payout_account_insert_args){
                                        .id = *id,
                                        .person_id = work->who->person_id,
                                        .kind = draft->kind,
                                        .holder = draft->holder,
                                        .account_number = draft->account_number,
                                        .bank_code = draft->bank_code,
                                        .made_at = work->now_us,
                                        .made_by = work->who->person_id,
                                        .usable_at = work->now_us + (count == 0 ? 0 : WAITING_TIME),
                                    }));
    TRY(audit(work, "payout_account.set", *id, "{}"));
    /* Whoever took over the session did not take over the notices. */
    return notify(work,
                  &(struct notice_draft){
                      .person_id = work->who->person_id,
                      .kind = "pay",
                      .title = "Your payout account was changed",
                      .message = count == 0
                                     ? "It is used as soon as finance has looked at it."
                                     : "It is used in three days at the earliest, after finance "
                                       "has looked at it. If that was not you, tell finance now.",
                      .link = "/earnings"});
}

enum err payout_account_decide(struct work *work, const char *id, bool accept)
{
    struct payout_account_row account;
    enum err err =
        payout_account_by_id(work, &(struct payout_account_by_id_args){.id = id}, &account);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no such payout account");
    }
    TRY(err);
    if (strcmp(account.person_id, work->who->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN, "somebody else has to look at your own account");
    }
    if (strcmp(account.state, "waiting") != 0) {
        return work_fail(work, ERR_CONFLICT, "this account is %s already", account.state);
    }
    if (accept) {
        TRY(payout_account_replace(
            work, &(struct payout_account_replace_args){.person_id = account.person_id}));
    }
    TRY(payout_account_look(work, &(struct payout_account_look_args){
                                      .id = id,
                                      .state = accept ? "active" : "refused",
                                      .looked_by = work->who->person_id,
                                      .looked_at = work->now_us,
                                  }));
    return audit(work, accept ? "payout_account.accept" : "payout_account.refuse", id, "{}");
}

enum err payout_check_person(struct work *work, const char *person_id)
{
    struct payout_person_row row;
    enum err err =
        payout_person(work,
                      &(struct payout_person_args){.person_id = person_id,
                                                   .organisation_id = work->who->organisation_id},
                      &row);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no person %.40s in your organisation", person_id)
               : err;
}

/* ------------------------------------------------------------------ runs */

/* ERR_NOT_FOUND: this person cannot be paid now. */
static enum err account_to_pay(struct work *work, const char *person_id, const char *currency,
                               struct payout_account_row *out)
{
    struct payout_hold_stands_row hold;
    struct payout_line_planned_of_row waiting;
    enum err err = payout_hold_stands(
        work, &(struct payout_hold_stands_args){.person_id = person_id, .now = work->now_us},
        &hold);

    if (err != ERR_NOT_FOUND) {
        return err == OK ? ERR_NOT_FOUND : err;
    }
    err = payout_line_planned_of(
        work, &(struct payout_line_planned_of_args){.person_id = person_id, .currency = currency},
        &waiting);
    if (err != ERR_NOT_FOUND) {
        return err == OK ? ERR_NOT_FOUND : err;
    }
    return payout_usable_account(
        work, &(struct payout_usable_account_args){.person_id = person_id, .now = work->now_us},
        out);
}

/* One line for whoever can be paid now; ERR_NOT_FOUND: not this one. */
static enum err plan_line(struct work *work, const char *person_id, const char *kind,
                          const struct payout_run_insert_args *run,
                          struct payout_line_insert_args *out)
{
    struct payout_due_until_row due;
    struct payout_account_row account;

    TRY(payout_due_until(work,
                         &(struct payout_due_until_args){.person_id = person_id,
                                                         .currency = run->currency,
                                                         .until_at = run->until_at},
                         &due));
    if (due.amount_minor <= 0) {
        return ERR_NOT_FOUND;
    }
    TRY(account_to_pay(work, person_id, run->currency, &account));
    if (strcmp(account.kind, kind) != 0) {
        return ERR_NOT_FOUND;
    }
    *out = (struct payout_line_insert_args){
        .id = work_new_id(work, "pyl"),
        .organisation_id = work->organisation_id,
        .run_id = run->id,
        .person_id = person_id,
        .account_id = account.id,
        .currency = run->currency,
        .amount_minor = due.amount_minor,
    };
    return OK;
}

static enum err plan_lines(struct work *work, const char *kind, struct payout_run_insert_args *run)
{
    struct payout_candidates_row *rows;
    size_t row_count;
    size_t count = 0;

    TRY(payout_candidates(work, &(struct payout_candidates_args){.currency = run->currency}, &rows,
                          &row_count));
    struct payout_line_insert_args *lines =
        arena_array(work->arena, struct payout_line_insert_args, row_count);

    for (size_t i = 0; i < row_count; i++) {
        enum err err = plan_line(work, rows[i].account + strlen("liabilities:payable:"), kind, run,
                                 &lines[count]);

        if (err == OK &&
            !money_add(run->total_minor, lines[count].amount_minor, &run->total_minor)) {
            return work_fail(work, ERR_INVALID, "the total of this run does not fit");
        }
        if (err != OK && err != ERR_NOT_FOUND) {
            return err;
        }
        count += err == OK;
    }
    run->line_count = (int64_t)count;
    if (count == 0) {
        return work_fail(work, ERR_CONFLICT,
                         "nobody is due in %s who has a usable account of the kind %s, is not on "
                         "hold and does not wait in another run",
                         run->currency, kind);
    }
    TRY(payout_run_insert(work, run));
    return payout_line_insert(work, lines, count);
}

enum err payout_run_make(struct work *work, const struct run_draft *draft, const char **id)
{
    struct paying_account_row from;

    work->organisation_id = work->who->organisation_id;
    enum err err = paying_account_by_id(
        work,
        &(struct paying_account_by_id_args){.id = draft->paying_account_id,
                                            .organisation_id = work->organisation_id},
        &from);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "paying_account_id",
                               "there is no such account to pay from");
    }
    TRY(err);
    if (draft->until_at > work->now_us) {
        return work_fail_field(work, ERR_INVALID, "until_at",
                               "what will be earned later cannot be paid yet");
    }
    *id = work_new_id(work, "pyr");
    TRY(plan_lines(work, from.kind,
                   &(struct payout_run_insert_args){
                       .id = *id,
                       .organisation_id = work->organisation_id,
                       .paying_account_id = from.id,
                       .currency = from.currency,
                       .until_at = draft->until_at,
                       .pay_day = draft->pay_day,
                       .made_by = work->who->person_id,
                       .made_at = work->now_us,
                   }));
    return audit(work, "payout_run.make", *id, "{}");
}

static enum err find_run(struct work *work, const char *id, struct payout_run_row *out)
{
    enum err err = payout_run_by_id(
        work, &(struct payout_run_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "there is no such payout run") : err;
}

static enum err move_run(struct work *work, const char *id, const char *state, const char *next)
{
    int64_t affected;

    TRY(payout_run_move(work,
                        &(struct payout_run_move_args){
                            .id = id,
                            .organisation_id = work->organisation_id,
                            .state = state,
                            .next = next,
                            .sent_at = INT_ABSENT,
                        },
                        &affected));
    return affected == 0 ? work_fail(work, ERR_CONFLICT, "this run is not %s any more", state) : OK;
}

enum err payout_run_approve(struct work *work, const char *id, bool *complete)
{
    struct payout_run_row run;
    struct payout_approval_row *approvals;
    const char *job_id;
    size_t count;

    *complete = false;
    TRY(find_run(work, id, &run));
    if (strcmp(run.state, "planned") != 0) {
        return work_fail(work, ERR_CONFLICT, "this run is %s already", run.state);
    }
    TRY(payout_approval_page(
        work,
        &(struct payout_approval_page_args){.run_id = id, .organisation_id = work->organisation_id},
        &approvals, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(approvals[i].person_id, work->who->person_id) == 0) {
            return work_fail(work, ERR_CONFLICT,
                             "you approved this run already; a second person has to");
        }
    }
    TRY(payout_approval_insert(
        work, &(struct payout_approval_insert_args){.run_id = id,
                                                    .organisation_id = work->organisation_id,
                                                    .person_id = work->who->person_id,
                                                    .approved_at = work->now_us}));
    TRY(audit(work, "payout_run.approve", id, "{}"));
    if (count == 0) {
        return OK;
    }
    TRY(move_run(work, id, "planned", "approved"));
    *complete = true;
    return job_request(work, "payout.send", arena_print(work->arena, "{\"run_id\":\"%s\"}", id), id,
                       &job_id);
}

enum err payout_run_cancel(struct work *work, const char *id)
{
    struct payout_run_row run;

    TRY(find_run(work, id, &run));
    TRY(move_run(work, id, "planned", "cancelled"));
    TRY(payout_line_drop_run(
        work, &(struct payout_line_drop_run_args){.run_id = id,
                                                  .organisation_id = work->organisation_id,
                                                  .message = "the run was cancelled"}));
    return audit(work, "payout_run.cancel", id, "{}");
}

static enum err gather(struct work *work, const struct payout_run_row *run,
                       struct payment_file *out)
{
    struct paying_account_row from;
    struct payout_line_row *lines;
    size_t count;

    TRY(paying_account_by_id(
        work,
        &(struct paying_account_by_id_args){.id = run->paying_account_id,
                                            .organisation_id = work->organisation_id},
        &from));
    TRY(payout_line_page(work,
                         &(struct payout_line_page_args){.run_id = run->id,
                                                         .organisation_id = work->organisation_id},
                         &lines, &count));
    struct payment *payments = arena_array(work->arena, struct payment, count);

    *out = (struct payment_file){.id = run->id,
                                 .company_code = from.company_code,
                                 .from = {.kind = from.kind,
                                          .holder = from.holder,
                                          .account_number = from.account_number,
                                          .bank_code = from.bank_code},
                                 .currency = run->currency,
                                 .pay_day = run->pay_day,
                                 .created_us = run->sent_at,
                                 .payments = payments};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lines[i].state, "dropped") != 0) {
            payments[out->count++] =
                (struct payment){.id = lines[i].id,
                                 .to = {.kind = lines[i].kind,
                                        .holder = lines[i].holder,
                                        .account_number = lines[i].account_number,
                                        .bank_code = lines[i].bank_code},
                                 .amount_minor = lines[i].amount_minor};
        }
    }
    return OK;
}

enum err payout_run_file(struct work *work, const char *id, const char *format, struct buffer *to)
{
    struct payout_run_row run;
    struct payment_file file;

    TRY(find_run(work, id, &run));
    if (strcmp(run.state, "sent") != 0) {
        return work_fail(work, ERR_CONFLICT, "this run is %s; only a sent one has a file",
                         run.state);
    }
    TRY(gather(work, &run, &file));
    if (strcmp(format, "pain.001") == 0) {
        return payment_write_pain(&file, to, &work->fault);
    }
    if (strcmp(format, "nacha") == 0) {
        return payment_write_nacha(&file, to, &work->fault);
    }
    payment_write_csv(&file, to);
    return OK;
}
