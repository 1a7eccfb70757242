#pragma once

/* Random draws from distributions, on top of base/rng.h. */

#include <stdint.h>

struct arena;
struct rng;

/* Poisson with the given mean, in [0, 1e9]: search from zero below a mean of 12, transformed
 * rejection (PTRS, Hormann 1993) above. */
uint32_t num_poisson(struct rng *rng, double mean);

/*
 * Many draws of one mean: inversion by a table, from 32 random bits a draw, so
 * that every probability is right to 2^-32. About two nanoseconds a draw.
 */
enum { POISSON_GUIDE_BITS = 9, POISSON_MEAN_MAX = 16384 };

struct poisson_table {
    uint16_t guide[1 << POISSON_GUIDE_BITS]; /* by the leading bits: the first that is possible */
    const uint32_t *up_to; /* [k]: draws below it are at most `lowest` + k; the last is the most */
    uint32_t lowest;
};

/* `mean` in (0, POISSON_MEAN_MAX]. */
struct poisson_table num_poisson_table(struct arena *arena, double mean);

static inline uint32_t num_poisson_draw(const struct poisson_table *table, uint32_t bits)
{
    uint32_t k = table->guide[bits >> (32 - POISSON_GUIDE_BITS)];

    while (bits > table->up_to[k]) {
        k++;
    }
    return table->lowest + k;
}

/* Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000); shape > 0. */
double num_gamma_draw(struct rng *rng, double shape);
double num_beta_draw(struct rng *rng, double a, double b); /* a, b > 0; strictly inside (0, 1) */
