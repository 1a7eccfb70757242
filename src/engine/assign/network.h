#pragma once

/*
 * Minimum-cost flow on any network: the primal network simplex method (Dantzig 1951; strongly
 * feasible trees, Cunningham 1976; block pricing as Kiraly and Kovacs 2012 recommend). For what is
 * no assignment problem: arcs with lower bounds or several units, several layers, group minima.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;

#define NETWORK_UNBOUNDED INT64_MAX /* a capacity */

/* Arcs are parallel arrays. Costs are within NETWORK_COST_MAX, supplies and capacities within
 * NETWORK_FLOW_MAX or unbounded. */
#define NETWORK_COST_MAX (INT64_C(1) << 40)
#define NETWORK_FLOW_MAX (INT64_C(1) << 40)

struct network {
    uint32_t node_count;
    uint32_t arc_count;
    const int64_t *supply; /* [node]; negative: demand */
    const uint32_t *tail;
    const uint32_t *head;
    const int64_t *lower; /* NULL: zero */
    const int64_t *capacity;
    const int64_t *cost;
};

struct network_fit {
    int64_t *flow;      /* [arc] */
    int64_t *potential; /* [node]: cost + potential[tail] - potential[head] is the reduced cost */
    int64_t cost;
    int64_t shortage; /* units that cannot be shipped; the fewest possible, zero if feasible */
    uint64_t pivots;
};

/* ERR_INVALID: supplies do not balance, an end is out of range, bounds cross, an amount is out of
 * range, or a cycle of negative cost has no bound. */
enum err network_solve(struct arena *arena, const struct network *network, struct network_fit *out,
                       struct fault *fault);

/* Whether a fit keeps bounds and balance up to its shortage, and its potentials prove it optimal:
 * no arc that could carry more has a negative reduced cost, none that carries flow a positive one.
 */
bool network_prove(struct arena *arena, const struct network *network,
                   const struct network_fit *fit);
