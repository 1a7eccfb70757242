#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/time.h"
#include "base/zone.h"
#include "slice/account/account.h"
#include "slice/engage/engage_sql.h"
#include "slice/pay/pay_rule.h"
#include "slice/pay/pay_zone.h"
#include "slice/time/timesheet.h"
#include "slice/window/window_shape.h"
#include "slice/window/window_sql.h"
#include "slice/window/windows.h"
#include "store/work.h"

enum { WEEK_DAYS = 7, WEEKS_SHOWN = 12, ENGAGEMENTS_MAX = 50, SUMS_MAX = 8 };

/* Why nothing would be sent on the next pay day; NULL: nothing stands in the way. */
static enum err find_obstacle(struct work *work, const char *person_id, int64_t pay_us,
                              const char **out)
{
    struct window_person_hold_row hold;
    struct window_person_account_row account;
    enum err err = window_person_hold(
        work, &(struct window_person_hold_args){.person_id = person_id, .now = work->now_us},
        &hold);

    *out = NULL;
    if (err == OK) {
        *out = arena_print(work->arena, "Your payouts wait until %s: %s",
                           time_day_text(work->arena, hold.until_at / TIME_DAY), hold.reason);
        return OK;
    }
    err = err == ERR_NOT_FOUND
              ? window_person_account(
                    work, &(struct window_person_account_args){.person_id = person_id}, &account)
              : err;
    if (err == ERR_NOT_FOUND) {
        *out = "Say first where your money shall go.";
        return OK;
    }
    TRY(err);
    if (strcmp(account.state, "waiting") == 0) {
        *out = "Finance has not looked at your account yet.";
    } else if (account.usable_at > pay_us) {
        *out = arena_print(work->arena, "Your new account is used from %s on.",
                           time_day_text(work->arena, account.usable_at / TIME_DAY));
    }
    return OK;
}

static enum err load_due(struct work *work, const char *person_id, int64_t until_us,
                         struct list *out)
{
    struct window_person_due_row *rows;
    struct window_person_later_row *later;
    size_t count;
    size_t later_count;

    TRY(window_person_due(
        work,
        &(struct window_person_due_args){
            .account = arena_print(work->arena, "liabilities:payable:%s", person_id)},
        &rows, &count));
    TRY(window_person_later(
        work, &(struct window_person_later_args){.person_id = person_id, .until_at = until_us},
        &later, &later_count));
    struct due_view *views = arena_array(work->arena, struct due_view, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = (struct due_view){.currency = rows[i].currency,
                                     .amount_minor = rows[i].due_minor,
                                     .next_minor = rows[i].due_minor};
        for (size_t k = 0; k < later_count; k++) {
            if (strcmp(later[k].currency, rows[i].currency) == 0) {
                views[i].next_minor -= later[k].later_minor;
            }
        }
        views[i].next_minor = views[i].next_minor < 0 ? 0 : views[i].next_minor;
    }
    *out = (struct list){.at = views, .count = count};
    return OK;
}

/* What the minutes of the running week pay; they are posted when it has ended. */
static enum err load_running(struct work *work, const char *person_id, int64_t day,
                             struct list *out)
{
    const char *before = work->organisation_id;
    struct engagement_own_row *rows;
    size_t count;

    TRY(engagement_own(
        work,
        &(struct engagement_own_args){.person_id = person_id, .id = "", .row_max = ENGAGEMENTS_MAX},
        &rows, &count));
    struct running_view *views = arena_array(work->arena, struct running_view, count);

    out->count = 0;
    out->at = views;
    for (size_t i = 0; i < count; i++) {
        struct engagement_owner_find_row owner;
        struct sheet sheet;
        struct running_view view = {.engagement_id = rows[i].id,
                                    .campaign_name = rows[i].campaign_name};

        TRY(engagement_owner_find(work, &(struct engagement_owner_find_args){.id = rows[i].id},
                                  &owner));
        work->organisation_id = owner.organisation_id;
        TRY(sheet_load(work, rows[i].id, day, &sheet));
        for (size_t k = 0; k < sheet.part_count; k++) {
            view.currency = sheet.parts[k].currency;
            view.amount_minor += sheet.parts[k].pay.total_minor;
            for (size_t class = 0; class < MINUTE_CLASS_COUNT; class ++) {
                view.paid_s += sheet.parts[k].pay.paid_s[class];
            }
        }
        if (view.amount_minor != 0) {
            views[out->count++] = view;
        }
    }
    work->organisation_id = before;
    return OK;
}

static enum err load_weeks(struct work *work, const char *person_id, const struct zone *zone,
                           const struct list *due, struct list *out)
{
    const struct due_view *currencies = due->at;
    size_t kinds = due->count < SUMS_MAX ? due->count : SUMS_MAX;
    int64_t monday = week_start_day(zone_day(zone, work->now_us));
    struct week_sum *sums = arena_array(work->arena, struct week_sum, kinds * WEEKS_SHOWN);

    *out = (struct list){.at = sums, .count = kinds * WEEKS_SHOWN};
    for (size_t i = 0; i < kinds; i++) {
        for (int64_t k = 0; k < WEEKS_SHOWN; k++) {
            int64_t day = monday - (WEEKS_SHOWN - 1 - k) * WEEK_DAYS;
            struct window_person_sums_row row;

            TRY(window_person_sums(
                work,
                &(struct window_person_sums_args){.person_id = person_id,
                                                  .from_at = zone_day_start(zone, day),
                                                  .to_at = zone_day_start(zone, day + WEEK_DAYS),
                                                  .currency = currencies[i].currency},
                &row));
            sums[(int64_t)i * WEEKS_SHOWN + k] =
                (struct week_sum){.week = time_day_text(work->arena, day),
                                  .currency = currencies[i].currency,
                                  .amount_minor = row.amount_minor};
        }
    }
    return OK;
}

enum err expert_window_load(struct work *work, const char *person_id, struct expert_window *out)
{
    const struct zone *house_zone;
    const struct zone *zone;
    struct pay_days days;

    TRY(pay_zone_of(work, person_id, &out->zone, &zone));
    TRY(pay_days_load(work, work->who->organisation_id, &days, &house_zone));
    int64_t pay_day = pay_day_next(&days, zone_day(house_zone, work->now_us));

    out->pay_day = time_day_text(work->arena, pay_day);
    out->pay_until_at = zone_day_start(house_zone, pay_day - days.cut_days);
    TRY(find_obstacle(work, person_id, zone_day_start(house_zone, pay_day), &out->obstacle));
    TRY(load_due(work, person_id, out->pay_until_at, &out->due));
    TRY(load_running(work, person_id, zone_day(zone, work->now_us), &out->running));
    return load_weeks(work, person_id, zone, &out->due, &out->weeks);
}
