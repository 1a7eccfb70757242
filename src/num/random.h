#pragma once

/* Random draws from distributions, on top of base/rng.h. */

#include <stdint.h>

struct rng;

/* Poisson with the given mean, in [0, 1e9]: search in the table of probabilities below a mean of
 * 12, transformed rejection (PTRS, Hormann 1993) above. */
uint32_t num_poisson(struct rng *rng, double mean);
