#pragma once

/* Random small problems of every shape. */

#include "base/arena.h"
#include "base/rng.h"
#include "engine/assign/assign.h"

static inline uint32_t *draw_counts(struct arena *arena, struct rng *rng, uint32_t count,
                                    uint32_t most)
{
    uint32_t *drawn = arena_array(arena, uint32_t, count + (size_t)1);

    for (uint32_t i = 0; i < count; i++) {
        drawn[i] = rng_below(rng, most + 1);
    }
    return drawn;
}

static inline void draw_edges(struct arena *arena, struct rng *rng, struct assign_problem *problem,
                              int32_t low, uint32_t span)
{
    uint32_t rows = problem->row_count;
    size_t most = (size_t)rows * problem->column_count;
    uint32_t share = 1 + rng_below(rng, 10);
    bool dense = rng_below(rng, 3) == 0;
    int32_t *cost = arena_array(arena, int32_t, most + 1);
    uint32_t *row = arena_array(arena, uint32_t, most + 1);
    uint64_t *start = arena_array(arena, uint64_t, problem->column_count + (size_t)1);
    size_t count = 0;

    for (uint32_t column = 0; column < problem->column_count; column++) {
        uint32_t first = rng_below(rng, rows); /* edges of a column need not be in order */

        for (uint32_t i = 0; i < rows; i++) {
            bool there = rng_below(rng, 10) < share;
            int32_t drawn = low + (int32_t)rng_below(rng, span);

            if (there || dense) {
                row[count] = dense ? i : (first + i) % rows;
                cost[count++] = there ? drawn : ASSIGN_ABSENT;
            }
        }
        start[column + 1] = count;
    }
    problem->cost = cost;
    if (!dense) {
        problem->row = row;
        problem->start = start;
    }
}

static inline void draw_limits(struct arena *arena, struct rng *rng, struct assign_problem *problem,
                               int32_t low, uint32_t span)
{
    if (rng_below(rng, 2) == 0) {
        uint16_t *capacity = arena_array(arena, uint16_t, problem->column_count + (size_t)1);
        uint32_t most = 1 + rng_below(rng, 4);

        for (uint32_t i = 0; i < problem->column_count; i++) {
            capacity[i] = (uint16_t)rng_below(rng, most + 1);
        }
        problem->capacity = capacity;
    }
    if (rng_below(rng, 3) == 0) {
        int32_t *load = arena_array(arena, int32_t, 8);

        for (uint32_t i = 0; i < 8; i++) {
            load[i] = (i == 0 ? low / 4 : load[i - 1]) + (int32_t)rng_below(rng, span / 8 + 1);
        }
        problem->load_cost = load;
    }
    if (rng_below(rng, 3) == 0) {
        uint16_t *floor = arena_array(arena, uint16_t, problem->column_count + (size_t)1);

        for (uint32_t i = 0; i < problem->column_count; i++) {
            floor[i] = rng_below(rng, 3) == 0 ? (uint16_t)rng_below(rng, 4) : 0;
        }
        problem->floor = floor;
    }
}

/* Up to `row_max` rows and `column_max` columns; costs up to ASSIGN_COST_MAX either way. */
static inline struct assign_problem draw_problem(struct arena *arena, struct rng *rng,
                                                 uint32_t row_max, uint32_t column_max)
{
    static const uint32_t spans[] = {1, 2, 10, 1000, 1000000, ASSIGN_COST_MAX};
    struct assign_problem problem = {.row_count = 1 + rng_below(rng, row_max),
                                     .column_count = rng_below(rng, column_max + 1)};
    uint32_t span = spans[rng_below(rng, 6)];
    int32_t low = rng_below(rng, 3) == 0 ? -(int32_t)(span / 2) : 0;
    uint32_t rows = problem.row_count;

    problem.demand = draw_counts(arena, rng, rows, 1 + rng_below(rng, 5));
    draw_edges(arena, rng, &problem, low, span);
    draw_limits(arena, rng, &problem, low, span);
    if (rng_below(rng, 2) == 0) {
        int32_t *empty = arena_array(arena, int32_t, rows);
        uint32_t *minimum = arena_array(arena, uint32_t, rows);
        uint32_t above = span <= ASSIGN_COST_MAX / 2 ? 2 * span : span;

        for (uint32_t i = 0; i < rows; i++) {
            empty[i] = low + (int32_t)rng_below(rng, above);
            minimum[i] = rng_below(rng, problem.demand[i] + 1);
        }
        problem.empty_cost = empty;
        problem.minimum = rng_below(rng, 2) == 0 ? minimum : NULL;
    }
    return problem;
}
