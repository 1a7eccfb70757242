#pragma once

/*
 * Ledger: double entry in whole minor units, and the proof of a whole book.
 *
 * An entry moves amounts of one currency between accounts and sums to zero; a debit is positive.
 * Accounts are paths whose first part says their class: "liabilities:payable:per_1". Entries are
 * never changed: a correction is a later entry that names the first and takes the opposite of each
 * of its postings. What an entry pays is paid by one entry at a time, until that one is corrected.
 *
 * Rounding is to the nearest minor unit, halves to the even neighbour (base/money.h). A split gives
 * share k what rounding gives for the first k weights together, less what was given before: the
 * remainder is assigned on the way, the shares always sum to the total, and each is less than one
 * minor unit from its exact value.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct buffer;
struct fault;

enum { LEDGER_POSTINGS_MAX = 1000 };

struct ledger_posting {
    const char *account;
    int64_t amount; /* minor units; debit positive, never zero */
};

struct ledger_entry {
    const char *id;       /* grows from one entry of a book to the next, as text */
    int64_t at_us;        /* the moment that it counts for */
    const char *currency; /* ISO 4217 */
    const char *kind;     /* why: unit, minutes, bonus, payout … */
    const char *pays;     /* what: an identifier */
    const char *corrects; /* the entry that it undoes; NULL: none */
    const struct ledger_posting *postings;
    size_t posting_count;
};

/* assets, liabilities, equity, income or expenses, then parts of letters, digits, _ . and -, each
 * behind a colon; at most 200 bytes. */
bool ledger_account_is_sound(const char *account);

/* One entry by itself: two postings or more, none of zero, their sum zero, sound accounts, a
 * currency in use. ERR_INVALID says what is wrong; the fault's field is the member. */
enum err ledger_entry_check(const struct ledger_entry *entry, struct fault *fault);

/* The opposite of each posting: what a correction posts. */
const struct ledger_posting *ledger_opposite(struct arena *arena, const struct ledger_entry *entry);

/* `shares` sums to `total`. Weights are not negative, their sum is positive and fits into 64 bits;
 * else ERR_INVALID. A weight of zero gets nothing. */
enum err ledger_split(int64_t total, const int64_t *weights, size_t count, int64_t *shares,
                      struct fault *fault);

/* Minor units of one currency in minor units of another. The rate is what one whole unit of `from`
 * is worth in whole units of `to`, times 10^9. ERR_INVALID: the rate is not positive, a currency is
 * not known, or the result does not fit. */
enum err ledger_convert(int64_t amount, const char *from, const char *to, int64_t rate_nano,
                        int64_t *out, struct fault *fault);

/* ------------------------------------------------------------------ the proof of a book */

/*
 * A book takes entries one by one and stops at the first break: an entry that is not sound, an
 * identifier that does not grow, a currency or sum that does not hold, a thing that is paid twice,
 * a correction that names no earlier entry, one that is corrected already, or not its opposite, an
 * entry within a closed period, a balance that does not fit. Memory: about 60 bytes an entry and
 * 60 bytes a thing that is paid. Time: a few look-ups a posting.
 */
struct ledger_book;

struct ledger_book *ledger_book_new(struct arena *arena);

/* ERR_INVALID: the first break; the fault's text names the entry, its field what is broken. After
 * it the book is as before. */
enum err ledger_book_add(struct ledger_book *book, const struct ledger_entry *entry,
                         struct fault *fault);

/* What lies before `until_us` is closed: later entries may not count for a moment before it.
 * ERR_INVALID: it was closed until later already. */
enum err ledger_book_close(struct ledger_book *book, int64_t until_us, struct fault *fault);

uint64_t ledger_book_entries(const struct ledger_book *book);
uint64_t ledger_book_postings(const struct ledger_book *book);

struct ledger_balance {
    const char *account;
    const char *currency;
    int64_t amount;
};

/* Every account with what its postings sum to, by account and currency; also those at zero. The
 * same entries give the same bytes. Returns how many. */
size_t ledger_book_balances(const struct ledger_book *book, struct arena *arena,
                            const struct ledger_balance **out);

/* Compare with balances that somebody keeps. ERR_INVALID names the first account that differs;
 * a balance of zero may be left out. */
enum err ledger_book_compare(const struct ledger_book *book, const struct ledger_balance *claimed,
                             size_t count, struct fault *fault);

/* ------------------------------------------------------------------ plain-text accounting */

enum ledger_dialect { LEDGER_HLEDGER, LEDGER_LEDGER, LEDGER_BEANCOUNT };
bool ledger_dialect_find(const char *name, enum ledger_dialect *out);

/* What stands before the entries: each commodity and account that will be used, so that the strict
 * checks of those tools pass. `first_us` is the moment of the first entry. */
void ledger_write_head(struct buffer *to, enum ledger_dialect dialect,
                       const struct ledger_balance *accounts, size_t count, int64_t first_us);
void ledger_write_entry(struct buffer *to, enum ledger_dialect dialect,
                        const struct ledger_entry *entry);
