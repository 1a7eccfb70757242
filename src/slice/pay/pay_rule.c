#include "slice/pay/pay_rule.h"

#include <string.h>

#include "base/fault.h"
#include "base/money.h"
#include "base/shape.h"

enum { WHOLE_POINTS = 10000 };

#define RATE_MIN INT64_C(1000)             /* a millionth, times 10^9 */
#define RATE_MAX INT64_C(1000000000000000) /* a million */

enum err charge_for_cost(const struct charge *charge, int64_t cost_minor, int64_t *out,
                         struct fault *fault)
{
    if (!money_scale(cost_minor, WHOLE_POINTS + charge->markup_points, WHOLE_POINTS, out)) {
        return fail(fault, ERR_INVALID, "the charge for %lld minor units does not fit",
                    (long long)cost_minor);
    }
    return OK;
}

enum err charge_for_unit(const struct charge *charge, int64_t cost_minor, int64_t *out,
                         struct fault *fault)
{
    if (charge->unit_minor != INT_ABSENT) {
        *out = charge->unit_minor;
        return OK;
    }
    return charge_for_cost(charge, cost_minor, out, fault);
}

enum err exchange_rate_check(const char *from, const char *to, int64_t rate_nano,
                             struct fault *fault)
{
    if (currency_digits(from) < 0) {
        return fail_field(fault, ERR_INVALID, "from_currency", "\"%.10s\" is no ISO 4217 code",
                          from);
    }
    if (currency_digits(to) < 0 || strcmp(from, to) == 0) {
        return fail_field(fault, ERR_INVALID, "to_currency",
                          "\"%.10s\" is no ISO 4217 code, or the same as the first", to);
    }
    if (rate_nano < RATE_MIN || rate_nano > RATE_MAX) {
        return fail_field(fault, ERR_INVALID, "rate",
                          "a rate lies between a millionth and a million");
    }
    return OK;
}

bool client_sees(const char *account, bool discloses_share)
{
    static const char *const OWN[] = {
        "assets:unbilled:", "assets:receivable:", "income:revenue:", "liabilities:tax"};

    for (size_t i = 0; i < COUNT(OWN); i++) {
        if (strncmp(account, OWN[i], strlen(OWN[i])) == 0) {
            return true;
        }
    }
    return discloses_share;
}

/* 1970-01-02 was a Friday. */
const struct pay_days pay_days_default = {
    .first_day = 1, .every_weeks = 1, .cut_days = 4, .zone = "UTC"};

int64_t pay_day_next(const struct pay_days *days, int64_t day)
{
    int64_t step = 7 * days->every_weeks;
    int64_t past = day - days->first_day;

    return past <= 0 ? days->first_day : days->first_day + (past + step - 1) / step * step;
}
