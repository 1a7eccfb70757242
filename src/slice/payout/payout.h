#pragma once

/*
 * Payouts: what people are owed, sent to their accounts, once.
 *
 * A run gathers what is due in one currency. Two different people approve it; then a job sends it
 * line by line, and each line is posted in the transaction that marks it sent, so a kill in the
 * middle leaves every line either waiting or sent. The bank's statement, or a person by hand, says
 * what became of each. What failed is owed again and goes with the next run.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct buffer;
struct slice;
struct work;

struct account_draft {
    const char *kind;
    const char *holder;
    const char *account_number;
    const char *bank_code;
};

/* The own account; the first can be used once somebody looked at it, a changed one three days
 * later at the earliest. */
enum err payout_account_set(struct work *work, const struct account_draft *draft, const char **id);

/* The second look, by finance; never at one's own. */
enum err payout_account_decide(struct work *work, const char *id, bool accept);

/* ERR_NOT_FOUND: this is nobody of the asker's own organisation. */
enum err payout_check_person(struct work *work, const char *person_id);

struct run_draft {
    const char *paying_account_id;
    int64_t until_at;
    int64_t pay_day; /* days since 1970 */
};

/* Everybody who is due, has an account that can be used, is not on hold, and does not wait in
 * another run. ERR_CONFLICT: nobody is. */
enum err payout_run_make(struct work *work, const struct run_draft *draft, const char **id);

/* The second approval sends it. ERR_CONFLICT: approved by the same person, or past that. */
enum err payout_run_approve(struct work *work, const char *id, bool *complete);
enum err payout_run_cancel(struct work *work, const char *id);

/* "csv", "pain.001" or "nacha"; the same bytes each time. ERR_CONFLICT: it is not sent yet. */
enum err payout_run_file(struct work *work, const char *id, const char *format, struct buffer *to);

/* What became of a line that was sent. ERR_CONFLICT: it is paid or failed already. */
enum err payout_line_settle(struct work *work, const char *line_id, bool paid, const char *why);

struct bank_outcome {
    int64_t paid;
    int64_t failed;
    int64_t known; /* as they were marked already */
    int64_t other; /* movements that are no payouts of ours */
};

/* Read a camt.053 file, all its statements or none. ERR_INVALID: a reference of our form that we do
 * not know, or another amount than we sent; ERR_CONFLICT: this statement was read already. */
enum err payout_read_bank(struct work *work, struct text xml, struct bank_outcome *out);

extern const struct slice payout_slice;
