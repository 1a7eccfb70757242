#pragma once

/* The parts of a proof: what an answer costs, and what no answer can cost less than. */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct assign_fit;
struct assign_problem;

__extension__ typedef __int128 wide;

/* Is it an answer at all, with the cost, missing and unmet seats that it says? `cost` takes what
 * it costs with the prices of all that is missing or unmet. */
bool prove_answer(struct arena *arena, const struct assign_problem *problem,
                  const struct assign_fit *fit, wide *cost);

/* What the rows add to the dual at the fit's prices. */
wide prove_rows(const struct assign_problem *problem, const struct assign_fit *fit);

/* What one column takes off: the most that its seats bring at the prices `price` [row]. `surplus`
 * has room for its edges. */
wide prove_column(const struct assign_problem *problem, const struct assign_fit *fit,
                  const int64_t *price, uint32_t column, int64_t *surplus);

/* The most edges of a column. */
uint64_t prove_degree(const struct assign_problem *problem);
