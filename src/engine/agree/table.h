#pragma once

/*
 * The table: ratings by unit, and units by pattern.
 *
 * Two units with the same ratings are one pattern with multiplicity two. A sum
 * of independent Poisson(1) weights of its units is Poisson(multiplicity), so the
 * bootstrap draws once a pattern and not once a unit: exact, and often a hundred
 * times less work.
 */

#include <stddef.h>
#include <stdint.h>

#include "engine/agree/agree.h"

struct seat {
    uint32_t rater;
    uint32_t value;
};

struct agree_table {
    const uint32_t *starts;   /* [unit_count + 1] into seats */
    const struct seat *seats; /* by unit, within a unit by value, then by rater */
    const double *scores;     /* [value_count] */
    uint32_t unit_count;
    uint32_t rater_count;
    uint32_t value_count;
    uint32_t rated_unit_count;  /* with at least one rating */
    uint32_t rated_rater_count; /* likewise */
    uint32_t paired_count;      /* units with at least two ratings */
    uint64_t paired_ratings;
    uint32_t widest; /* ratings of the unit that has most */
};

struct pattern {
    const struct seat *seats;
    uint32_t size;
    uint32_t multiplicity;
};

struct patterns {
    const struct pattern *at; /* in order of their first unit */
    uint32_t count;
};

/* Units are alike when they hold the same values; with `by_rater`, also from the same raters. */
struct patterns patterns_of(struct arena *arena, const struct agree_table *table, bool by_rater);
