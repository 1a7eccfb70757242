#pragma once

/* One draw from probabilities in parts. */

#include <stddef.h>
#include <stdint.h>

struct arena;
struct assign_chance;

struct lottery_draw {
    const struct assign_chance *chances;
    size_t count;
    uint32_t row_count;
    uint32_t column_count;
    uint32_t parts; /* a power of two */
    uint64_t seed;
};

/*
 * [chance] 0 or 1, each 1 with its probability. A row or column whose chances sum to s gets s
 * rounded down or up.
 */
uint8_t *lottery_draw(struct arena *arena, const struct lottery_draw *draw);
