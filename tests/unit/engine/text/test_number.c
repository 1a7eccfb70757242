/* Goal: numbers are read as a reader means them, and names are left alone. */

#include "check.h"

#include "base/arena.h"
#include "engine/text/number.h"

/* Values and percent signs as text. */
static bool reads(const char *text, const char *want)
{
    ARENA_SCOPE arena = arena_new();
    struct text_numbers numbers = text_numbers(arena, text_of(text));
    char all[256] = "";
    size_t used = 0;

    for (size_t i = 0; i < numbers.count && used < 200; i++) {
        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%.10g%s", i > 0 ? " " : "",
                                 numbers.at[i].value, numbers.at[i].percent ? "%" : "");
    }
    return strcmp(all, want) == 0;
}

static void digits__are_read_with_signs_groups_and_exponents(void)
{
    CHECK(reads("it is 42.", "42"));
    CHECK(reads("1,000 and 12,345,678.5 but 1,00 and 1234,567", "1000 12345678.5 1 0 1234 567"));
    CHECK(reads("-2.5e3, 3-4, 1e-2, 2e", "-2500 3 4 0.01 2"));
    CHECK(reads("12 % of 7percent", "12% 7%"));
    CHECK(reads("b12 5kg x", "5"));
}

static void words__are_numbers_too(void)
{
    CHECK(reads("three hundred and twenty-five apples", "300 25"));
    CHECK(reads("2 million, five thousand percent", "2000000 5000%"));
    CHECK(reads("someone tennis", ""));
}

static void places__cover_what_was_read(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_numbers numbers = text_numbers(arena, text_of("at -40 degrees"));

    CHECK(numbers.count == 1 && numbers.at[0].start == 3 && numbers.at[0].end == 6);
}

static void odd_input__gives_no_number(void)
{
    CHECK(reads("", ""));
    CHECK(reads("1e999 9e308 million", ""));
    CHECK(reads("11111111111111111111111111111111111111111111111111", ""));
    CHECK(reads("１ 七", "")); /* not folded, not read */
}

TEST_MAIN(CASE(digits__are_read_with_signs_groups_and_exponents), CASE(words__are_numbers_too),
          CASE(places__cover_what_was_read), CASE(odd_input__gives_no_number))
