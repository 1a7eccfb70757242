/* Goal: bad bytes are found where they are, and numbers are read whole or not at all. */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "base/text.h"

static void check__finds_the_first_bad_byte(void)
{
    CHECK(text_check(text_of("gr\xC3\xBC\xC3\x9F")) == 6);
    CHECK(text_check(text_of("ab\xFFz")) == 2);
    CHECK(text_check(text_of("\xC0\xAF")) == 0);         /* overlong slash */
    CHECK(text_check(text_of("x\xED\xA0\x80")) == 1);    /* surrogate */
    CHECK(text_check(text_of("\xF4\x90\x80\x80")) == 0); /* beyond U+10FFFF */
    CHECK(text_check((struct text){.at = "a\0b", .size = 3}) == 1);
    CHECK(text_check((struct text){.at = "\xE2\x82", .size = 2}) == 0); /* cut short */
}

static void int__takes_the_whole_range_and_no_more(void)
{
    int64_t value = 7;

    CHECK(text_int(text_of("-9223372036854775808"), &value) && value == INT64_MIN);
    CHECK(text_int(text_of("9223372036854775807"), &value) && value == INT64_MAX);
    CHECK(!text_int(text_of("9223372036854775808"), &value));
    CHECK(!text_int(text_of("12 "), &value));
    CHECK(!text_int(text_of(""), &value));
    CHECK(!text_int(text_of("-"), &value));
}

static void real__refuses_words_and_infinities(void)
{
    double value = 0;

    CHECK(text_real(text_of("-1.5e3"), &value) && value == -1500);
    CHECK(!text_real(text_of("nan"), &value));
    CHECK(!text_real(text_of("1e999"), &value));
    CHECK(!text_real(text_of("0x10"), &value));
    CHECK(!text_real(text_of("1,5"), &value));
}

/* Both ways that numbers are read give the double that is nearest. */
static void real__is_the_nearest_double(void)
{
    static const char *const CASES[] = {"0",
                                        "-0",
                                        "-0.0",
                                        "5.",
                                        ".5",
                                        "0.1",
                                        "0.14285714285714285",
                                        "14285.571428571428",
                                        "9007199254740993",
                                        "9007199254740992.5",
                                        "9007199254740993.5",
                                        "9999999999999999999",
                                        "0.9999999999999999999",
                                        "0.0000000000000000001",
                                        "1.7976931348623157",
                                        "12345678901234567890.5"};
    struct rng rng = rng_new(7);
    char made[32];

    for (size_t i = 0; i < COUNT(CASES) + 20'000; i++) {
        const char *text = made;
        double value = -1;
        double want;

        if (i < COUNT(CASES)) {
            text = CASES[i];
        } else {
            uint64_t digits = rng_next(&rng) >> (i % 60);
            size_t size = (size_t)snprintf(made, sizeof(made), "%llu", (unsigned long long)digits);
            size_t place = rng_below(&rng, (uint32_t)size + 1);

            memmove(made + place + 1, made + place, size - place + 1);
            made[place] = '.';
        }
        want = strtod(text, NULL);
        CHECK(text_real(text_of(text), &value) && memcmp(&value, &want, sizeof(want)) == 0);
    }
    CHECK(!text_real(text_of("."), &(double){0}));
    CHECK(!text_real(text_of("1.2.3"), &(double){0}));
}

static void code_points__go_there_and_back(void)
{
    static const uint32_t CODES[] = {0x24, 0xA2, 0x20AC, 0x10FFFF};

    for (size_t i = 0; i < 4; i++) {
        char bytes[4];
        size_t size = text_put(bytes, CODES[i]);
        size_t at = 0;
        struct text text = {.at = bytes, .size = size};

        CHECK(text_check(text) == size);
        CHECK(text_next(text, &at) == CODES[i]);
        CHECK(at == size);
        CHECK(text_length(text) == 1);
    }
}

static void cut__gives_every_part_once(void)
{
    static const char *const PARTS[] = {"one", "", "three\r"};
    struct text rest = text_of("one\n\nthree\r\n");
    struct text part;
    size_t count = 0;

    CHECK(text_lines(rest) == 3);
    while (text_cut(&rest, '\n', &part)) {
        CHECK(count < 3 && text_is(part, PARTS[count]));
        count++;
    }
    CHECK(count == 3);
    CHECK(text_lines(text_of("a\nb")) == 2); /* the last without a line end */
    CHECK(text_lines(text_of("")) == 0);
}

TEST_MAIN(CASE(cut__gives_every_part_once), CASE(check__finds_the_first_bad_byte),
          CASE(int__takes_the_whole_range_and_no_more), CASE(real__refuses_words_and_infinities),
          CASE(real__is_the_nearest_double), CASE(code_points__go_there_and_back))
