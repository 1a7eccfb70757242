#pragma once

/*
 * A posed problem and the limits that a flow can keep, as one network of engine/assign: a source
 * feeds the members, each as many seats as it can take; a member that could sit twice in one
 * campaign passes a node of that campaign, which lets one seat through; edges lead to the innermost
 * bound that counts the member in an ask, bounds to the bounds around them, and those to the ask.
 * Bounds nest within an ask, so the network is all there is to them (laminar families: Edmonds
 * 1970; on both sides: Budish, Che, Kojima and Milgrom 2013).
 *
 * Most members could never sit. Solving starts with those that cost least, and wakes whom the
 * prices want, until they want nobody else.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/assign/network.h"
#include "engine/match/pose.h"

enum {
    TEAM_SCALE = 32, /* units of the network's costs in one of the posed problem */
    /* In posed costs, where a score is about 2^20: each outweighs what it can cost the next. */
    TEAM_EMPTY = 1 << 25,
    TEAM_LACKING = 1 << 22, /* to a bound's least */
    TEAM_UNMET = 1 << 21,   /* to a member's floor */
};

/* Seats in parts, so that chances are whole numbers. */
struct team_parts {
    uint32_t whole; /* parts of a seat */
    uint32_t most;  /* parts that an edge may have */
    double spread;  /* of a drawing, as engine/assign/lottery.h says */
};

struct team {
    struct match_posing *posing;
    struct team_parts parts;
    struct network network;
    int64_t *cost;        /* [arc] */
    int64_t *charge;      /* [edge] what a caller adds to its cost, in the network's units */
    uint32_t *around;     /* [bound] the bound around it; MATCH_NONE: none */
    uint32_t *node_start; /* [member + 1] */
    uint32_t *arc_start;  /* [member + 1] first those from the source: to the floor, above it */
    uint32_t *arc;        /* [edge] the first of its arcs; MATCH_NONE: barred */
    bool *awake;          /* [member] */
    struct network_fit fit;
};
struct team team_of(struct match_posing *posing, struct team_parts parts);

/* The cheapest flow at what edges are charged by now. */
enum err team_solve(struct team *team, struct fault *fault);

/* Shows from the potentials, over all arcs, that no flow is cheaper. */
bool team_prove(const struct team *team);

/* Parts of an edge in the answer. */
int64_t team_parts_of(const struct team *team, uint64_t edge);

/* The innermost bound that counts a choice in its ask; MATCH_NONE: none. */
uint32_t team_bound_of(const struct team *team, uint32_t ask, uint32_t choice);

/* Where an arc stands at the answer's potentials: what one unit more through it costs, above what
 * it brings, in the network's units. */
int64_t team_reduced(const struct team *team, uint32_t arc);

/* What one seat more in an ask would cost, in posed costs. */
int64_t team_price(const struct team *team, uint32_t ask);

/* The first of the two arcs of a bound: to its least, and above it. */
static inline uint32_t team_bound_arc(const struct team *team, uint32_t bound)
{
    return team->posing->asked->ask_count + 2 * bound;
}
