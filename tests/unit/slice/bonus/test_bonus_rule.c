/*
 * Goal: each event owes what the terms say and nothing else, notice is counted in whole days and
 * ends where the terms end, and a referral never pays beyond its cap or below zero.
 */

#include "check.h"

#include <string.h>

#include "base/fault.h"
#include "base/rng.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/bonus/bonus_rule.h"

#define NOON (20000 * TIME_DAY + 12 * TIME_HOUR)

static const struct award_terms TERMS = {.signing_minor = 100,
                                         .completion_minor = 200,
                                         .kill_minor = 300,
                                         .notice_days = 10,
                                         .notice_minor = 7,
                                         .ends_at = INT_ABSENT};

static size_t claims(const char *kind, int64_t notice_at, const struct award_terms *terms,
                     struct award_claim out[AWARD_CLAIMS_MAX])
{
    struct fault fault;
    size_t count = 99;
    enum err err = awards_of_event(
        &(struct award_event){.kind = kind, .happened_at = NOON, .notice_at = notice_at}, terms,
        out, &count, &fault);

    return err == OK ? count : 99;
}

static void each_event__owes_its_own(void)
{
    struct award_claim out[AWARD_CLAIMS_MAX];

    CHECK(claims("began", INT_ABSENT, &TERMS, out) == 1 && out[0].amount_minor == 100);
    CHECK(strcmp(out[0].kind, "signing") == 0);
    CHECK(claims("completed", INT_ABSENT, &TERMS, out) == 1 && out[0].amount_minor == 200);
    CHECK(strcmp(out[0].kind, "completion") == 0);
    CHECK(claims("ended_by_operator", INT_ABSENT, &TERMS, out) == 2);
    CHECK(strcmp(out[0].kind, "kill") == 0);
    CHECK(strcmp(out[1].kind, "notice") == 0);
    CHECK(out[0].amount_minor == 300 && out[1].amount_minor == 70 && out[1].days == 10);
}

static void nothing__is_owed_to_who_leaves_or_pauses(void)
{
    struct award_claim out[AWARD_CLAIMS_MAX];

    CHECK(claims("ended_by_person", INT_ABSENT, &TERMS, out) == 0);
    CHECK(claims("paused", INT_ABSENT, &TERMS, out) == 0);
    CHECK(claims("resumed", INT_ABSENT, &TERMS, out) == 0);
    CHECK(claims("began", INT_ABSENT, &(struct award_terms){.ends_at = INT_ABSENT}, out) == 0);
}

static void notice__is_owed_for_the_days_that_were_not_kept(void)
{
    struct award_claim out[AWARD_CLAIMS_MAX];

    CHECK(claims("ended_by_operator", NOON - 4 * TIME_DAY, &TERMS, out) == 2 && out[1].days == 6);
    CHECK(claims("ended_by_operator", NOON - 4 * TIME_DAY + 1, &TERMS, out) == 2 &&
          out[1].days == 7);
    CHECK(claims("ended_by_operator", NOON - 10 * TIME_DAY, &TERMS, out) == 1);
    CHECK(claims("ended_by_operator", NOON - 90 * TIME_DAY, &TERMS, out) == 1);
}

static void notice__ends_where_the_terms_end(void)
{
    struct award_claim out[AWARD_CLAIMS_MAX];
    struct award_terms terms = TERMS;

    terms.ends_at = NOON + 2 * TIME_DAY + 1;
    CHECK(claims("ended_by_operator", INT_ABSENT, &terms, out) == 2 && out[1].days == 3);
    terms.ends_at = NOON;
    CHECK(claims("ended_by_operator", INT_ABSENT, &terms, out) == 0);
}

static void pay_beyond_all_bounds__is_refused(void)
{
    struct award_claim out[AWARD_CLAIMS_MAX];
    struct award_terms terms = TERMS;
    struct fault fault;
    size_t count;

    terms.notice_minor = INT64_MAX / 2;
    CHECK(awards_of_event(&(struct award_event){.kind = "ended_by_operator",
                                                .happened_at = NOON,
                                                .notice_at = INT_ABSENT},
                          &terms, out, &count, &fault) == ERR_INVALID);
}

static void a_share__keeps_between_zero_and_its_cap(void)
{
    struct fault fault;
    int64_t share = -1;

    CHECK(referral_share(12345, 1000, 5000, &share, &fault) == OK && share == 1234); /* half even */
    CHECK(referral_share(12355, 1000, 5000, &share, &fault) == OK && share == 1236);
    CHECK(referral_share(1000000, 1000, 5000, &share, &fault) == OK && share == 5000);
    CHECK(referral_share(-700, 1000, 5000, &share, &fault) == OK && share == 0);
    CHECK(referral_share(0, 1000, 5000, &share, &fault) == OK && share == 0);
}

/* Weeks are posted as what the share grew by: the parts add up to the whole, whatever the weeks. */
static void shares_by_week__add_up(void)
{
    struct rng rng = rng_new(7);

    for (int round = 0; round < 1000; round++) {
        int64_t earned = 0;
        int64_t posted = 0;
        int64_t whole = 0;
        struct fault fault;

        for (int week = 0; week < 20; week++) {
            earned += (int64_t)rng_below(&rng, 50000) - 5000;
            CHECK(referral_share(earned, 777, 20000, &whole, &fault) == OK);
            int64_t part = whole - posted;

            posted += part;
            CHECK(posted >= 0 && posted <= 20000);
        }
        CHECK(posted == whole);
    }
}

TEST_MAIN(CASE(each_event__owes_its_own), CASE(nothing__is_owed_to_who_leaves_or_pauses),
          CASE(notice__is_owed_for_the_days_that_were_not_kept),
          CASE(notice__ends_where_the_terms_end), CASE(pay_beyond_all_bounds__is_refused),
          CASE(a_share__keeps_between_zero_and_its_cap), CASE(shares_by_week__add_up))
