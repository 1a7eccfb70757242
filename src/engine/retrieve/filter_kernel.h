#pragma once

/* Private to the filter: one predicate over whole words of 64 rows. Each function clears the bits
 * of the rows that fail; `values` stands at the first row of the first word, all rows exist. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/retrieve/filter.h"

/* value - low <= span, modulo 2^width: a range that may wrap. For tests of bits `low` is the bits.
 */
struct filter_range {
    uint32_t low;
    uint32_t span;
};

struct filter_kernels {
    void (*test8)(const uint8_t *values, struct filter_range range, uint64_t *words, size_t count);
    void (*test16)(const uint16_t *values, struct filter_range range, uint64_t *words,
                   size_t count);
    void (*test32)(const uint32_t *values, enum retrieve_test test, struct filter_range range,
                   uint64_t *words, size_t count);
};

const struct filter_kernels *filter_kernels_for(enum retrieve_simd simd);
