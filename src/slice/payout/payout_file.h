#pragma once

/*
 * Payment files: pure, and the same bytes for the same run.
 *
 * pain.001.001.09 (ISO 20022), NACHA (balanced: the credits are set off by one debit), and CSV.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct buffer;
struct fault;

struct bank_account {
    const char *kind; /* iban or us */
    const char *holder;
    const char *account_number;
    const char *bank_code;
};

/* Length of its country (ISO 13616 registry), characters and check digits. */
bool iban_is_sound(const char *text);

/* IBAN: length, characters and check digits (ISO 13616); BIC: its form (ISO 9362). US: the routing
 * number's check digit and at most 17 digits. The holder fits the files' alphabet. ERR_INVALID
 * names the field. */
enum err bank_account_check(const struct bank_account *account, struct fault *fault);

struct payment {
    const char *id; /* end-to-end reference, at most 35 characters */
    struct bank_account to;
    int64_t amount_minor;
};

struct payment_file {
    const char *id; /* of the run, at most 35 characters */
    const char *company_code;
    struct bank_account from;
    const char *currency;
    int64_t pay_day;    /* days since 1970 */
    int64_t created_us; /* when the run was sent */
    const struct payment *payments;
    size_t count;
};

/* ERR_INVALID: the accounts' kind or the currency does not fit the format, or a sum does not. */
enum err payment_write_pain(const struct payment_file *file, struct buffer *to,
                            struct fault *fault);
enum err payment_write_nacha(const struct payment_file *file, struct buffer *to,
                             struct fault *fault);
void payment_write_csv(const struct payment_file *file, struct buffer *to);
