/* Goal: calibration finds published estimates and planted parameters, and refuses bad tables. */

#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "engine/irt/expect.h"
#include "engine/irt/fit.h"

/* Persons by answer pattern, 00000 to 11111 with the first item as the highest bit: sections 6 and
 * 7 of the Law School Admission Test (Bock and Lieberman 1970). */
static const double LSAT6[32] = {3,  6,  2,  11, 1, 1,  3,  4,  1,  8,  0,  16,  0,  3,  2,  15,
                                 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298};
static const double LSAT7[32] = {12, 19, 1,  7,  3,  19, 3,  17, 10, 5,  3, 7,  7,  23,  8,  28,
                                 7,  39, 11, 34, 14, 51, 15, 90, 6,  25, 7, 35, 18, 136, 32, 308};

static struct irt_responses table_of(struct arena *arena, const double *counts)
{
    uint8_t *answers = arena_array(arena, uint8_t, 32 * 5);

    for (int pattern = 0; pattern < 32; pattern++) {
        for (int item = 0; item < 5; item++) {
            answers[pattern * 5 + item] = (uint8_t)(pattern >> (4 - item) & 1);
        }
    }
    return (struct irt_responses){
        .at = answers, .weight = counts, .row_count = 32, .item_count = 5};
}

static void two_parameters__match_published_lsat6(void)
{
    static const double SLOPE[] = {.82566, .72274, .89087, .68837, .65686};
    static const double DIFFICULTY[] = {-3.35881, -1.37006, -.27967, -1.86638, -3.12591};
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = table_of(arena, LSAT6);
    struct fault fault;
    struct irt_fit fit;

    CHECK(irt_fit(arena, &table, &IRT_FIT_DEFAULTS, NULL, &fit, &fault) == OK);
    CHECK(fit.converged && !fit.bounded);
    CHECK_NEAR(fit.likelihood, -2466.65338, 2e-5);
    for (int i = 0; i < 5; i++) {
        CHECK_NEAR(fit.items[i].slope, SLOPE[i], 1e-4);
        CHECK_NEAR(irt_item_difficulty(&fit.items[i], 0), DIFFICULTY[i], 1e-4);
    }
    CHECK(fit.freedom == 21);
}

static void two_parameters__match_published_lsat7(void)
{
    static const double SLOPE[] = {.98755, 1.08084, 1.70748, .76499, .73567};
    static const double DIFFICULTY[] = {-1.87926, -.74754, -1.05724, -.63530, -2.52076};
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = table_of(arena, LSAT7);
    struct fault fault;
    struct irt_fit fit;

    CHECK(irt_fit(arena, &table, &IRT_FIT_DEFAULTS, NULL, &fit, &fault) == OK);
    CHECK_NEAR(fit.likelihood, -2658.80511, 2e-5);
    for (int i = 0; i < 5; i++) {
        CHECK_NEAR(fit.items[i].slope, SLOPE[i], 1e-4);
        CHECK_NEAR(irt_item_difficulty(&fit.items[i], 0), DIFFICULTY[i], 1e-4);
    }
    CHECK_NEAR(fit.deviance, 31.70, 5e-3);
}

static void common_slope__matches_published_lsat6(void)
{
    static const double INTERCEPT[] = {2.73, .999, .24, 1.306, 2.099};
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = table_of(arena, LSAT6);
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    struct irt_fit fit;

    options.model = IRT_1PL;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == OK);
    CHECK_NEAR(fit.items[0].slope * fit.items[0].slope, .57, 5e-3);
    for (int i = 0; i < 5; i++) {
        CHECK_NEAR(fit.items[i].intercept[0], INTERCEPT[i], 5e-4);
    }
    CHECK(fit.parameter_count == 6 && fit.freedom == 25);
    CHECK_NEAR(fit.items[0].slope, .7551, 1e-4); /* Rizopoulos 2006, with the errors below */
    CHECK_NEAR(fit.errors[0].slope, .0694, 1e-4);
}

