/* Goal: times survive the way to text and back, and days that do not exist are refused. */

#include "check.h"

#include "base/arena.h"
#include "base/time.h"

static void print__is_rfc_3339(void)
{
    char text[TIME_TEXT_SIZE];

    time_print(0, text);
    CHECK(strcmp(text, "1970-01-01T00:00:00Z") == 0);
    time_print(-1, text);
    CHECK(strcmp(text, "1969-12-31T23:59:59.999999Z") == 0);
    time_print(INT64_C(951782400) * TIME_SECOND, text);
    CHECK(strcmp(text, "2000-02-29T00:00:00Z") == 0);
}

static void parse__reads_offsets_and_fractions(void)
{
    int64_t at = 0;

    CHECK(time_parse(text_of("1970-01-01T01:00:00+01:00"), &at) && at == 0);
    CHECK(time_parse(text_of("1970-01-01T00:00:00.25Z"), &at) && at == 250000);
    CHECK(!time_parse(text_of("2023-02-29T00:00:00Z"), &at));
    CHECK(!time_parse(text_of("2023-02-28T24:00:00Z"), &at));
    CHECK(!time_parse(text_of("2023-02-28T00:00:00"), &at));
    CHECK(!time_parse(text_of("2023-02-28"), &at));
}

static void dates__go_there_and_back(void)
{
    for (int64_t days = -800000; days < 2900000; days += 97) {
        int64_t year;
        unsigned month;
        unsigned day;

        time_date(days, &year, &month, &day);
        CHECK(time_days(year, month, day) == days);
    }
}

static void day_text__is_a_date(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(time_day_text(arena, 0), "1970-01-01") == 0);
    CHECK(strcmp(time_day_text(arena, -1), "1969-12-31") == 0);
    CHECK(strcmp(time_day_text(arena, time_days(2028, 2, 29)), "2028-02-29") == 0);
}

TEST_MAIN(CASE(print__is_rfc_3339), CASE(parse__reads_offsets_and_fractions),
          CASE(dates__go_there_and_back), CASE(day_text__is_a_date))
