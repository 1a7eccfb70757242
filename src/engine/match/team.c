#include "engine/match/team.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { SOURCE, AWAKE_MORE = 10 };

static uint32_t ask_node(uint32_t ask)
{
    return 1 + ask;
}

static uint32_t bound_node(const struct match_instance *asked, uint32_t bound)
{
    return 1 + asked->ask_count + bound;
}

/* ------------------------------------------------------------------ bounds */

/* Does one bound hold all whom a choice or another bound of these marks is about? */
static bool holds(const struct match_bound *bound, uint32_t country, uint8_t level)
{
    return bound->level <= level && (bound->country == MATCH_ANY || bound->country == country);
}

/* Of an ask's bounds that hold the marks, the innermost that comes before `end` in the order of
 * levels, then places. */
static uint32_t innermost(const struct match_limits *limits, uint32_t ask, uint32_t country,
                          uint8_t level, uint32_t end)
{
    uint32_t best = MATCH_NONE;

    for (uint32_t i = 0; i < limits->bound_count; i++) {
        const struct match_bound *bound = &limits->bounds[i];
        bool before =
            end == MATCH_NONE || bound->level < level || (bound->level == level && i < end);

        if (bound->ask == ask && before && holds(bound, country, level) &&
            (best == MATCH_NONE || bound->level >= limits->bounds[best].level)) {
            best = i;
        }
    }
    return best;
}

uint32_t team_bound_of(const struct team *team, uint32_t ask, uint32_t choice)
{
    const struct match_instance *asked = team->posing->asked;
    const struct match_choice *at = &asked->choices[choice];

    return innermost(&asked->limits, ask, asked->members[at->member].country,
                     asked->asks[ask].skill_count > 0 ? at->levels[0] : 0, MATCH_NONE);
}

/* ------------------------------------------------------------------ the network */

struct building {
    struct team *team;
    struct arena *arena;
    int64_t *supply;
    uint32_t *tail;
    uint32_t *head;
    int64_t *capacity;
    uint32_t nodes;
    uint32_t arcs;
};

static void add_arc(struct building *building, uint32_t tail, uint32_t head, int64_t seats,
                    int64_t cost)
{
    uint32_t at = building->arcs++;

    building->tail[at] = tail;
    building->head[at] = head;
    building->capacity[at] = seats * building->team->parts.whole;
    building->team->cost[at] = cost * TEAM_SCALE;
}

static void add_asks(struct building *building)
{
    const struct match_posing *posing = building->team->posing;
    const struct match_instance *asked = posing->asked;
    const struct match_limits *limits = &asked->limits;

    building->nodes = 1 + asked->ask_count + limits->bound_count;
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        int64_t parts = (int64_t)posing->demand[i] * building->team->parts.whole;

        building->supply[SOURCE] += parts;
        building->supply[ask_node(i)] = -parts;
        add_arc(building, SOURCE, ask_node(i), posing->demand[i], TEAM_EMPTY);
    }
    for (uint32_t i = 0; i < limits->bound_count; i++) {
        const struct match_bound *bound = &limits->bounds[i];
        uint32_t around = innermost(limits, bound->ask, bound->country, bound->level, i);
        uint32_t head = around == MATCH_NONE ? ask_node(bound->ask) : bound_node(asked, around);
        uint32_t demand = posing->demand[bound->ask];
        uint32_t most = bound->most < demand ? bound->most : demand;
        uint32_t least = bound->least < most ? bound->least : most;

        building->team->around[i] = around;
        add_arc(building, bound_node(asked, i), head, least, -TEAM_LACKING);
        add_arc(building, bound_node(asked, i), head, most - least, 0);
    }
}

/* The node through which a member's edge to an ask leads: one of its campaign, if the member could
 * sit in several of its asks; else the member's own. */
