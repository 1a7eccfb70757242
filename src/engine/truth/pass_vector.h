#pragma once

/* Vectors of eight floats, and rows of them, compiled for what the including function's target has.
 * Loops over a row unroll where its length is a constant, so that it stays in registers. */

#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

typedef float octet __attribute__((vector_size(32)));
typedef int32_t integers __attribute__((vector_size(32)));

/* Below this, e^x is taken as what it is here: as good as impossible. */
#define VECTOR_LOG_MIN (-80.F)

/* e^x of each entry in place; x is at most 88. Relative error 2e-7. */
INLINE void exponential(octet *x)
{
    const float shift = 12582912; /* 1.5 * 2^23: adding it rounds to an integer */
    integers below = *x < VECTOR_LOG_MIN;
    integers least = (integers)((octet){0} + VECTOR_LOG_MIN);
    octet scaled = (octet)(((integers)*x & ~below) | (least & below)) * 1.44269504F;
    octet shifted = scaled + shift;
    octet rest = scaled - (shifted - shift);
    octet power =
        1.F +
        rest * (0.693147182F +
                rest * (0.240226462F +
                        rest * (0.0555030256F +
                                rest * (0.00961814F + rest * (0.00133336F + rest * 0.000154F)))));

    /* the rounded integer stands in the low bits of the shifted sum */
    *x = (octet)((integers)power + ((integers)shifted << 23));
}

/* The larger of each two entries, in place. */
INLINE void take_larger(octet *to, const octet *other)
{
    integers above = *other > *to;

    *to = (octet)(((integers)*other & above) | ((integers)*to & ~above));
}

/* The largest entry, or zero, in every place. */
INLINE void find_largest(const octet *row, uint32_t vectors, octet *most)
{
    octet other;

    *most = (octet){0};

#pragma GCC unroll 4
    for (uint32_t v = 0; v < vectors; v++) {
        take_larger(most, &row[v]);
    }
    other = __builtin_shufflevector(*most, *most, 1, 0, 3, 2, 5, 4, 7, 6);
    take_larger(most, &other);
    other = __builtin_shufflevector(*most, *most, 2, 3, 0, 1, 6, 7, 4, 5);
    take_larger(most, &other);
    other = __builtin_shufflevector(*most, *most, 4, 5, 6, 7, 0, 1, 2, 3);
    take_larger(most, &other);
}

/* Probabilities of the lanes behind the first in place; the normaliser is e^top * all. */
INLINE void soften_row(octet *row, uint32_t vectors, float *top, float *all)
{
    octet most;
    octet first;
    octet sum = {0};

    find_largest(row, vectors, &most);
    first = -most;
    exponential(&first);
#pragma GCC unroll 4
    for (uint32_t v = 0; v < vectors; v++) {
        row[v] -= most;
        exponential(&row[v]);
        sum += row[v];
    }
    sum += __builtin_shufflevector(sum, sum, 1, 0, 3, 2, 5, 4, 7, 6);
    sum += __builtin_shufflevector(sum, sum, 2, 3, 0, 1, 6, 7, 4, 5);
    sum += __builtin_shufflevector(sum, sum, 4, 5, 6, 7, 0, 1, 2, 3);
    sum += first;
    *top = most[0];
    *all = sum[0];
    sum = 1.F / sum;
#pragma GCC unroll 4
    for (uint32_t v = 0; v < vectors; v++) {
        row[v] *= sum;
    }
}

INLINE void copy_row(octet *to, const octet *from, uint32_t vectors)
{
#pragma GCC unroll 4
    for (uint32_t v = 0; v < vectors; v++) {
        to[v] = from[v];
    }
}
