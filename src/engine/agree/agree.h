#pragma once

/*
 * Agreement: do raters who judge the same units say the same, beyond chance?
 *
 * Ratings are triplets (unit, rater, value); a triplet that is not there is a
 * missing value. One pass over them makes a table, from which every coefficient
 * and every bootstrap replicate is computed. All coefficients have the form
 * 1 - (disagreement seen) / (disagreement expected by chance) and differ in what
 * chance means; distances between values make them ordinal or numeric.
 * Gwet (2014, Handbook of Inter-Rater Reliability) is the reference for all but
 * Krippendorff (2011, Computing Krippendorff's alpha-reliability).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct agree_table;
struct arena;
struct fault;
struct parallel;

/* All three are dense numbers from zero. */
struct agree_rating {
    uint32_t unit;
    uint32_t rater;
    uint32_t value;
};

struct agree_input {
    const struct agree_rating *ratings; /* in any order, each unit and rater at most once */
    size_t rating_count;
    uint32_t unit_count; /* units without any rating count for nothing */
    uint32_t rater_count;
    uint32_t value_count; /* possible values, used or not: they matter to Gwet, Brennan-Prediger */
    const double *scores; /* [value], finite, strictly ascending; NULL: 0, 1, 2, ... */
};

enum agree_metric {
    AGREE_PERCENT,  /* mean agreement in units of two or more ratings, no correction */
    AGREE_COHEN,    /* Cohen 1960, 1968; more than two raters: mean over pairs (Light 1971) */
    AGREE_SCOTT,    /* Scott's pi 1955; more than two raters: mean over pairs */
    AGREE_FLEISS,   /* Fleiss 1971 */
    AGREE_CONGER,   /* Conger 1980: chance from each rater's own marginals */
    AGREE_BRENNAN,  /* Brennan and Prediger 1981: chance is uniform */
    AGREE_GWET,     /* Gwet 2008: AC1, and AC2 with any distance but nominal */
    AGREE_ALPHA,    /* Krippendorff */
    AGREE_METRICS_, /* how many there are */
};

enum agree_distance {
    AGREE_NOMINAL,   /* 0 or 1 */
    AGREE_LINEAR,    /* |a - b| */
    AGREE_QUADRATIC, /* (a - b)^2; alpha's interval level */
    AGREE_ORDINAL,   /* alpha: Krippendorff's, by ranks; others: Gwet's ordinal weights */
    AGREE_RATIO,     /* ((a - b) / (a + b))^2; scores must not be negative */
};

struct agree_options {
    enum agree_metric metric;
    enum agree_distance distance;
    uint32_t bootstrap; /* Poisson replicates over units; 0: none */
    uint64_t seed;
    double level; /* of the intervals, in (0, 1) */
    const struct parallel *parallel;
};

#define AGREE_DEFAULTS                                                                             \
    ((struct agree_options){.metric = AGREE_ALPHA, .bootstrap = 1000, .seed = 1, .level = 0.95})

struct agree_result {
    bool defined;
    const char *undefined_because; /* a sentence, where not defined */
    double value;
    bool has_interval;        /* not with fewer than two units of two ratings */
    struct interval interval; /* percentiles of the replicates in which the value is defined */
    bool has_error;           /* analytic (Gwet), units drawn from an infinite population */
    double error;
    double observed;        /* weighted agreement seen, in [0, 1] */
    double chance;          /* weighted agreement expected */
    uint64_t unit_count;    /* with at least one rating */
    uint64_t paired_count;  /* with at least two: they carry the evidence */
    uint64_t rating_count;  /* in these */
    uint64_t rater_count;   /* with at least one rating */
    uint32_t defined_count; /* replicates in which the value is defined */
};

/* ERR_INVALID: a number is out of range, a rater rated a unit twice, scores do not ascend.
 * ERR_LIMIT: more than 2^32 - 2 ratings. */
enum err agree_table_build(struct arena *arena, const struct agree_input *input,
                           const struct agree_table **out, struct fault *fault);

/* ERR_INVALID: options out of range, or a ratio of negative scores. ERR_LIMIT: more than 4,096
 * values at ratio distance, or more than 2^27 pairs (rater, value) where raters matter.
 * What cannot be known is no error but an undefined result; so is a mean over more than 2^24 sums
 * of pairs (Cohen, Scott), which has no interval either where replicates would cost over 2^30. */
enum err agree_measure(struct arena *arena, const struct agree_table *table,
                       const struct agree_options *options, struct agree_result *out,
                       struct fault *fault);

struct agree_pair {
    uint32_t left;
    uint32_t right; /* left < right */
    struct agree_result result;
};

/* The same for each two raters who share a unit, ordered by left, then right. Work grows with the
 * sum over units of squared ratings. ERR_LIMIT: more than `pair_max` pairs. */
enum err agree_pairs(struct arena *arena, const struct agree_table *table,
                     const struct agree_options *options, size_t pair_max, struct agree_pair **out,
                     size_t *count, struct fault *fault);
