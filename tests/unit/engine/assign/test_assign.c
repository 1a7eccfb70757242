/*
 * Goal: every optimum is that of a slow reference, on thousands of small problems of all shapes
 * (tight, infeasible, tied, free, negative, with minima, loads and walls), and every proof holds,
 * while answers that were tampered with are found out.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "draw.h"
#include "engine/assign/assign.h"
#include "reference.h"

enum { PROBLEMS = 4000 };

/* Mostly small, sometimes with many rows. */
static struct assign_problem draw(struct arena *arena, struct rng *rng)
{
    return draw_problem(arena, rng, rng_below(rng, 8) == 0 ? 40 : 6, 23);
}

static bool is_right(struct arena *arena, const struct assign_problem *problem,
                     const struct assign_fit *fit)
{
    struct assign_proof proof;
    struct fault fault = {0};

    if (assign_prove(arena, problem, fit, &proof, &fault) != OK) {
        return false;
    }
    int64_t cost = fit->cost + REFERENCE_MISSING * (int64_t)fit->missing +
                   REFERENCE_UNMET * (int64_t)fit->unmet;

    return proof.optimal && proof.feasible == (fit->missing == 0) &&
           cost == reference_optimum(problem, NULL);
}

static void assign__finds_the_optimum_of_small_problems(void)
{
    struct rng rng = rng_new(1);

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw(arena, &rng);
        struct assign_options options = assign_defaults;
        struct fault fault = {0};
        struct assign_fit fit;

        options.pass_max = rng_below(&rng, 12);
        options.seed = rng_below(&rng, 2) * i;
        CHECK(assign_check(&problem, &fault) == OK);
        CHECK(assign_solve(arena, &problem, &options, &fit, &fault) == OK);
        CHECK(is_right(arena, &problem, &fit));
    }
}

static void seed__chooses_among_equals(void)
{
    static const uint32_t demand[] = {1};
    static const int32_t cost[] = {7, 7, 7, 7, 7, 7, 7, 8};
    struct assign_problem problem = {
        .row_count = 1, .column_count = 8, .demand = demand, .cost = cost};
    uint32_t met[8] = {0};

    for (uint64_t seed = 1; seed <= 700; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_options options = assign_defaults;
        struct fault fault = {0};
        struct assign_fit fit;

        options.seed = seed;
        CHECK(assign_solve(arena, &problem, &options, &fit, &fault) == OK);
        CHECK(fit.seat_count == 1 && fit.cost == 7);
        met[fit.seats[0].column]++;
    }
    for (uint32_t i = 0; i < 7; i++) {
        CHECK(met[i] > 60 && met[i] < 145); /* each expects 100 with a deviation of 9 */
    }
    CHECK(met[7] == 0);
}

static void repair__is_as_good_as_a_new_start(void)
{
    struct rng rng = rng_new(2);

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw(arena, &rng);
        uint16_t *left = arena_array(arena, uint16_t, problem.column_count + (size_t)1);
        struct fault fault = {0};
        struct assign_fit before;
        struct assign_fit after;

        for (uint32_t k = 0; k < problem.column_count; k++) {
            left[k] = rng_below(&rng, 4) == 0    ? 0
                      : problem.capacity == NULL ? 1
                                                 : problem.capacity[k];
        }
        CHECK(assign_solve(arena, &problem, &assign_defaults, &before, &fault) == OK);
        problem.capacity = left;
        problem.demand = draw_counts(arena, &rng, problem.row_count, 4);
        problem.minimum = NULL;
        CHECK(assign_repair(arena, &problem, &assign_defaults, &before, &after, &fault) == OK);
        CHECK(is_right(arena, &problem, &after));
    }
}

static void repair__leaves_an_answer_that_is_still_right_alone(void)
{
    struct rng rng = rng_new(3);

    for (uint32_t i = 0; i < PROBLEMS / 4; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw(arena, &rng);
        struct fault fault = {0};
        struct assign_fit before;
        struct assign_fit after;

        CHECK(assign_solve(arena, &problem, &assign_defaults, &before, &fault) == OK);
        CHECK(assign_repair(arena, &problem, &assign_defaults, &before, &after, &fault) == OK);
        CHECK(after.work.augmentations == 0 && after.seat_count == before.seat_count);
        for (size_t k = 0; k < after.seat_count; k++) {
            CHECK(after.seats[k].edge == before.seats[k].edge);
        }
    }
}

static void prove__finds_out_a_changed_answer(void)
{
    static const uint32_t demand[] = {1, 1};
    static const int32_t cost[] = {1, 5, 2, 3, 9, 9};
    struct assign_problem problem = {
        .row_count = 2, .column_count = 3, .demand = demand, .cost = cost};
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct assign_proof proof;
    struct assign_fit fit;

    CHECK(assign_solve(arena, &problem, &assign_defaults, &fit, &fault) == OK);
    CHECK(fit.cost == 4 && fit.seat_count == 2 && is_right(arena, &problem, &fit));
    fit.seats[1] = (struct assign_seat){.row = 1, .column = 2, .edge = 5};
    fit.cost = 10;
    CHECK(assign_prove(arena, &problem, &fit, &proof, &fault) == OK);
    CHECK(proof.feasible && !proof.optimal && proof.gap == 6);
    fit.cost = 4;
    CHECK(assign_prove(arena, &problem, &fit, &proof, &fault) == OK);
    CHECK(!proof.feasible && !proof.optimal);
}

static void check__names_what_is_wrong(void)
{
    static const uint32_t demand[] = {1, 1};
    static const uint64_t start[] = {0, 2};
    static const uint64_t behind[] = {0, 65536, 2};
    static const uint32_t twice[] = {1, 1};
    static const uint32_t beyond[] = {0, 2};
    static const int32_t cost[] = {1, 2};
    static const int32_t dear[] = {1, ASSIGN_COST_MAX + 1};
    static const int32_t falling[] = {3, 2};
    static const uint16_t capacity[] = {2};
    struct assign_problem problem = {.row_count = 2,
                                     .column_count = 1,
                                     .demand = demand,
                                     .start = start,
                                     .row = twice,
                                     .cost = cost};
    struct fault fault = {0};

    CHECK(assign_check(&problem, &fault) == ERR_INVALID && strstr(fault.text, "twice") != NULL);
    problem.row = beyond;
    CHECK(assign_check(&problem, &fault) == ERR_INVALID && strstr(fault.text, "only 2") != NULL);
    problem.column_count = 2;
    problem.start = behind;
    CHECK(assign_check(&problem, &fault) == ERR_INVALID && strcmp(fault.field, "start") == 0);
    problem =
        (struct assign_problem){.row_count = 2, .column_count = 1, .demand = demand, .cost = dear};
    CHECK(assign_check(&problem, &fault) == ERR_INVALID && strcmp(fault.field, "cost") == 0);
    problem.cost = cost;
    problem.capacity = capacity;
    problem.load_cost = falling;
    CHECK(assign_check(&problem, &fault) == ERR_INVALID && strcmp(fault.field, "load_cost") == 0);
    problem.row_count = 0;
    CHECK(assign_check(&problem, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(assign__finds_the_optimum_of_small_problems), CASE(seed__chooses_among_equals),
          CASE(repair__is_as_good_as_a_new_start),
          CASE(repair__leaves_an_answer_that_is_still_right_alone),
          CASE(prove__finds_out_a_changed_answer), CASE(check__names_what_is_wrong))
