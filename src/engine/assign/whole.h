#pragma once

/*
 * An assignment problem as a network, solved by network simplex: where rows are many and columns
 * few, or costs so alike from row to row that no prices share the columns out.
 */

#include <stdbool.h>

#include "base/err.h"

struct arena;
struct assign_fit;
struct assign_problem;
struct core_dear;
struct fault;

/* Load costs and floors do not fit into its arcs, nor do prices beyond NETWORK_COST_MAX. */
bool whole_fits(const struct assign_problem *problem, const struct core_dear *dear);

/* The answer as assign_solve gives it. */
enum err whole_solve(struct arena *arena, const struct assign_problem *problem,
                     const struct core_dear *dear, struct assign_fit *out, struct fault *fault);
