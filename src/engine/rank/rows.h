#pragma once

/*
 * Rows: the comparisons as the solvers see them. Where only items matter and
 * they are few, equal comparisons are one row with a weight.
 */

#include "engine/rank/rank.h"

struct rows {
    const uint32_t *left;
    const uint32_t *right;
    const uint8_t *outcome;
    const float *weight; /* NULL: all one */
    size_t count;
    uint32_t item_count;
};

static inline double row_weight(const struct rows *rows, size_t i)
{
    return rows->weight == NULL ? 1 : (double)rows->weight[i];
}

enum err rows_check(const struct rank_input *input, const struct rank_options *options,
                    struct fault *fault);

/* True where nothing but the items tells two comparisons apart. */
bool rows_are_plain(const struct rank_input *input, const struct rank_options *options);

/* The same arrays, or merged ones in the arena where `merge` and that is worth it. */
struct rows rows_of(struct arena *arena, const struct rank_input *input, bool merge);

/* Connected components, numbered by their first item. */
uint32_t rows_components(const struct rows *rows, uint32_t *component);

/* Shift the scores so that each component has mean zero. */
void rows_centre(struct arena *arena, const uint32_t *component, uint32_t component_count,
                 uint32_t item_count, double *score);
