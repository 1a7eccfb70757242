/* Goal: published scores are met, planted scores and raters are found again, intervals cover, and
 * what cannot be compared is told apart. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/rank/link.h"
#include "engine/rank/rank.h"

enum { MOST = 60000 };

/* Comparisons being collected. */
struct bag {
    uint32_t left[MOST];
    uint32_t right[MOST];
    uint32_t rater[MOST];
    int8_t first[MOST];
    float style[MOST];
    uint8_t outcome[MOST];
    size_t count;
};

static struct rank_input input_of(const struct bag *bag, uint32_t items)
{
    return (struct rank_input){.left = bag->left,
                               .right = bag->right,
                               .outcome = bag->outcome,
                               .count = bag->count,
                               .item_count = items,
                               .rater_count = 1};
}

static void put(struct bag *bag, uint32_t left, uint32_t right, uint8_t outcome, int times)
{
    for (int i = 0; i < times; i++, bag->count++) {
        bag->left[bag->count] = left;
        bag->right[bag->count] = right;
        bag->outcome[bag->count] = outcome;
    }
}

/* Citations among four statistics journals (Stigler 1994; Agresti 2002, table 10.10): the cited
 * journal wins. Firth and Turner (BradleyTerry2, 2012) print the scores against Biometrika. */
static void fit__equals_the_journals(void)
{
    static const double PRINTED[] = {0, -2.94907, -0.47957, 0.26895};
    static const double ERRORS[] = {0, 0.10255, 0.06059, 0.07083};
    static const int CITED[4][4] = {
        {0, 730, 498, 221}, {33, 0, 68, 17}, {320, 813, 0, 142}, {284, 276, 325, 0}};
    ARENA_SCOPE arena = arena_new();
    struct bag *bag = arena_new_of(arena, struct bag);
    struct rank_options options = RANK_DEFAULTS;
    struct rank_fit fit;
    struct fault fault = {0};

    for (uint32_t cited = 0; cited < 4; cited++) {
        for (uint32_t citing = 0; citing < 4; citing++) {
            put(bag, cited, citing, RANK_LEFT, CITED[cited][citing]);
        }
    }
    struct rank_input input = input_of(bag, 4);

    options.ties = RANK_HALF;
    options.precision = 1e-9;
    options.step_min = 1e-9;
    CHECK(rank_fit(arena, &input, &options, &fit, &fault) == OK);
    CHECK(fit.converged && fit.component_count == 1);
    for (int item = 1; item < 4; item++) {
        CHECK_NEAR(fit.score[item] - fit.score[0], PRINTED[item], 2e-5);
    }
    /* the printed errors are of differences to the first: their scale must be met */
    CHECK(fit.error[1] > ERRORS[1] / 2 && fit.error[1] < ERRORS[1]);
    CHECK_NEAR(fit.score[0] + fit.score[1] + fit.score[2] + fit.score[3], 0, 1e-9);
}

static uint8_t draw(struct rng *rng, double eta, double odds)
{
    struct link link = link_of(eta, odds);
    double u = rng_unit(rng);

    return u < link.left ? RANK_LEFT : u < link.left + link.tie ? RANK_TIE : RANK_RIGHT;
}

static void plant(struct bag *bag, uint64_t seed, uint32_t items, size_t count, double *score)
{
    struct rng rng = rng_new(seed);
    double mean = 0;

    for (uint32_t item = 0; item < items; item++) {
        score[item] = rng_normal(&rng);
        mean += score[item] / items;
    }
    for (bag->count = 0; bag->count < count; bag->count++) {
        uint32_t left = rng_below(&rng, items);
        uint32_t right = (left + 1 + rng_below(&rng, items - 1)) % items;

        bag->left[bag->count] = left;
        bag->right[bag->count] = right;
        bag->outcome[bag->count] = draw(&rng, score[left] - score[right], 0.7);
    }
    for (uint32_t item = 0; item < items; item++) {
        score[item] -= mean;
    }
}

