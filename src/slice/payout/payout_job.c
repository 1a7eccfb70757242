#include "slice/payout/payout_job.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/shape.h"
#include "job/job.h"
#include "slice/pay/book.h"
#include "slice/payout/payout_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { AT_ONCE = 50 };

struct sending {
    struct job_run *run;
    const char *run_id;
    struct payout_run_row found;
    struct payout_line_row *lines;
    size_t count;
    size_t at;
    bool complete;
};

static enum err load(struct work *work, void *context)
{
    struct sending *sending = context;
    struct payout_run_owner_find_row owner;

    TRY(payout_run_owner_find(work, &(struct payout_run_owner_find_args){.id = sending->run_id},
                              &owner));
    work->organisation_id = owner.organisation_id;
    TRY(payout_run_by_id(work,
                         &(struct payout_run_by_id_args){.id = sending->run_id,
                                                         .organisation_id = work->organisation_id},
                         &sending->found));
    return payout_line_next(work,
                            &(struct payout_line_next_args){
                                .run_id = sending->run_id,
                                .organisation_id = work->organisation_id,
                                .row_max = AT_ONCE,
                            },
                            &sending->lines, &sending->count);
}

static enum err move(struct work *work, const struct payout_line_row *line, const char *next,
                     const char *why, int64_t *affected)
{
    return payout_line_move(work,
                            &(struct payout_line_move_args){
                                .id = line->id,
                                .organisation_id = work->organisation_id,
                                .state = "planned",
                                .next = next,
                                .message = why,
                                .settled_at = INT_ABSENT,
                            },
                            affected);
}

/* Why a line that was planned may not be sent now; NULL: it may. */
static enum err find_objection(struct work *work, const struct payout_line_row *line,
                               const char **why)
{
    struct payout_hold_stands_row hold;
    struct payout_account_row account;
    struct payout_due_of_row due;

    *why = NULL;
    enum err err = payout_hold_stands(
        work, &(struct payout_hold_stands_args){.person_id = line->person_id, .now = work->now_us},
        &hold);

    if (err == OK) {
        *why = arena_print(work->arena, "on hold: %s", hold.reason);
        return OK;
    }
    err = err == ERR_NOT_FOUND
              ? payout_usable_account(work,
                                      &(struct payout_usable_account_args){
                                          .person_id = line->person_id, .now = work->now_us},
                                      &account)
              : err;
    if (err == ERR_NOT_FOUND || (err == OK && strcmp(account.id, line->account_id) != 0)) {
        *why = "the account was changed after the run was made";
        return OK;
    }
    TRY(err);
    TRY(payout_due_of(
        work,
        &(struct payout_due_of_args){.person_id = line->person_id, .currency = line->currency},
        &due));
    if (due.amount_minor < line->amount_minor) {
        *why = "less is due than when the run was made";
    }
    return OK;
}

/* Sent and posted together, or neither. */
static enum err send_line(struct work *work, void *context)
{
    struct sending *sending = context;
    const struct payout_line_row *line = &sending->lines[sending->at];
    const char *why = NULL;
    const char *entry_id;
    int64_t affected;

    TRY(find_objection(work, line, &why));
    TRY(move(work, line, why == NULL ? "sent" : "dropped", why, &affected));
    if (affected == 0 || why != NULL) {
        return OK;
    }
    struct book_entry entry = {.person_id = line->person_id,
                               .currency = line->currency,
                               .kind = "payout",
                               .pays_id = line->id};

    book_move(&entry, arena_print(work->arena, "liabilities:payable:%s", line->person_id),
              line->amount_minor);
    book_move(&entry, arena_print(work->arena, "liabilities:transit:%s", sending->run_id),
              -line->amount_minor);
    TRY(book_post(work, &entry, &entry_id));
    return entry_id == NULL
               ? work_fail(work, ERR_INTERNAL, "line %s was posted before it was sent", line->id)
               : OK;
}

static enum err finish(struct work *work, void *context)
{
    struct sending *sending = context;
    int64_t affected;

    return payout_run_move(work,
                           &(struct payout_run_move_args){
                               .id = sending->run_id,
                               .organisation_id = work->organisation_id,
                               .state = "approved",
                               .next = "sent",
                               .sent_at = work->now_us,
                           },
                           &affected);
}

static enum err run(struct job_run *run)
{
    struct sending sending = {.run = run};
    struct json *arguments = NULL;
    int64_t done = 0;

    TRY(json_parse(run->work->arena, text_of(run->arguments), &arguments, &run->work->fault));
    sending.run_id = json_text_of(arguments, "run_id");
    do {
        TRY(store_read(run->work, load, &sending));
        for (sending.at = 0; sending.at < sending.count; sending.at++) {
            TRY(store_write(run->work, send_line, &sending));
        }
        done += (int64_t)sending.count;
        TRY(job_progress(run, done, sending.found.line_count, NULL));
    } while (sending.count > 0);
    return store_write(run->work, finish, &sending);
}

const struct job_kind payout_send_job = {.name = "payout.send", .run = run, .attempt_max = 100};
