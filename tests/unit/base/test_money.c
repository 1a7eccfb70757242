/* Goal: amounts survive the way to text and back, and rounding goes half to even without overflow.
 */

#include "check.h"

#include "base/arena.h"
#include "base/money.h"

static void digits__follow_the_code(void)
{
    CHECK(currency_digits("EUR") == 2);
    CHECK(currency_digits("JPY") == 0);
    CHECK(currency_digits("KWD") == 3);
    CHECK(currency_digits("CLF") == 4);
    CHECK(currency_digits("ZZZ") == -1);
    CHECK(currency_digits("eur") == -1);
    CHECK(currency_digits("EURO") == -1);
    CHECK(currency_digits("") == -1);
}

static void amounts__go_there_and_back(void)
{
    static const int64_t AMOUNTS[] = {0, 1, -1, 99, 100, -12345, INT64_MAX, INT64_MIN};
    static const char *const CODES[] = {"EUR", "JPY", "KWD", "CLF"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < sizeof(AMOUNTS) / sizeof(AMOUNTS[0]); i++) {
        for (size_t k = 0; k < 4; k++) {
            int64_t back = 0;

            CHECK(money_parse(text_of(money_print(arena, AMOUNTS[i], CODES[k])), CODES[k], &back));
            CHECK(back == AMOUNTS[i]);
        }
    }
    CHECK(strcmp(money_print(arena, -5, "EUR"), "-0.05") == 0);
}

static void parse__refuses_what_is_no_amount(void)
{
    static const char *const BAD[] = {"",    "-",     ".5", "5.",  "1.234", "1,00",
                                      "1e3", "+1.00", " 1", "--1", "1.2.3", "99999999999999999999"};
    int64_t out;

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        CHECK(!money_parse(text_of(BAD[i]), "EUR", &out));
    }
    CHECK(money_parse(text_of("1.5"), "EUR", &out) && out == 150);
    CHECK(!money_parse(text_of("1.5"), "JPY", &out));
    CHECK(!money_parse(text_of("1"), "ZZZ", &out));
}

static void scale__rounds_half_to_even(void)
{
    static const struct {
        int64_t amount, numerator, denominator, want;
    } GOLDEN[] = {{5, 1, 2, 2}, {7, 1, 2, 4},   {-5, 1, 2, -2}, {-7, 1, 2, -4},
                  {1, 1, 3, 0}, {2, 1, 3, 1},   {-2, 1, 3, -1}, {5, -1, 2, -2},
                  {0, 9, 7, 0}, {25, 1, 10, 2}, {35, 1, 10, 4}, {-25, 1, 10, -2}};
    int64_t got;

    for (size_t i = 0; i < sizeof(GOLDEN) / sizeof(GOLDEN[0]); i++) {
        CHECK(money_scale(GOLDEN[i].amount, GOLDEN[i].numerator, GOLDEN[i].denominator, &got));
        CHECK(got == GOLDEN[i].want);
    }
    CHECK(money_scale(INT64_MAX, INT64_MAX, INT64_MAX, &got) && got == INT64_MAX);
    CHECK(money_scale(INT64_MIN, 1, 1, &got) && got == INT64_MIN);
    CHECK(!money_scale(INT64_MAX, 2, 1, &got));
    CHECK(!money_scale(INT64_MIN, -1, 1, &got));
    CHECK(!money_scale(1, 1, 0, &got));
    CHECK(!money_scale(1, 1, -3, &got));
}

static void add__refuses_what_does_not_fit(void)
{
    int64_t got = 7;

    CHECK(!money_add(INT64_MAX, 1, &got) && got == 7);
    CHECK(!money_add(INT64_MIN, -1, &got));
    CHECK(money_add(INT64_MAX, INT64_MIN, &got) && got == -1);
}

TEST_MAIN(CASE(digits__follow_the_code), CASE(amounts__go_there_and_back),
          CASE(parse__refuses_what_is_no_amount), CASE(scale__rounds_half_to_even),
          CASE(add__refuses_what_does_not_fit))