static double coverage(enum rank_error error, uint32_t items, size_t count, double *bias)
{
    int covered = 0;
    int all = 0;

    *bias = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct bag *bag = arena_new_of(arena, struct bag);
        double *score = arena_array(arena, double, items);
        struct rank_options options = RANK_DEFAULTS;
        struct rank_fit fit;
        struct fault fault = {0};

        plant(bag, seed, items, count, score);
        struct rank_input input = input_of(bag, items);

        options.error = error;
        options.precision = 0.01;
        if (rank_fit(arena, &input, &options, &fit, &fault) != OK) {
            return -1;
        }
        *bias += (fit.common.tie - log(0.7)) / 10;
        for (uint32_t item = 0; item < items; item++, all++) {
            covered +=
                fit.intervals[item].low <= score[item] && score[item] <= fit.intervals[item].high;
        }
    }
    return (double)covered / all;
}

static void intervals__cover_planted_scores(void)
{
    double bias;
    double sandwich = coverage(RANK_SANDWICH, 40, 4000, &bias);

    CHECK(sandwich > 0.92 && sandwich < 0.98);
    CHECK_NEAR(bias, 0, 0.05);
    double sampled = coverage(RANK_SANDWICH, 500, 30000, &bias);

    CHECK(sampled > 0.92 && sampled < 0.97);
    double bootstrap = coverage(RANK_BOOTSTRAP, 40, 4000, &bias);

    CHECK(bootstrap > 0.91 && bootstrap < 0.98);
}

/* Four to ten comparisons an item: slopes at the fit are much smaller than at the truth. */
static void intervals__cover_with_few_comparisons(void)
{
    static const struct {
        uint32_t items;
        size_t count;
    } sizes[] = {{40, 80}, {40, 200}, {500, 2000}};

    for (size_t i = 0; i < COUNT(sizes); i++) {
        double bias;
        double covered = coverage(RANK_SANDWICH, sizes[i].items, sizes[i].count, &bias);

        printf("# %u items, %zu comparisons: %.3f\n", sizes[i].items, sizes[i].count, covered);
        CHECK(covered > 0.92 && covered < 0.995);
    }
}

static void fit__stops_where_nobody_ties(void)
{
    static const uint8_t outcomes[] = {RANK_LEFT, RANK_TIE};

    for (size_t i = 0; i < COUNT(outcomes); i++) {
        ARENA_SCOPE arena = arena_new();
        struct bag *bag = arena_new_of(arena, struct bag);
        struct rank_options options = RANK_DEFAULTS;
        struct rank_fit fit;
        struct fault fault = {0};

        put(bag, 0, 1, outcomes[i], 3);
        put(bag, 1, 2, outcomes[i], 3);
        struct rank_input input = input_of(bag, 3);

        CHECK(rank_fit(arena, &input, &options, &fit, &fault) == OK);
        CHECK(fit.converged && fit.rounds < 40);
        CHECK(isfinite(fit.common.tie));
        CHECK(fit.error[0] > 0.5 && fit.error[0] < 4);
    }
}

static void fit__does_not_care_who_stands_left(void)
{
    ARENA_SCOPE arena = arena_new();
    struct bag *bag = arena_new_of(arena, struct bag);
    struct bag *turned = arena_new_of(arena, struct bag);
    double score[30];
    struct rank_options options = RANK_DEFAULTS;
    struct rank_fit fit;
    struct rank_fit other;
    struct fault fault = {0};

    plant(bag, 3, 30, 2000, score);
    for (size_t i = 0; i < bag->count; i++) {
        put(turned, bag->right[i], bag->left[i], (uint8_t)(2 - bag->outcome[i]), 1);
    }
    struct rank_input input = input_of(bag, 30);
    struct rank_input back = input_of(turned, 30);

    CHECK(rank_fit(arena, &input, &options, &fit, &fault) == OK);
    CHECK(rank_fit(arena, &back, &options, &other, &fault) == OK);
    for (int item = 0; item < 30; item++) {
        CHECK_NEAR(fit.score[item], other.score[item], 1e-5);
    }
    CHECK_NEAR(fit.likelihood, other.likelihood, 1e-6);
    double out[3];

    rank_predict(&fit, &options, &input, 0, out);
    CHECK_NEAR(out[0] + out[1] + out[2], 1, 1e-12);
}

