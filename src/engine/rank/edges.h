#pragma once

/* The edges of one item: the inner loops, plain and with AVX2 (they agree to single precision). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edges {
    const uint32_t *neighbour;
    const float *weight; /* NULL: all one */
    float *information;  /* written by slopes, read by pull */
    size_t count;
};

struct edge_sums {
    double expected;
    double information;
    double ties;
    double ties_variance;
};

bool edges_have_simd(void);

/* Sums over the edges of `item`; `root` is exp(score / 2) of every item. */
struct edge_sums edges_slopes(const struct edges *edges, const float *root, uint32_t item,
                              float odds);
struct edge_sums edges_slopes_avx2(const struct edges *edges, const float *root, uint32_t item,
                                   float odds);

/* Sum of information times x of the neighbour. */
double edges_pull(const struct edges *edges, const float *x);
double edges_pull_avx2(const struct edges *edges, const float *x);