static uint32_t way_to(const struct building *building, uint32_t member, uint64_t edge,
                       const uint32_t *node_of)
{
    const struct match_posing *posing = building->team->posing;
    const struct assign_problem *problem = &posing->problem;
    const struct match_ask *asks = posing->asked->asks;
    uint32_t campaign = asks[problem->row[edge]].campaign;

    if (posing->capacity[member] < 2 || campaign == MATCH_NONE) {
        return MATCH_NONE;
    }
    for (uint64_t i = problem->start[member]; i < edge; i++) {
        if (asks[problem->row[i]].campaign == campaign && node_of[i] != MATCH_NONE) {
            return node_of[i];
        }
    }
    for (uint64_t i = edge + 1; i < problem->start[member + 1]; i++) {
        if (asks[problem->row[i]].campaign == campaign && posing->cost[i] < MATCH_COST_BARRED) {
            return building->nodes;
        }
    }
    return MATCH_NONE;
}

/* Parts of an edge one by one where each next one gains less. */
static void add_edge(struct building *building, uint32_t tail, uint64_t edge)
{
    struct team *team = building->team;
    const struct match_posing *posing = team->posing;
    uint32_t ask = posing->problem.row[edge];
    uint32_t bound = team_bound_of(team, ask, posing->choice[edge]);
    uint32_t head = bound == MATCH_NONE ? ask_node(ask) : bound_node(posing->asked, bound);
    uint32_t arcs = team->parts.spread > 0 ? team->parts.most : 1;

    team->arc[edge] = building->arcs;
    for (uint32_t i = 0; i < arcs; i++) {
        add_arc(building, tail, head, 1, 0);
        building->capacity[building->arcs - 1] = team->parts.most / arcs;
    }
}

static void add_member(struct building *building, uint32_t member, uint32_t *way)
{
    struct team *team = building->team;
    const struct match_posing *posing = team->posing;
    const struct assign_problem *problem = &posing->problem;
    uint32_t seats = posing->capacity[member];
    uint32_t floor = posing->asked->members[member].floor;
    uint32_t node = building->nodes++;

    team->node_start[member] = node;
    team->arc_start[member] = building->arcs;
    floor = floor < seats ? floor : seats;
    team->awake[member] = floor > 0;
    add_arc(building, SOURCE, node, floor, -TEAM_UNMET);
    add_arc(building, SOURCE, node, seats - floor, 0);
    for (uint64_t i = problem->start[member]; i < problem->start[member + 1]; i++) {
        way[i] = team->arc[i] = MATCH_NONE;
        if (posing->cost[i] >= MATCH_COST_BARRED || seats == 0) {
            continue;
        }
        way[i] = way_to(building, member, i, way);
        if (way[i] == building->nodes) {
            building->nodes++;
            add_arc(building, node, way[i], 1, 0);
        }
        add_edge(building, way[i] == MATCH_NONE ? node : way[i], i);
    }
}

