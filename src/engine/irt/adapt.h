#pragma once

/*
 * Adaptive testing: what has been learnt about a person, which item to ask next, and when to stop.
 *
 * Ability is estimated by its mean over a grid (expected a posteriori, Bock and Mislevy 1982).
 * Graders err: where an item names a confusion matrix, the likelihood of a given score is
 * the sum over the true scores, so that intervals stay honest. The next item has the largest
 * information expected under the posterior (van der Linden 1998) in the content block that lags
 * most behind its share (Kingsbury and Zara 1989), drawn among the best few (Kingsbury and Zara
 * 1989, "randomesque") of those below their exposure cap.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/irt/fit.h"
#include "engine/irt/model.h"

struct arena;
struct fault;
struct rng;

enum { IRT_BLOCK_MAX = 64, IRT_TOP_MAX = 64, IRT_ADAPT_NODES = 64 };

struct irt_entry {
    struct irt_item item;
    const double *confusion; /* [true category][given category], rows sum to one; NULL: exact */
    uint32_t block;
};

/* Tables of all items on the grid, made once. */
struct irt_bank {
    uint32_t item_count;
    uint32_t block_count;
    const struct irt_entry *entries;
    double theta[IRT_ADAPT_NODES];
    float *information;  /* [item][node] */
    double *likelihood;  /* rows of nodes: of an item's given categories, from row_first */
    uint32_t *row_first; /* [item] */
};

/* ERR_INVALID: an item is out of bounds, a confusion matrix is none, or a block is too high. */
enum err irt_bank_new(struct arena *arena, const struct irt_entry *entries, uint32_t item_count,
                      struct irt_bank *out, struct fault *fault);

/*
 * The confusion of a grader who gives the true category with probability `agreement` and else
 * mostly a neighbour of it: weight 1 for neighbours, 0.15 for others. `out` is [count][count].
 */
void irt_confusion_of(uint32_t count, double agreement, double *out);

struct irt_posterior {
    double share[IRT_ADAPT_NODES]; /* sums to one */
    double mean;
    double deviation;
};

/* Start from a normal population; its deviation must be positive. */
struct irt_posterior irt_posterior_new(const struct irt_bank *bank, double mean, double deviation);

/* Learn from one answer as the grader scored it. */
void irt_posterior_add(const struct irt_bank *bank, uint32_t item, uint32_t category,
                       struct irt_posterior *posterior);

/* The ability below which the posterior has the share `p`, between nodes interpolated. */
double irt_posterior_quantile(const struct irt_bank *bank, const struct irt_posterior *posterior,
                              double p);

struct irt_choice {
    const bool *closed;     /* [item]: asked already, or never to be asked */
    const double *shares;   /* [block]: wanted shares of the test; NULL: as it comes */
    const uint32_t *given;  /* [block]: items asked so far */
    const uint32_t *shown;  /* [item]: sessions that showed it, for the cap; NULL: no cap */
    uint32_t session_count; /* that `shown` stands for */
    double exposure_max;    /* share of sessions that may see one item; gives way when all open
                               items of the block stand at it */
    uint32_t top_count;     /* draw among so many of the best; 1 to IRT_TOP_MAX */
};

/* ERR_NOT_FOUND, without a text: no item is open. */
enum err irt_choose(const struct irt_bank *bank, const struct irt_posterior *posterior,
                    const struct irt_choice *choice, struct rng *rng, uint32_t *out);

enum irt_stop {
    IRT_STOP_NOT,
    IRT_STOP_PRECISE, /* the deviation is small enough */
    IRT_STOP_CLEAR,   /* the interval leaves out the cut */
    IRT_STOP_COUNT,   /* as many items as may be asked */
    IRT_STOP_EMPTY,   /* no item is left */
};

struct irt_stop_rule {
    uint32_t count_min; /* never before so many items */
    uint32_t count_max;
    double deviation_max; /* zero: never for precision */
    double cut;           /* NaN: there is none */
    double cut_level;     /* mass of the interval that must leave out the cut, as .95 */
};

enum irt_stop irt_stop(const struct irt_bank *bank, const struct irt_posterior *posterior,
                       const struct irt_stop_rule *rule, uint32_t answered);

struct irt_simulation_options {
    uint64_t seed;
    uint32_t person_count;
    double mean; /* of the population, which is also the prior */
    double deviation;
    struct irt_stop_rule stop;
    const double *shares; /* as in a choice */
    double exposure_max;
    uint32_t top_count;
    bool random_order; /* items in random order, for comparison */
    bool trust_grader; /* score as though graders never erred, for comparison */
};

struct irt_simulation {
    double items_mean;
    double bias;
    double rmse;
    double deviation_mean;
    double coverage;    /* share of 95 % intervals that hold the true ability */
    double reliability; /* squared correlation of estimates and abilities */
    double exposure_most;
    double used_share; /* of the bank's items that anyone saw */
    uint32_t stops[IRT_STOP_EMPTY + 1];
};

/* Simulated persons, one after the other; exposure counts run on between them. ERR_INVALID:
 * options out of range. */
enum err irt_simulate(struct arena *arena, const struct irt_bank *bank,
                      const struct irt_simulation_options *options, struct irt_simulation *out,
                      struct fault *fault);
