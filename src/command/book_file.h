#pragma once

/*
 * A ledger's book as CSV, one posting a row:
 *
 *   entry,at,currency,kind,pays,corrects,account,amount
 *
 * Rows of one entry stand together and agree in all but account and amount (whole minor units).
 * A row of the kind "close" closes the periods before its `at`; it has no other field.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct ledger_balance;
struct ledger_entry;

struct book_item {
    const struct ledger_entry *entry; /* NULL: a period is closed */
    int64_t closed_until_us;
    uint64_t line; /* of the first row */
};

/* Each entry and close in order; what an item points to lasts until the callback returns.
 * ERR_INVALID names line and field. */
enum err book_file_read(const char *path,
                        enum err (*take)(void *context, const struct book_item *item),
                        void *context, struct fault *fault);

/* Balances that somebody keeps: CSV `account,currency,amount`. */
enum err book_file_balances(struct arena *arena, const char *path,
                            const struct ledger_balance **out, size_t *count, struct fault *fault);
