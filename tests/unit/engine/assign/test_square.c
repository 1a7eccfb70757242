/*
 * Goal: squares and what is nearly square, of every kind of cost (uniform, products, few values,
 * negative, the widest), with and without walls, get the reference's optimum with a proof; both
 * scan paths give the same bits; and what the method must not take is left to the market.
 */

#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/assign.h"
#include "engine/assign/scan.h"
#include "engine/assign/square.h"
#include "engine/assign/square_frame.h"
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

/* `walls` in 16 pairs are none; sparse problems leave these out. */
static struct assign_problem draw(struct arena *arena, struct rng *rng, uint32_t rows,
                                  uint32_t columns, uint32_t kind, uint32_t walls)
{
    int32_t *cost = arena_array(arena, int32_t, (size_t)rows * columns);
    uint32_t *row_of = arena_array(arena, uint32_t, (size_t)rows * columns);
    uint64_t *start = arena_array(arena, uint64_t, columns + (size_t)1);
    uint32_t *demand = arena_array(arena, uint32_t, rows);
    bool sparse = walls > 0 && rng_below(rng, 2) == 0;
    uint64_t count = 0;

    for (uint32_t column = 0; column < columns; column++) {
        for (uint32_t row = 0; row < rows; row++) {
            bool wall = rng_below(rng, 16) < walls;

            demand[row] = 1;
            row_of[count] = row;
            cost[count] = wall ? ASSIGN_ABSENT : draw_cost(rng, kind, row, column);
            count += !wall || !sparse;
        }
        start[column + 1] = count;
    }
    return (struct assign_problem){.row_count = rows,
                                   .column_count = columns,
                                   .demand = demand,
                                   .start = sparse ? start : NULL,
                                   .row = sparse ? row_of : NULL,
                                   .cost = cost};
}

static bool fits(const struct assign_problem *problem)
{
    ARENA_SCOPE arena = arena_new();
    struct square_frame frame;

    return square_frame_of(arena, problem, false, &frame);
}

static void check_optimum(struct arena *arena, const struct assign_problem *problem, uint64_t seed)
{
    struct fault fault = {0};
    struct assign_options options = assign_defaults;
    struct assign_fit fit;
    struct assign_proof proof;

    options.seed = seed;
    CHECK(assign_solve(arena, problem, &options, &fit, &fault) == OK);
    CHECK(fit.cost + REFERENCE_MISSING * (int64_t)fit.missing == reference_optimum(problem, NULL));
    CHECK(assign_prove(arena, problem, &fit, &proof, &fault) == OK);
    CHECK(proof.feasible == (fit.missing == 0) && proof.optimal && proof.gap == 0);
}

static void square__finds_the_optimum_and_proves_it(void)
{
    struct rng rng = rng_new(7);

    for (uint32_t i = 0; i < ROUNDS; i++) {
        ARENA_SCOPE arena = arena_new();
        uint32_t side = SIDE_MIN + rng_below(&rng, SIDE_SPAN);
        struct assign_problem problem = draw(arena, &rng, side, side, i % KINDS, 0);

        CHECK(fits(&problem));
        check_optimum(arena, &problem, i % 3);
    }
}

static void nearly_squares__too_with_more_rows_or_columns_and_walls(void)
{
    struct rng rng = rng_new(10);
    uint32_t framed = 0;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        ARENA_SCOPE arena = arena_new();
        uint32_t rows = 24 + rng_below(&rng, 20);
        uint32_t columns = rows - 4 + rng_below(&rng, 9);
        uint32_t walls = rng_below(&rng, 2) * rng_below(&rng, 14);
        struct assign_problem problem = draw(arena, &rng, rows, columns, i % KINDS, walls);

        framed += fits(&problem);
        check_optimum(arena, &problem, i % 3);
    }
    CHECK(framed > ROUNDS / 2);
}

static void square__gives_the_same_bits_with_and_without_vectors(void)
{
    struct rng rng = rng_new(8);

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw(arena, &rng, LARGE + kind, LARGE + 3 * kind, kind, 0);
        size_t size = problem.column_count * sizeof(uint32_t);
        struct square_frame frame;
        struct square plain;
        struct square vector;

        CHECK(square_frame_of(arena, &problem, false, &frame));
        CHECK(square_solve(arena, &frame, false, &plain));
        CHECK(square_solve(arena, &frame, scan_vector_here(), &vector));
        CHECK(memcmp(plain.seat, vector.seat, size) == 0);
        CHECK(memcmp(plain.price, vector.price, size) == 0);
    }
}

static void square__is_not_for_loads_floors_or_more_seats(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(9);
    struct assign_problem problem = draw(arena, &rng, SIDE_MIN, SIDE_MIN, 0, 0);
    uint16_t capacity[SIDE_MIN];
    struct assign_problem other = problem;

    for (uint32_t i = 0; i < SIDE_MIN; i++) {
        capacity[i] = 2;
    }
    other.capacity = capacity;
    CHECK(!fits(&other));
    other = problem;
    other.floor = capacity;
    CHECK(!fits(&other));
    other = problem;
    other.load_cost = problem.cost;
    CHECK(!fits(&other));
    other = problem;
    other.empty_cost = problem.cost; /* then no seat must be filled */
    CHECK(!fits(&other));
    other.minimum = problem.demand;
    CHECK(fits(&other));
    problem = draw(arena, &rng, SIDE_MIN, 2 * SIDE_MIN, 0, 0);
    CHECK(!fits(&problem));
}

TEST_MAIN(CASE(square__finds_the_optimum_and_proves_it),
          CASE(nearly_squares__too_with_more_rows_or_columns_and_walls),
          CASE(square__gives_the_same_bits_with_and_without_vectors),
          CASE(square__is_not_for_loads_floors_or_more_seats))