/* Six raters: sharp and dull, one who likes ties, one who likes what comes first. */
static void raters__are_found_again(void)
{
    enum { ITEMS = 25, RATERS = 6, COUNT_ = 48000 };
    static const double SKILL[RATERS] = {1.5, 1.5, 1, 1, 0.8, 0.2};
    static const double TIE[RATERS] = {-1, -1, 1, -1, -1, -1};
    static const double SIDE[RATERS] = {0, 0, 0, 0.8, 0, 0};
    ARENA_SCOPE arena = arena_new();
    struct bag *bag = arena_new_of(arena, struct bag);
    struct rng rng = rng_new(8);
    double score[ITEMS];
    struct rank_options options = RANK_DEFAULTS;
    struct rank_fit fit;
    struct fault fault = {0};

    for (int item = 0; item < ITEMS; item++) {
        score[item] = rng_normal(&rng);
    }
    for (; bag->count < COUNT_; bag->count++) {
        size_t i = bag->count;
        uint32_t left = rng_below(&rng, ITEMS);
        uint32_t right = (left + 1 + rng_below(&rng, ITEMS - 1)) % ITEMS;
        uint32_t rater = rng_below(&rng, RATERS);

        bag->left[i] = left;
        bag->right[i] = right;
        bag->rater[i] = rater;
        bag->first[i] = rng_below(&rng, 2) ? 1 : -1;
        bag->style[i] = (float)rng_normal(&rng);
        bag->outcome[i] = draw(&rng,
                               SKILL[rater] * (score[left] - score[right]) +
                                   SIDE[rater] * bag->first[i] + 0.4 * (double)bag->style[i],
                               exp(TIE[rater]));
    }
    struct rank_input input = input_of(bag, ITEMS);

    input.rater = bag->rater;
    input.rater_count = RATERS;
    input.first = bag->first;
    input.style = bag->style;
    input.style_count = 1;
    CHECK(rank_fit(arena, &input, &options, &fit, &fault) == OK);
    CHECK(fit.converged);
    for (int rater = 0; rater < RATERS; rater++) {
        CHECK_NEAR(fit.raters[rater].skill, SKILL[rater], 0.12);
        CHECK_NEAR(fit.raters[rater].tie, TIE[rater], 0.12);
        CHECK_NEAR(fit.raters[rater].side, SIDE[rater], 0.12);
        CHECK(fit.raters[rater].skill_error > 0.005 && fit.raters[rater].skill_error < 0.1);
    }
    CHECK_NEAR(fit.style[0], 0.4, 0.05);
    CHECK(fit.style_error[0] > 0.005 && fit.style_error[0] < 0.05);
    for (int item = 0; item < ITEMS; item++) {
        CHECK_NEAR(fit.score[item] - fit.score[0], score[item] - score[0], 0.25);
    }
}

