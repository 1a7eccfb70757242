#pragma once

/*
 * The inner loops of a pass, over the items of one shard. Each is compiled twice from one source,
 * plain and with AVX2; both do the same operations in the same order and give the same bits.
 */

#include "engine/truth/start.h"
#include "engine/truth/table.h"

enum {
    OCTET = 8,        /* floats of a vector */
    NARROW_WIDTH = 4, /* up to here, items are softened several in one vector */
};

/* The log-ratio of a lane that cannot be. */
#define TRUTH_IMPOSSIBLE (-1e30F)

/* One shard's table and sums. A row of the table is `width` log-ratios to lane 0, then the expected
 * counts of the same lanes. */
struct truth_shard {
    const struct truth_pass *pass;
    uint32_t from; /* items */
    uint32_t to;
    float *table;  /* [row][2][width], aligned to 64 bytes */
    double *given; /* [row][width]: counts of the chunks before the last; NULL: there is one */
    double *mass;  /* [width] */
    float *row;    /* [2][width]: scratch, aligned */
    double likelihood;
    bool flushed; /* `given` holds something */
};

struct truth_pass {
    const struct truth_input *input;
    const struct parallel *parallel;
    uint32_t lane_count;
    uint32_t width;       /* lanes behind the first, padded: 1, 2, 4 or a multiple of 8 */
    double *labels;       /* [row] */
    float *ratio;         /* [row][width]: log-ratios of the tables, or the votes of a row */
    float *prior;         /* [width] */
    double *posterior;    /* written where it is not NULL */
    bool votes;           /* weights are shares of votes, not softened sums */
    bool plain;           /* without SIMD: for the tests */
    uint32_t chunk_items; /* items summed in single precision */
    uint32_t shard_count;
    struct truth_shard *shards;
    struct truth_silence silence;
};

/* Add items [from, to) to the shard's table, mass and likelihood. */
void truth_kernel_run(struct truth_shard *shard, uint32_t from, uint32_t to);

/* One item in double precision: where it is known, or its ratios are large. Returns the log of the
 * normaliser; `lanes` become probabilities. */
double truth_item_soften(const struct truth_pass *pass, uint32_t item, float *lanes);

/* Shares of votes; `lanes` hold how many stood for each class behind the first. */
void truth_item_share(const struct truth_pass *pass, uint32_t item, float *lanes);

/* Write the item's row of the posterior. */
void truth_item_posterior(const struct truth_pass *pass, uint32_t item, const float *lanes);

/* Whether the answer of one of `count` items is known. */
bool truth_item_known(const struct truth_input *input, uint32_t from, uint32_t count);
