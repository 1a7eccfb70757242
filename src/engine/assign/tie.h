#pragma once

/*
 * Ties, broken by seed below the resolution of the costs.
 *
 * All optimal answers share the same prices and live on the edges that are tight at them. Where a
 * column or row has a choice left, a second problem on those edges alone, with random costs, makes
 * it.
 */

#include <stdint.h>

#include "base/err.h"

struct arena;
struct assign_fit;
struct assign_options;
struct assign_problem;
struct fault;

/* Replace the seats of `fit` by another optimal choice. Problems with load costs are left as they
 * are. */
enum err tie_break(struct arena *arena, const struct assign_problem *problem,
                   const struct assign_options *options, struct assign_fit *fit,
                   struct fault *fault);
