#include "slice/window/window_rule.h"

#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"

const int64_t BUDGET_STEP[BUDGET_STEPS] = {50, 80, 95, 100};

enum age age_of(int64_t due_at, int64_t now_us)
{
    int64_t days = now_us > due_at ? (now_us - due_at) / TIME_DAY : 0;

    return days == 0    ? AGE_CURRENT
           : days <= 30 ? AGE_30
           : days <= 60 ? AGE_60
           : days <= 90 ? AGE_90
                        : AGE_OLDER;
}

size_t budget_steps_reached(int64_t used_minor, int64_t budget_minor)
{
    size_t reached = 0;

    while (reached < BUDGET_STEPS) {
        int64_t bound = 0;

        if (!money_scale(budget_minor, BUDGET_STEP[reached], 100, &bound) || used_minor < bound) {
            break;
        }
        reached++;
    }
    return reached;
}

struct pace pace_of(const int64_t *weeks_minor, size_t count)
{
    struct pace pace = {.low_minor = INT64_MAX, .high_minor = INT64_MIN};
    int64_t sum = 0;
    size_t first = 0;

    while (first < count && weeks_minor[first] == 0) {
        first++;
    }
    for (size_t i = first; i < count; i++) {
        int64_t week = weeks_minor[i];

        sum += week;
        pace.weeks++;
        pace.low_minor = week < pace.low_minor ? week : pace.low_minor;
        pace.high_minor = week > pace.high_minor ? week : pace.high_minor;
    }
    if (pace.weeks < PACE_WEEKS_MIN || !money_scale(sum, 1, pace.weeks, &pace.middle_minor)) {
        return (struct pace){.weeks = pace.weeks};
    }
    return pace;
}

int64_t days_left(int64_t left_minor, int64_t week_minor)
{
    int64_t days = INT_ABSENT;

    if (week_minor <= 0) {
        return INT_ABSENT;
    }
    if (left_minor <= 0) {
        return 0;
    }
    return money_scale(left_minor, 7, week_minor, &days) ? days : INT_ABSENT;
}

static void expect(const struct pace *pace, int64_t *low, int64_t *middle, int64_t *high)
{
    bool is_known = pace->weeks >= PACE_WEEKS_MIN;

    *low = is_known ? pace->low_minor : INT_ABSENT;
    *middle = is_known ? pace->middle_minor : INT_ABSENT;
    *high = is_known ? pace->high_minor : INT_ABSENT;
}

void cash_forecast(const struct cash_facts *facts, struct cash_week out[CASH_WEEKS])
{
    for (int64_t week = 0; week < CASH_WEEKS; week++) {
        struct cash_week *at = &out[week];

        *at = (struct cash_week){.known_in_minor = facts->known_in_minor[week],
                                 .known_out_minor = week == 0 ? facts->payable_minor : 0};
        if (week > 0) { /* what is earned in a week is paid in the next */
            expect(&facts->cost, &at->out_low_minor, &at->out_middle_minor, &at->out_high_minor);
        }
        if (week >= facts->delay_weeks && week > 0) {
            expect(&facts->revenue, &at->in_low_minor, &at->in_middle_minor, &at->in_high_minor);
        }
    }
}

int64_t quantile_minor(const int64_t *sorted, size_t count, int64_t permille)
{
    int64_t place = (int64_t)(count - 1) * permille;
    size_t below = (size_t)(place / 1000);
    int64_t part = 0;

    if (below + 1 >= count) {
        return sorted[count - 1];
    }
    (void)money_scale(sorted[below + 1] - sorted[below], place % 1000, 1000, &part);
    return sorted[below] + part;
}

int64_t hourly_minor(int64_t paid_minor, int64_t worked_us)
{
    int64_t out = INT_ABSENT;

    if (worked_us < TIME_HOUR / 4) {
        return INT_ABSENT;
    }
    return money_scale(paid_minor, TIME_HOUR / TIME_SECOND, worked_us / TIME_SECOND, &out)
               ? out
               : INT_ABSENT;
}
