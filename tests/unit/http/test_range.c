#include "http/range.h"

#include <string.h>

#include "check.h"

static enum range_outcome choose(const char *header, uint64_t size, struct range *out)
{
    *out = (struct range){0};
    return range_choose(header, NULL, "\"a\"", size, out);
}

static void a_part_is_cut_to_what_is_there(void)
{
    struct range range;

    CHECK(choose("bytes=0-0", 10, &range) == RANGE_PART && range.first == 0 && range.size == 1);
    CHECK(choose("bytes=3-5", 10, &range) == RANGE_PART && range.first == 3 && range.size == 3);
    CHECK(choose("bytes=9-", 10, &range) == RANGE_PART && range.first == 9 && range.size == 1);
    CHECK(choose("bytes=3-99999999999999999999999", 10, &range) == RANGE_PART && range.size == 7);
    CHECK(choose("bytes=-4", 10, &range) == RANGE_PART && range.first == 6 && range.size == 4);
    CHECK(choose("bytes=-400", 10, &range) == RANGE_PART && range.first == 0 && range.size == 10);
}

static void what_is_beyond_is_refused(void)
{
    struct range range;

    CHECK(choose("bytes=10-", 10, &range) == RANGE_BEYOND);
    CHECK(choose("bytes=99999999999999999999999-", 10, &range) == RANGE_BEYOND);
    CHECK(choose("bytes=-0", 10, &range) == RANGE_BEYOND);
    CHECK(choose("bytes=0-", 0, &range) == RANGE_BEYOND);
    CHECK(choose("bytes=-5", 0, &range) == RANGE_BEYOND);
}

static void what_is_no_range_of_ours_means_everything(void)
{
    static const char *const OTHERS[] = {"bytes=",      "bytes=-",    "bytes=5-3", "bytes=a-b",
                                         "bytes=0-1,3", "bytes= 0-1", "items=0-1", "bytes=1",
                                         "bytes=1-2 ",  "bytes=+1-2", ""};
    struct range range;

    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        CHECK(choose(OTHERS[i], 10, &range) == RANGE_WHOLE);
    }
    CHECK(choose(NULL, 10, &range) == RANGE_WHOLE);
}

static void a_condition_that_does_not_hold_means_everything(void)
{
    struct range range;

    CHECK(range_choose("bytes=1-", "\"a\"", "\"a\"", 10, &range) == RANGE_PART);
    CHECK(range_choose("bytes=1-", "\"b\"", "\"a\"", 10, &range) == RANGE_WHOLE);
    CHECK(range_choose("bytes=1-", "W/\"a\"", "W/\"b\"", 10, &range) == RANGE_WHOLE);
    CHECK(range_choose("bytes=1-", "\"a\"", NULL, 10, &range) == RANGE_WHOLE);
    CHECK(range_choose("bytes=1-", "Sun, 22 Nov 2026 06:00:00 GMT", "\"a\"", 10, &range) ==
          RANGE_WHOLE);
}

TEST_MAIN(CASE(a_part_is_cut_to_what_is_there), CASE(what_is_beyond_is_refused),
          CASE(what_is_no_range_of_ours_means_everything),
          CASE(a_condition_that_does_not_hold_means_everything))
