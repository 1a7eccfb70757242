#pragma once

/*
 * Scoping: what a need will take, as quantiles. Pure.
 *
 * Each draw takes how long tasks last, how much of their hours experts really give, and how many
 * accept an offer; then experts are drawn from the pool that was measured until their hours do the
 * work by the deadline. Where the pool is too small the whole of it works, and the date moves.
 */

#include <stdint.h>

struct arena;

struct scope_supply {
    const uint16_t *hours; /* [expert] a week */
    const uint32_t *rate;  /* [expert] an hour, minor units; 0: any */
    uint32_t count;
    uint32_t accepted; /* of the offers that were answered */
    uint32_t answered;
};

struct scope_need {
    double tasks;
    double minutes;        /* a task */
    double redundancy;     /* answers a task */
    double review_share;   /* of answers that are reviewed */
    double review_minutes; /* an answer */
    double weeks;          /* until the deadline */
    uint32_t rate_floor;   /* what an hour costs at least: for experts who ask less */
    double spread;         /* relative deviation of the time a task takes */
    double use_low;        /* share of their hours that experts give, from … to */
    double use_high;
    uint64_t seed;
    uint32_t draws;
};

struct scope_quantiles {
    double low; /* one in ten is below */
    double mid;
    double high; /* one in ten is above */
};

struct scope_answer {
    double hours_plain; /* without chance: the arithmetic */
    double review_plain;
    struct scope_quantiles experts;
    struct scope_quantiles offers;
    struct scope_quantiles hours;
    struct scope_quantiles cost; /* minor units */
    struct scope_quantiles weeks;
    double in_time; /* share of the draws that meet the deadline */
};

/* The supply must not be empty. Time: draws times experts needed. */
void scope_compute(struct arena *arena, const struct scope_supply *supply,
                   const struct scope_need *need, struct scope_answer *out);
