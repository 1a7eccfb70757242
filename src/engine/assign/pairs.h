#pragma once

/*
 * The two best edges of many short columns: all that a column that takes one seat asks of the
 * prices. Found for a list of columns at once, without a branch that depends on costs, and with
 * the edges of the columns that follow on their way from memory already.
 */

#include <stddef.h>

#include "engine/assign/scan.h"

enum {
    PAIRS_DEGREE_MAX = 16,
    PAIRS_LIST = 256, /* columns at once: their pairs stay in the nearest cache */
};

enum pairs_path { PAIRS_PLAIN, PAIRS_AVX2, PAIRS_AVX512 };

/* The largest surpluses, largest first, the earlier edge first among equals; -ASSIGN_ABSENT, which
 * is below every floor, where a column has fewer edges. */
struct pair {
    struct pick best[2];
};

/* The best path that this machine has. */
enum pairs_path pairs_path_here(void);

/* Has the problem lists of edges, none longer than the bound, and columns of one seat? */
static inline bool pairs_fit(const struct assign_problem *problem, struct scan_sizes sizes)
{
    return problem->start != NULL && sizes.degree_max <= PAIRS_DEGREE_MAX &&
           sizes.capacity_max <= 1;
}

/* `column` [count] names the columns, best in rising order; prices are within SCAN_PRICE_MAX. All
 * paths give the same answer. */
void pairs_find(const struct assign_problem *problem, const uint32_t *column, size_t count,
                const int32_t *price, enum pairs_path path, struct pair *out);
