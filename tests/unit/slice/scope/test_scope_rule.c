#include "check.h"

#include "base/arena.h"
#include "slice/scope/scope_rule.h"

static const uint16_t HOURS[] = {10, 20, 30};
static const uint32_t RATES[] = {5000, 5000, 5000};

static struct scope_need plain_need(void)
{
    return (struct scope_need){.tasks = 1000,
                               .minutes = 6,
                               .redundancy = 2,
                               .review_share = 0.5,
                               .review_minutes = 3,
                               .weeks = 10,
                               .use_low = 1,
                               .use_high = 1,
                               .seed = 1,
                               .draws = 1000};
}

static void compute__is_the_arithmetic_where_nothing_is_unsure(void)
{
    ARENA_SCOPE arena = arena_new();
    struct scope_supply supply = {HOURS, RATES, 3, 1000000, 1000000};
    struct scope_need need = plain_need();
    struct scope_answer answer;

    scope_compute(arena, &supply, &need, &answer);
    CHECK_NEAR(answer.hours_plain, 200, 1e-9);
    CHECK_NEAR(answer.review_plain, 50, 1e-9);
    CHECK_NEAR(answer.hours.low, 250, 1e-9);
    CHECK_NEAR(answer.hours.high, 250, 1e-9);
    CHECK_NEAR(answer.cost.mid, 250 * 5000.0, 1e-6);
    CHECK(answer.experts.low >= 1 && answer.experts.high <= 3);
}

static void compute__moves_the_date_when_the_pool_is_small(void)
{
    ARENA_SCOPE arena = arena_new();
    struct scope_supply supply = {HOURS, RATES, 3, 1000000, 1000000};
    struct scope_need need = plain_need();
    struct scope_answer answer;

    need.tasks = 100000;
    scope_compute(arena, &supply, &need, &answer);
    CHECK(answer.in_time == 0);
    CHECK(answer.weeks.mid > 200);
    CHECK(answer.experts.high <= 3);
}

static void compute__widens_with_what_is_unsure_and_repeats_by_seed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct scope_supply supply = {HOURS, RATES, 3, 5, 10};
    struct scope_need need = plain_need();
    struct scope_answer sure;
    struct scope_answer unsure;
    struct scope_answer again;

    scope_compute(arena, &supply, &need, &sure);
    need.spread = 0.5;
    need.use_low = 0.4;
    scope_compute(arena, &supply, &need, &unsure);
    scope_compute(arena, &supply, &need, &again);
    CHECK(unsure.hours.high - unsure.hours.low > sure.hours.high - sure.hours.low);
    CHECK(unsure.hours.mid < 250 && unsure.hours.high > 300);
    CHECK(memcmp(&unsure, &again, sizeof(again)) == 0);
    CHECK(unsure.offers.mid >= unsure.experts.mid);
}

TEST_MAIN(CASE(compute__is_the_arithmetic_where_nothing_is_unsure),
          CASE(compute__moves_the_date_when_the_pool_is_small),
          CASE(compute__widens_with_what_is_unsure_and_repeats_by_seed))
