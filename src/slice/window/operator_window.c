#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/time.h"
#include "base/zone.h"
#include "engine/ledger/ledger.h"
#include "slice/account/account.h"
#include "slice/pay/pay_sql.h"
#include "slice/window/window_rule.h"
#include "slice/window/window_shape.h"
#include "slice/window/window_sql.h"
#include "slice/window/windows.h"
#include "store/work.h"

enum { YEAR_DAYS = 366, WEEK_DAYS = 7, YEAR_WEEKS = 52, DELAY_WEEKS = 5, CURRENCIES_MAX = 32 };

/* ------------------------------------------------------------------ receivables */

static struct claims_by_age *ages_of(struct claims_by_age *rows, size_t *count,
                                     const char *currency)
{

    for (size_t i = 0; i < *count; i++) {
        if (strcmp(rows[i].currency, currency) == 0) {
            return &rows[i];
        }
    }
    if (*count == CURRENCIES_MAX) {
        return NULL;
    }
    rows[*count].currency = currency;
    return &rows[(*count)++];
}

static void add_claim(struct claims_by_age *ages, enum age age, int64_t amount_minor)
{
    switch (age) {
    case AGE_CURRENT:
        ages->current_minor += amount_minor;
        break;
    case AGE_30:
        ages->days_30_minor += amount_minor;
        break;
    case AGE_60:
        ages->days_60_minor += amount_minor;
        break;
    case AGE_90:
        ages->days_90_minor += amount_minor;
        break;
    case AGE_OLDER:
    case AGE_COUNT:
        ages->older_minor += amount_minor;
        break;
    }
    ages->total_minor += amount_minor;
    ages->claim_count++;
}

enum err receivables_load(struct work *work, struct receivables *out)
{
    struct window_receivables_row *rows;
    size_t count;

    TRY(window_receivables(
        work, &(struct window_receivables_args){.person_id = work->who->person_id}, &rows, &count));
    struct claim_view *items = arena_array(work->arena, struct claim_view, count);
    struct claims_by_age *ages = arena_array(work->arena, struct claims_by_age, CURRENCIES_MAX);
    size_t age_count = 0;
    size_t open_count = 0;

    for (size_t i = 0; i < count; i++) {
        struct claims_by_age *of = ages_of(ages, &age_count, rows[i].currency);

        if (rows[i].open_minor <= 0 || of == NULL) {
            continue;
        }
        add_claim(of, age_of(rows[i].due_at, work->now_us), rows[i].open_minor);
        items[open_count++] = (struct claim_view){
            .invoice_id = rows[i].id,
            .invoice_number = rows[i].invoice_number,
            .organisation_name = rows[i].organisation_name,
            .campaign_id = rows[i].campaign_id,
            .campaign_name = rows[i].campaign_name,
            .currency = rows[i].currency,
            .open_minor = rows[i].open_minor,
            .due_at = rows[i].due_at,
            .overdue_days =
                work->now_us > rows[i].due_at ? (work->now_us - rows[i].due_at) / TIME_DAY : 0,
        };
    }
    *out = (struct receivables){.ages = {.at = ages, .count = age_count},
                                .items = {.at = items, .count = open_count}};
    return OK;
}

/* ------------------------------------------------------------------ days */

struct days {
    struct window_day *revenue;
    struct window_day *cost;
    size_t revenue_count;
    size_t cost_count;
};

static enum err load_days(struct work *work, struct days *out)
{
    int64_t since = work->now_us / TIME_DAY - YEAR_DAYS - 31;

    TRY(window_revenue_days(
        work,
        &(struct window_revenue_days_args){.person_id = work->who->person_id, .since_day = since},
        &out->revenue, &out->revenue_count));
    return window_cost_days(
        work,
        &(struct window_cost_days_args){.person_id = work->who->person_id, .since_day = since},
        &out->cost, &out->cost_count);
}

/* Sums of the last whole weeks in one currency, oldest first. */
static struct pace pace_in(const struct window_day *rows, size_t count, const char *currency,
                           int64_t sign, int64_t today)
{
    int64_t weeks[PACE_WEEKS_MAX] = {0};
    int64_t first = week_start_day(today) - PACE_WEEKS_MAX * WEEK_DAYS;

    for (size_t i = 0; i < count; i++) {
        int64_t week = (rows[i].day - first) / WEEK_DAYS;

        if (strcmp(rows[i].currency, currency) == 0 && rows[i].day >= first &&
            week < PACE_WEEKS_MAX) {
            weeks[week] += sign * rows[i].amount_minor;
        }
    }
    return pace_of(weeks, PACE_WEEKS_MAX);
}

/* ------------------------------------------------------------------ margins */

