#pragma once

/* Sparse vectors by term: all inner products of one vector with a set, term at a time. */

#include <stddef.h>
#include <stdint.h>

#include "engine/text/vocabulary.h"

struct arena;

struct retrieve_sparse {
    const uint64_t *start; /* of a term's postings; term_count + 1 of them */
    const uint32_t *row;
    const float *weight;
    uint32_t term_count;
    uint32_t row_count;
};

/* Terms of the vectors are below `term_count`. Linear. */
struct retrieve_sparse retrieve_sparse_new(struct arena *arena, const struct text_vector *vectors,
                                           uint32_t row_count, uint32_t term_count);

/* out[row] = inner product with each row; terms that the set does not know count nothing. Sums run
 * in the order of the query's terms, so equal input gives equal bits. */
void retrieve_sparse_products(const struct retrieve_sparse *set, struct text_vector query,
                              float *out);
