/* The whole book in one pass: proven against the engine's rules, or written as text. */

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/pay/book.h"
#include "slice/pay/pay_sql.h"
#include "store/work.h"

enum { RANDOM_PART = 4 }; /* of an identifier: behind its prefix, it grows with time */

/* Gathers postings until their entry is whole, and hands entries and closed periods on in order. */
struct walk {
    struct arena *arena;
    struct arena_mark empty;
    struct ledger_entry entry;
    struct ledger_posting postings[LEDGER_POSTINGS_MAX];
    int64_t positions[LEDGER_POSTINGS_MAX];
    const struct period_row *periods;
    size_t period_count;
    size_t period_next;
    enum err (*take)(struct work *work, void *context, const struct ledger_entry *entry,
                     const struct period_row *closed);
    void *context;
};

static enum err close_before(struct work *work, struct walk *walk, const char *id)
{
    while (walk->period_next < walk->period_count) {
        const struct period_row *period = &walk->periods[walk->period_next];

        if (id != NULL && strcmp(period->id + RANDOM_PART, id + RANDOM_PART) > 0) {
            return OK;
        }
        walk->period_next++;
        TRY(walk->take(work, walk->context, NULL, period));
    }
    return OK;
}

static enum err finish_entry(struct work *work, struct walk *walk)
{
    if (walk->entry.posting_count == 0) {
        return OK;
    }
    TRY(close_before(work, walk, walk->entry.id));
    TRY(walk->take(work, walk->context, &walk->entry, NULL));
    walk->entry.posting_count = 0;
    arena_undo(walk->arena, walk->empty);
    return OK;
}

static const char *kept(struct walk *walk, const char *text)
{
    return text == NULL ? NULL : arena_copy(walk->arena, text, strlen(text));
}

/* They nearly always come in order. */
static void insert_posting(struct walk *walk, int64_t position, struct ledger_posting posting)
{
    size_t at = walk->entry.posting_count++;

    while (at > 0 && walk->positions[at - 1] > position) {
        walk->positions[at] = walk->positions[at - 1];
        walk->postings[at] = walk->postings[at - 1];
        at--;
    }
    walk->positions[at] = position;
    walk->postings[at] = posting;
}

static enum err take_row(struct work *work, void *context, const struct book_each_row *row)
{
    struct walk *walk = context;

    if (walk->entry.posting_count == 0 || strcmp(walk->entry.id, row->id) != 0) {
        TRY(finish_entry(work, walk));
        walk->entry = (struct ledger_entry){.id = kept(walk, row->id),
                                            .at_us = row->happened_at,
                                            .currency = kept(walk, row->currency),
                                            .kind = kept(walk, row->kind),
                                            .pays = kept(walk, row->pays_id),
                                            .corrects = kept(walk, row->corrects_id),
                                            .postings = walk->postings};
    }
    if (walk->entry.posting_count == LEDGER_POSTINGS_MAX) {
        return work_fail(work, ERR_INTERNAL, "entry %.40s has too many postings", row->id);
    }
    insert_posting(
        walk, row->position,
        (struct ledger_posting){.account = kept(walk, row->account), .amount = row->amount_minor});
    return OK;
}

static enum err walk_book(struct work *work,
                          enum err (*take)(struct work *work, void *context,
                                           const struct ledger_entry *entry,
                                           const struct period_row *closed),
                          void *context)
{
    ARENA_SCOPE arena = arena_new();
    struct walk *walk = arena_new_of(arena, struct walk);
    struct period_row *periods;

    TRY(period_page(work, &(struct period_page_args){.organisation_id = work->organisation_id},
                    &periods, &walk->period_count));
    walk->arena = arena;
    walk->empty = arena_mark(arena);
    walk->periods = periods;
    walk->take = take;
    walk->context = context;
    TRY(book_each(work, take_row, walk));
    TRY(finish_entry(work, walk));
    return close_before(work, walk, NULL);
}

struct proving {
    struct ledger_book *book;
    struct fault fault;
    bool broken;
    int64_t period_count;
};

/* A break is a finding, not a failure of the walk; what comes after it is passed over. */
static enum err prove_next(struct work *work, void *context, const struct ledger_entry *entry,
                           const struct period_row *closed)
{
    struct proving *proving = context;
    enum err err = OK;

    if (!proving->broken) {
        err = closed == NULL ? ledger_book_add(proving->book, entry, &proving->fault)
                             : ledger_book_close(proving->book, closed->until_at, &proving->fault);
        proving->broken = err != OK;
        proving->period_count += closed != NULL;
    }
    return OK;
}

