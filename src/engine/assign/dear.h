#pragma once

/* Rows in trees, and the prices of what may not be had. */

#include <stdint.h>

#include "base/err.h"

struct assign_problem;
struct fault;

#define CORE_NONE UINT32_MAX

/*
 * Rows below rows: a row with a parent has no demand of its own but passes on part of its parent's,
 * between two bounds. Parents come before their children. Arrays are by row.
 */
struct core_tree {
    uint32_t node_count;    /* rows that have a parent */
    const uint32_t *parent; /* CORE_NONE: it has a demand of its own */
    const uint32_t *child;  /* its first, or CORE_NONE */
    const uint32_t *next;   /* the next child of its parent, or CORE_NONE */
    const uint32_t *least;  /* missing this costs the short price a seat */
    const uint32_t *most;
};

/*
 * Prices of what may not be had, each dearer than any chain of moves that spares one of it: seats
 * below a floor, seats below the least of a row in a tree, seats below a row's minimum.
 */
struct core_dear {
    int32_t low; /* the least cost of an edge, and the largest; both zero without edges */
    int32_t high;
    int64_t range; /* by which they differ */
    int64_t span;  /* more than any two costs of any kind are apart */
    int64_t unmet;
    int64_t lacking;
    int64_t missing;
};

/* ERR_INVALID: they would leave 64 bits. `tree` may be NULL. */
enum err core_dear(const struct assign_problem *problem, const struct core_tree *tree,
                   struct core_dear *out, struct fault *fault);