static struct margin_view *margin_of(struct margin_view *views, size_t *count,
                                     const struct window_day *row)
{

    for (size_t i = *count; i-- > 0;) {
        if (strcmp(views[i].campaign_id, row->campaign_id) == 0) {
            return &views[i];
        }
    }
    views[*count] = (struct margin_view){.campaign_id = row->campaign_id,
                                         .campaign_name = row->campaign_name,
                                         .organisation_name = row->organisation_name,
                                         .currency = row->campaign_currency};
    return &views[(*count)++];
}

/* In the campaign's currency, at the newest rate; INT_ABSENT: there is none. */
static enum err converted(struct work *work, const struct window_day *row, int64_t *out)
{
    struct exchange_rate_row rate;

    if (strcmp(row->currency, row->campaign_currency) == 0) {
        *out = row->amount_minor;
        return OK;
    }
    enum err err =
        exchange_rate_at(work,
                         &(struct exchange_rate_at_args){.from_currency = row->currency,
                                                         .to_currency = row->campaign_currency,
                                                         .quoted_at = work->now_us},
                         &rate);

    if (err == ERR_NOT_FOUND) {
        *out = INT_ABSENT;
        return OK;
    }
    TRY(err);
    return ledger_convert(row->amount_minor, row->currency, row->campaign_currency, rate.rate_nano,
                          out, &work->fault);
}

static enum err add_cost(struct work *work, const struct window_day *row, struct margin_view *view)
{
    int64_t cost_minor = 0;

    TRY(converted(work, row, &cost_minor));
    view->is_converted = view->is_converted || strcmp(row->currency, row->campaign_currency) != 0;
    view->cost_minor = cost_minor == INT_ABSENT || view->cost_minor == INT_ABSENT
                           ? INT_ABSENT
                           : view->cost_minor + cost_minor;
    return OK;
}

static enum err load_margins(struct work *work, const struct days *days, struct list *out)
{
    int64_t since = work->now_us / TIME_DAY - YEAR_DAYS;

    struct margin_view *views =
        arena_array(work->arena, struct margin_view, days->revenue_count + days->cost_count);
    size_t count = 0;

    for (size_t i = 0; i < days->revenue_count; i++) {
        if (days->revenue[i].day >= since) {
            margin_of(views, &count, &days->revenue[i])->revenue_minor -=
                days->revenue[i].amount_minor;
        }
    }
    for (size_t i = 0; i < days->cost_count; i++) {
        if (days->cost[i].day >= since) {
            TRY(add_cost(work, &days->cost[i], margin_of(views, &count, &days->cost[i])));
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool is_known = views[i].cost_minor != INT_ABSENT;

        views[i].margin_minor =
            is_known ? views[i].revenue_minor - views[i].cost_minor : INT_ABSENT;
        views[i].margin_points = INT_ABSENT;
        if (is_known && views[i].revenue_minor > 0) {
            (void)money_scale(views[i].margin_minor, 10000, views[i].revenue_minor,
                              &views[i].margin_points);
        }
    }
    *out = (struct list){.at = views, .count = count};
    return OK;
}

/* ------------------------------------------------------------------ months */

static struct month_view *month_of(struct arena *arena, struct month_view *views, size_t *count,
                                   const struct window_day *row)
{
    const char *name = time_day_text(arena, row->day);

    for (size_t i = 0; i < *count; i++) {
        if (strncmp(views[i].month, name, 7) == 0 &&
            strcmp(views[i].currency, row->currency) == 0) {
            return &views[i];
        }
    }
    views[*count] =
        (struct month_view){.month = arena_copy(arena, name, 7), .currency = row->currency};
    return &views[(*count)++];
}

static void sort_months(struct month_view *views, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct month_view moved = views[i];
        size_t at = i;

        while (at > 0 && strcmp(views[at - 1].month, moved.month) > 0) {
            views[at] = views[at - 1];
            at--;
        }
        views[at] = moved;
    }
}

static void load_months(struct work *work, const struct days *days, struct list *out)
{
    struct month_view *views =
        arena_array(work->arena, struct month_view, days->revenue_count + days->cost_count);
    size_t count = 0;

    for (size_t i = 0; i < days->revenue_count; i++) {
        month_of(work->arena, views, &count, &days->revenue[i])->revenue_minor -=
            days->revenue[i].amount_minor;
    }
    for (size_t i = 0; i < days->cost_count; i++) {
        month_of(work->arena, views, &count, &days->cost[i])->cost_minor +=
            days->cost[i].amount_minor;
    }
    sort_months(views, count);
    *out = (struct list){.at = views, .count = count};
}

/* ------------------------------------------------------------------ how each currency stands */

static struct standing_view *standing_of(struct standing_view *views, size_t *count,
                                         const char *currency)
{

    for (size_t i = 0; i < *count; i++) {
        if (strcmp(views[i].currency, currency) == 0) {
            return &views[i];
        }
    }
    views[*count].currency = currency;
    return &views[(*count)++];
}

