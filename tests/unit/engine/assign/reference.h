#pragma once

/*
 * A slow, simple reference: successive shortest paths by Bellman and Ford on the whole network, one
 * unit at a time. Missing seats cost REFERENCE_MISSING each, above any chain of the tests' costs.
 */

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/assign/assign.h"

#define REFERENCE_MISSING INT64_C(1000000000)

struct reference_arc {
    uint32_t from;
    uint32_t to;
    int64_t capacity;
    int64_t cost;
};

struct reference {
    struct reference_arc *arcs; /* in pairs: forward, backward */
    uint32_t arc_count;
    uint32_t node_count;
};

static inline void reference_add(struct reference *net, uint32_t from, uint32_t to,
                                 int64_t capacity, int64_t cost)
{
    net->arcs[net->arc_count++] = (struct reference_arc){from, to, capacity, cost};
    net->arcs[net->arc_count++] = (struct reference_arc){to, from, 0, -cost};
}

/* Send as much as can go from `source` to `sink`, as cheaply as possible; returns the cost. */
static inline int64_t reference_flow(struct arena *arena, struct reference *net, uint32_t source,
                                     uint32_t sink)
{
    int64_t *distance = arena_array(arena, int64_t, net->node_count);
    uint32_t *by = arena_array(arena, uint32_t, net->node_count);
    int64_t cost = 0;

    for (;;) {
        for (uint32_t i = 0; i < net->node_count; i++) {
            distance[i] = i == source ? 0 : INT64_MAX;
        }
        for (int changed = 1; changed;) {
            changed = 0;
            for (uint32_t i = 0; i < net->arc_count; i++) {
                struct reference_arc arc = net->arcs[i];

                if (arc.capacity > 0 && distance[arc.from] < INT64_MAX &&
                    distance[arc.from] + arc.cost < distance[arc.to]) {
                    distance[arc.to] = distance[arc.from] + arc.cost;
                    by[arc.to] = i;
                    changed = 1;
                }
            }
        }
        if (distance[sink] == INT64_MAX) {
            return cost;
        }
        for (uint32_t node = sink; node != source; node = net->arcs[by[node]].from) {
            net->arcs[by[node]].capacity--;
            net->arcs[by[node] ^ 1].capacity++;
        }
        cost += distance[sink];
    }
}

/* The optimum of a problem, with REFERENCE_MISSING for each missing seat. */
static inline int64_t reference_optimum(const struct assign_problem *problem)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t rows = problem->row_count;
    uint32_t columns = problem->column_count;
    uint32_t source = rows + columns;
    size_t edges = problem->start == NULL ? (size_t)rows * columns : problem->start[columns];
    struct reference net = {.node_count = rows + columns + 2};

    net.arcs = arena_array(arena, struct reference_arc, 2 * (edges + 3 * rows + columns * 70));
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
    for (uint32_t column = 0; column < columns; column++) {
        uint64_t from = problem->start == NULL ? (uint64_t)column * rows : problem->start[column];
        uint64_t to = problem->start == NULL ? from + rows : problem->start[column + 1];
        uint32_t capacity = problem->capacity == NULL ? 1 : problem->capacity[column];

        for (uint64_t i = from; i < to; i++) {
            if (problem->cost[i] != ASSIGN_ABSENT) {
                reference_add(&net, problem->row == NULL ? (uint32_t)(i - from) : problem->row[i],
                              rows + column, 1, problem->cost[i]);
            }
        }
        for (uint32_t i = 0; i < capacity; i++) {
            reference_add(&net, rows + column, source + 1, 1,
                          problem->load_cost == NULL ? 0 : problem->load_cost[i]);
        }
    }
    return reference_flow(arena, &net, source, source + 1);
}
