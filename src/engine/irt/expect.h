#pragma once

/*
 * The expectation step of the calibration, inside the engine.
 *
 * Neighbouring items are packed into groups with at most 64 joint answers. The likelihood of each
 * joint answer at each node is tabulated once a round, so a person costs one table row a group
 * to look up and one to add to, instead of one an item. Products are rescaled by powers of two
 * before they can underflow. Rows are cut into fixed shards that are reduced in order.
 */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct irt_gradings;
struct irt_item;
struct irt_responses;
struct parallel;

/* Nodes and normalised weights of the population. */
struct irt_grid {
    uint32_t count; /* a multiple of 8 */
    double *theta;
    double *prior;
};
struct irt_grid irt_grid_normal(struct arena *arena, uint32_t count, double range);

/* Where an item's answer stands in the code of its group: code / place % radix. The last digit
 * of an item with gaps means missing. */
struct irt_digit {
    uint32_t group;
    uint32_t place;
    uint32_t radix;
    uint32_t code_count; /* what may be given: the categories, or the codes of the gradings */
    uint32_t category_count;
    uint32_t cell_first; /* of the item's categories in the expected counts */
};

struct irt_group {
    uint32_t item_first;
    uint32_t item_count;
    uint32_t code_first; /* row of the tables */
    uint32_t code_count;
};

struct irt_packed {
    uint32_t row_count;
    uint32_t item_count;
    uint32_t group_count;
    uint32_t code_count; /* of all groups */
    uint32_t cell_count; /* categories of all items */
    struct irt_digit *digits;
    struct irt_group *groups;
    uint8_t *codes;                      /* [row][group] */
    const double *weight;                /* as the responses have it */
    const struct irt_gradings *gradings; /* [item]; NULL: categories are exact */
};

/* `category_counts` holds for each item how many it has; answers are checked already. */
struct irt_packed irt_pack(struct arena *arena, const struct irt_responses *responses,
                           const uint32_t *category_counts);

/* Room that all rounds share, and what a round finds. */
struct irt_expectation {
    double *table;       /* [code][node]: likelihood of the joint answer; a row of ones behind */
    double *counts;      /* [shard][code][node]: expected persons */
    double *cells;       /* [cell][node]: expected persons by category of every item */
    double *likelihoods; /* [shard] */
    double likelihood;
    uint32_t shard_count;
    bool plain; /* do without AVX2, for comparison */
};
struct irt_expectation irt_expectation_new(struct arena *arena, const struct irt_packed *packed,
                                           const struct irt_grid *grid);

/* What is known of the true category at a node once `code` was given; returns the chance of the
 * code. `out` is [category]. Exact where `gradings` has no chances. */
double irt_true_category(const struct irt_gradings *gradings, const struct irt_item *item,
                         double theta, uint32_t code, double *out);

void irt_expect(struct irt_expectation *expectation, const struct irt_packed *packed,
                const struct irt_item *items, const struct irt_grid *grid,
                const struct parallel *parallel);

/* Fill the table alone, for posteriors of single rows. */
void irt_tabulate(struct irt_expectation *expectation, const struct irt_packed *packed,
                  const struct irt_item *items, const struct irt_grid *grid);

/* The posterior of one row over the nodes; returns the log-likelihood of the row. */
double irt_row_posterior(const struct irt_expectation *expectation, const struct irt_packed *packed,
                         const struct irt_grid *grid, uint32_t row, double *out);
