#pragma once

/* Pure decisions about money. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct fault;

struct charge {
    int64_t unit_minor;    /* INT_ABSENT: cost and markup */
    int64_t markup_points; /* hundredths of a percent of the cost */
};

/* What a client is charged for an accepted unit that costs `cost_minor`. ERR_INVALID: it does not
 * fit. */
enum err charge_for_unit(const struct charge *charge, int64_t cost_minor, int64_t *out,
                         struct fault *fault);

/* The same for anything else that is paid: cost and markup. */
enum err charge_for_cost(const struct charge *charge, int64_t cost_minor, int64_t *out,
                         struct fault *fault);

/* Can this be an exchange rate? Known currencies, not the same, within a millionth and a million.
 * ERR_INVALID names the field. */
enum err exchange_rate_check(const char *from, const char *to, int64_t rate_nano,
                             struct fault *fault);

/* When an operator pays: every so many weeks from a first day on. */
struct pay_days {
    int64_t first_day; /* days since 1970 */
    int64_t every_weeks;
    int64_t cut_days; /* a pay day pays what was owed when the day so long before it began */
    const char *zone; /* on whose clock */
};

/* Fridays in UTC, for what was owed when their Monday began. */
extern const struct pay_days pay_days_default;

/* The first pay day that is not before `day`. */
int64_t pay_day_next(const struct pay_days *days, int64_t day);

/* May a client see this account in the entries of its campaign? Without disclosure: what it owes
 * and what was charged, never what the people behind it earn. */
bool client_sees(const char *account, bool discloses_share);
