#pragma once

/*
 * The exact phase from an answer before, for problems that the public functions only make: rows in
 * a tree, columns that name a row several times.
 */

#include <stdbool.h>

#include "base/err.h"

struct arena;
struct assign_fit;
struct assign_options;
struct assign_problem;
struct core_tree;
struct fault;

/* A problem with a tree over its rows. Empty seats are those of rows without a parent. */
enum err solve_tree(struct arena *arena, const struct assign_problem *problem,
                    const struct core_tree *tree, const struct assign_fit *before,
                    struct assign_fit *out, struct fault *fault);

/* A problem in which a column may name a row several times, each for one seat. */
enum err solve_parallel(struct arena *arena, const struct assign_problem *problem,
                        const struct assign_options *options, struct assign_fit *out,
                        struct fault *fault);
