#pragma once

/*
 * Budgets: rows in groups, each with a bound on what its seats may spend.
 *
 * A budget couples seats and makes the problem hard (a knapsack is a special case), so this is a
 * layer above the exact solver: one Lagrange multiplier a group (Everett 1963; Fisher 1981) turns
 * spending into cost, and each relaxed problem is solved exactly, from the prices of the one
 * before. Every one gives a lower bound; every one's seats are mended into an answer within all
 * budgets. What is left between the best of both is returned as the gap.
 */

#include "engine/assign/assign.h"

enum { BUDGET_COST_MAX = 1 << 26 }; /* costs, empty costs and load costs are within this */

struct assign_budget {
    uint32_t group_count;
    const uint32_t *group; /* [row]; group_count: the row spends without bound */
    const int64_t *limit;  /* [group] */
    const int32_t *spend; /* [edge] as `cost`, not negative; walls in dense problems are not read */
};

struct assign_budget_options {
    struct assign_options assign; /* its seed is not used */
    uint32_t round_max;           /* bound on relaxed problems */
    double enough;                /* a gap of this share of the cost ends the search */
};

extern const struct assign_budget_options assign_budget_defaults;

struct assign_budget_fit {
    struct assign_fit fit; /* within all budgets; its prices are those of the best bound */
    int64_t *spent;        /* [group] */
    double *multiplier;    /* [group] about what one unit more of the limit would spare */
    int64_t bound;         /* no answer within the budgets costs less */
    int64_t gap;           /* cost minus bound; zero: optimal */
    uint32_t rounds;
};

/*
 * For problems that assign_check accepts, in which every seat may stay empty (no minima), so that
 * an answer always exists. ERR_INVALID: minima, floors, costs beyond BUDGET_COST_MAX, negative
 * spending or limits, a group that does not exist. Time: `round_max` repairs at most, each with a
 * sort of the edges that could still be afforded. Beside the solver: 5 bytes an edge, 24 for each
 * edge in that sort.
 */
enum err assign_budget(struct arena *arena, const struct assign_problem *problem,
                       const struct assign_budget *budget,
                       const struct assign_budget_options *options, struct assign_budget_fit *out,
                       struct fault *fault);
