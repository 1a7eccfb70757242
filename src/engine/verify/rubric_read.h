#pragma once

/* Rubrics in the forms that are around: weighted trees, points (HealthBench), keyed criteria
 * (APEX). */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "engine/verify/rubric.h"

struct arena;
struct fault;
struct json;

/* A tree with `sub_tasks`, parents before children. */
enum err rubric_read_tree(struct arena *arena, const struct json *root, struct rubric_node **out,
                          size_t *count, size_t *leaf_count, struct fault *fault);

/* The criteria of any form: leaves of a tree, `rubrics` or `rubric_items` of a row, or members with
 * a description. */
enum err rubric_read_criteria(struct arena *arena, const struct json *row,
                              const struct criterion **out, size_t *count, struct fault *fault);