/* Answers of persons with normal abilities to items that are known. */
static struct irt_responses plant(struct arena *arena, const struct irt_item *items,
                                  uint32_t item_count, uint32_t row_count, double gaps)
{
    uint8_t *answers = arena_array(arena, uint8_t, (size_t)row_count * item_count);

    for (uint32_t row = 0; row < row_count; row++) {
        struct rng rng = rng_stream(7, row);
        double theta = rng_normal(&rng);

        for (uint32_t i = 0; i < item_count; i++) {
            double probability[IRT_CATEGORY_MAX];
            double left = rng_unit(&rng);
            uint8_t category = 0;

            irt_item_probabilities(&items[i], theta, probability);
            while (category + 1u < items[i].category_count && left >= probability[category]) {
                left -= probability[category++];
            }
            answers[(size_t)row * item_count + i] = rng_unit(&rng) < gaps ? IRT_MISSING : category;
        }
    }
    return (struct irt_responses){.at = answers, .row_count = row_count, .item_count = item_count};
}

static const struct irt_item GRADED[] = {
    {.category_count = 4, .slope = 1.4, .intercept = {2, 0.2, -1.5}},
    {.category_count = 3, .slope = 0.8, .intercept = {1, -1}},
    {.category_count = 2, .slope = 1.8, .intercept = {-0.5}},
    {.category_count = 4, .slope = 2.0, .intercept = {1.5, 0, -2}},
    {.category_count = 5, .slope = 1.1, .intercept = {3, 1, -0.3, -2}},
    {.category_count = 2, .slope = 1.0, .intercept = {0.7}},
};

static void graded__finds_planted_parameters_within_their_errors(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = plant(arena, GRADED, COUNT(GRADED), 6000, 0.2);
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    struct irt_fit fit;
    int close = 0;
    int all = 0;

    options.model = IRT_GRADED;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == OK && fit.converged);
    for (size_t i = 0; i < COUNT(GRADED); i++) {
        double z = (fit.items[i].slope - GRADED[i].slope) / fit.errors[i].slope;

        CHECK(fabs(z) < 4 && fit.errors[i].slope < 0.2);
        close += fabs(z) < 1.96;
        all++;
        for (uint32_t k = 0; k + 1 < GRADED[i].category_count; k++) {
            z = (fit.items[i].intercept[k] - GRADED[i].intercept[k]) / fit.errors[i].intercept[k];
            CHECK(fabs(z) < 4);
            close += fabs(z) < 1.96;
            all++;
        }
    }
    CHECK(close >= all - 3);
}

static void three_parameters__stay_near_planted_ones(void)
{
    static const struct irt_item ITEMS[] = {
        {.category_count = 2, .slope = 1.6, .guess = .2, .intercept = {-1}},
        {.category_count = 2, .slope = 1.2, .guess = .25, .intercept = {0}},
        {.category_count = 2, .slope = 2.0, .guess = .15, .intercept = {0.5}},
        {.category_count = 2, .slope = 1.4, .guess = .2, .intercept = {-0.5}},
        {.category_count = 2, .slope = 1.0, .guess = .1, .intercept = {1}},
        {.category_count = 2, .slope = 1.8, .guess = .2, .intercept = {-1.5}},
    };
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = plant(arena, ITEMS, COUNT(ITEMS), 20000, 0);
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    struct irt_fit fit;

    options.model = IRT_3PL;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == OK && fit.converged);
    for (size_t i = 0; i < COUNT(ITEMS); i++) {
        CHECK(fabs(fit.items[i].guess - ITEMS[i].guess) < 4 * fit.errors[i].guess + 0.02);
        CHECK(fabs(fit.items[i].slope - ITEMS[i].slope) < 4 * fit.errors[i].slope);
    }
}

static void errors__are_the_curvature_of_the_likelihood(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = table_of(arena, LSAT7);
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    struct irt_fit fit;
    struct irt_fit doubled;
    double twice[32];

    options.change_min = 1e-9;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == OK);
    for (int i = 0; i < 32; i++) {
        twice[i] = 4 * LSAT7[i];
    }
    table.weight = twice;
    CHECK(irt_fit(arena, &table, &options, NULL, &doubled, &fault) == OK);
    for (int i = 0; i < 5; i++) { /* four times the persons: the same place, half the errors */
        CHECK_NEAR(doubled.items[i].slope, fit.items[i].slope, 1e-6);
        CHECK_NEAR(2 * doubled.errors[i].slope, fit.errors[i].slope, 1e-6);
    }
    CHECK_NEAR(fit.errors[2].slope, .3211, 2e-4);
}

static void backwards(const struct parallel *, size_t chunk_count,
                      void (*work)(void *context, size_t chunk), void *context)
{
    while (chunk_count-- > 0) {
        work(context, chunk_count);
    }
}

