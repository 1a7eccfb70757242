#pragma once

/*
 * Minima and maxima for groups: of the seats of a row, at least so many and at most so many for the
 * columns of a group (a country, a level within a country).
 *
 * Groups are nested: a column belongs to one group and to all around it. Such families are laminar,
 * so the problem stays a flow (Edmonds 1970; Ahuja, Magnanti and Orlin 1993): a row passes part of
 * its demand on to a row of its own for each group that it bounds, and the exact phase moves seats
 * along this tree as well. Two families that cross (country and level) are no flow: nest one
 * in the other.
 */

#include "engine/assign/assign.h"

#define ASSIGN_NO_GROUP UINT32_MAX
#define ASSIGN_NO_BOUND UINT32_MAX

/* Of the seats of `row`, from `least` to `most` for columns of `group`. */
struct assign_bound {
    uint32_t row;
    uint32_t group;
    uint32_t least;
    uint32_t most; /* ASSIGN_NO_BOUND: any number */
};

struct assign_groups {
    uint32_t group_count;
    const uint32_t *parent; /* [group] the group around it, or ASSIGN_NO_GROUP */
    const uint32_t *group;  /* [column] the innermost that it belongs to, or ASSIGN_NO_GROUP */
    uint32_t bound_count;
    const struct assign_bound *bounds; /* at most one for a row and a group */
};

/* What became of a bound. */
struct assign_bounded {
    uint32_t given;   /* seats of the row that the group has */
    uint32_t lacking; /* to `least` */
    int64_t price;    /* above that of the bound around it; for the proof */
    /* Where `least` binds (it lacks seats, or the price is positive), what one seat less would
     * spare at most; where `most` binds (it is negative), what one more would. */
    int32_t fewer_missing; /* negative: more of these, for fewer of a dearer kind */
    int32_t fewer_lacking;
    int32_t fewer_unmet;
    int64_t saving; /* of cost, beside those */
};

/*
 * Maxima are kept always. Where not all minima can be: first the fewest missing seats, then the
 * fewest seats lacking to minima of groups, then floors, then cost.
 */
struct assign_group_fit {
    struct assign_fit fit; /* of the problem's rows */
    struct assign_bounded *bounds;
    uint64_t lacking; /* in all */
    int64_t lacking_price;
    int64_t free_cost;     /* of the optimum without any bounds, */
    uint64_t free_missing; /* and what that misses */
};

/* ERR_INVALID: groups in a circle or more than 64 deep, an index out of range, two bounds for a row
 * and a group, least above most. */
enum err assign_groups_check(const struct assign_problem *problem,
                             const struct assign_groups *groups, struct fault *fault);

/* Solve what assign_check and assign_groups_check accept. The seed is not used. Memory beside the
 * solver: 4 bytes an edge, 8 if dense, and 60 a bound. */
enum err assign_groups(struct arena *arena, const struct assign_problem *problem,
                       const struct assign_groups *groups, const struct assign_options *options,
                       struct assign_group_fit *out, struct fault *fault);

/* As assign_prove; `feasible` asks for all minima of groups too. */
enum err assign_groups_prove(struct arena *arena, const struct assign_problem *problem,
                             const struct assign_groups *groups, const struct assign_group_fit *fit,
                             struct assign_proof *out, struct fault *fault);
