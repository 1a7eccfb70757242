#pragma once

/*
 * The book: where entries are posted, corrected, proven and closed.
 *
 * An entry is checked by the engine (balanced, one currency, sound accounts) before a row of it is
 * written. A thing is paid by one entry at a time: the second one posts nothing. Balances move in
 * the same transaction. The accounts:
 *
 *   expenses:cost:CAMPAIGN          what work costs
 *   liabilities:payable:PERSON      what a person is owed
 *   liabilities:transit:RUN         what a payout run has sent, until the bank says so
 *   assets:unbilled:CLIENT:CAMPAIGN what a client owes and has not been invoiced
 *   assets:receivable:CLIENT        what was invoiced
 *   income:revenue:CAMPAIGN         what clients are charged
 *   liabilities:tax                 tax on invoices
 *   assets:bank                     what was paid in and out
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/ledger/ledger.h"

struct work;

struct book_entry {
    const char *campaign_id; /* or NULL */
    const char *person_id;   /* or NULL */
    const char *currency;
    const char *kind;
    const char *pays_id;
    const char *note; /* or NULL */
    struct ledger_posting postings[8];
    size_t posting_count;
};

/* Add a posting, unless it is of nothing. */
void book_move(struct book_entry *entry, const char *account, int64_t amount);

/* Post for the work's organisation, now. *id NULL: the thing is paid already, or the entry has no
 * postings; then nothing was posted. ERR_INTERNAL: it does not balance, which is our mistake. */
enum err book_post(struct work *work, const struct book_entry *entry, const char **id);

struct book_undone {
    const char *id; /* of the correction; NULL: nothing paid it */
    int64_t person_minor;
    int64_t client_minor;
};

/* Undo what pays a thing, if anything does. */
enum err book_correct(struct work *work, const char *kind, const char *pays_id, const char *note,
                      struct book_undone *out);

/* An account's balance in one currency, as of the last commit: what this transaction posts is added
 * at its end. */
enum err book_balance(struct work *work, const char *account, const char *currency, int64_t *out);

struct book_proof {
    int64_t entry_count;
    int64_t posting_count;
    int64_t account_count;
    int64_t period_count;
    const char *broken; /* the first break; NULL: the book holds */
};

/* Prove the whole book and compare it with the balances that are kept; in one transaction. */
enum err book_prove(struct work *work, struct book_proof *out);

struct buffer;

/* The whole book as text: "csv" as `periti ledger check` reads it, or a dialect. */
enum err book_write(struct work *work, const char *format, struct buffer *to);

/* What lies before the moment is closed. ERR_CONFLICT: it was closed further already. */
enum err book_close(struct work *work, int64_t until_at, const char **id);
