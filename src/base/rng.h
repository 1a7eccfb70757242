#pragma once

/*
 * Random numbers that are the same everywhere for the same seed: xoshiro256++
 * (Blackman and Vigna 2019), seeded through splitmix64. Not for secrets.
 */

#include <stdint.h>

struct rng {
    uint64_t state[4];
};

struct rng rng_new(uint64_t seed);
struct rng rng_stream(uint64_t seed, uint64_t index); /* independent streams for chunks */
uint64_t rng_next(struct rng *rng);
uint32_t rng_below(struct rng *rng,
                   uint32_t bound); /* uniform in [0, bound), bound > 0, unbiased */
double rng_unit(struct rng *rng);   /* uniform in [0, 1), 53 bits */
double rng_normal(struct rng *rng); /* mean 0, variance 1 (polar method) */
