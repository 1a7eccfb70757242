/*
 * Goal: no moment counts twice, none counts beyond the idle rule or a cap, a clock that jumps is
 * noticed, and pay follows from seconds to the cent.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/time/time_rule.h"

static struct work_event event(int64_t second, uint32_t object)
{
    return (struct work_event){
        .at_us = second * TIME_SECOND, .object = object, .class = MINUTE_WORK, .idle_s = 300};
}

static int64_t total_s(const struct work_span *spans, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += spans[i].to_us - spans[i].from_us;
    }
    return sum / TIME_SECOND;
}

static void gaps__count_up_to_the_idle_rule(void)
{
    ARENA_SCOPE arena = arena_new();
    const struct work_event EVENTS[] = {event(0, 0), event(100, 0), event(1000, 0)};
    const struct work_span *spans;
    size_t count = work_spans(arena, EVENTS, 3, &spans);

    CHECK(count == 1 && total_s(spans, count) == 400);
}

static void nothing__counts_after_a_stop(void)
{
    ARENA_SCOPE arena = arena_new();
    struct work_event events[] = {event(0, 0), event(50, 0), event(90, 0), event(100, 0)};
    const struct work_span *spans;

    events[1].stops = true;
    size_t count = work_spans(arena, events, 4, &spans);

    CHECK(count == 2 && total_s(spans, count) == 60);
}

static void two_tabs__share_one_line(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(3);
    struct work_event events[400];
    const struct work_span *spans;
    int64_t now = 0;

    for (size_t i = 0; i < 400; i++) {
        events[i] = event(now, rng_below(&rng, 2));
        now += rng_below(&rng, 40);
    }
    size_t count = work_spans(arena, events, 400, &spans);

    CHECK(total_s(spans, count) == events[399].at_us / TIME_SECOND);
    for (size_t i = 1; i < count; i++) {
        CHECK(spans[i].from_us >= spans[i - 1].to_us);
    }
}

static void clocks__are_reconciled_by_ticks(void)
{
    const struct clock_reading READINGS[] = {
        {.wall_us = 1000 * TIME_SECOND, .tick_us = 5 * TIME_SECOND},
        {.wall_us = 4600 * TIME_SECOND, .tick_us = 15 * TIME_SECOND}, /* set forward by an hour */
    };
    const struct clock_reading SENT = {.wall_us = 4605 * TIME_SECOND, .tick_us = 20 * TIME_SECOND};
    int64_t at[2];
    bool jumped[2];
    struct fault fault;

    CHECK(clock_reconcile(READINGS, 2, &SENT, 9000 * TIME_SECOND, at, jumped, &fault) == OK);
    CHECK(at[0] == 8985 * TIME_SECOND && at[1] == 8995 * TIME_SECOND);
    CHECK(jumped[0] && !jumped[1]);
}

static void clocks__that_go_back_are_refused(void)
{
    const struct clock_reading BACK[] = {{.tick_us = 9}, {.tick_us = 8}};
    const struct clock_reading OLD[] = {{.tick_us = 0}};
    const struct clock_reading SENT = {.tick_us = 10};
    const struct clock_reading LATE = {.tick_us = 8 * TIME_DAY};
    int64_t at[2];
    bool jumped[2];
    struct fault fault;

    CHECK(clock_reconcile(BACK, 2, &SENT, 0, at, jumped, &fault) == ERR_INVALID);
    CHECK(clock_reconcile(OLD, 1, &LATE, 0, at, jumped, &fault) == ERR_INVALID);
}

static void spans__are_clipped_and_removed(void)
{
    ARENA_SCOPE arena = arena_new();
    const struct work_event EVENTS[] = {event(0, 0), event(100, 1), event(200, 1)};
    const struct work_span *spans;
    const struct work_span *part;
    size_t count = work_spans(arena, EVENTS, 3, &spans);

    CHECK(count == 2);
    size_t clipped = work_clip(arena, spans, count, 50 * TIME_SECOND, 150 * TIME_SECOND, &part);

    CHECK(total_s(part, clipped) == 100);
    const struct work_span HOLE = {.from_us = 90 * TIME_SECOND, .to_us = 110 * TIME_SECOND};
    size_t left = work_remove(arena, spans, count, &HOLE, &part);

    CHECK(left == 2 && total_s(part, left) == 180);
    CHECK(work_overlaps(spans, count, 199 * TIME_SECOND, 300 * TIME_SECOND));
    CHECK(!work_overlaps(spans, count, 200 * TIME_SECOND, 300 * TIME_SECOND));
    CHECK(!work_overlaps(part, left, 90 * TIME_SECOND, 110 * TIME_SECOND));
}

