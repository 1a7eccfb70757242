#pragma once

/* Tallies: the weighted sums over units from which every coefficient is a formula. */

#include <stdbool.h>
#include <stdint.h>

#include "engine/agree/agree.h"
#include "engine/agree/distance.h"
#include "engine/agree/draws.h"
#include "engine/agree/table.h"

struct arena;

/* Ratings of one value in one pattern. */
struct run {
    uint32_t value;
    uint32_t count;
};

/* What stays the same over all replicates of one coefficient. */
struct measure {
    enum agree_metric metric; /* of two raters, AGREE_COHEN and AGREE_SCOTT see shared units only */
    bool by_rank;             /* Krippendorff's ordinal distance: scores follow the counts */
    struct patterns patterns;
    struct distance distance;
    const struct run *runs;     /* of all patterns, one behind the other */
    const uint32_t *run_counts; /* [pattern] */
    const double *within;       /* [pattern] mean distance of two ratings; by rank: not used */
    uint32_t value_count;
    uint32_t rater_count;
    uint32_t widest;
};

/* One set of sums. */
struct sums {
    double units;        /* with a rating */
    double paired;       /* with two or more */
    double ratings;      /* in those */
    double seen;         /* sum over these units of the mean distance of two ratings */
    double seen_ratings; /* the same, each unit times its ratings */
    double *share;       /* [value] sum over units of the value's share of the unit's ratings */
    double *count;       /* [value] ratings in units of two or more */
    double *given;       /* [rater][value] ratings; where the metric needs raters, else NULL */
    double *together;    /* [value][value] coincidences; by rank of few values, else NULL */
    double *scratch;     /* [value] three times, and [widest] twice */
};

/* Replicates are summed side by side, so that each pattern is visited once for all of them. */
enum { LANES = 8 };

struct tally {
    double units[LANES];
    double paired[LANES];
    double ratings[LANES];
    double seen[LANES];
    double seen_ratings[LANES];
    double *share; /* [value][LANES], and so on as above */
    double *count;
    double *given;
    double *together;
    double *ranks;    /* [LANES][value] by rank of many values, else NULL */
    struct sums lane; /* room for one of them */
};

/* The formulas' outcome; value only where chance disagreement is not zero. */
struct outcome {
    double observed;
    double chance;
    double value;
    const char *undefined_because; /* NULL: defined */
};

struct measure measure_of(struct arena *arena, const struct agree_table *table,
                          const struct agree_options *options);
struct tally tally_new(struct arena *arena, const struct measure *measure);

/* Every lane gets the multiplicities as weights; or with `draws`, a Poisson weight each. */
void tally_fill(struct tally *tally, const struct measure *measure, struct draws *draws);

/* The sums of one lane; they live in the tally until the next call. */
const struct sums *tally_lane(struct tally *tally, const struct measure *measure, size_t lane);

struct outcome sums_outcome(const struct sums *sums, const struct measure *measure);

/* Mean distance of two different ratings among `size` at least two. `scratch` holds 2 * size. */
double distance_within(const struct distance *distance, const struct seat *seats, uint32_t size,
                       double *scratch);

/*
 * Krippendorff's ordinal distance. The rank of a value is the middle of its ratings when all are
 * sorted; the square of the ratings from middle to middle is quadratic in ranks. These are
 * written to `ranks`, which must live as long as the distance.
 */
struct distance rank_distance(const double *count, uint32_t value_count, double *ranks);
