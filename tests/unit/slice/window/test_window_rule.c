/*
 * Goal: claims fall into the right age, people are told at each step once reached, a pace is said
 * of whole weeks only, what is known is never mixed with what is expected, and quantiles are exact.
 */

#include "check.h"

#include "base/shape.h"
#include "base/time.h"
#include "slice/window/window_rule.h"

#define NOON (20000 * TIME_DAY + 12 * TIME_HOUR)

static void claims__have_an_age_in_whole_days(void)
{
    CHECK(age_of(NOON + 1, NOON) == AGE_CURRENT);
    CHECK(age_of(NOON, NOON) == AGE_CURRENT);
    CHECK(age_of(NOON - TIME_DAY + 1, NOON) == AGE_CURRENT);
    CHECK(age_of(NOON - TIME_DAY, NOON) == AGE_30);
    CHECK(age_of(NOON - 30 * TIME_DAY, NOON) == AGE_30);
    CHECK(age_of(NOON - 31 * TIME_DAY, NOON) == AGE_60);
    CHECK(age_of(NOON - 60 * TIME_DAY, NOON) == AGE_60);
    CHECK(age_of(NOON - 61 * TIME_DAY, NOON) == AGE_90);
    CHECK(age_of(NOON - 90 * TIME_DAY, NOON) == AGE_90);
    CHECK(age_of(NOON - 91 * TIME_DAY, NOON) == AGE_OLDER);
}

static void steps_of_a_budget__are_reached_in_order(void)
{
    CHECK(budget_steps_reached(0, 1000) == 0);
    CHECK(budget_steps_reached(499, 1000) == 0);
    CHECK(budget_steps_reached(500, 1000) == 1);
    CHECK(budget_steps_reached(949, 1000) == 2);
    CHECK(budget_steps_reached(950, 1000) == 3);
    CHECK(budget_steps_reached(1000, 1000) == 4);
    CHECK(budget_steps_reached(0, 0) == BUDGET_STEPS);
    CHECK(budget_steps_reached(INT64_MAX, INT64_MAX) == BUDGET_STEPS);
}

static void a_pace__needs_whole_weeks(void)
{
    const int64_t WEEKS[] = {0, 0, 100, 0, 250};
    struct pace pace = pace_of(WEEKS, 5);

    CHECK(pace.weeks == 3 && pace.low_minor == 0 && pace.high_minor == 250);
    CHECK(pace.middle_minor == 117);
    CHECK(pace_of(WEEKS, 3).weeks == 1 && pace_of(WEEKS, 3).middle_minor == 0);
    CHECK(pace_of(WEEKS, 0).weeks == 0);
}

static void days_left__end_where_nothing_is_spent(void)
{
    CHECK(days_left(1000, 0) == INT_ABSENT);
    CHECK(days_left(1000, -5) == INT_ABSENT);
    CHECK(days_left(0, 100) == 0);
    CHECK(days_left(-50, 100) == 0);
    CHECK(days_left(200, 100) == 14);
}

static void cash__keeps_known_and_expected_apart(void)
{
    struct cash_facts facts = {
        .known_in_minor = {500, 0, 300},
        .payable_minor = 200,
        .cost = {.weeks = 4, .low_minor = 10, .middle_minor = 20, .high_minor = 30},
        .revenue = {.weeks = 1},
        .delay_weeks = 4};
    struct cash_week weeks[CASH_WEEKS];

    cash_forecast(&facts, weeks);
    CHECK(weeks[0].known_in_minor == 500 && weeks[0].known_out_minor == 200);
    CHECK(weeks[0].out_middle_minor == 0 && weeks[0].in_middle_minor == 0);
    CHECK(weeks[2].known_in_minor == 300 && weeks[2].known_out_minor == 0);
    CHECK(weeks[2].out_low_minor == 10 && weeks[2].out_middle_minor == 20 &&
          weeks[2].out_high_minor == 30);
    CHECK(weeks[3].in_middle_minor == 0);          /* its money cannot be there yet */
    CHECK(weeks[4].in_middle_minor == INT_ABSENT); /* one week is no pace */
}

static void quantiles__lie_between_neighbours(void)
{
    const int64_t VALUES[] = {100, 200, 300, 400, 1000};

    CHECK(quantile_minor(VALUES, 5, 0) == 100);
    CHECK(quantile_minor(VALUES, 5, 250) == 200);
    CHECK(quantile_minor(VALUES, 5, 500) == 300);
    CHECK(quantile_minor(VALUES, 5, 750) == 400);
    CHECK(quantile_minor(VALUES, 5, 1000) == 1000);
    CHECK(quantile_minor(VALUES, 4, 500) == 250);
    CHECK(quantile_minor(VALUES, 1, 750) == 100);
    CHECK(quantile_minor(VALUES, 4, 250) == 175);
}

static void an_hour__is_said_of_a_quarter_and_more(void)
{
    CHECK(hourly_minor(1000, TIME_HOUR) == 1000);
    CHECK(hourly_minor(1000, TIME_HOUR / 2) == 2000);
    CHECK(hourly_minor(1000, TIME_HOUR / 4 - 1) == INT_ABSENT);
    CHECK(hourly_minor(0, 10 * TIME_HOUR) == 0);
    CHECK(hourly_minor(INT64_MAX, TIME_HOUR / 4) == INT_ABSENT);
}

TEST_MAIN(CASE(claims__have_an_age_in_whole_days), CASE(steps_of_a_budget__are_reached_in_order),
          CASE(a_pace__needs_whole_weeks), CASE(days_left__end_where_nothing_is_spent),
          CASE(cash__keeps_known_and_expected_apart), CASE(quantiles__lie_between_neighbours),
          CASE(an_hour__is_said_of_a_quarter_and_more))
