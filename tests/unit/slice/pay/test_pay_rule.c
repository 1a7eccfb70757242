/*
 * Goal: pay days come in the rhythm that was set, also before and long after its first day, and
 * what each pays is cut when a day begins on the operator's wall, also where clocks are moved.
 */

#include "check.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"
#include "base/zone.h"
#include "slice/pay/pay_rule.h"
#include "sys/zone_file.h"

static void without_a_setting__every_friday(void)
{
    int64_t friday = time_days(2026, 3, 6);

    CHECK(pay_day_next(&pay_days_default, friday - 6) == friday);
    CHECK(pay_day_next(&pay_days_default, friday) == friday);
    CHECK(pay_day_next(&pay_days_default, friday + 1) == friday + 7);
    CHECK(week_start_day(friday) == friday - pay_days_default.cut_days);
}

static void every_two_weeks__counted_from_the_first_day(void)
{
    int64_t first = time_days(2026, 3, 4);
    struct pay_days days = {.first_day = first, .every_weeks = 2, .cut_days = 2, .zone = "UTC"};

    CHECK(pay_day_next(&days, first - 400) == first);
    CHECK(pay_day_next(&days, first) == first);
    for (int64_t day = 1; day <= 14; day++) {
        CHECK(pay_day_next(&days, first + day) == first + 14);
    }
    CHECK(pay_day_next(&days, first + 14 * 1000 + 1) == first + 14 * 1001);
}

/* In Berlin, Sunday 2026-03-29 has 23 hours and Sunday 2026-10-25 has 25. */
static void the_cut__when_the_day_begins_there(void)
{
    ARENA_SCOPE arena = arena_new();
    const struct zone *zone;
    struct fault fault = {0};
    int64_t monday = time_days(2026, 3, 30);

    if (zone_load(arena, "Europe/Berlin", &zone, &fault) != OK) {
        (void)printf("# skipped: no time zones here\n");
        return;
    }
    CHECK(zone_day_start(zone, monday) == monday * TIME_DAY - 2 * TIME_HOUR);
    CHECK(zone_day_start(zone, monday - 7) == (monday - 7) * TIME_DAY - TIME_HOUR);
    CHECK(zone_day_start(zone, monday) - zone_day_start(zone, monday - 7) ==
          7 * TIME_DAY - TIME_HOUR);
    monday = time_days(2026, 10, 26);
    CHECK(zone_day_start(zone, monday) - zone_day_start(zone, monday - 7) ==
          7 * TIME_DAY + TIME_HOUR);
}

static void a_client_sees__what_it_owes_alone(void)
{
    CHECK(client_sees("assets:unbilled:org_1:cmp_1", false));
    CHECK(client_sees("liabilities:tax", false));
    CHECK(!client_sees("liabilities:payable:per_1", false));
    CHECK(!client_sees("expenses:cost:cmp_1", false));
    CHECK(client_sees("expenses:cost:cmp_1", true));
}

TEST_MAIN(CASE(without_a_setting__every_friday), CASE(every_two_weeks__counted_from_the_first_day),
          CASE(the_cut__when_the_day_begins_there), CASE(a_client_sees__what_it_owes_alone))
