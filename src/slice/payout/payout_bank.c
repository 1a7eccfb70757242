/* What became of payments: by hand, or as the bank's statement says. */

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/pay/book.h"
#include "slice/payout/camt.h"
#include "slice/payout/payout.h"
#include "slice/payout/payout_sql.h"
#include "store/work.h"

static enum err move(struct work *work, const struct payout_line_by_id_row *line, const char *next,
                     const char *why)
{
    int64_t affected;

    return payout_line_move(work,
                            &(struct payout_line_move_args){
                                .id = line->id,
                                .organisation_id = work->organisation_id,
                                .state = line->state,
                                .next = next,
                                .message = why,
                                .settled_at = work->now_us,
                            },
                            &affected);
}

static enum err mark_paid(struct work *work, const struct payout_line_by_id_row *line)
{
    struct book_entry entry = {
        .currency = line->currency, .kind = "payout-paid", .pays_id = line->id};
    const char *id;

    book_move(&entry, arena_print(work->arena, "liabilities:transit:%s", line->run_id),
              line->amount_minor);
    book_move(&entry, "assets:bank", -line->amount_minor);
    TRY(book_post(work, &entry, &id));
    return move(work, line, "paid", NULL);
}

/* It is owed again; the next run takes it along. */
static enum err mark_failed(struct work *work, const struct payout_line_by_id_row *line,
                            const char *why)
{
    struct book_undone undone;

    TRY(book_correct(work, "payout-paid", line->id, why, &undone));
    TRY(book_correct(work, "payout", line->id, why, &undone));
    TRY(move(work, line, "failed", why));
    return notify(work, &(struct notice_draft){
                            .person_id = line->person_id,
                            .kind = "pay",
                            .title = "A payout came back",
                            .message = arena_print(work->arena,
                                                   "%s. It is owed to you as before and goes with "
                                                   "the next run; check your account.",
                                                   why),
                            .link = "/earnings"});
}

static enum err find_line(struct work *work, const char *id, struct payout_line_by_id_row *out)
{
    enum err err = payout_line_by_id(
        work, &(struct payout_line_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "there is no payout %.40s", id) : err;
}

enum err payout_line_settle(struct work *work, const char *line_id, bool paid, const char *why)
{
    struct payout_line_by_id_row line;

    TRY(find_line(work, line_id, &line));
    bool may = strcmp(line.state, "sent") == 0 || (!paid && strcmp(line.state, "paid") == 0);

    if (!may) {
        return work_fail(work, ERR_CONFLICT, "this payout is %s", line.state);
    }
    TRY(audit(work, paid ? "payout.paid" : "payout.failed", line_id, "{}"));
    return paid ? mark_paid(work, &line) : mark_failed(work, &line, why);
}

static bool is_ours(const char *reference, const char *prefix)
{
    return reference != NULL && strncmp(reference, prefix, 4) == 0;
}

/* The bank booked a run in one sum, as our file asks it to: all of it was paid. */
static enum err apply_batch(struct work *work, const struct camt_movement *movement,
                            struct bank_outcome *out)
{
    struct payout_line_row *lines;
    size_t count;
    int64_t sent = 0;

    TRY(payout_line_page(work,
                         &(struct payout_line_page_args){.run_id = movement->batch,
                                                         .organisation_id = work->organisation_id},
                         &lines, &count));
    for (size_t i = 0; i < count; i++) {
        sent += strcmp(lines[i].state, "dropped") == 0 ? 0 : lines[i].amount_minor;
    }
    if (count == 0 || sent != movement->amount_minor ||
        strcmp(lines[0].currency, movement->currency) != 0 || movement->credit) {
        return work_fail(work, ERR_INVALID,
                         "the statement books %" PRId64 " minor units of %s %s for the run %.40s, "
                         "of which we sent %" PRId64 "; nothing of it was read",
                         movement->amount_minor, movement->currency,
                         movement->credit ? "in" : "out", movement->batch, sent);
    }
    for (size_t i = 0; i < count; i++) {
        struct payout_line_by_id_row line;

        if (strcmp(lines[i].state, "sent") != 0) {
            out->known += strcmp(lines[i].state, "dropped") != 0;
            continue;
        }
        TRY(find_line(work, lines[i].id, &line));
        TRY(mark_paid(work, &line));
        out->paid++;
    }
    return OK;
}

static enum err apply(struct work *work, const struct camt_movement *movement,
                      struct bank_outcome *out)
{
    struct payout_line_by_id_row line;
    bool failed = movement->credit || movement->returned;
    enum err err =
        payout_line_by_id(work,
                          &(struct payout_line_by_id_args){
                              .id = movement->reference, .organisation_id = work->organisation_id},
                          &line);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, ERR_INVALID,
                         "the statement names the payout %.40s, which we never made; nothing of it "
                         "was read",
                         movement->reference);
    }
    TRY(err);
    if (line.amount_minor != movement->amount_minor ||
        strcmp(line.currency, movement->currency) != 0) {
        return work_fail(work, ERR_INVALID,
                         "the statement says %" PRId64 " minor units of %s for the payout %s; we "
                         "sent %" PRId64 " of %s; nothing of it was read",
                         movement->amount_minor, movement->currency, line.id, line.amount_minor,
                         line.currency);
    }
    bool is_settled = strcmp(line.state, failed ? "failed" : "paid") == 0;
    bool is_open = strcmp(line.state, "sent") == 0 || (failed && strcmp(line.state, "paid") == 0);

    if (is_settled || !is_open) {
        out->known++;
        return OK;
    }
    out->paid += !failed;
    out->failed += failed;
    return failed
               ? mark_failed(work, &line,
                             movement->reason == NULL ? "the bank returned it" : movement->reason)
               : mark_paid(work, &line);
}

static enum err read_movement(struct work *work, const struct camt_movement *movement,
                              struct bank_outcome *out)
{
    if (is_ours(movement->reference, "pyl_")) {
        return apply(work, movement, out);
    }
    if (movement->reference == NULL && is_ours(movement->batch, "pyr_")) {
        return apply_batch(work, movement, out);
    }
    out->other++;
    return OK;
}

static enum err read_statement(struct work *work, const struct camt *file, size_t index,
                               struct bank_outcome *out)
{
    const char *id = work_new_id(work, "bks");
    struct bank_outcome before = *out;

    for (size_t i = 0; i < file->count; i++) {
        if (file->movements[i].statement == index) {
            TRY(read_movement(work, &file->movements[i], out));
        }
    }
    enum err err = bank_statement_insert(
        work, &(struct bank_statement_insert_args){
                  .id = id,
                  .organisation_id = work->organisation_id,
                  .statement_code = file->ids[index],
                  .matched_count = out->paid + out->failed - before.paid - before.failed,
                  .other_count = out->other - before.other,
                  .read_by = work->who->person_id,
                  .read_at = work->now_us,
              });

    if (err == ERR_CONFLICT) {
        return work_fail(work, err,
                         "the statement %.60s was read already; nothing of this file was",
                         file->ids[index]);
    }
    TRY(err);
    return audit(work, "bank_statement.read", id, "{}");
}

enum err payout_read_bank(struct work *work, struct text xml, struct bank_outcome *out)
{
    struct camt file;

    *out = (struct bank_outcome){0};
    work->organisation_id = work->who->organisation_id;
    TRY(camt_read(work->arena, xml, &file, &work->fault));
    for (size_t i = 0; i < file.id_count; i++) {
        TRY(read_statement(work, &file, i, out));
    }
    return OK;
}
