/*
 * Goal: awkward shapes are solved and proved too, by whichever way: costs that tie everywhere,
 * costs of rank one, seats that use up all capacity or more, many more rows than columns, and rows
 * of very unequal demand that must lack seats. Where two ways can solve a problem they agree.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/assign.h"
#include "engine/assign/dear.h"
#include "engine/assign/solve.h"
#include "engine/assign/turn.h"
#include "engine/assign/whole.h"
#include "reference.h"

enum cost_kind { EQUAL, TWO, FEW, SUM, PRODUCT, UNIFORM, COST_KINDS };

struct shape_of {
    uint32_t rows;
    uint32_t columns;
    uint32_t seats;
    enum cost_kind kind;
    bool soft; /* seats may stay empty */
};

static int32_t cost_at(struct rng *rng, enum cost_kind kind, uint32_t row, uint32_t column)
{
    switch (kind) {
    case EQUAL:
        return 7;
    case TWO:
        return (int32_t)rng_below(rng, 2);
    case FEW:
        return 1000 * (int32_t)rng_below(rng, 5);
    case SUM:
        return (int32_t)(row * 7919 % 1000 + column * 104729 % 5000);
    case PRODUCT:
        return (int32_t)((row + 1) * (column + 1));
    case UNIFORM:
    case COST_KINDS:
        break;
    }
    return (int32_t)rng_below(rng, 1000000);
}

static struct assign_problem draw_shape(struct arena *arena, struct rng *rng,
                                        const struct shape_of *shape)
{
    uint32_t *demand = arena_array(arena, uint32_t, shape->rows);
    int32_t *empty = arena_array(arena, int32_t, shape->rows);
    int32_t *cost = arena_array(arena, int32_t, (size_t)shape->rows * shape->columns);

    for (uint32_t i = 0; i < shape->seats; i++) {
        demand[rng_below(rng, shape->rows)]++;
    }
    for (uint32_t row = 0; row < shape->rows; row++) {
        empty[row] = 3000000;
    }
    for (uint32_t column = 0; column < shape->columns; column++) {
        for (uint32_t row = 0; row < shape->rows; row++) {
            cost[(size_t)column * shape->rows + row] = cost_at(rng, shape->kind, row, column);
        }
    }
    return (struct assign_problem){.row_count = shape->rows,
                                   .column_count = shape->columns,
                                   .demand = demand,
                                   .empty_cost = shape->soft ? empty : NULL,
                                   .cost = cost};
}

static bool is_proved(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_fit *fit)
{
    struct assign_proof proof;
    struct fault fault = {0};

    return assign_prove(arena, problem, fit, &proof, &fault) == OK && proof.optimal;
}

static void check_shape(struct rng *rng, const struct shape_of *shape)
{
    ARENA_SCOPE arena = arena_new();
    struct assign_problem problem = draw_shape(arena, rng, shape);
    struct fault fault = {0};
    struct core_dear dear;
    struct assign_fit fit;
    struct assign_fit other;

    CHECK(assign_solve(arena, &problem, &assign_defaults, &fit, &fault) == OK);
    CHECK(is_proved(arena, &problem, &fit));
    CHECK(core_dear(&problem, NULL, &dear, &fault) == OK && whole_fits(&problem, &dear));
    CHECK(whole_solve(arena, &problem, &dear, &other, &fault) == OK);
    CHECK(is_proved(arena, &problem, &other));
    CHECK(other.cost == fit.cost && other.missing == fit.missing);
    CHECK(turn_fits(&problem));
    CHECK(turn_solve(arena, &problem, &assign_defaults, &other, &fault) == OK);
    CHECK(is_proved(arena, &problem, &other));
    CHECK(other.cost == fit.cost && other.missing == fit.missing);
}

static void shapes__are_proved_by_every_way(void)
{
    static const uint32_t seats[] = {20, 190, 200, 230}; /* of 200 that there are */
    struct rng rng = rng_new(11);

    for (uint32_t i = 0; i < COST_KINDS * 8; i++) {
        check_shape(&rng, &(struct shape_of){.rows = 12,
                                             .columns = 200,
                                             .seats = seats[i / COST_KINDS % 4],
                                             .kind = i % COST_KINDS,
                                             .soft = i % 2 == 0});
    }
}

static void shapes__may_have_many_more_rows_than_columns(void)
{
    struct rng rng = rng_new(12);

    for (uint32_t i = 0; i < COST_KINDS * 4; i++) {
        check_shape(&rng, &(struct shape_of){.rows = 150,
                                             .columns = 9,
                                             .seats = i % 3 == 0 ? 8 : 40,
                                             .kind = i % COST_KINDS,
                                             .soft = i % 2 == 0});
    }
}

/* Two kinds of rows, each with its own half of the columns; the first kind asks for more seats than
 * its half can take, the second for fewer unless `all`. A row may ask two hundred times another. */
static struct assign_problem draw_scarce(struct arena *arena, struct rng *rng, bool all)
{
    enum { ROWS = 24, COLUMNS = 160, MISSING = 70, SPARE = 20, UNEQUAL = 200 };
    uint32_t *demand = arena_array(arena, uint32_t, ROWS);
    uint16_t *capacity = arena_array(arena, uint16_t, COLUMNS);
    int32_t *cost = arena_array(arena, int32_t, ROWS * COLUMNS);
    uint32_t room[2] = {0, 0};

    for (uint32_t column = 0; column < COLUMNS; column++) {
        capacity[column] = (uint16_t)rng_below(rng, 4);
        room[column % 2] += capacity[column];
        for (uint32_t row = 0; row < ROWS; row++) {
            cost[column * ROWS + row] =
                row % 2 == column % 2 ? (int32_t)rng_below(rng, 1000000) : ASSIGN_ABSENT;
        }
    }
    for (uint32_t kind = 0; kind < 2; kind++) {
        uint32_t asked = kind == 0 || all ? room[kind] + MISSING : room[kind] - SPARE;
        uint32_t weight[ROWS];
        uint32_t total = 0;

        for (uint32_t row = kind; row < ROWS; row += 2) {
            weight[row] = 1 + rng_below(rng, UNEQUAL);
            total += weight[row];
        }
        for (uint32_t row = kind; row < ROWS; row += 2) {
            demand[row] = asked * weight[row] / total + 1;
        }
    }
    return (struct assign_problem){.row_count = ROWS,
                                   .column_count = COLUMNS,
                                   .demand = demand,
                                   .capacity = capacity,
                                   .cost = cost};
}

static void shapes__may_lack_seats_in_rows_of_very_unequal_demand(void)
{
    struct rng rng = rng_new(13);

    for (uint32_t i = 0; i < 10; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw_scarce(arena, &rng, i % 2 == 0);
        struct fault fault = {0};
        struct assign_fit fit;
        struct assign_fit searched;

        CHECK(assign_solve(arena, &problem, &assign_defaults, &fit, &fault) == OK);
        CHECK(is_proved(arena, &problem, &fit));
        CHECK(fit.missing > 0);
        CHECK(fit.cost + (int64_t)fit.missing * REFERENCE_MISSING ==
              reference_optimum(&problem, NULL));
        CHECK(solve_parallel(arena, &problem, &assign_defaults, &searched, &fault) == OK);
        CHECK(is_proved(arena, &problem, &searched));
        CHECK(searched.cost == fit.cost && searched.missing == fit.missing);
    }
}

TEST_MAIN(CASE(shapes__are_proved_by_every_way), CASE(shapes__may_have_many_more_rows_than_columns),
          CASE(shapes__may_lack_seats_in_rows_of_very_unequal_demand))
