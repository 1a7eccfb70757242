#include "slice/board/board_rule.h"

#include <math.h>

#include "base/shape.h"
#include "base/time.h"
#include "num/special.h"

enum { UNITS_MIN = 5, YEARS_MAX = 10 };

/* The time until `left` more units have come, when the rate is Gamma(done + 1/2, days): a ratio of
 * gamma variables, so left / (left + done + 1/2) is Beta(left, done + 1/2) in the scaled time. */
static double days_until(double p, int64_t done, double days, int64_t left)
{
    double share = num_beta_quantile(p, (double)left, (double)done + 0.5);

    return days * share / (1 - share);
}

static int64_t moment(int64_t now_us, double days)
{
    return isfinite(days) && days < 365.0 * YEARS_MAX ? now_us + (int64_t)(days * (double)TIME_DAY)
                                                      : INT_ABSENT;
}

struct forecast board_forecast(int64_t now_us, int64_t done, double days, int64_t left)
{
    if (left <= 0) {
        return (struct forecast){now_us, now_us, now_us};
    }
    if (done < UNITS_MIN || !(days > 0)) {
        return (struct forecast){INT_ABSENT, INT_ABSENT, INT_ABSENT};
    }
    return (struct forecast){.early_at = moment(now_us, days_until(0.1, done, days, left)),
                             .middle_at = moment(now_us, days_until(0.5, done, days, left)),
                             .late_at = moment(now_us, days_until(0.9, done, days, left))};
}
