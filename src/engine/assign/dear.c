#include "engine/assign/dear.h"

#include <stdbool.h>

#include "base/fault.h"
#include "engine/assign/scan.h"

static const int64_t DEAR_MAX = INT64_C(1) << 60; /* so that sums of a few fit */

/* More than any two costs are apart, if those of edges lie between `low` and `high`. */
static int64_t cost_span(const struct assign_problem *problem, int32_t low, int32_t high)
{
    int64_t most = low < -high ? -(int64_t)low : high;

    most = most < 1 ? 1 : most;
    for (uint32_t row = 0; problem->empty_cost != NULL && row < problem->row_count; row++) {
        int64_t cost = problem->empty_cost[row];

        most = cost > most ? cost : -cost > most ? -cost : most;
    }
    if (problem->load_cost != NULL) {
        most += 2 * (int64_t)ASSIGN_COST_MAX;
    }
    return 2 * most + 1;
}

static bool times(int64_t *price, int64_t by)
{
    return !__builtin_mul_overflow(*price, by, price) && *price <= DEAR_MAX;
}

/*
 * A chain of moves visits a row once, so its costs sum to less than `span` a row; it changes the
 * seats of at most two columns in number, and of every row in a tree what that is asked for.
 */
enum err core_dear(const struct assign_problem *problem, const struct core_tree *tree,
                   struct core_dear *out, struct fault *fault)
{
    struct core_dear dear = {0};

    scan_costs(problem->cost, edge_count_of(problem), scan_vector_here(), &dear.low, &dear.high);
    dear.range = (int64_t)dear.high - dear.low;
    dear.span = cost_span(problem, dear.low, dear.high);
    int64_t price = 2 * dear.span;
    bool fits = times(&price, (int64_t)problem->row_count + 2);

    dear.unmet = price;
    fits = fits && (problem->floor == NULL || times(&price, 4));
    dear.lacking = price;
    fits = fits && (tree == NULL || times(&price, 2 * (int64_t)tree->node_count + 4));
    dear.missing = price;
    if (!fits) {
        return fail_field(fault, ERR_INVALID, "cost",
                          "costs up to %lld in %lu rows are too large together: divide the costs",
                          (long long)(dear.span / 2), (unsigned long)problem->row_count);
    }
    *out = dear;
    return OK;
}
