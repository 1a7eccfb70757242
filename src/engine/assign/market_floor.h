#pragma once

/* Private to the market: its floor, where every column picks at the prices of the moment. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/assign/scan.h"

struct arena;
struct assign_problem;
struct link;
struct market;
struct parallel;

struct chunk {
    uint32_t *count;    /* [row] picks */
    double *share;      /* [row and ground] what marginal picks would rather share */
    struct link *links; /* columns near the margin */
    size_t link_count;
    int64_t profit;     /* of all its columns */
    uint32_t *awake;    /* scratch: the columns that are looked at */
    struct pick *picks; /* scratch */
};

struct floor_state {
    const struct assign_problem *problem;
    struct market *market;
    struct chunk *chunks;
    size_t chunk_count;
    uint32_t chunk_size;
    double *count;   /* [row] of all chunks */
    double *share;   /* [row] of all chunks */
    double profit;   /* of all chunks */
    int32_t *wake;   /* [column] the drift below which it cannot want anything */
    int64_t drift;   /* the most that any price has risen in all */
    uint32_t stride; /* one column in so many gives links */
    bool paired;     /* short columns of one seat */
    bool vector;
    int32_t low;
    int32_t high;
};

/* `problem` and `market` are set. */
void floor_open(struct arena *arena, const struct scan_sizes *sizes, struct floor_state *floor);

/* Every column that is awake picks: counts, shares, profit, links. The same with any number of
 * threads. */
void floor_pass(struct floor_state *floor, const struct parallel *parallel);
