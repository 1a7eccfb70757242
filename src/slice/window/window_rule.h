#pragma once

/*
 * Pure rules of the windows on money: how old a claim is, how much of a budget is used up, the pace
 * of the last weeks, what comes in and goes out in the next ones. What is known is kept apart from
 * what is expected; what is expected is the mean of whole weeks, with the least and the most of
 * them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------------ claims by age */

enum age { AGE_CURRENT, AGE_30, AGE_60, AGE_90, AGE_OLDER, AGE_COUNT };
enum age age_of(int64_t due_at, int64_t now_us); /* by whole days that it is overdue */

/* ------------------------------------------------------------------ budgets */

/* The steps at which people are told, in percent. */
enum { BUDGET_STEPS = 4 };
extern const int64_t BUDGET_STEP[BUDGET_STEPS];

/* How many of the steps are reached. A budget of nothing is used up. */
size_t budget_steps_reached(int64_t used_minor, int64_t budget_minor);

/* ------------------------------------------------------------------ pace */

enum { PACE_WEEKS_MIN = 2, PACE_WEEKS_MAX = 8 };

struct pace {
    int64_t weeks; /* that were counted; fewer than the minimum: nothing is said */
    int64_t low_minor;
    int64_t middle_minor;
    int64_t high_minor;
};

/* Of whole weeks, oldest first; those before the first that is not zero do not count. */
struct pace pace_of(const int64_t *weeks_minor, size_t count);

/* Days until `left_minor` is spent at so much a week; INT_ABSENT: never. */
int64_t days_left(int64_t left_minor, int64_t week_minor);

/* ------------------------------------------------------------------ cash */

enum { CASH_WEEKS = 8 };

struct cash_facts {
    int64_t known_in_minor[CASH_WEEKS]; /* claims, by the week in which they are due */
    int64_t payable_minor;              /* owed to people; goes out with the first pay day */
    struct pace cost;
    struct pace revenue;
    int64_t delay_weeks; /* from work to a client's money */
};

struct cash_week {
    int64_t known_in_minor;
    int64_t known_out_minor;
    int64_t in_low_minor; /* expected beside what is known; INT_ABSENT: nothing can be said */
    int64_t in_middle_minor;
    int64_t in_high_minor;
    int64_t out_low_minor;
    int64_t out_middle_minor;
    int64_t out_high_minor;
};

void cash_forecast(const struct cash_facts *facts, struct cash_week out[CASH_WEEKS]);

/* ------------------------------------------------------------------ pay as it was */

enum { PREVIEW_PEOPLE_MIN = 5 };

/* A quantile of values in ascending order, between neighbours in proportion, half to even.
 * `permille` from 0 to 1000; `count` above zero. */
int64_t quantile_minor(const int64_t *sorted, size_t count, int64_t permille);

/* Pay for an hour from pay and worked time; INT_ABSENT: less than a quarter of an hour, or it does
 * not fit. */
int64_t hourly_minor(int64_t paid_minor, int64_t worked_us);
