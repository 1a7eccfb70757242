/*
 * Goal: what is said about a shortage is true. The tight rows ask for more than their columns can
 * take, counted by hand; what one seat less or more brings is what a slow reference finds; and no
 * row or column that is not named would have brought more.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/relax.h"
#include "reference.h"

enum { PROBLEMS = 1500, ROWS = 6, COLUMNS = 8, CAPACITY = 3 };

struct draw {
    struct assign_problem problem;
    uint32_t demand[ROWS];
    uint32_t minimum[ROWS];
    int32_t empty_cost[ROWS];
    uint16_t capacity[COLUMNS];
    int32_t load_cost[CAPACITY + 1];
    int32_t cost[ROWS * COLUMNS];
};

static void draw_problem(struct rng *rng, struct draw *out)
{
    uint32_t span = 1 + rng_below(rng, 1000);
    uint32_t walls = rng_below(rng, 9);

    for (uint32_t row = 0; row < ROWS; row++) {
        out->demand[row] = rng_below(rng, 5);
        out->minimum[row] = rng_below(rng, out->demand[row] + 1);
        out->empty_cost[row] = (int32_t)rng_below(rng, 2 * span);
    }
    for (uint32_t column = 0; column < COLUMNS; column++) {
        out->capacity[column] = (uint16_t)rng_below(rng, CAPACITY + 1);
    }
    out->capacity[0] = CAPACITY;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        out->load_cost[i] = (i == 0 ? 0 : out->load_cost[i - 1]) + (int32_t)rng_below(rng, span);
    }
    out->load_cost[CAPACITY] = out->load_cost[CAPACITY - 1];
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        out->cost[i] = rng_below(rng, 10) < walls ? ASSIGN_ABSENT : (int32_t)rng_below(rng, span);
    }
    out->problem = (struct assign_problem){.row_count = ROWS,
                                           .column_count = COLUMNS,
                                           .demand = out->demand,
                                           .capacity = out->capacity,
                                           .cost = out->cost};
    if (rng_below(rng, 2) == 0) {
        out->problem.minimum = out->minimum;
        out->problem.empty_cost = out->empty_cost;
    }
    if (rng_below(rng, 2) == 0) {
        out->problem.load_cost = out->load_cost;
    }
}

/* What all columns can take in the tight rows, and what those must fill. */
static bool is_bottleneck(const struct draw *draw, const struct assign_shortage *shortage,
                          uint64_t missing)
{
    uint64_t asked = 0;
    uint64_t given = 0;

    for (uint32_t row = 0; row < ROWS; row++) {
        const uint32_t *must = draw->problem.minimum == NULL ? draw->demand : draw->minimum;

        asked += shortage->tight[row] ? must[row] : 0;
    }
    for (uint32_t column = 0; column < COLUMNS; column++) {
        uint32_t degree = 0;

        for (uint32_t row = 0; row < ROWS; row++) {
            degree += shortage->tight[row] && draw->cost[column * ROWS + row] != ASSIGN_ABSENT;
        }
        given += degree < draw->capacity[column] ? degree : draw->capacity[column];
    }
    return asked == shortage->asked && given == shortage->given && asked - given == missing;
}

/* The change that the reference finds, with REFERENCE_MISSING for each seat spared. */
static int64_t gain_of(const struct draw *draw, int64_t before)
{
    return before - reference_optimum(&draw->problem, NULL);
}

static bool rows_are_right(struct draw *draw, const struct assign_shortage *shortage,
                           int64_t before)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        int64_t said = 0;
        uint32_t must = draw->problem.minimum == NULL ? draw->demand[row] : draw->minimum[row];

        for (size_t i = 0; i < shortage->row_count; i++) {
            const struct assign_less *less = &shortage->rows[i];

            if (less->row == row) {
                said = REFERENCE_MISSING * (int64_t)less->fewer - less->cost;
            }
        }
        if (must == 0) {
            continue;
        }
        draw->demand[row]--;
        draw->minimum[row] -= draw->minimum[row] > 0;
        int64_t gain = gain_of(draw, before);

        draw->demand[row]++;
        draw->minimum[row] += draw->problem.minimum != NULL;
        if (said != 0 ? gain != said : gain > REFERENCE_MISSING / 2) {
            return false;
        }
    }
    return true;
}

static bool columns_are_right(struct draw *draw, const struct assign_shortage *shortage,
                              int64_t before)
{
    for (uint32_t column = 0; column < COLUMNS; column++) {
        int64_t said = 0;

        for (size_t i = 0; i < shortage->column_count; i++) {
            const struct assign_more *more = &shortage->columns[i];

            if (more->column == column) {
                said = REFERENCE_MISSING * (int64_t)more->fewer - more->cost;
            }
        }
        draw->capacity[column]++;
        int64_t gain = gain_of(draw, before);

        draw->capacity[column]--;
        if (said != 0 ? gain != said : gain > REFERENCE_MISSING / 2) {
            return false;
        }
    }
    return true;
}

static void relax__says_what_a_slow_search_finds(void)
{
    struct rng rng = rng_new(31);
    uint32_t short_ones = 0;

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct draw draw = {0};
        struct fault fault = {0};
        struct assign_fit fit;
        struct assign_shortage shortage;

        draw_problem(&rng, &draw);
        CHECK(assign_solve(arena, &draw.problem, &assign_defaults, &fit, &fault) == OK);
        CHECK(assign_relax(arena, &draw.problem, &assign_defaults, &fit, COLUMNS, &shortage,
                           &fault) == OK);
        if (fit.missing == 0) {
            CHECK(shortage.row_count == 0 && shortage.column_count == 0 && shortage.asked == 0);
            continue;
        }
        int64_t before = fit.cost + REFERENCE_MISSING * (int64_t)fit.missing;

        short_ones++;
        CHECK(is_bottleneck(&draw, &shortage, fit.missing));
        CHECK(rows_are_right(&draw, &shortage, before));
        CHECK(columns_are_right(&draw, &shortage, before));
    }
    CHECK(short_ones > PROBLEMS / 4 && short_ones < PROBLEMS);
}

static void relax__ranks_what_spares_most_and_costs_least_first(void)
{
    static const uint32_t demand[] = {3, 1};
    static const int32_t cost[] = {4, 10, 7, 2};
    struct assign_problem problem = {
        .row_count = 2, .column_count = 2, .demand = demand, .cost = cost};
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct assign_fit fit;
    struct assign_shortage shortage;

    CHECK(assign_solve(arena, &problem, &assign_defaults, &fit, &fault) == OK);
    CHECK(fit.missing == 2 && fit.cost == 6);
    CHECK(assign_relax(arena, &problem, &assign_defaults, &fit, 5, &shortage, &fault) == OK);
    CHECK(shortage.asked == 4 && shortage.given == 2);
    CHECK(shortage.row_count == 2 && shortage.rows[0].row == 0 && shortage.rows[0].missing == 2);
    CHECK(shortage.rows[0].cost == 0 && shortage.rows[1].cost == 5);
    CHECK(shortage.column_count == 2 && shortage.columns[0].column == 1);
    CHECK(shortage.columns[0].cost == 7 && shortage.columns[1].cost == 15);
}

TEST_MAIN(CASE(relax__says_what_a_slow_search_finds),
          CASE(relax__ranks_what_spares_most_and_costs_least_first))
