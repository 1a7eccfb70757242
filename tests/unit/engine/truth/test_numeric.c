/* Goal: planted values and biases come back, better than means; scores may be shifted and scaled.
 */

#include "check.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/truth/numeric.h"

enum { ITEMS = 400, WORKERS = 25, EACH = 6 };

struct scored {
    struct numeric_input input;
    double *value;
    double *bias;
};

static struct scored plant(struct arena *arena, double shift, double unit)
{
    struct rng rng = rng_new(9);
    struct numeric_score *at = arena_array(arena, struct numeric_score, ITEMS * EACH);
    struct scored scored = {
        .input = {.at = at, .count = ITEMS * EACH, .item_count = ITEMS, .worker_count = WORKERS},
        .value = arena_array(arena, double, ITEMS),
        .bias = arena_array(arena, double, WORKERS)};
    double scale[WORKERS];
    double noise[WORKERS];

    for (uint32_t j = 0; j < WORKERS; j++) {
        scored.bias[j] = unit * .5 * rng_normal(&rng);
        scale[j] = 1 + .2 * rng_normal(&rng);
        noise[j] = .2 + rng_unit(&rng) * (j % 5 == 0 ? 3 : 1);
    }
    for (uint32_t i = 0; i < ITEMS * EACH; i++) {
        uint32_t item = i / EACH;
        uint32_t j = (item * 7 + i % EACH) % WORKERS;

        if (i % EACH == 0) {
            scored.value[item] = shift + unit * rng_normal(&rng);
        }
        at[i] = (struct numeric_score){item, j,
                                       shift + scored.bias[j] +
                                           scale[j] * (scored.value[item] - shift) +
                                           unit * noise[j] * rng_normal(&rng)};
    }
    return scored;
}

static double error_of_means(const struct scored *scored)
{
    double error = 0;

    for (uint32_t item = 0; item < ITEMS; item++) {
        double mean = 0;

        for (uint32_t i = 0; i < EACH; i++) {
            mean += scored->input.at[item * EACH + i].value / EACH;
        }
        error += fabs(mean - scored->value[item]) / ITEMS;
    }
    return error;
}

static void fit__beats_the_mean_and_finds_biases(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct numeric_options options = NUMERIC_DEFAULTS;
    struct scored scored = plant(arena, 50, 10);
    struct numeric_fit fit;
    double error = 0;
    double held = 0;

    CHECK(numeric_fit(arena, &scored.input, &options, &fit, &fault) == OK);
    CHECK(fit.converged && isfinite(fit.likelihood));
    for (uint32_t item = 0; item < ITEMS; item++) {
        double away = fabs(fit.value[item] - scored.value[item]);

        error += away / ITEMS;
        held += away < 1.96 * fit.error[item];
    }
    CHECK(error < .8 * error_of_means(&scored));
    CHECK(held / ITEMS > .88 && held / ITEMS < .99);
    for (uint32_t j = 0; j < WORKERS; j++) {
        CHECK_NEAR(fit.bias[j], scored.bias[j], 6);
    }
}

static void fit__follows_the_units(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct numeric_options options = NUMERIC_DEFAULTS;
    struct scored small = plant(arena, 0, 1);
    struct scored large = plant(arena, 1e6, 100);
    struct numeric_fit one;
    struct numeric_fit other;

    CHECK(numeric_fit(arena, &small.input, &options, &one, &fault) == OK);
    CHECK(numeric_fit(arena, &large.input, &options, &other, &fault) == OK);
    for (uint32_t item = 0; item < ITEMS; item++) {
        CHECK_NEAR(other.value[item], 1e6 + 100 * one.value[item], 1e-2);
        CHECK_NEAR(other.error[item], 100 * one.error[item], 1e-2);
    }
}

static void fit__answers_poor_input(void)
{
    static const struct numeric_score scores[] = {{0, 0, 5}, {1, 0, 5}, {1, 1, 5}};

    for (size_t count = 1; count <= COUNT(scores); count++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct numeric_options options = NUMERIC_DEFAULTS;
        struct numeric_input input = {
            .at = scores, .count = count, .item_count = 3, .worker_count = 3};
        struct numeric_fit fit;

        CHECK(numeric_fit(arena, &input, &options, &fit, &fault) == OK);
        CHECK_NEAR(fit.value[0], 5, 1e-6);
        CHECK(isfinite(fit.value[2]) && isfinite(fit.error[2]) && isfinite(fit.likelihood));
    }
}

static void fit__keeps_gold(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct numeric_options options = NUMERIC_DEFAULTS;
    struct scored scored = plant(arena, 0, 1);
    double *gold = arena_array(arena, double, ITEMS);
    struct numeric_fit fit;

    for (uint32_t item = 0; item < ITEMS; item++) {
        gold[item] = item % 4 == 0 ? scored.value[item] : (double)NAN;
    }
    scored.input.gold = gold;
    CHECK(numeric_fit(arena, &scored.input, &options, &fit, &fault) == OK);
    for (uint32_t item = 0; item < ITEMS; item += 4) {
        CHECK_NEAR(fit.value[item], gold[item], 1e-9);
        CHECK(fit.error[item] == 0);
    }
}

static void fit__refuses_what_is_no_number(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct numeric_options options = NUMERIC_DEFAULTS;
    const struct numeric_score scores[] = {{0, 0, 1}, {0, 1, (double)NAN}, {9, 0, 1}};
    struct numeric_input input = {.at = scores, .count = 2, .item_count = 1, .worker_count = 2};
    struct numeric_fit fit;

    CHECK(numeric_fit(arena, &input, &options, &fit, &fault) == ERR_INVALID && fault.line == 2);
    input.at = scores + 2;
    input.count = 1;
    CHECK(numeric_fit(arena, &input, &options, &fit, &fault) == ERR_INVALID && fault.line == 1);
    input.count = 0;
    CHECK(numeric_fit(arena, &input, &options, &fit, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(fit__beats_the_mean_and_finds_biases), CASE(fit__follows_the_units),
          CASE(fit__answers_poor_input), CASE(fit__keeps_gold),
          CASE(fit__refuses_what_is_no_number))
