#pragma once

/*
 * The inner loop over items of more than five lanes: a row is some vectors. Included by
 * pass_kernel.c alone, which compiles it for each width and processor.
 */

#include <math.h>
#include <string.h>

#include "engine/truth/pass_kernel.h"
#include "engine/truth/pass_vector.h"

enum {
    ITEMS_AHEAD = 8,     /* enough to hide the way to memory */
    VECTORS_AT_HAND = 4, /* rows of so many vectors stay in registers */
};

INLINE void gather_row(const struct truth_shard *shard, uint32_t item, uint32_t vectors, octet *row)
{
    const struct truth_input *input = shard->pass->input;
    const octet *prior = (const octet *)(const void *)shard->pass->prior;
    const octet *table = (const octet *)(const void *)shard->table;
    const uint32_t *last = input->row + input->first[item + 1];

#pragma GCC unroll 4
    for (uint32_t v = 0; v < vectors; v++) {
        row[v] = prior[v];
    }
    for (const uint32_t *at = input->row + input->first[item]; at < last; at++) {
        const octet *ratio = table + (size_t)*at * 2 * vectors;

#pragma GCC unroll 4
        for (uint32_t v = 0; v < vectors; v++) {
            row[v] += ratio[v];
        }
    }
}

INLINE void scatter_row(const struct truth_shard *shard, uint32_t item, uint32_t vectors,
                        const octet *row)
{
    const struct truth_input *input = shard->pass->input;
    octet *counts = (octet *)(void *)shard->table + vectors;
    const uint32_t *last = input->row + input->first[item + 1];

    for (const uint32_t *at = input->row + input->first[item]; at < last; at++) {
        octet *count = counts + (size_t)*at * 2 * vectors;

#pragma GCC unroll 4
        for (uint32_t v = 0; v < vectors; v++) {
            count[v] += row[v];
        }
    }
}

/* Rows of wide tables lie in no near cache: ask for those of an item to come. */
INLINE void fetch_ahead(const struct truth_shard *shard, uint32_t item, uint32_t vectors)
{
    const struct truth_input *input = shard->pass->input;
    const octet *table = (const octet *)(const void *)shard->table;
    uint32_t ahead = item + ITEMS_AHEAD;

    if (ahead >= shard->to) {
        return;
    }
    for (uint32_t i = input->first[ahead]; i < input->first[ahead + 1]; i++) {
        const octet *row = table + (size_t)input->row[i] * 2 * vectors;

        for (uint32_t v = 0; v < 2 * vectors; v += 2) {
            __builtin_prefetch(row + v, 1);
        }
    }
}

/* Items whose weights no vector makes: votes are shared, and what is known stays. */
static double weigh_alone(const struct truth_pass *pass, uint32_t item, float *lanes)
{
    if (pass->votes) {
        truth_item_share(pass, item, lanes);
        return 0;
    }
    return truth_item_soften(pass, item, lanes);
}

/* Rows at hand stay in registers, which have no address: the rare ways take a copy. */
INLINE void run_wide(struct truth_shard *shard, uint32_t from, uint32_t to, uint32_t vectors)
{
    const struct truth_pass *pass = shard->pass;
    octet at_hand[VECTORS_AT_HAND];
    octet *held = (octet *)(void *)shard->row;
    octet *mass = held + vectors;
    octet *row = vectors <= VECTORS_AT_HAND ? at_hand : held;
    double product = 1;
    double likelihood = 0;

    memset(mass, 0, vectors * sizeof(*mass));
    for (uint32_t item = from; item < to; item++) {
        fetch_ahead(shard, item, vectors);
        gather_row(shard, item, vectors, row);
        if (pass->votes || truth_is_gold(pass->input, item)) {
            copy_row(held, row, vectors);
            likelihood += weigh_alone(pass, item, (float *)held);
            copy_row(row, held, vectors);
        } else {
            float top;
            float all;

            soften_row(row, vectors, &top, &all);
            product *= (double)all;
            likelihood += (double)top;
        }
        if (product > 1e200) {
            likelihood += log(product);
            product = 1;
        }
#pragma GCC unroll 4
        for (uint32_t v = 0; v < vectors; v++) {
            mass[v] += row[v];
        }
        scatter_row(shard, item, vectors, row);
        if (pass->posterior != NULL) {
            copy_row(held, row, vectors);
            truth_item_posterior(pass, item, (const float *)held);
        }
    }
    for (uint32_t h = 0; h < vectors * OCTET; h++) {
        shard->mass[h] += (double)((const float *)mass)[h];
    }
    shard->likelihood += likelihood + log(product);
}
