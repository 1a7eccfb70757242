#pragma once

/*
 * Budgets of a team. They couple seats by what those cost, which no flow can express (a knapsack is
 * a special case): one Lagrange multiplier a budget (Everett 1963; Fisher 1981) turns what is spent
 * into cost, and each such network is solved exactly. Every one gives a bound; every one's seats
 * are mended into a team within all limits.
 */

#include "base/err.h"
#include "engine/match/team_answer.h"

struct arena;
struct fault;

struct team_budget_fit {
    bool *held;         /* [edge] the best team within the budgets; of a team in parts: NULL */
    double *multiplier; /* [budget] about what one unit more would spare, in posed costs */
    int64_t gap; /* in posed costs: no team costs so much less; of one in parts, on average */
};

/*
 * Leaves the team solved at the multipliers of the best bound; a team in parts, at those that spend
 * least too much on average.
 */
enum err team_budget(struct arena *arena, struct team *team, struct team_budget_fit *out,
                     struct fault *fault);