static enum err compare_balances(struct work *work, struct proving *proving)
{
    struct balance_row *rows;
    size_t count;

    TRY(balance_of_all(work, &rows, &count));
    struct ledger_balance *claimed = arena_array(work->arena, struct ledger_balance, count);

    for (size_t i = 0; i < count; i++) {
        claimed[i] = (struct ledger_balance){.account = rows[i].account,
                                             .currency = rows[i].currency,
                                             .amount = rows[i].amount_minor};
    }
    proving->broken = ledger_book_compare(proving->book, claimed, count, &proving->fault) != OK;
    return OK;
}

static enum err compare_days(struct work *work, struct proving *proving)
{
    struct account_day_wrong_row wrong;
    enum err err = account_day_wrong(work, &wrong);

    if (err == OK) {
        (void)fail(&proving->fault, ERR_INVALID, "the days of %s in %s do not sum to its balance",
                   wrong.account, wrong.currency);
        proving->broken = true;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err book_prove(struct work *work, struct book_proof *out)
{
    ARENA_SCOPE arena = arena_new();
    struct proving proving = {.book = ledger_book_new(arena)};
    const struct ledger_balance *balances;

    TRY(walk_book(work, prove_next, &proving));
    if (!proving.broken) {
        TRY(compare_balances(work, &proving));
    }
    if (!proving.broken) {
        TRY(compare_days(work, &proving));
    }
    *out = (struct book_proof){
        .entry_count = (int64_t)ledger_book_entries(proving.book),
        .posting_count = (int64_t)ledger_book_postings(proving.book),
        .account_count = (int64_t)ledger_book_balances(proving.book, arena, &balances),
        .period_count = proving.period_count,
        .broken = proving.broken ? arena_print(work->arena, "%s", proving.fault.text) : NULL,
    };
    return OK;
}

struct writing {
    struct buffer *to;
    bool csv;
    enum ledger_dialect dialect;
    int64_t first_us;
};

static void put_csv(struct buffer *to, const struct ledger_entry *entry,
                    const struct period_row *closed)
{
    char at[TIME_TEXT_SIZE];

    time_print(closed == NULL ? entry->at_us : closed->until_at, at);
    if (closed != NULL) {
        buffer_print(to, "%s,%s,,close,,,,\n", closed->id, at);
        return;
    }
    for (size_t i = 0; i < entry->posting_count; i++) {
        buffer_print(to, "%s,%s,%s,%s,", entry->id, at, entry->currency, entry->kind);
        buffer_csv(to, text_of(entry->pays));
        buffer_print(to, ",%s,%s,%" PRId64 "\n", entry->corrects == NULL ? "" : entry->corrects,
                     entry->postings[i].account, entry->postings[i].amount);
    }
}

static enum err write_next(struct work *work, void *context, const struct ledger_entry *entry,
                           const struct period_row *closed)
{
    struct writing *writing = context;

    if (writing->csv) {
        put_csv(writing->to, entry, closed);
    } else if (entry != NULL) {
        ledger_write_entry(writing->to, writing->dialect, entry);
    }
    return OK;
}

static enum err find_first(struct work *work, void *context, const struct ledger_entry *entry,
                           const struct period_row *closed)
{
    struct writing *writing = context;

    if (entry != NULL && entry->at_us < writing->first_us) {
        writing->first_us = entry->at_us;
    }
    return OK;
}

static enum err write_head(struct work *work, struct writing *writing)
{
    struct book_accounts_row *rows;
    size_t count;

    TRY(book_accounts(work, &rows, &count));
    struct ledger_balance *accounts = arena_array(work->arena, struct ledger_balance, count);

    for (size_t i = 0; i < count; i++) {
        accounts[i] =
            (struct ledger_balance){.account = rows[i].account, .currency = rows[i].currency};
    }
    TRY(walk_book(work, find_first, writing));
    if (count > 0) {
        ledger_write_head(writing->to, writing->dialect, accounts, count, writing->first_us);
    }
    return OK;
}

enum err book_write(struct work *work, const char *format, struct buffer *to)
{
    struct writing writing = {.to = to, .csv = strcmp(format, "csv") == 0, .first_us = INT64_MAX};

    if (writing.csv) {
        buffer_string(to, "entry,at,currency,kind,pays,corrects,account,amount\n");
    } else {
        (void)ledger_dialect_find(format, &writing.dialect);
        TRY(write_head(work, &writing));
    }
    return walk_book(work, write_next, &writing);
}