static int compare_cost(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Those that cost least in some ask, about twice as many as it has seats. */
static void wake_first(struct team *team)
{
    ARENA_SCOPE scratch = arena_new();
    const struct match_posing *posing = team->posing;
    const struct match_instance *asked = posing->asked;
    int64_t *costs = arena_array(scratch, int64_t, asked->choice_count + 1UL);

    for (uint32_t ask = 0; ask < asked->ask_count; ask++) {
        const struct match_ask *at = &asked->asks[ask];
        uint32_t some = 2 * posing->demand[ask] + AWAKE_MORE;

        for (uint32_t i = 0; i < at->choice_count; i++) {
            costs[i] = posing->cost[posing->edge[at->choice_start + i]];
        }
        qsort(costs, at->choice_count, sizeof(*costs), compare_cost);
        int64_t most = some < at->choice_count ? costs[some] : INT64_MAX;

        for (uint32_t i = at->choice_start; i < at->choice_start + at->choice_count; i++) {
            if (posing->cost[posing->edge[i]] <= most) {
                team->awake[asked->choices[i].member] = true;
            }
        }
    }
}

struct team team_of(struct match_posing *posing, struct team_parts parts)
{
    struct arena *arena = posing->arena;
    const struct match_instance *asked = posing->asked;
    size_t edges = asked->choice_count + 1UL;
    size_t members = asked->member_count + 2UL;
    size_t bounds = asked->limits.bound_count + 1UL;
    size_t arcs = asked->ask_count + 2 * bounds + 2 * members +
                  edges * (1UL + (parts.spread > 0 ? parts.most : 1));
    size_t nodes = asked->ask_count + bounds + members + edges;
    struct team team = {.posing = posing,
                        .parts = parts,
                        .cost = arena_array(arena, int64_t, arcs),
                        .charge = arena_array(arena, int64_t, edges),
                        .around = arena_array(arena, uint32_t, bounds),
                        .node_start = arena_array(arena, uint32_t, members),
                        .arc_start = arena_array(arena, uint32_t, members),
                        .arc = arena_array(arena, uint32_t, edges),
                        .awake = arena_array(arena, bool, members)};
    struct building building = {.team = &team,
                                .supply = arena_array(arena, int64_t, nodes),
                                .tail = arena_array(arena, uint32_t, arcs),
                                .head = arena_array(arena, uint32_t, arcs),
                                .capacity = arena_array(arena, int64_t, arcs)};
    uint32_t *way = arena_array(arena, uint32_t, edges);

    add_asks(&building);
    for (uint32_t i = 0; i < asked->member_count; i++) {
        add_member(&building, i, way);
    }
    team.node_start[asked->member_count] = building.nodes;
    team.arc_start[asked->member_count] = building.arcs;
    team.network = (struct network){.node_count = building.nodes,
                                    .arc_count = building.arcs,
                                    .supply = building.supply,
                                    .tail = building.tail,
                                    .head = building.head,
                                    .capacity = building.capacity,
                                    .cost = team.cost};
    team.fit.flow = arena_array(arena, int64_t, building.arcs + 1UL);
    team.fit.potential = arena_array(arena, int64_t, building.nodes + 1UL);
    wake_first(&team);
    return team;
}

/* ------------------------------------------------------------------ solving */

static void price_edges(struct team *team)
{
    const struct match_posing *posing = team->posing;
    uint32_t arcs = team->parts.spread > 0 ? team->parts.most : 1;

    for (uint64_t i = 0; i < posing->asked->choice_count; i++) {
        double gain = posing->cost[i] < 0 ? -(double)posing->cost[i] : 0;

        for (uint32_t k = 0; team->arc[i] != MATCH_NONE && k < arcs; k++) {
            double lost = gain * team->parts.spread * (2 * k + 1) / team->parts.whole;

            team->cost[team->arc[i] + k] =
                (posing->cost[i] + llround(lost)) * TEAM_SCALE + team->charge[i];
        }
    }
}

/* The part of the network that is awake, its nodes and arcs in the order of the whole. */
struct waking {
    const struct team *team;
    uint32_t *node; /* [node of the whole] */
    uint32_t *arc;  /* [arc] of the whole */
    int64_t *supply;
    uint32_t *tail;
    uint32_t *head;
    int64_t *capacity;
    int64_t *cost;
    uint32_t node_count;
    uint32_t arc_count;
};

static void take_nodes(struct waking *waking, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        waking->supply[waking->node_count] = waking->team->network.supply[i];
        waking->node[i] = waking->node_count++;
    }
}

static void take_arcs(struct waking *waking, uint32_t from, uint32_t to)
{
    const struct network *whole = &waking->team->network;

    for (uint32_t i = from; i < to; i++) {
        uint32_t at = waking->arc_count;

        if (whole->capacity[i] > 0) {
            waking->arc[at] = i;
            waking->tail[at] = waking->node[whole->tail[i]];
            waking->head[at] = waking->node[whole->head[i]];
            waking->capacity[at] = whole->capacity[i];
            waking->cost[at] = whole->cost[i];
            waking->arc_count++;
        }
    }
}