static enum err load_standing(struct work *work, const struct days *days,
                              const struct receivables *claims, struct list *out)
{
    const struct claims_by_age *ages = claims->ages.at;
    struct window_unbilled_row *unbilled;
    struct window_payables_row *payables;
    size_t unbilled_count;
    size_t payable_count;

    TRY(window_unbilled(work, &(struct window_unbilled_args){.person_id = work->who->person_id},
                        &unbilled, &unbilled_count));
    TRY(window_payables(work, &payables, &payable_count));
    struct standing_view *views = arena_array(work->arena, struct standing_view,
                                              claims->ages.count + unbilled_count + payable_count);
    size_t count = 0;

    for (size_t i = 0; i < claims->ages.count; i++) {
        standing_of(views, &count, ages[i].currency)->receivable_minor = ages[i].total_minor;
    }
    for (size_t i = 0; i < unbilled_count; i++) {
        standing_of(views, &count, unbilled[i].currency)->unbilled_minor = unbilled[i].amount_minor;
    }
    for (size_t i = 0; i < payable_count; i++) {
        struct standing_view *view = standing_of(views, &count, payables[i].currency);

        view->payable_minor = payables[i].payable_minor;
        view->transit_minor = payables[i].transit_minor;
    }
    for (size_t i = 0; i < count; i++) {
        struct pace pace = pace_in(days->revenue, days->revenue_count, views[i].currency, -1,
                                   work->now_us / TIME_DAY);
        bool is_known = pace.weeks >= PACE_WEEKS_MIN;

        views[i].pace_weeks = pace.weeks;
        views[i].week_low_minor = is_known ? pace.low_minor : INT_ABSENT;
        views[i].week_minor = is_known ? pace.middle_minor : INT_ABSENT;
        views[i].week_high_minor = is_known ? pace.high_minor : INT_ABSENT;
        views[i].run_rate_minor = INT_ABSENT;
        if (is_known) {
            (void)money_scale(pace.middle_minor, YEAR_WEEKS, 1, &views[i].run_rate_minor);
        }
    }
    *out = (struct list){.at = views, .count = count};
    return OK;
}

/* ------------------------------------------------------------------ cash */

static void add_claims(const struct receivables *claims, const char *currency, int64_t monday,
                       struct cash_facts *facts)
{
    const struct claim_view *items = claims->items.at;

    for (size_t i = 0; i < claims->items.count; i++) {
        int64_t week = (items[i].due_at / TIME_DAY - monday) / WEEK_DAYS;

        if (strcmp(items[i].currency, currency) == 0 && week < CASH_WEEKS) {
            facts->known_in_minor[week < 0 || items[i].due_at / TIME_DAY < monday ? 0 : week] +=
                items[i].open_minor;
        }
    }
}

static void load_cash(struct work *work, const struct days *days, const struct receivables *claims,
                      const struct list *standing, struct list *out)
{
    const struct standing_view *views = standing->at;
    int64_t today = work->now_us / TIME_DAY;
    int64_t monday = week_start_day(today);
    struct cash_view *rows =
        arena_array(work->arena, struct cash_view, standing->count * CASH_WEEKS);

    *out = (struct list){.at = rows, .count = standing->count * CASH_WEEKS};
    for (size_t i = 0; i < standing->count; i++) {
        const char *currency = views[i].currency;
        struct cash_week weeks[CASH_WEEKS];
        struct cash_facts facts = {
            .payable_minor = views[i].payable_minor,
            .cost = pace_in(days->cost, days->cost_count, currency, 1, today),
            .revenue = pace_in(days->revenue, days->revenue_count, currency, -1, today),
            .delay_weeks = DELAY_WEEKS,
        };

        add_claims(claims, currency, monday, &facts);
        cash_forecast(&facts, weeks);
        for (int64_t week = 0; week < CASH_WEEKS; week++) {
            rows[(int64_t)i * CASH_WEEKS + week] = (struct cash_view){
                .week = time_day_text(work->arena, monday + week * WEEK_DAYS),
                .currency = currency,
                .known_in_minor = weeks[week].known_in_minor,
                .known_out_minor = weeks[week].known_out_minor,
                .in_low_minor = weeks[week].in_low_minor,
                .in_middle_minor = weeks[week].in_middle_minor,
                .in_high_minor = weeks[week].in_high_minor,
                .out_low_minor = weeks[week].out_low_minor,
                .out_middle_minor = weeks[week].out_middle_minor,
                .out_high_minor = weeks[week].out_high_minor,
            };
        }
    }
}

enum err operator_window_load(struct work *work, struct operator_window *out)
{
    struct receivables claims;
    struct days days;

    TRY(receivables_load(work, &claims));
    TRY(load_days(work, &days));
    TRY(load_margins(work, &days, &out->margins));
    TRY(load_standing(work, &days, &claims, &out->standing));
    load_months(work, &days, &out->months);
    load_cash(work, &days, &claims, &out->standing, &out->cash);
    out->ages = claims.ages;
    return OK;
}
