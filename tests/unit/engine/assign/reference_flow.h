#pragma once

/* Successive shortest paths by Bellman and Ford, one unit at a time: slow, and too simple to be
 * wrong. */

#include <stdint.h>

#include "base/arena.h"

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