static void take_awake(struct arena *arena, const struct team *team, struct waking *out)
{
    const struct match_instance *asked = team->posing->asked;
    size_t nodes = team->network.node_count + 1UL;
    size_t arcs = team->network.arc_count + 1UL;

    *out = (struct waking){.team = team,
                           .node = arena_array(arena, uint32_t, nodes),
                           .arc = arena_array(arena, uint32_t, arcs),
                           .supply = arena_array(arena, int64_t, nodes),
                           .tail = arena_array(arena, uint32_t, arcs),
                           .head = arena_array(arena, uint32_t, arcs),
                           .capacity = arena_array(arena, int64_t, arcs),
                           .cost = arena_array(arena, int64_t, arcs)};
    take_nodes(out, 0, 1 + asked->ask_count + asked->limits.bound_count);
    take_arcs(out, 0, asked->ask_count + 2 * asked->limits.bound_count);
    for (uint32_t i = 0; i < asked->member_count; i++) {
        if (team->awake[i]) {
            take_nodes(out, team->node_start[i], team->node_start[i + 1]);
            take_arcs(out, team->arc_start[i], team->arc_start[i + 1]);
        }
    }
}

static void bring_home(struct team *team, const struct waking *waking,
                       const struct network_fit *fit)
{
    const struct match_instance *asked = team->posing->asked;
    uint32_t fixed = 1 + asked->ask_count + asked->limits.bound_count;

    memset(team->fit.flow, 0, team->network.arc_count * sizeof(*team->fit.flow));
    for (uint32_t i = 0; i < waking->arc_count; i++) {
        team->fit.flow[waking->arc[i]] = fit->flow[i];
    }
    for (uint32_t i = 0; i < fixed; i++) {
        team->fit.potential[i] = fit->potential[waking->node[i]];
    }
    for (uint32_t i = 0; i < asked->member_count; i++) {
        for (uint32_t k = team->node_start[i]; team->awake[i] && k < team->node_start[i + 1]; k++) {
            team->fit.potential[k] = fit->potential[waking->node[k]];
        }
    }
    team->fit.cost = fit->cost;
}

/* A sleeping member gets the highest potential at which nothing more flows to it; whoever has then
 * an arc on which it would flow on is wanted. */
static uint32_t wake_wanted(struct team *team)
{
    const struct network *whole = &team->network;
    int64_t *potential = team->fit.potential;
    uint32_t woken = 0;

    for (uint32_t i = 0; i < team->posing->asked->member_count; i++) {
        uint32_t first = team->arc_start[i];
        bool wanted = false;

        if (team->awake[i] || whole->capacity[first + 1] == 0) {
            continue;
        }
        for (uint32_t k = team->node_start[i]; k < team->node_start[i + 1]; k++) {
            potential[k] = potential[SOURCE];
        }
        for (uint32_t k = first + 2; k < team->arc_start[i + 1]; k++) {
            wanted = wanted || team_reduced(team, k) < 0;
        }
        team->awake[i] = wanted;
        woken += wanted;
    }
    return woken;
}

enum err team_solve(struct team *team, struct fault *fault)
{
    price_edges(team);
    do {
        ARENA_SCOPE scratch = arena_new();
        struct waking waking;
        struct network_fit fit;

        take_awake(scratch, team, &waking);
        TRY(network_solve(scratch,
                          &(struct network){.node_count = waking.node_count,
                                            .arc_count = waking.arc_count,
                                            .supply = waking.supply,
                                            .tail = waking.tail,
                                            .head = waking.head,
                                            .capacity = waking.capacity,
                                            .cost = waking.cost},
                          &fit, fault));
        bring_home(team, &waking, &fit);
    } while (wake_wanted(team) > 0);
    return OK;
}

bool team_prove(const struct team *team)
{
    ARENA_SCOPE scratch = arena_new();

    return network_prove(scratch, &team->network, &team->fit);
}

int64_t team_parts_of(const struct team *team, uint64_t edge)
{
    uint32_t arcs = team->parts.spread > 0 ? team->parts.most : 1;
    int64_t parts = 0;

    for (uint32_t k = 0; team->arc[edge] != MATCH_NONE && k < arcs; k++) {
        parts += team->fit.flow[team->arc[edge] + k];
    }
    return parts;
}

int64_t team_reduced(const struct team *team, uint32_t arc)
{
    const struct network *whole = &team->network;

    return whole->cost[arc] + team->fit.potential[whole->tail[arc]] -
           team->fit.potential[whole->head[arc]];
}

int64_t team_price(const struct team *team, uint32_t ask)
{
    return (team->fit.potential[ask_node(ask)] - team->fit.potential[SOURCE]) / TEAM_SCALE;
}
