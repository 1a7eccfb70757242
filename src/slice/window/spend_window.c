#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/time.h"
#include "base/zone.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/pay/pay.h"
#include "slice/window/window_rule.h"
#include "slice/window/window_shape.h"
#include "slice/window/window_sql.h"
#include "slice/window/windows.h"
#include "store/work.h"

enum { WEEK_DAYS = 7, WEEKS_SHOWN = 26 };

/* ------------------------------------------------------------------ counts */

struct counts {
    int64_t accepted;
    int64_t done;
    int64_t wanted;
    int64_t pending;
    int64_t returned;
    int64_t active; /* in somebody's hands */
    int64_t spend_minor;
};

static enum err load_counts(struct work *work, const char *campaign_id, struct counts *out)
{
    struct campaign_count *rows;
    size_t count;

    *out = (struct counts){0};
    TRY(campaign_counters(work,
                          &(struct campaign_counters_args){
                              .campaign_id = campaign_id, .organisation_id = work->organisation_id},
                          &rows, &count));
    const struct {
        const char *name;
        int64_t *to;
    } COUNTERS[] = {
        {"accepted", &out->accepted},       {"done", &out->done},     {"wanted", &out->wanted},
        {"pending", &out->pending},         {"active", &out->active}, {"returned", &out->returned},
        {"spend_minor", &out->spend_minor},
    };

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < COUNT(COUNTERS); k++) {
            if (strcmp(rows[i].counter, COUNTERS[k].name) == 0) {
                *COUNTERS[k].to = rows[i].amount;
            }
        }
    }
    return OK;
}

static int64_t share_of(int64_t amount_minor, int64_t count)
{
    int64_t out = INT_ABSENT;

    return count > 0 && money_scale(amount_minor, 1, count, &out) ? out : INT_ABSENT;
}

/* What stands, and what will be when all that is wanted was accepted at today's price. */
static enum err fill_totals(struct work *work, const struct campaign_row *campaign,
                            struct spend_window *out)
{
    struct counts counts;
    int64_t unit_minor = 0;
    int64_t missing;

    TRY(load_counts(work, campaign->id, &counts));
    TRY(pay_unit_charge(work, campaign,
                        &(struct unit_paid){.campaign_id = campaign->id,
                                            .person_id = "",
                                            .amount_minor = campaign->price_minor,
                                            .currency = campaign->currency},
                        &unit_minor));
    missing = counts.wanted > counts.accepted ? counts.wanted - counts.accepted : 0;
    out->spent_minor = counts.spend_minor;
    out->committed_count = counts.pending + counts.returned + counts.active;
    if (!money_scale(unit_minor, out->committed_count, 1, &out->committed_minor) ||
        !money_scale(unit_minor, missing, 1, &out->to_come_minor) ||
        !money_add(counts.spend_minor, out->to_come_minor, &out->total_minor)) {
        return work_fail(work, ERR_CONFLICT, "what this campaign will cost does not fit");
    }
    out->accepted = counts.accepted;
    out->done = counts.done;
    out->wanted = counts.wanted;
    out->per_answer_minor = share_of(counts.spend_minor, counts.accepted);
    out->per_row_minor = share_of(counts.spend_minor, counts.done);
    out->left_minor = out->over_minor = INT_ABSENT;
    if (campaign->budget_minor != INT_ABSENT) {
        out->left_minor = campaign->budget_minor - out->spent_minor - out->committed_minor;
        out->over_minor = out->total_minor > campaign->budget_minor
                              ? out->total_minor - campaign->budget_minor
                              : 0;
    }
    return OK;
}

/* ------------------------------------------------------------------ weeks */

static enum err fill_weeks(struct work *work, const struct campaign_row *campaign,
                           struct spend_window *out)
{
    int64_t monday = week_start_day(work->now_us / TIME_DAY);
    int64_t first = monday - (WEEKS_SHOWN - 1) * WEEK_DAYS;
    struct week_sum *weeks = arena_array(work->arena, struct week_sum, WEEKS_SHOWN);
    int64_t sums[WEEKS_SHOWN] = {0};
    struct window_campaign_days_row *rows;
    size_t count;

