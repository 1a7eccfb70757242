/*
 * Goal: balancing alone is exact. On a core that holds every edge, no column wants anything else
 * after it, so verification never has to make good what balancing missed.
 */

#include "check.h"

#include "base/arena.h"
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

static struct core open_wide(struct arena *arena, struct arena *entries, struct arena *scratch,
                             const struct draw *draw, struct rng *rng)
{
    struct core core = {.problem = &draw->problem,
                        .arena = entries,
                        .scratch = scratch,
                        .price = arena_array(arena, int64_t, ROWS + SCAN_PAD),
                        .seen = arena_array(arena, int64_t, ROWS + 1),
                        .narrow_space = arena_array(arena, int32_t, ROWS + SCAN_PAD),
                        .dear = {.missing = 1000000},
                        .band = INT64_MAX / 4,
                        .reach = INT64_MAX,
                        .entry = arena_array(arena, uint32_t, COLUMNS),
                        .rows = arena_array(arena, struct core_row, ROWS + 1),
                        .offers = arena_array(arena, struct offer, ROWS + 1)};

    for (uint32_t row = 0; row < ROWS; row++) {
        core.price[row] = rng_below(rng, 60);
    }
    core_open(&core, NULL);
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
        struct core core = open_wide(arena, entries, scratch, &draw, &rng);

        CHECK(core_balance(&core));
        CHECK(core_verify(&core) == 0);
    }
}

TEST_MAIN(CASE(balance__leaves_no_column_unhappy_from_any_prices))
