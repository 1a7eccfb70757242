/* Goal: adaptive sessions find abilities with honest intervals, with few items and fair exposure.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/irt/adapt.h"

enum { BANK_ITEMS = 240, BLOCKS = 4 };

static struct irt_entry *plant(struct arena *arena, double agreement)
{
    struct irt_entry *entries = arena_array(arena, struct irt_entry, BANK_ITEMS);
    double *confusion = arena_array(arena, double, 16);
    struct rng rng = rng_new(11);

    irt_confusion_of(4, agreement, confusion);
    for (int i = 0; i < BANK_ITEMS; i++) {
        double slope = exp(0.3 + 0.3 * rng_normal(&rng));
        double centre = 1.2 * rng_normal(&rng);

        entries[i].item = (struct irt_item){
            .category_count = 4,
            .slope = slope,
            .intercept = {slope * (1 - centre), -slope * centre, slope * (-1 - centre)}};
        entries[i].confusion = agreement < 1 ? confusion : NULL;
        entries[i].block = (uint32_t)i % BLOCKS;
    }
    return entries;
}

static struct irt_simulation_options usual(void)
{
    return (struct irt_simulation_options){
        .seed = 3,
        .person_count = 1500,
        .deviation = 1,
        .stop =
            {.count_min = 3, .count_max = 60, .deviation_max = 0.3, .cut = (double)NAN, .cut_level = .95},
        .exposure_max = 1,
        .top_count = 1,
    };
}

static struct irt_simulation run(struct arena *arena, double agreement,
                                 const struct irt_simulation_options *options)
{
    struct irt_simulation result = {0};
    struct fault fault;
    struct irt_bank bank;

    if (irt_bank_new(arena, plant(arena, agreement), BANK_ITEMS, &bank, &fault) != OK ||
        irt_simulate(arena, &bank, options, &result, &fault) != OK) {
        test_failed = true;
    }
    return result;
}

static void intervals__hold_what_they_promise(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_simulation_options options = usual();
    struct irt_simulation exact = run(arena, 1, &options);
    struct irt_simulation noisy = run(arena, .7, &options);

    CHECK(exact.coverage > .93 && exact.coverage < .97);
    CHECK(noisy.coverage > .93 && noisy.coverage < .97);
    CHECK(exact.reliability > .88 && fabs(exact.bias) < .03);
    options.trust_grader = true;
    CHECK(run(arena, .7, &options).coverage < .9); /* what ignoring the graders' errors does */
}

static void adaptive_order__needs_far_fewer_items_than_random_order(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_simulation_options options = usual();
    double adaptive = run(arena, 1, &options).items_mean;

    options.random_order = true;
    CHECK(adaptive <= .6 * run(arena, 1, &options).items_mean);
}

static void exposure__is_held_at_the_cap(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_simulation_options options = usual();

    CHECK(run(arena, 1, &options).exposure_most > .5);
    options.exposure_max = .2;
    options.top_count = 5;
    struct irt_simulation capped = run(arena, 1, &options);

    CHECK(capped.exposure_most <= .201 && capped.used_share > .3);
}

static void blocks__get_their_shares(void)
{
    static const double SHARES[BLOCKS] = {.5, .25, .25, 0};
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(1);
    bool closed[BANK_ITEMS] = {false};
    uint32_t given[BLOCKS] = {0};
    struct fault fault;
    struct irt_bank bank;

    CHECK(irt_bank_new(arena, plant(arena, 1), BANK_ITEMS, &bank, &fault) == OK);
    struct irt_posterior posterior = irt_posterior_new(&bank, 0, 1);
    struct irt_choice choice = {
        .closed = closed, .shares = SHARES, .given = given, .exposure_max = 1, .top_count = 3};

    for (int k = 0; k < 40; k++) {
        uint32_t item;

        CHECK(irt_choose(&bank, &posterior, &choice, &rng, &item) == OK);
        CHECK(!closed[item]);
        closed[item] = true;
        given[bank.entries[item].block]++;
        irt_posterior_add(&bank, item, 2, &posterior);
    }
    CHECK(given[0] == 20 && given[1] == 10 && given[2] == 10 && given[3] == 0);
    memset(closed, true, sizeof(closed));
    uint32_t item;

    CHECK(irt_choose(&bank, &posterior, &choice, &rng, &item) == ERR_NOT_FOUND);
}

