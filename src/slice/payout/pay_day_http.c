#include "slice/payout/pay_day_http.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "base/zone.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/pay/pay_rule.h"
#include "slice/pay/pay_zone.h"
#include "store/work.h"

enum { DAYS_AHEAD = 12, WEEK_DAYS = 7 };

struct pay_days_body {
    const char *first_day;
    const char *zone;
    int64_t every_weeks;
    int64_t cut_days;
};
static const struct field pay_days_body_fields[] = {
    TEXT(pay_days_body, first_day, .min = 10, .max = 10, .doc = "A pay day, as 2026-03-06"),
    TEXT(pay_days_body, zone, .min = 1, .max = 60, .doc = "On whose clock, as Europe/Berlin"),
    INT(pay_days_body, every_weeks, .min = 1, .max = 4, .doc = "Weeks from one to the next"),
    INT(pay_days_body, cut_days, .min = 0, .max = 28,
        .doc = "Each pays what was owed when the day so long before it began"),
};
const struct shape pay_days_body_shape =
    SHAPE(pay_days_body, pay_days_body_fields, "When payouts are made");

struct pay_day_view {
    const char *day;
    int64_t until_at;
};
static const struct field pay_day_view_fields[] = {
    TEXT(pay_day_view, day, .doc = "The day"),
    TIME(pay_day_view, until_at, .doc = "What was owed then is paid on it"),
};
static const struct shape pay_day_view_shape =
    SHAPE(pay_day_view, pay_day_view_fields, "A pay day");

struct pay_days_view {
    const char *zone;
    int64_t every_weeks;
    int64_t cut_days;
    struct list coming;
};
static const struct field pay_days_view_fields[] = {
    TEXT(pay_days_view, zone, .doc = "On whose clock"),
    INT(pay_days_view, every_weeks, .doc = "Weeks from one to the next"),
    INT(pay_days_view, cut_days, .doc = "Days between what is paid and the day"),
    LIST(pay_days_view, coming, .of = &pay_day_view_shape, .doc = "The next twelve"),
};
const struct shape pay_days_view_shape =
    SHAPE(pay_days_view, pay_days_view_fields, "When payouts are made");

static enum err load(struct work *work, struct pay_days *days, const struct zone **zone,
                     int64_t *next)
{
    TRY(pay_days_load(work, work->who->organisation_id, days, zone));
    *next = pay_day_next(days, zone_day(*zone, work->now_us));
    return OK;
}

enum err pay_day_serve(struct call *call)
{
    struct work *work = call->work;
    struct pay_days_view *view = arena_new_of(work->arena, struct pay_days_view);
    struct pay_day_view *coming = arena_array(work->arena, struct pay_day_view, DAYS_AHEAD);
    const struct zone *zone;
    struct pay_days days;
    int64_t next;

    TRY(load(work, &days, &zone, &next));
    for (int64_t i = 0; i < DAYS_AHEAD; i++) {
        int64_t day = next + i * days.every_weeks * WEEK_DAYS;

        coming[i] = (struct pay_day_view){.day = time_day_text(work->arena, day),
                                          .until_at = zone_day_start(zone, day - days.cut_days)};
    }
    *view = (struct pay_days_view){.zone = days.zone,
                                   .every_weeks = days.every_weeks,
                                   .cut_days = days.cut_days,
                                   .coming = {.at = coming, .count = DAYS_AHEAD}};
    call->reply = view;
    return OK;
}

enum err pay_day_serve_set(struct call *call)
{
    static const struct nothing done = {.ok = true};
    const struct pay_days_body *body = call->body;
    struct work *work = call->work;
    int64_t first_us;

    if (!time_parse(text_of(arena_print(work->arena, "%sT00:00:00Z", body->first_day)),
                    &first_us)) {
        return work_fail_field(work, ERR_INVALID, "first_day",
                               "\"%.20s\" is no day such as 2026-03-06", body->first_day);
    }
    TRY(pay_days_set(work, &(struct pay_days){.first_day = first_us / TIME_DAY,
                                              .every_weeks = body->every_weeks,
                                              .cut_days = body->cut_days,
                                              .zone = body->zone}));
    call->reply = &done;
    return OK;
}

/* A day as calendars write it. */
static const char *basic_day(struct arena *arena, int64_t day)
{
    int64_t year;
    unsigned month;
    unsigned date;

    time_date(day, &year, &month, &date);
    return arena_print(arena, "%04" PRId64 "%02u%02u", year, month, date);
}

enum err pay_day_serve_calendar(struct call *call)
{
    struct work *work = call->work;
    struct buffer to = buffer_new(work->arena);
    const struct zone *zone;
    struct pay_days days;
    int64_t next;

    TRY(load(work, &days, &zone, &next));
    buffer_string(&to, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Periti//Pay days//EN\r\n");
    for (int64_t i = 0; i < DAYS_AHEAD; i++) {
        int64_t day = next + i * days.every_weeks * WEEK_DAYS;

        buffer_print(&to,
                     "BEGIN:VEVENT\r\nUID:%s-%s@periti\r\nDTSTAMP:%sT000000Z\r\n"
                     "DTSTART;VALUE=DATE:%s\r\nSUMMARY:Pay day\r\n"
                     "DESCRIPTION:What was owed when %s began (%s)\r\nEND:VEVENT\r\n",
                     basic_day(work->arena, day), work->who->person_id,
                     basic_day(work->arena, zone_day(zone, work->now_us)),
                     basic_day(work->arena, day), time_day_text(work->arena, day - days.cut_days),
                     days.zone);
    }
    buffer_string(&to, "END:VCALENDAR\r\n");
    call->file_text = text_of(to.at);
    call->file_name = "pay-days.ics";
    return OK;
}
