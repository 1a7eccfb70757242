#pragma once

/* The Dirichlet-multinomial distribution: rows of counts whose probabilities share a prior. */

#include <stddef.h>
#include <stdint.h>

/*
 * A few steps of the fixed point for the prior's parameters (Minka 2000, "Estimating a Dirichlet
 * distribution"), from where they stand. Rows without counts are passed over; parameters stay
 * between 1e-3 and 1e3, so a sample without variance ends at a bound and not at infinity.
 */
void dirichlet_learn(const double *counts, size_t row_count, double *prior, uint32_t width);
