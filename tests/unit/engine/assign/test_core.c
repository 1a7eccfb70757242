/*
 * Goal: balancing alone is exact. On a core that holds every edge, no column wants anything else
 * after it, so verification never has to make good what balancing missed.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/assign.h"
#include "engine/assign/core.h"

enum { PROBLEMS = 4000, ROWS = 5, COLUMNS = 9, CAPACITY = 4 };

struct draw {
    struct assign_problem problem;
    uint32_t demand[ROWS];
    uint32_t minimum[ROWS];
    int32_t empty_cost[ROWS];
    uint16_t capacity[COLUMNS];
    int32_t load_cost[CAPACITY];
    uint16_t floor[COLUMNS];
    int32_t cost[ROWS * COLUMNS];
};

static void draw_problem(struct rng *rng, struct draw *out)
{
    uint32_t span = 2 + rng_below(rng, 30);

    for (uint32_t row = 0; row < ROWS; row++) {
        out->demand[row] = rng_below(rng, 6);
        out->minimum[row] = rng_below(rng, out->demand[row] + 1);
        out->empty_cost[row] = (int32_t)rng_below(rng, 2 * span);
    }
    for (uint32_t column = 0; column < COLUMNS; column++) {
        out->capacity[column] = (uint16_t)rng_below(rng, CAPACITY + 1);
    }
    for (uint32_t i = 0; i < CAPACITY; i++) {
        out->load_cost[i] = (i == 0 ? 0 : out->load_cost[i - 1]) + (int32_t)rng_below(rng, span);
    }
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        out->cost[i] = rng_below(rng, 4) == 0 ? ASSIGN_ABSENT : (int32_t)rng_below(rng, span);
    }
    out->problem = (struct assign_problem){.row_count = ROWS,
                                           .column_count = COLUMNS,
                                           .demand = out->demand,
                                           .minimum = out->minimum,
                                           .empty_cost = out->empty_cost,
                                           .capacity = out->capacity,
                                           .load_cost = out->load_cost,
                                           .cost = out->cost};
}

/* Opened at drawn prices, or at those of an answer before with its seats. */
static struct core open_wide(struct arena *arena, struct arena *entries, struct arena *scratch,
                             const struct draw *draw, struct rng *rng,
                             const struct assign_fit *before)
{
    struct core core = {.problem = &draw->problem,
                        .arena = entries,
                        .scratch = scratch,
                        .price = arena_array(arena, int64_t, ROWS + SCAN_PAD),
                        .seen = arena_array(arena, int64_t, ROWS + 1),
                        .narrow_space = arena_array(arena, int32_t, ROWS + SCAN_PAD),
                        .dear = {.unmet = 100000, .missing = 1000000},
                        .band = INT64_MAX / 4,
                        .reach = INT64_MAX,
                        .wake = arena_array(arena, int32_t, COLUMNS),
                        .entry = arena_array(arena, uint32_t, COLUMNS),
                        .rows = arena_array(arena, struct core_row, ROWS + 1),
                        .offers = arena_array(arena, struct offer, ROWS + 1)};

    for (uint32_t row = 0; row < ROWS; row++) {
        core.price[row] = rng_below(rng, 60);
    }
    if (before == NULL) {
        core_open(&core, NULL);
        return core;
    }
    uint64_t *start = arena_array(arena, uint64_t, COLUMNS + 1);
    uint32_t *row = arena_array(arena, uint32_t, before->seat_count + 1);

    for (size_t i = 0; i < before->seat_count; i++) {
        row[i] = before->seats[i].row;
        start[before->seats[i].column + 1]++;
    }
    for (uint32_t i = 0; i < COLUMNS; i++) {
        start[i + 1] += start[i];
    }
    for (uint32_t i = 0; i < ROWS; i++) {
        core.price[i] = before->price[i];
    }
    core_open(&core, &(struct core_seats){start, row});
    return core;
}

static void balance__leaves_no_column_unhappy_from_any_prices(void)
{
    struct rng rng = rng_new(11);

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        ARENA_SCOPE entries = arena_new();
        ARENA_SCOPE scratch = arena_new();
        struct draw draw = {0};

        draw_problem(&rng, &draw);
        struct core core = open_wide(arena, entries, scratch, &draw, &rng, NULL);

        CHECK(core_balance(&core));
        CHECK(core_verify(&core) == 0);
    }
}

/* Drop-outs, and demands that changed, with load costs and floors: one balance mends all. */
static void balance__leaves_no_column_unhappy_after_a_change(void)
{
    struct rng rng = rng_new(12);

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        ARENA_SCOPE entries = arena_new();
        ARENA_SCOPE scratch = arena_new();
        struct draw draw = {0};
        struct fault fault = {0};
        struct assign_fit before;

        draw_problem(&rng, &draw);
        for (uint32_t k = 0; k < COLUMNS && i % 2 == 0; k++) {
            draw.floor[k] = (uint16_t)rng_below(&rng, 3);
            draw.problem.floor = draw.floor;
        }
        CHECK(assign_solve(arena, &draw.problem, &assign_defaults, &before, &fault) == OK);
        for (uint32_t k = 0; k < 3; k++) {
            draw.capacity[rng_below(&rng, COLUMNS)] = (uint16_t)rng_below(&rng, CAPACITY + 1);
            draw.demand[rng_below(&rng, ROWS)] += rng_below(&rng, 3);
        }
        struct core core = open_wide(arena, entries, scratch, &draw, &rng, &before);

        CHECK(core_balance(&core));
        CHECK(core_verify(&core) == 0);
    }
}

TEST_MAIN(CASE(balance__leaves_no_column_unhappy_from_any_prices),
          CASE(balance__leaves_no_column_unhappy_after_a_change))
