#pragma once

/*
 * Problems with more rows than columns, turned: columns become rows. Prices then belong to the
 * fewer side, where the market is quick.
 */

#include <stdbool.h>

#include "base/err.h"

struct arena;
struct assign_fit;
struct assign_options;
struct assign_problem;
struct fault;

/* Rows must be filled or may stay empty, each as a whole, and its costs have room to be shifted. */
bool turn_fits(const struct assign_problem *problem);

/* The answer as assign_solve gives it. */
enum err turn_solve(struct arena *arena, const struct assign_problem *problem,
                    const struct assign_options *options, struct assign_fit *out,
                    struct fault *fault);