/* Skills whose mean is one, each with as many comparisons; the share within 1.96 errors. */
static double skill_coverage(uint64_t seed, uint32_t items, uint32_t raters, uint32_t each)
{
    ARENA_SCOPE arena = arena_new();
    struct bag *bag = arena_new_of(arena, struct bag);
    struct rng rng = rng_new(seed);
    double *score = arena_array(arena, double, items);
    double *skill = arena_array(arena, double, raters);
    struct rank_options options = RANK_DEFAULTS;
    struct rank_fit fit;
    struct fault fault = {0};
    double mean = 0;
    double covered = 0;

    plant(bag, seed, items, (size_t)raters * each, score);
    for (uint32_t rater = 0; rater < raters; rater++) {
        skill[rater] = 1 + 0.3 * rng_normal(&rng);
        mean += skill[rater] / raters;
    }
    for (size_t i = 0; i < bag->count; i++) {
        bag->rater[i] = (uint32_t)(i % raters);
        bag->outcome[i] = draw(
            &rng, skill[i % raters] / mean * (score[bag->left[i]] - score[bag->right[i]]), 0.7);
    }
    struct rank_input input = input_of(bag, items);

    input.rater = bag->rater;
    input.rater_count = raters;
    options.error = RANK_NO_ERROR;
    if (rank_fit(arena, &input, &options, &fit, &fault) != OK) {
        return -1;
    }
    for (uint32_t rater = 0; rater < raters; rater++) {
        covered += fabs(fit.raters[rater].skill - skill[rater] / mean) <
                   1.96 * fit.raters[rater].skill_error;
    }
    return covered / raters;
}

/* Also where the scores rest on few comparisons each. */
static void raters__skills_are_covered(void)
{
    double few = 0;
    double many = 0;

    for (uint64_t seed = 1; seed <= 12; seed++) {
        few += skill_coverage(seed, 200, 50, 60) / 12;
        many += skill_coverage(seed, 30, 50, 200) / 12;
    }
    CHECK(few > 0.93 && few < 0.975);
    CHECK(many > 0.93 && many < 0.975);
}

static void components__are_told_apart(void)
{
    ARENA_SCOPE arena = arena_new();
    struct bag *bag = arena_new_of(arena, struct bag);
    struct rank_options options = RANK_DEFAULTS;
    struct rank_fit fit;
    struct fault fault = {0};

    put(bag, 0, 1, RANK_LEFT, 3);
    put(bag, 2, 3, RANK_TIE, 2);
    struct rank_input input = input_of(bag, 5);

    CHECK(rank_fit(arena, &input, &options, &fit, &fault) == OK);
    CHECK(fit.component_count == 3);
    CHECK(fit.component[0] == fit.component[1] && fit.component[2] == fit.component[3]);
    CHECK(fit.component[0] != fit.component[2] && fit.component[4] == 2);
    CHECK(fit.score[0] > 0 && isfinite(fit.score[0])); /* won always: the prior holds it */
    CHECK_NEAR(fit.score[2], 0, 1e-9);
    CHECK(fit.compared[0] == 3 && fit.compared[4] == 0);
}

static void fit__refuses_nonsense(void)
{
    ARENA_SCOPE arena = arena_new();
    struct bag *bag = arena_new_of(arena, struct bag);
    struct rank_options options = RANK_DEFAULTS;
    struct rank_fit fit;
    struct fault fault = {0};
    struct rank_input none = input_of(bag, 2);

    CHECK(rank_fit(arena, &none, &options, &fit, &fault) == ERR_INVALID);
    put(bag, 1, 1, RANK_LEFT, 1);
    struct rank_input self = input_of(bag, 2);

    CHECK(rank_fit(arena, &self, &options, &fit, &fault) == ERR_INVALID);
    bag->left[0] = 9;
    CHECK(rank_fit(arena, &self, &options, &fit, &fault) == ERR_INVALID);
    bag->left[0] = 0;
    bag->outcome[0] = 3;
    CHECK(rank_fit(arena, &self, &options, &fit, &fault) == ERR_INVALID);
    bag->outcome[0] = 2;
    options.precision = 0;
    CHECK(rank_fit(arena, &self, &options, &fit, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(fit__equals_the_journals), CASE(intervals__cover_planted_scores),
          CASE(intervals__cover_with_few_comparisons), CASE(fit__stops_where_nobody_ties),
          CASE(fit__does_not_care_who_stands_left), CASE(raters__are_found_again),
          CASE(raters__skills_are_covered), CASE(components__are_told_apart),
          CASE(fit__refuses_nonsense))
