#pragma once

/* Private to the vectors: inner products of one query with rows, and Hamming distances. */

#include <stddef.h>
#include <stdint.h>

#include "engine/retrieve/filter.h"

enum { VECTOR_GROUP = 16 };

struct vector_kernels {
    /* Inner products, without bias, of VECTOR_GROUP rows that follow one another. */
    void (*group)(const uint8_t *rows, size_t width, const int8_t *query, int32_t *out);
    int32_t (*single)(const uint8_t *row, size_t width, const int8_t *query);
    /* The same of upper halves: byte i of a block of 64 holds components i and, above it, i + 64.
     */
    void (*halves)(const uint8_t *high, size_t width, const int8_t *query, int32_t *out);
    /* Bits that differ, for `count` sketches of `words` each. */
    void (*hamming)(const uint64_t *sketches, size_t words, const uint64_t *query, size_t count,
                    uint16_t *out);
};

const struct vector_kernels *vector_kernels_for(enum retrieve_simd simd);
