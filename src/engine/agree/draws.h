#pragma once

/* Draws: Poisson weights of patterns for the replicates of a bootstrap. */

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "num/random.h"

struct arena;
struct patterns;

/* Tables by mean, shared by all replicates. */
struct weight_tables {
    const struct poisson_table *at; /* [table] */
    const uint32_t *table_of;       /* [pattern]; UINT32_MAX: too large a mean for a table */
};

struct weight_tables weight_tables_of(struct arena *arena, const struct patterns *patterns);

/* Where some replicates stand; each has its own stream of the seed. */
struct draws {
    const struct weight_tables *tables;
    struct rng *rngs; /* [lane] */
};

/* Weights of one pattern. */
void draws_next(struct draws *draws, uint32_t pattern, uint32_t multiplicity, size_t lane_count,
                double *weights);