    TRY(window_campaign_days(
        work,
        &(struct window_campaign_days_args){
            .account = arena_print(work->arena, "income:revenue:%s", campaign->id),
            .organisation_id = work->organisation_id,
            .since_day = first},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t week = (rows[i].day - first) / WEEK_DAYS;

        if (week < WEEKS_SHOWN && strcmp(rows[i].currency, campaign->currency) == 0) {
            sums[week] -= rows[i].amount_minor;
        }
    }
    for (int64_t i = 0; i < WEEKS_SHOWN; i++) {
        weeks[i] = (struct week_sum){.week = time_day_text(work->arena, first + i * WEEK_DAYS),
                                     .currency = campaign->currency,
                                     .amount_minor = sums[i]};
    }
    out->weeks = (struct list){.at = weeks, .count = WEEKS_SHOWN};
    struct pace pace = pace_of(sums + WEEKS_SHOWN - 1 - PACE_WEEKS_MAX, PACE_WEEKS_MAX);
    bool is_known = pace.weeks >= PACE_WEEKS_MIN;

    out->pace_weeks = pace.weeks;
    out->week_low_minor = is_known ? pace.low_minor : INT_ABSENT;
    out->week_minor = is_known ? pace.middle_minor : INT_ABSENT;
    out->week_high_minor = is_known ? pace.high_minor : INT_ABSENT;
    return OK;
}

static int64_t end_at(const struct work *work, int64_t left_minor, int64_t week_minor)
{
    int64_t days = left_minor == INT_ABSENT || week_minor == INT_ABSENT
                       ? INT_ABSENT
                       : days_left(left_minor, week_minor);

    return days == INT_ABSENT || days > 3650 ? INT_ABSENT : work->now_us + days * TIME_DAY;
}

/* ------------------------------------------------------------------ what stands behind it */

static enum err fill_share(struct work *work, const struct campaign_row *campaign, bool discloses,
                           struct spend_window *out)
{
    struct window_disclosed_row rule;
    struct window_campaign_days_row *rows;
    size_t count;
    enum err err =
        window_disclosed(work,
                         &(struct window_disclosed_args){.campaign_id = campaign->id,
                                                         .organisation_id = work->organisation_id,
                                                         .since_at = work->now_us},
                         &rule);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    out->discloses_share = err == OK && rule.discloses_share == 1;
    out->cost_minor = out->share_minor = INT_ABSENT;
    if (!discloses && !out->discloses_share) {
        return OK;
    }
    TRY(window_campaign_days(
        work,
        &(struct window_campaign_days_args){
            .account = arena_print(work->arena, "expenses:cost:%s", campaign->id),
            .organisation_id = work->organisation_id,
            .since_day = 0},
        &rows, &count));
    int64_t cost_minor = 0;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].currency, campaign->currency) != 0) {
            return OK; /* of several currencies there is no one sum */
        }
        cost_minor += rows[i].amount_minor;
    }
    out->cost_minor = cost_minor;
    out->share_minor = out->spent_minor - cost_minor;
    return OK;
}

enum err spend_window_load(struct work *work, const char *campaign_id, bool discloses,
                           struct spend_window *out)
{
    struct campaign_row campaign;
    struct window_billed_row billed;

    TRY(campaign_find(work, campaign_id, &campaign));
    out->currency = campaign.currency;
    out->budget_minor = campaign.budget_minor;
    TRY(fill_totals(work, &campaign, out));
    TRY(fill_weeks(work, &campaign, out));
    out->empty_early_at = end_at(work, out->left_minor, out->week_high_minor);
    out->empty_late_at = end_at(work, out->left_minor, out->week_low_minor);
    TRY(window_billed(work,
                      &(struct window_billed_args){.campaign_id = campaign_id,
                                                   .organisation_id = work->organisation_id},
                      &billed));
    out->invoiced_minor = billed.net_minor;
    out->open_minor = billed.gross_minor - billed.paid_minor;
    return fill_share(work, &campaign, discloses, out);
}
