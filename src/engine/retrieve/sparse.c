#include "engine/retrieve/sparse.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

struct retrieve_sparse retrieve_sparse_new(struct arena *arena, const struct text_vector *vectors,
                                           uint32_t row_count, uint32_t term_count)
{
    uint64_t *start = arena_array(arena, uint64_t, (size_t)term_count + 2);

    for (uint32_t i = 0; i < row_count; i++) {
        for (size_t k = 0; k < vectors[i].size; k++) {
            assert(vectors[i].term[k] < term_count);
            start[vectors[i].term[k] + 2]++;
        }
    }
    for (size_t i = 2; i < (size_t)term_count + 2; i++) {
        start[i] += start[i - 1];
    }
    uint64_t total = start[term_count + 1];
    uint32_t *rows = arena_array(arena, uint32_t, total + 1);
    float *weights = arena_array(arena, float, total + 1);

    /* start[term + 1] runs from the term's first posting to its end. */
    for (uint32_t i = 0; i < row_count; i++) {
        for (size_t k = 0; k < vectors[i].size; k++) {
            uint64_t at = start[vectors[i].term[k] + 1]++;

            rows[at] = i;
            weights[at] = vectors[i].weight[k];
        }
    }
    return (struct retrieve_sparse){.start = start,
                                    .row = rows,
                                    .weight = weights,
                                    .term_count = term_count,
                                    .row_count = row_count};
}

void retrieve_sparse_products(const struct retrieve_sparse *set, struct text_vector query,
                              float *out)
{
    memset(out, 0, set->row_count * sizeof(*out));
    for (size_t i = 0; i < query.size && query.term[i] < set->term_count; i++) {
        uint64_t end = set->start[query.term[i] + 1];

        for (uint64_t at = set->start[query.term[i]]; at < end; at++) {
            out[set->row[at]] += query.weight[i] * set->weight[at];
        }
    }
}