static struct week_terms hourly(int64_t minor)
{
    struct week_terms terms = {
        .week_cap_min = INT_ABSENT, .overtime_after_min = INT_ABSENT, .overtime_percent = 100};

    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        terms.class_minor[i] = i == MINUTE_ABANDONED ? 0 : minor;
    }
    return terms;
}

static struct work_span span(int64_t from_s, int64_t to_s, uint32_t object, enum minute_class class)
{
    return (struct work_span){.from_us = from_s * TIME_SECOND,
                              .to_us = to_s * TIME_SECOND,
                              .object = object,
                              .class = class};
}

static enum err priced(const struct work_span *spans, size_t count, const int64_t *caps,
                       const struct week_terms *terms, struct week_pay *out)
{
    int64_t used[3] = {0};
    struct fault fault;

    return week_price(&(struct week_work){.spans = spans, .count = count, .object_cap_s = caps},
                      terms, &(struct week_use){.object_us = used}, out, &fault);
}

static void pay__follows_classes_caps_and_overtime(void)
{
    const struct work_span SPANS[] = {
        span(0, 3600, 0, MINUTE_WORK), span(3600, 7200, 1, MINUTE_REWORK),
        span(7200, 10800, 2, MINUTE_WORK), span(10800, 11400, 2, MINUTE_ABANDONED)};
    const int64_t OPEN[] = {INT_ABSENT, INT_ABSENT, INT_ABSENT};
    const int64_t CAPPED[] = {1800, INT_ABSENT, INT_ABSENT};
    struct week_terms terms = hourly(4000);
    struct week_pay pay;

    CHECK(priced(SPANS, 4, OPEN, &terms, &pay) == OK);
    CHECK(pay.minor[MINUTE_WORK] == 8000 && pay.minor[MINUTE_REWORK] == 4000);
    CHECK(pay.total_minor == 12000 && pay.seconds[MINUTE_ABANDONED] == 600);
    CHECK(pay.paid_s[MINUTE_ABANDONED] == 0);

    CHECK(priced(SPANS, 4, CAPPED, &terms, &pay) == OK);
    CHECK(pay.total_minor == 10000 && pay.seconds[MINUTE_WORK] == 7200);

    terms.overtime_after_min = 120;
    terms.overtime_percent = 150;
    CHECK(priced(SPANS, 4, OPEN, &terms, &pay) == OK);
    CHECK(pay.total_minor == 14000 && pay.overtime_s[MINUTE_WORK] == 3600);

    terms.week_cap_min = 150;
    CHECK(priced(SPANS, 4, OPEN, &terms, &pay) == OK);
    CHECK(pay.total_minor == 11000 && pay.beyond_cap_s == 1800);
}

static void pay__rounds_once_a_class(void)
{
    struct work_span spans[7];
    const int64_t OPEN[] = {INT_ABSENT};
    struct week_terms terms = hourly(1000);
    struct week_pay pay;

    for (int i = 0; i < 7; i++) { /* seven times nine seconds at 10.00 an hour are 17.5 cents */
        spans[i] = span(i * 100, i * 100 + 9, 0, MINUTE_WORK);
    }
    CHECK(priced(spans, 7, OPEN, &terms, &pay) == OK);
    CHECK(pay.total_minor == 18);
    terms = hourly(INT64_MAX);
    CHECK(priced(spans, 7, OPEN, &terms, &pay) == OK);
    terms.overtime_after_min = 0;
    terms.overtime_percent = 400;
    spans[0] = span(0, 36000, 0, MINUTE_WORK);
    CHECK(priced(spans, 1, OPEN, &terms, &pay) == ERR_INVALID);
}

static void caps__go_on_when_terms_change(void)
{
    const struct work_span FIRST = span(0, 3600, 0, MINUTE_WORK);
    const struct work_span SECOND = span(3600, 7200, 0, MINUTE_WORK);
    const int64_t CAP[] = {5400};
    int64_t used[1] = {0};
    struct week_use use = {.object_us = used};
    struct week_terms terms = hourly(1000);
    struct week_pay pay;
    struct fault fault;

    CHECK(week_price(&(struct week_work){&FIRST, 1, CAP}, &terms, &use, &pay, &fault) == OK);
    CHECK(pay.total_minor == 1000);
    terms = hourly(3000);
    CHECK(week_price(&(struct week_work){&SECOND, 1, CAP}, &terms, &use, &pay, &fault) == OK);
    CHECK(pay.total_minor == 1500);
}

TEST_MAIN(CASE(gaps__count_up_to_the_idle_rule), CASE(nothing__counts_after_a_stop),
          CASE(two_tabs__share_one_line), CASE(clocks__are_reconciled_by_ticks),
          CASE(clocks__that_go_back_are_refused), CASE(spans__are_clipped_and_removed),
          CASE(pay__follows_classes_caps_and_overtime), CASE(pay__rounds_once_a_class),
          CASE(caps__go_on_when_terms_change))
