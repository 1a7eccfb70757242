/*
 * Groups have to nest for the whole problem, bounds only do within one ask: countries mean the same
 * to every ask, levels are of an ask's own skill. So asks that bound countries alone are one
 * family, and each ask that bounds levels is one of its own. Whoever stands in several families
 * is kept to one, that of the cheapest edge; nearly everybody stands in one anyway.
 */

#include "engine/match/limit_bound.h"

#include <string.h>

#include "base/arena.h"
#include "engine/match/pose.h"

#define COUNTRIES 0U /* the family of asks that bound countries alone */

struct node {
    uint32_t family;
    uint32_t country;
    uint8_t level;
};

struct forming {
    struct match_posing *posing;
    uint32_t *family; /* [ask] MATCH_NONE: no bounds */
    uint32_t *home;   /* [member] the family in which it is counted; MATCH_NONE: none */
    struct node *nodes;
    uint32_t node_count;
};

static void find_families(struct forming *forming)
{
    const struct match_instance *asked = forming->posing->asked;

    for (uint32_t i = 0; i < asked->ask_count; i++) {
        forming->family[i] = MATCH_NONE;
    }
    for (uint32_t i = 0; i < asked->limits.bound_count; i++) {
        const struct match_bound *bound = &asked->limits.bounds[i];
        uint32_t *family = &forming->family[bound->ask];

        if (bound->level > 0) {
            *family = 1 + bound->ask;
        } else if (*family == MATCH_NONE) {
            *family = COUNTRIES;
        }
    }
}

/* Each member's family: that of its cheapest edge. Edges to the others are barred. */
static uint32_t find_homes(struct forming *forming)
{
    struct match_posing *posing = forming->posing;
    const struct assign_problem *problem = &posing->problem;
    uint32_t held_back = 0;

    for (uint32_t member = 0; member < problem->column_count; member++) {
        int32_t least = MATCH_COST_BARRED;
        bool held = false;

        forming->home[member] = MATCH_NONE;
        for (uint64_t i = problem->start[member]; i < problem->start[member + 1]; i++) {
            if (forming->family[problem->row[i]] != MATCH_NONE && posing->cost[i] < least) {
                least = posing->cost[i];
                forming->home[member] = forming->family[problem->row[i]];
            }
        }
        for (uint64_t i = problem->start[member]; i < problem->start[member + 1]; i++) {
            uint32_t family = forming->family[problem->row[i]];

            if (family != MATCH_NONE && family != forming->home[member] &&
                posing->cost[i] < MATCH_COST_BARRED) {
                posing->cost[i] = MATCH_COST_BARRED;
                held = true;
            }
        }
        held_back += held;
    }
    return held_back;
}

static uint32_t node_of(struct forming *forming, const struct match_bound *bound)
{
    struct node node = {
        .family = forming->family[bound->ask], .country = bound->country, .level = bound->level};

    for (uint32_t i = 0; i < forming->node_count; i++) {
        const struct node *at = &forming->nodes[i];

        if (at->family == node.family && at->country == node.country && at->level == node.level) {
            return i;
        }
    }
    forming->nodes[forming->node_count] = node;
    return forming->node_count++;
}

/* The innermost node of a family, other than `except`, that holds whoever has this country and
 * level. */
static uint32_t innermost(const struct forming *forming, const struct node *who, uint32_t except)
{
    uint32_t best = ASSIGN_NO_GROUP;

    for (uint32_t i = 0; i < forming->node_count; i++) {
        const struct node *node = &forming->nodes[i];
        bool holds = i != except && node->family == who->family && node->level <= who->level &&
                     (node->country == MATCH_ANY || node->country == who->country);

        if (holds && (best == ASSIGN_NO_GROUP || node->level > forming->nodes[best].level ||
                      (node->level == forming->nodes[best].level && node->country != MATCH_ANY))) {
            best = i;
        }
    }
    return best;
}

static const uint32_t *groups_of_members(const struct forming *forming)
{
    const struct match_instance *asked = forming->posing->asked;
    uint32_t *group = arena_array(forming->posing->arena, uint32_t, asked->member_count + 1UL);

    for (uint32_t i = 0; i < asked->member_count; i++) {
        group[i] = ASSIGN_NO_GROUP;
    }
    for (uint32_t ask = 0; ask < asked->ask_count; ask++) {
        const struct match_ask *at = &asked->asks[ask];

        for (uint32_t i = at->choice_start; i < at->choice_start + at->choice_count; i++) {
            const struct match_choice *choice = &asked->choices[i];
            struct node who = {.family = forming->family[ask],
                               .country = asked->members[choice->member].country,
                               .level = at->skill_count > 0 ? choice->levels[0] : 0};

            if (who.family != MATCH_NONE && who.family == forming->home[choice->member]) {
                who.level = who.family == COUNTRIES ? 0 : who.level;
                group[choice->member] = innermost(forming, &who, ASSIGN_NO_GROUP);
            }
        }
    }
    return group;
}

void bounding_of(struct match_posing *posing, struct bounding *out)
{
    const struct match_instance *asked = posing->asked;
    const struct match_limits *limits = &asked->limits;
    struct arena *arena = posing->arena;
    struct forming forming = {
        .posing = posing,
        .family = arena_array(arena, uint32_t, asked->ask_count + 1UL),
        .home = arena_array(arena, uint32_t, asked->member_count + 1UL),
        .nodes = arena_array(arena, struct node, limits->bound_count + 1UL),
    };
    struct assign_bound *bounds =
        arena_array(arena, struct assign_bound, limits->bound_count + 1UL);

    find_families(&forming);
    out->held_back = find_homes(&forming);
    for (uint32_t i = 0; i < limits->bound_count; i++) {
        const struct match_bound *bound = &limits->bounds[i];
        uint32_t seats = posing->demand[bound->ask];

        bounds[i] = (struct assign_bound){.row = bound->ask,
                                          .group = node_of(&forming, bound),
                                          .least = bound->least < seats ? bound->least : seats,
                                          .most = bound->most};
    }
    uint32_t *parent = arena_array(arena, uint32_t, forming.node_count + 1UL);

    for (uint32_t i = 0; i < forming.node_count; i++) {
        parent[i] = innermost(&forming, &forming.nodes[i], i);
    }
    out->groups = (struct assign_groups){.group_count = forming.node_count,
                                         .parent = parent,
                                         .group = groups_of_members(&forming),
                                         .bound_count = limits->bound_count,
                                         .bounds = bounds};
}