static void posterior__matches_the_integral(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_entry entry = {.item = {.category_count = 2, .slope = 1.3, .intercept = {0.4}}};
    struct fault fault;
    struct irt_bank bank;
    double sum = 0;
    double mean = 0;

    CHECK(irt_bank_new(arena, &entry, 1, &bank, &fault) == OK);
    struct irt_posterior posterior = irt_posterior_new(&bank, 0.5, 1);

    CHECK_NEAR(posterior.mean, 0.5, 1e-6);
    CHECK_NEAR(posterior.deviation, 1, 1e-4);
    CHECK_NEAR(irt_posterior_quantile(&bank, &posterior, .975), 0.5 + 1.959964, 0.005);
    irt_posterior_add(&bank, 0, 1, &posterior);
    for (double theta = -8; theta < 8; theta += 0.001) {
        double share = exp(-(theta - .5) * (theta - .5) / 2) / (1 + exp(-1.3 * theta - 0.4));

        sum += share;
        mean += share * theta;
    }
    CHECK_NEAR(posterior.mean, mean / sum, 1e-5);
}

static void information__is_the_spread_of_the_score(void)
{
    const struct irt_item item = {.category_count = 4, .slope = 1.5, .intercept = {2, 0.3, -1}};

    for (double theta = -3; theta <= 3; theta += 0.5) {
        double low[4];
        double high[4];
        double at[4];
        double sum = 0;

        irt_item_probabilities(&item, theta - 1e-5, low);
        irt_item_probabilities(&item, theta + 1e-5, high);
        irt_item_probabilities(&item, theta, at);
        for (int k = 0; k < 4; k++) {
            double slope = (high[k] - low[k]) / 2e-5;

            sum += slope * slope / at[k];
        }
        CHECK_NEAR(irt_item_information(&item, theta), sum, 1e-7);
    }
}

static void stop__tells_why(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_stop_rule rule = {
        .count_min = 2, .count_max = 10, .deviation_max = 0.2, .cut = -3, .cut_level = .9};
    struct fault fault;
    struct irt_bank bank;

    CHECK(irt_bank_new(arena, plant(arena, 1), BANK_ITEMS, &bank, &fault) == OK);
    struct irt_posterior posterior = irt_posterior_new(&bank, 0, 1);

    CHECK(irt_stop(&bank, &posterior, &rule, 0) == IRT_STOP_NOT);
    CHECK(irt_stop(&bank, &posterior, &rule, 2) == IRT_STOP_CLEAR);
    rule.cut = (double)NAN;
    CHECK(irt_stop(&bank, &posterior, &rule, 2) == IRT_STOP_NOT);
    rule.deviation_max = 2;
    CHECK(irt_stop(&bank, &posterior, &rule, 2) == IRT_STOP_PRECISE);
    CHECK(irt_stop(&bank, &posterior, &rule, 10) == IRT_STOP_COUNT);
    CHECK(irt_stop(&bank, &posterior, &rule, BANK_ITEMS) == IRT_STOP_EMPTY);
}

static void refusals__name_the_item(void)
{
    static const double BROKEN[] = {.5, .4, 0, 1};
    ARENA_SCOPE arena = arena_new();
    struct irt_entry entry = {.item = {.category_count = 2, .slope = 1, .intercept = {0}}};
    struct fault fault = {0};
    struct irt_bank bank;

    entry.confusion = BROKEN;
    CHECK(irt_bank_new(arena, &entry, 1, &bank, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "item 1") != NULL);
    entry.confusion = NULL;
    entry.item.slope = (double)NAN;
    CHECK(irt_bank_new(arena, &entry, 1, &bank, &fault) == ERR_INVALID);
    entry.item.slope = 1;
    entry.block = IRT_BLOCK_MAX;
    CHECK(irt_bank_new(arena, &entry, 1, &bank, &fault) == ERR_INVALID);
    CHECK(irt_bank_new(arena, &entry, 0, &bank, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(intervals__hold_what_they_promise),
          CASE(adaptive_order__needs_far_fewer_items_than_random_order),
          CASE(exposure__is_held_at_the_cap), CASE(blocks__get_their_shares),
          CASE(posterior__matches_the_integral), CASE(information__is_the_spread_of_the_score),
          CASE(stop__tells_why), CASE(refusals__name_the_item))
