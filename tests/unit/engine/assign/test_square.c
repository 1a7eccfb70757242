/*
 * Goal: squares of every kind of cost (uniform, products, few values, negative, the widest)
 * get the reference's optimum with a proof, both scan paths give the same bits, and a square that
 * the method must not take is left to the market.
 */

#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/assign.h"
#include "engine/assign/scan.h"
#include "engine/assign/square.h"
#include "reference.h"

enum { SIDE_MIN = 16, SIDE_SPAN = 30, ROUNDS = 400, KINDS = 6, LARGE = 300 };

static int32_t draw_cost(struct rng *rng, uint32_t kind, uint32_t row, uint32_t column)
{
    switch (kind) {
    case 0:
        return (int32_t)rng_below(rng, 1000000);
    case 1:
        return (int32_t)((row + 1) * (column + 1) * 37);
    case 2:
        return (int32_t)rng_below(rng, 3);
    case 3:
        return -(int32_t)rng_below(rng, 50000);
    case 4:
        return (int32_t)rng_below(rng, 2 * (ASSIGN_COST_MAX - 1)) - (ASSIGN_COST_MAX - 1);
    default:
        return 7;
    }
}

static struct assign_problem draw(struct arena *arena, struct rng *rng, uint32_t side,
                                  uint32_t kind)
{
    int32_t *cost = arena_array(arena, int32_t, (size_t)side * side);
    uint32_t *demand = arena_array(arena, uint32_t, side);

    for (uint32_t column = 0; column < side; column++) {
        demand[column] = 1;
        for (uint32_t row = 0; row < side; row++) {
            cost[column * side + row] = draw_cost(rng, kind, row, column);
        }
    }
    return (struct assign_problem){
        .row_count = side, .column_count = side, .demand = demand, .cost = cost};
}

static void square__finds_the_optimum_and_proves_it(void)
{
    struct rng rng = rng_new(7);

    for (uint32_t i = 0; i < ROUNDS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault = {0};
        struct assign_options options = assign_defaults;
        struct assign_problem problem =
            draw(arena, &rng, SIDE_MIN + rng_below(&rng, SIDE_SPAN), i % KINDS);
        struct assign_fit fit;
        struct assign_proof proof;

        options.seed = i % 3;
        CHECK(square_fits(&problem));
        CHECK(assign_solve(arena, &problem, &options, &fit, &fault) == OK);
        CHECK(fit.cost == reference_optimum(&problem, NULL));
        CHECK(assign_prove(arena, &problem, &fit, &proof, &fault) == OK);
        CHECK(proof.feasible && proof.optimal && proof.gap == 0);
    }
}

static void square__gives_the_same_bits_with_and_without_vectors(void)
{
    struct rng rng = rng_new(8);

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw(arena, &rng, LARGE + kind, kind);
        size_t size = problem.row_count * sizeof(uint32_t);
        struct square plain;
        struct square vector;

        CHECK(square_solve(arena, &problem, false, &plain));
        CHECK(square_solve(arena, &problem, scan_vector_here(), &vector));
        CHECK(memcmp(plain.seat, vector.seat, size) == 0);
        CHECK(memcmp(plain.price, vector.price, size) == 0);
    }
}

static void square__is_not_for_walls_loads_or_more_seats(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(9);
    struct assign_problem problem = draw(arena, &rng, SIDE_MIN, 0);
    uint16_t capacity[SIDE_MIN];
    int32_t *walled = arena_array(arena, int32_t, SIDE_MIN * SIDE_MIN);
    struct assign_problem other = problem;

    memcpy(walled, problem.cost, SIDE_MIN * SIDE_MIN * sizeof(*walled));
    walled[5] = ASSIGN_ABSENT;
    other.cost = walled;
    CHECK(!square_fits(&other));
    for (uint32_t i = 0; i < SIDE_MIN; i++) {
        capacity[i] = 2;
    }
    other = problem;
    other.capacity = capacity;
    CHECK(!square_fits(&other));
    other = problem;
    other.load_cost = problem.cost;
    CHECK(!square_fits(&other));
    CHECK(square_fits(&problem));
}

TEST_MAIN(CASE(square__finds_the_optimum_and_proves_it),
          CASE(square__gives_the_same_bits_with_and_without_vectors),
          CASE(square__is_not_for_walls_loads_or_more_seats))
