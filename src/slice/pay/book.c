#include "slice/pay/book.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/pay/pay_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { SHARDS = 16 };

void book_move(struct book_entry *entry, const char *account, int64_t amount)
{
    if (amount == 0) {
        return;
    }
    assert(entry->posting_count < COUNT(entry->postings));
    entry->postings[entry->posting_count++] =
        (struct ledger_posting){.account = account, .amount = amount};
}

static bool is_in(const char *account, const char *folder)
{
    return strncmp(account, folder, strlen(folder)) == 0;
}

static int64_t owed_to_person(const struct ledger_entry *entry)
{
    int64_t sum = 0;

    for (size_t i = 0; i < entry->posting_count; i++) {
        if (is_in(entry->postings[i].account, "liabilities:payable:")) {
            sum -= entry->postings[i].amount;
        }
    }
    return sum;
}

static int64_t owed_by_client(const struct ledger_entry *entry)
{
    int64_t sum = 0;

    for (size_t i = 0; i < entry->posting_count; i++) {
        if (is_in(entry->postings[i].account, "assets:unbilled:") ||
            is_in(entry->postings[i].account, "assets:receivable:")) {
            sum += entry->postings[i].amount;
        }
    }
    return sum;
}

/* Where all writes pass one writer, nobody meets anybody in a row. */
static int64_t shard(struct work *work)
{
    return store_is_near(work->store) ? 0 : work_random(work) % SHARDS;
}

/* Once a commit, with the sum of what was posted in it. */
static enum err add_balance(struct work *work, const struct total *total)
{
    return account_balance_add(work, &(struct account_balance_add_args){
                                         .account = total->object_id,
                                         .currency = total->name,
                                         .shard = shard(work),
                                         .organisation_id = total->organisation_id,
                                         .amount_minor = total->amount,
                                     });
}

static bool is_kept_by_day(const char *account)
{
    return is_in(account, "expenses:") || is_in(account, "income:") ||
           strcmp(account, "assets:bank") == 0;
}

/* The currency's code is three letters; the day stands behind it. */
static enum err add_day(struct work *work, const struct total *total)
{
    return account_day_add(work, &(struct account_day_add_args){
                                     .account = total->object_id,
                                     .currency = arena_copy(work->arena, total->name, 3),
                                     .day = strtoll(total->name + 4, NULL, 10),
                                     .shard = shard(work),
                                     .organisation_id = total->organisation_id,
                                     .amount_minor = total->amount,
                                 });
}

static enum err write_postings(struct work *work, const struct ledger_entry *entry)
{
    struct posting_insert_args postings[8];

    assert(entry->posting_count <= COUNT(postings));
    for (size_t i = 0; i < entry->posting_count; i++) {
        postings[i] = (struct posting_insert_args){.entry_id = entry->id,
                                                   .position = (int64_t)i + 1,
                                                   .organisation_id = work->organisation_id,
                                                   .account = entry->postings[i].account,
                                                   .currency = entry->currency,
                                                   .amount_minor = entry->postings[i].amount};
        store_sum(work, add_balance,
                  &(struct total){.organisation_id = work->organisation_id,
                                  .object_id = entry->postings[i].account,
                                  .name = entry->currency,
                                  .amount = entry->postings[i].amount});
        if (is_kept_by_day(entry->postings[i].account)) {
            store_sum(work, add_day,
                      &(struct total){.organisation_id = work->organisation_id,
                                      .object_id = entry->postings[i].account,
                                      .name = arena_print(work->arena, "%.3s %" PRId64,
                                                          entry->currency, entry->at_us / TIME_DAY),
                                      .amount = entry->postings[i].amount});
        }
    }
    return posting_insert(work, postings, entry->posting_count);
}

static enum err write_entry(struct work *work, const struct ledger_entry *entry,
                            const struct book_entry *about)
{
    if (ledger_entry_check(entry, &work->fault) != OK) {
        return work_fail(work, ERR_INTERNAL, "an entry that does not hold: %s",
                         arena_print(work->arena, "%s", work->fault.text));
    }
    TRY(entry_insert(work, &(struct entry_insert_args){
                               .id = entry->id,
                               .organisation_id = work->organisation_id,
                               .campaign_id = about->campaign_id,
                               .person_id = about->person_id,
                               .currency = entry->currency,
                               .kind = entry->kind,
                               .pays_id = entry->pays,
                               .corrects_id = entry->corrects,
                               .person_minor = owed_to_person(entry),
                               .client_minor = owed_by_client(entry),
                               .note = about->note,
                               .posted_by = work->who == NULL ? NULL : work->who->person_id,
                               .happened_at = entry->at_us,
                           }));
    return write_postings(work, entry);
}

