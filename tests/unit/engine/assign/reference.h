#pragma once

/*
 * A slow, simple reference: successive shortest paths by Bellman and Ford on the whole network, one
 * unit at a time. Missing seats cost REFERENCE_MISSING each, above any chain of the tests' costs.
 */

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/assign/groups.h"
#include "reference_flow.h"

#define REFERENCE_MISSING (INT64_C(1) << 52)
#define REFERENCE_LACKING (INT64_C(1) << 48) /* for each seat below the least of a bound */
#define REFERENCE_UNMET   (INT64_C(1) << 44) /* for each seat below a floor */

/* The node that counts the columns of `group` in `row`: a bound's, or the row itself. */
static inline uint32_t reference_node(const struct assign_problem *problem,
                                      const struct assign_groups *groups, uint32_t row,
                                      uint32_t group)
{
    for (; groups != NULL && group != ASSIGN_NO_GROUP; group = groups->parent[group]) {
        for (uint32_t i = 0; i < groups->bound_count; i++) {
            if (groups->bounds[i].row == row && groups->bounds[i].group == group) {
                return problem->row_count + problem->column_count + 2 + i;
            }
        }
    }
    return row;
}

/* Arcs for the bounds; returns what all their minima would cost if nothing were given. */
static inline int64_t reference_bounds(struct reference *net, const struct assign_problem *problem,
                                       const struct assign_groups *groups)
{
    int64_t lacking = 0;

    for (uint32_t i = 0; groups != NULL && i < groups->bound_count; i++) {
        struct assign_bound bound = groups->bounds[i];
        uint32_t node = reference_node(problem, groups, bound.row, bound.group);
        uint32_t outer = reference_node(problem, groups, bound.row, groups->parent[bound.group]);
        uint32_t most = bound.most < 1000 ? bound.most : 1000;

        reference_add(net, outer, node, bound.least, -REFERENCE_LACKING);
        reference_add(net, outer, node, most - bound.least, 0);
        lacking += REFERENCE_LACKING * bound.least;
    }
    return lacking;
}

/* The optimum of a problem, with REFERENCE_MISSING for each missing seat, and so on; `groups` may
 * be NULL. */
static inline int64_t reference_optimum(const struct assign_problem *problem,
                                        const struct assign_groups *groups)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t rows = problem->row_count;
    uint32_t columns = problem->column_count;
    uint32_t source = rows + columns;
    uint32_t bounds = groups == NULL ? 0 : groups->bound_count;
    size_t edges = problem->start == NULL ? (size_t)rows * columns : problem->start[columns];
    struct reference net = {.node_count = rows + columns + 2 + bounds};
    int64_t extra = 0;

    net.arcs = arena_array(arena, struct reference_arc,
                           2 * (edges + 3 * rows + columns * 70 + 2 * (size_t)bounds));
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t must = problem->minimum != NULL      ? problem->minimum[row]
                        : problem->empty_cost == NULL ? problem->demand[row]
                                                      : 0;

        reference_add(&net, source, row, problem->demand[row], 0);
        if (problem->demand[row] > must) {
            reference_add(&net, row, source + 1, problem->demand[row] - must,
                          problem->empty_cost[row]);
        }
        reference_add(&net, row, source + 1, must, REFERENCE_MISSING);
    }
    extra += reference_bounds(&net, problem, groups);
    for (uint32_t column = 0; column < columns; column++) {
        uint64_t from = problem->start == NULL ? (uint64_t)column * rows : problem->start[column];
        uint64_t to = problem->start == NULL ? from + rows : problem->start[column + 1];
        uint32_t capacity = problem->capacity == NULL ? 1 : problem->capacity[column];
        uint32_t floor = problem->floor == NULL ? 0 : problem->floor[column];
        uint32_t group = groups == NULL ? ASSIGN_NO_GROUP : groups->group[column];

        for (uint64_t i = from; i < to; i++) {
            uint32_t row = problem->row == NULL ? (uint32_t)(i - from) : problem->row[i];

            if (problem->cost[i] != ASSIGN_ABSENT) {
                reference_add(&net, reference_node(problem, groups, row, group), rows + column, 1,
                              problem->cost[i]);
            }
        }
        for (uint32_t i = 0; i < capacity; i++) {
            reference_add(&net, rows + column, source + 1, 1,
                          (problem->load_cost == NULL ? 0 : problem->load_cost[i]) -
                              (i < floor ? REFERENCE_UNMET : 0));
        }
        extra += floor * REFERENCE_UNMET;
    }
    return reference_flow(arena, &net, source, source + 1) + extra;
}
