/* Goal: sequential tests keep their promised error chances, plans are the smallest that do, and
 * biases are found where they were planted. */

#include "check.h"

#include "base/err.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/watch/bias.h"
#include "engine/watch/sampling.h"
#include "engine/watch/sequential.h"

static const struct watch_rates RATES = {
    .fine = 0.05, .poor = 0.15, .false_alarm = 0.05, .missed = 0.05};

struct record {
    double rejected;
    double accepted;
    double alarmed;
    double length;
};

static struct record run_many(double rate, int runs, int answers)
{
    struct record record = {0};

    for (int run = 0; run < runs; run++) {
        struct rng rng = rng_stream(5, (uint64_t)run);
        struct watch_sequential state = {0};

        for (int i = 0; i < answers; i++) {
            watch_sequential_add(&RATES, &state, rng_unit(&rng) < rate);
        }
        record.rejected += state.verdict == WATCH_REJECT;
        record.accepted += state.verdict == WATCH_ACCEPT;
        record.alarmed += state.alarmed_at > 0;
        record.length += (double)state.decided_at;
    }
    record.rejected /= runs;
    record.accepted /= runs;
    record.alarmed /= runs;
    record.length /= runs;
    return record;
}

static void tests__keep_their_error_chances(void)
{
    struct record fine = run_many(0.05, 1000, 600);
    struct record poor = run_many(0.15, 1000, 600);

    CHECK(fine.rejected < 0.065 && fine.accepted > 0.92);
    CHECK(poor.accepted < 0.065 && poor.rejected > 0.92);
    CHECK(fine.alarmed < 0.05); /* valid at every one of the 600 looks */
    CHECK(poor.alarmed > 0.95);
    CHECK_NEAR(fine.length / watch_wald_length(&RATES, 0.05), 1, 0.25);
    CHECK_NEAR(poor.length / watch_wald_length(&RATES, 0.15), 1, 0.25);
}

/* By hand: with no errors each answer adds log(.85/.95), and log(.05/.95) is passed at the 27th. */
static void wald__accepts_a_flawless_worker_at_27(void)
{
    struct watch_sequential state = {0};

    for (int i = 0; i < 40; i++) {
        watch_sequential_add(&RATES, &state, false);
    }
    CHECK(state.verdict == WATCH_ACCEPT && state.decided_at == 27);
    CHECK(state.count == 40 && state.p <= 1 && state.alarmed_at == 0);
    CHECK_NEAR(watch_wald_length(&RATES, 0), log(0.05 / 0.95) / log(0.85 / 0.95), 1e-9);
}

/* The e-value is a mixture: its mean under the fine rate is one, by summing over all outcomes. */
static void evidence__has_mean_one(void)
{
    enum { N = 30 };
    double mean = 0;
    double choose = 1;

    for (int k = 0; k <= N; k++) {
        mean +=
            choose * pow(0.1, k) * pow(0.9, N - k) * exp(watch_log_evidence(N, (uint64_t)k, 0.1));
        choose = choose * (N - k) / (k + 1);
    }
    CHECK_NEAR(mean, 1, 1e-9);
}

/* Published single plans for 1 % against 5 % at chances of 5 % and 10 %: n = 132, c = 3 (Guenther
 * 1969, binomial). */
static void plan__is_the_smallest_that_keeps_both_chances(void)
{
    struct watch_lot lot = {.fine = 0.01, .poor = 0.05, .false_alarm = 0.05, .missed = 0.1};
    struct watch_plan plan;
    struct fault fault = {0};

    CHECK(watch_plan_make(&lot, &plan, &fault) == OK);
    CHECK(plan.sample == 132 && plan.most == 3);
    CHECK(plan.producer <= 0.05 && plan.consumer <= 0.1);
    CHECK_NEAR(watch_plan_accepts(&plan, &lot, 0), 1, 1e-12);
    struct watch_plan fewer = plan;

    fewer.sample--;
    CHECK(watch_plan_accepts(&fewer, &lot, 0.05) > 0.1);
    lot.size = 200; /* a small lot needs fewer checks */
    CHECK(watch_plan_make(&lot, &plan, &fault) == OK);
    CHECK(plan.sample < 132 && plan.producer <= 0.05 && plan.consumer <= 0.1);
}

static void plan__refuses_what_is_none(void)
{
    struct watch_lot turned = {.fine = 0.1, .poor = 0.05, .false_alarm = 0.05, .missed = 0.1};
    struct watch_lot close = {.fine = 0.1, .poor = 0.1001, .false_alarm = 0.05, .missed = 0.1};
    struct watch_lot sure = {.fine = 0.01, .poor = 0.05, .false_alarm = 0, .missed = 0.1};
    struct watch_plan plan;
    struct fault fault = {0};

    CHECK(watch_plan_make(&turned, &plan, &fault) == ERR_INVALID);
    CHECK(watch_plan_make(&sure, &plan, &fault) == ERR_INVALID);
    CHECK(watch_plan_make(&close, &plan, &fault) == ERR_LIMIT);
}

/* R's binom.test(3, 40): 0.01574 to 0.20386. */
static void interval__is_clopper_and_pearsons(void)
{
    struct interval interval = watch_rate_interval(40, 3, 0.95);

    CHECK_NEAR(interval.low, 0.01574, 5e-5);
    CHECK_NEAR(interval.high, 0.20386, 5e-5);
    CHECK_NEAR(watch_rate_interval(10, 0, 0.95).low, 0, 0);
    CHECK_NEAR(watch_rate_interval(10, 10, 0.95).high, 1, 0);
}

static void biases__are_measured(void)
{
    struct watch_share position = watch_position_bias(60, 40, 0.95);
    struct watch_share none = watch_self_consistency(0, 0, 0.95);

    CHECK(position.known && position.share == 0.6);
    CHECK_NEAR(position.p, 0.0569, 5e-4); /* binom.test(60, 100) */
    CHECK(!none.known);

    enum { N = 4000 };
    struct rng rng = rng_new(2);
    static double longer[N];
    static uint8_t left[N];

    for (int i = 0; i < N; i++) {
        longer[i] = rng_normal(&rng);
        left[i] = rng_unit(&rng) < 1 / (1 + exp(-0.7 * longer[i] - 0.2));
    }
    struct watch_length length = watch_length_bias(longer, left, N);

    CHECK(length.known && !length.separated);
    CHECK_NEAR(length.slope, 0.7, 0.12);
    CHECK_NEAR(length.level, 0.2, 0.12);
    CHECK(length.p < 1e-6);
    for (int i = 0; i < N; i++) {
        left[i] = longer[i] > 0;
    }
    length = watch_length_bias(longer, left, N);
    CHECK(length.separated && isfinite(length.slope) && isfinite(length.error));
    CHECK(!watch_length_bias(longer, left, 1).known);
}

TEST_MAIN(CASE(tests__keep_their_error_chances), CASE(wald__accepts_a_flawless_worker_at_27),
          CASE(evidence__has_mean_one), CASE(plan__is_the_smallest_that_keeps_both_chances),
          CASE(plan__refuses_what_is_none), CASE(interval__is_clopper_and_pearsons),
          CASE(biases__are_measured))
