/* Goal: scores kept fresh comparison by comparison come close to the full fit, and variances only
 * say what was seen. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/rank/link.h"
#include "engine/rank/online.h"

enum { ITEMS = 30, EVENTS = 12000 };

static const struct rank_rater RATER = {.skill = 1, .tie = -0.4};

static void online__follows_the_full_fit(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(6);
    struct rank_options options = RANK_DEFAULTS;
    struct rank_online online = rank_online_start(arena, ITEMS, &options, NULL, 0);
    uint32_t *left = arena_array(arena, uint32_t, EVENTS);
    uint32_t *right = arena_array(arena, uint32_t, EVENTS);
    uint8_t *outcome = arena_array(arena, uint8_t, EVENTS);
    double score[ITEMS];
    struct rank_fit fit;
    struct fault fault = {0};

    for (int item = 0; item < ITEMS; item++) {
        score[item] = rng_normal(&rng);
    }
    for (int i = 0; i < EVENTS; i++) {
        left[i] = rng_below(&rng, ITEMS);
        right[i] = (left[i] + 1 + rng_below(&rng, ITEMS - 1)) % ITEMS;
        struct link link = link_of(score[left[i]] - score[right[i]], exp(RATER.tie));
        double u = rng_unit(&rng);

        outcome[i] = u < link.left ? RANK_LEFT : u < link.left + link.tie ? RANK_TIE : RANK_RIGHT;
        struct rank_event event = {.left = left[i], .right = right[i], .outcome = outcome[i]};

        CHECK(rank_online_add(&online, &event, &RATER, &fault) == OK);
    }
    struct rank_input input = {.left = left,
                               .right = right,
                               .outcome = outcome,
                               .count = EVENTS,
                               .item_count = ITEMS,
                               .rater_count = 1};

    CHECK(rank_fit(arena, &input, &options, &fit, &fault) == OK);
    double mean = 0;

    for (int item = 0; item < ITEMS; item++) {
        mean += online.score[item] / ITEMS;
    }
    for (int item = 0; item < ITEMS; item++) {
        CHECK_NEAR(online.score[item] - mean, fit.score[item], 0.12);
        CHECK(online.variance[item] > 0 && online.variance[item] < 0.1 / options.precision);
        CHECK_NEAR(sqrt(online.variance[item]) / fit.error[item], 1, 0.35);
    }
    struct rank_online taken_over = rank_online_start(arena, ITEMS, &options, &fit, 0);

    CHECK(taken_over.score[3] == fit.score[3]);
    CHECK_NEAR(taken_over.variance[3], fit.error[3] * fit.error[3], 1e-12);
}

static void online__refuses_nonsense(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rank_options options = RANK_DEFAULTS;
    struct rank_online online = rank_online_start(arena, 2, &options, NULL, 0);
    struct rank_event self = {.left = 1, .right = 1, .outcome = RANK_TIE};
    struct rank_event far = {.left = 0, .right = 2, .outcome = RANK_TIE};
    struct fault fault = {0};

    CHECK(rank_online_add(&online, &self, &RATER, &fault) == ERR_INVALID);
    CHECK(rank_online_add(&online, &far, &RATER, &fault) == ERR_INVALID);
    CHECK(online.score[1] == 0 && online.variance[1] == 1 / options.precision);
}

TEST_MAIN(CASE(online__follows_the_full_fit), CASE(online__refuses_nonsense))
