/* Goal: local days and weeks hold in every zone, also on the days on which clocks change. */

#include "check.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"
#include "base/zone.h"

static bool load(struct arena *arena, const char *name, struct zone **out)
{
    char path[120];
    char *bytes = arena_array(arena, char, 65536);
    struct fault fault;

    (void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return false;
    }
    size_t size = fread(bytes, 1, 65536, file);

    (void)fclose(file);
    return zone_read(arena, (struct text){bytes, size}, out, &fault) == OK;
}

static int64_t at(const char *text)
{
    int64_t micros = 0;

    return time_parse(text_of(text), &micros) ? micros : -1;
}

static void offsets__follow_the_rules(void)
{
    ARENA_SCOPE arena = arena_new();
    struct zone *berlin;

    if (!load(arena, "Europe/Berlin", &berlin)) {
        printf("# skipped: no time zones installed\n");
        return;
    }
    CHECK(zone_offset_s(berlin, at("2026-03-29T00:59:59Z")) == 3600);
    CHECK(zone_offset_s(berlin, at("2026-03-29T01:00:00Z")) == 7200);
    CHECK(zone_offset_s(berlin, at("2026-10-25T00:59:59Z")) == 7200);
    CHECK(zone_offset_s(berlin, at("2026-10-25T01:00:00Z")) == 3600);
}

static void days__begin_at_midnight_of_the_wall(void)
{
    ARENA_SCOPE arena = arena_new();
    struct zone *zone;
    static const struct {
        const char *zone;
        const char *start;
        int year;
        unsigned month, day;
    } GOLDEN[] = {
        {"Europe/Berlin", "2026-03-28T23:00:00Z", 2026, 3, 29},
        {"Europe/Berlin", "2026-03-29T22:00:00Z", 2026, 3, 30},
        {"America/New_York", "2026-11-01T04:00:00Z", 2026, 11, 1},
        {"America/New_York", "2026-11-02T05:00:00Z", 2026, 11, 2},
        {"Asia/Kathmandu", "2026-05-01T18:15:00Z", 2026, 5, 2},
        {"America/Santiago", "2026-09-06T04:00:00Z", 2026, 9, 6}, /* its midnight does not exist */
        {"Pacific/Apia", "2011-12-30T10:00:00Z", 2011, 12, 30},   /* nor does that whole day */
    };

    for (size_t i = 0; i < sizeof(GOLDEN) / sizeof(GOLDEN[0]); i++) {
        if (!load(arena, GOLDEN[i].zone, &zone)) {
            printf("# skipped: no time zone %s\n", GOLDEN[i].zone);
            continue;
        }
        int64_t day = time_days(GOLDEN[i].year, GOLDEN[i].month, GOLDEN[i].day);

        CHECK(zone_day_start(zone, day) == at(GOLDEN[i].start));
    }
    CHECK(zone_day_start(zone_utc(), 10) == 10 * TIME_DAY);
    CHECK(zone_day(zone_utc(), -1) == -1);
}

static void days__tile_the_year(void)
{
    static const char *const NAMES[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                        "Asia/Tehran"};
    ARENA_SCOPE arena = arena_new();
    struct zone *zone;

    for (size_t i = 0; i < 4; i++) {
        if (!load(arena, NAMES[i], &zone)) {
            continue;
        }
        for (int64_t day = time_days(2026, 1, 1); day < time_days(2027, 1, 1); day++) {
            int64_t start = zone_day_start(zone, day);

            CHECK(zone_day(zone, start) == day && zone_day(zone, start - 1) == day - 1);
        }
    }
}

static void weeks__begin_on_monday(void)
{
    CHECK(week_start_day(time_days(2026, 11, 22)) == time_days(2026, 11, 16));
    CHECK(week_start_day(time_days(2026, 11, 16)) == time_days(2026, 11, 16));
    CHECK(week_start_day(-1) == -3);
    CHECK(week_start_day(-4) == -10);
}

static void read__refuses_what_is_no_zone(void)
{
    ARENA_SCOPE arena = arena_new();
    char bytes[200] = "TZif2";
    struct zone *zone;
    struct fault fault;

    CHECK(zone_read(arena, text_of(""), &zone, &fault) == ERR_INVALID);
    CHECK(zone_read(arena, text_of("TZif"), &zone, &fault) == ERR_INVALID);
    CHECK(zone_read(arena, (struct text){bytes, sizeof(bytes)}, &zone, &fault) == ERR_INVALID);
    memset(bytes + 20, 0xFF, 24);
    CHECK(zone_read(arena, (struct text){bytes, sizeof(bytes)}, &zone, &fault) == ERR_INVALID);
    CHECK(zone_name_is_sound("Europe/Berlin") && zone_name_is_sound("Etc/GMT+3"));
    CHECK(!zone_name_is_sound("../etc/passwd") && !zone_name_is_sound("/etc") &&
          !zone_name_is_sound("") && !zone_name_is_sound("a//b"));
}

TEST_MAIN(CASE(offsets__follow_the_rules), CASE(days__begin_at_midnight_of_the_wall),
          CASE(days__tile_the_year), CASE(weeks__begin_on_monday),
          CASE(read__refuses_what_is_no_zone))