enum err book_post(struct work *work, const struct book_entry *entry, const char **id)
{
    const char *new_id = work_new_id(work, "ent");
    int64_t affected;

    *id = NULL;
    if (entry->posting_count == 0) {
        return OK;
    }
    TRY(paid_take(work,
                  &(struct paid_take_args){.kind = entry->kind,
                                           .pays_id = entry->pays_id,
                                           .organisation_id = work->organisation_id,
                                           .entry_id = new_id},
                  &affected));
    if (affected == 0) {
        return OK;
    }
    TRY(write_entry(work,
                    &(struct ledger_entry){.id = new_id,
                                           .at_us = work->now_us,
                                           .currency = entry->currency,
                                           .kind = entry->kind,
                                           .pays = entry->pays_id,
                                           .postings = entry->postings,
                                           .posting_count = entry->posting_count},
                    entry));
    *id = new_id;
    return OK;
}

static enum err undo(struct work *work, const char *first_id, const char *note,
                     struct book_undone *out)
{
    struct entry_row first;
    struct posting_row *rows;
    size_t count;

    TRY(entry_by_id(
        work, &(struct entry_by_id_args){.id = first_id, .organisation_id = work->organisation_id},
        &first));
    TRY(posting_of_entry(work,
                         &(struct posting_of_entry_args){.entry_id = first_id,
                                                         .organisation_id = work->organisation_id},
                         &rows, &count));
    struct ledger_posting *postings = arena_array(work->arena, struct ledger_posting, count);

    for (size_t i = 0; i < count; i++) {
        postings[i] =
            (struct ledger_posting){.account = rows[i].account, .amount = -rows[i].amount_minor};
    }
    struct ledger_entry entry = {.id = work_new_id(work, "ent"),
                                 .at_us = work->now_us,
                                 .currency = first.currency,
                                 .kind = first.kind,
                                 .pays = first.pays_id,
                                 .corrects = first.id,
                                 .postings = postings,
                                 .posting_count = count};

    TRY(write_entry(work, &entry,
                    &(struct book_entry){.campaign_id = first.campaign_id,
                                         .person_id = first.person_id,
                                         .note = note}));
    *out = (struct book_undone){.id = entry.id,
                                .person_minor = owed_to_person(&entry),
                                .client_minor = owed_by_client(&entry)};
    return OK;
}

enum err book_correct(struct work *work, const char *kind, const char *pays_id, const char *note,
                      struct book_undone *out)
{
    struct paid_find_row paid;
    enum err err =
        paid_find(work,
                  &(struct paid_find_args){
                      .kind = kind, .pays_id = pays_id, .organisation_id = work->organisation_id},
                  &paid);

    *out = (struct book_undone){0};
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    TRY(undo(work, paid.entry_id, note, out));
    return paid_release(
        work, &(struct paid_release_args){
                  .kind = kind, .pays_id = pays_id, .organisation_id = work->organisation_id});
}

enum err book_balance(struct work *work, const char *account, const char *currency, int64_t *out)
{
    struct balance_row *rows;
    size_t count;

    TRY(balance_of_account(work, &(struct balance_of_account_args){.account = account}, &rows,
                           &count));
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].currency, currency) == 0) {
            *out = rows[i].amount_minor;
        }
    }
    return OK;
}

enum err book_close(struct work *work, int64_t until_at, const char **id)
{
    struct period_last_row last;

    if (until_at > work->now_us) {
        return work_fail_field(work, ERR_INVALID, "until_at",
                               "a period that still runs cannot be closed");
    }
    TRY(period_last(work, &(struct period_last_args){.organisation_id = work->organisation_id},
                    &last));
    if (last.until_at != INT_ABSENT && last.until_at >= until_at) {
        return work_fail_field(work, ERR_CONFLICT, "until_at",
                               "the book is closed until then already; what was wrong is undone by "
                               "an entry of today");
    }
    *id = work_new_id(work, "prd");
    TRY(period_insert(work, &(struct period_insert_args){.id = *id,
                                                         .organisation_id = work->organisation_id,
                                                         .until_at = until_at,
                                                         .closed_by = work->who->person_id,
                                                         .closed_at = work->now_us}));
    return audit(work, "period.close", *id, "{}");
}