static void calibration__has_the_same_bits_in_any_order_of_chunks(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = plant(arena, GRADED, COUNT(GRADED), 5000, 0.1);
    struct parallel parallel = {.run = backwards, .thread_count = 4};
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    struct irt_fit one;
    struct irt_fit two;

    options.model = IRT_GRADED;
    CHECK(irt_fit(arena, &table, &options, NULL, &one, &fault) == OK);
    CHECK(irt_fit(arena, &table, &options, &parallel, &two, &fault) == OK);
    CHECK(memcmp(one.items, two.items, COUNT(GRADED) * sizeof(*one.items)) == 0);
    CHECK(memcmp(&one.likelihood, &two.likelihood, sizeof(double)) == 0);
}

static void expectation__is_the_same_with_and_without_wide_registers(void)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = plant(arena, GRADED, COUNT(GRADED), 3000, 0.1);
    static const uint32_t CATEGORIES[] = {4, 3, 2, 4, 5, 2};
    struct irt_packed packed = irt_pack(arena, &table, CATEGORIES);
    struct irt_grid grid = irt_grid_normal(arena, 48, 6);
    struct irt_expectation wide = irt_expectation_new(arena, &packed, &grid);
    struct irt_expectation plain = irt_expectation_new(arena, &packed, &grid);

    plain.plain = true;
    irt_expect(&wide, &packed, GRADED, &grid, NULL);
    irt_expect(&plain, &packed, GRADED, &grid, NULL);
    CHECK(memcmp(&wide.likelihood, &plain.likelihood, sizeof(double)) == 0);
    CHECK(memcmp(wide.cells, plain.cells,
                 (size_t)packed.cell_count * grid.count * sizeof(double)) == 0);
    double persons = 0;
    double answered = 0;

    for (uint32_t q = 0; q < 4 * grid.count; q++) { /* the first item's categories */
        persons += wide.cells[q];
    }
    for (uint32_t row = 0; row < table.row_count; row++) {
        answered += table.at[(size_t)row * table.item_count] != IRT_MISSING;
    }
    CHECK_NEAR(persons, answered, 1e-6);
}

static void patterns__that_fit_no_ability_stay_finite(void)
{
    enum { ITEMS = 1000, ROWS = 8 };
    ARENA_SCOPE arena = arena_new();
    uint8_t *answers = arena_array(arena, uint8_t, ITEMS * ROWS);
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    struct irt_fit fit;

    for (int row = 0; row < ROWS;
         row++) { /* able on one half of the items, hopeless on the other */
        for (int i = 0; i < ITEMS; i++) {
            answers[row * ITEMS + i] = (uint8_t)((i < ITEMS / 2) == (row % 2 == 0));
        }
    }
    struct irt_responses table = {.at = answers, .row_count = ROWS, .item_count = ITEMS};

    options.rounds_max = 50;
    options.without_errors = true;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == OK);
    CHECK(isfinite(fit.likelihood));
    for (int i = 0; i < ITEMS; i++) {
        CHECK(isfinite(fit.items[i].slope) && isfinite(fit.items[i].intercept[0]));
    }
}

static void refusals__name_what_is_wrong(void)
{
    static const uint8_t ALIKE[] = {1, 0, 1, 1};
    static const uint8_t SKIPPED[] = {0, 2, 0, 2};
    static const double NEGATIVE[] = {1, -1};
    ARENA_SCOPE arena = arena_new();
    struct irt_responses table = {.at = ALIKE, .row_count = 2, .item_count = 2};
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault = {0};
    struct irt_fit fit;

    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "1") == 0 && strstr(fault.text, "alike") != NULL);
    table = (struct irt_responses){.at = SKIPPED, .row_count = 4, .item_count = 1};
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
    options.model = IRT_GRADED;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "nobody scored 1") != NULL);
    table =
        (struct irt_responses){.at = ALIKE, .weight = NEGATIVE, .row_count = 2, .item_count = 2};
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
    table = (struct irt_responses){0};
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
    options.node_count = 7;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(two_parameters__match_published_lsat6), CASE(two_parameters__match_published_lsat7),
          CASE(common_slope__matches_published_lsat6),
          CASE(graded__finds_planted_parameters_within_their_errors),
          CASE(three_parameters__stay_near_planted_ones),
          CASE(errors__are_the_curvature_of_the_likelihood),
          CASE(calibration__has_the_same_bits_in_any_order_of_chunks),
          CASE(expectation__is_the_same_with_and_without_wide_registers),
          CASE(patterns__that_fit_no_ability_stay_finite), CASE(refusals__name_what_is_wrong))
