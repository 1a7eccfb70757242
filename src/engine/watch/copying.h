#pragma once

/*
 * Copying: do two workers share errors that they should not?
 *
 * Right answers agree by themselves; the same wrong answer is the trace of
 * copying (Dong and others 2009). Where not both of a pair gave the class that the
 * others make likeliest, their labels are compared: a copier repeats the other with
 * some probability c, an independent worker only by chance. The chance of the same
 * wrong class is taken from how often the crowd falls for it. The likelihood
 * ratio, averaged over c, is an e-value: under independence it exceeds x with a
 * probability of at most 1 / x.
 */

#include "engine/watch/crowd.h"

struct watch_copying_options {
    double sure;         /* probability that makes the others' opinion count, in [0.5, 1) */
    uint32_t shared_min; /* pairs with fewer telling items are not judged */
    double false_alarm;  /* over all pairs together */
    size_t pair_max;     /* bound on the pairs that are kept */
};

#define WATCH_COPYING_DEFAULTS                                                                     \
    ((struct watch_copying_options){                                                               \
        .sure = 0.6, .shared_min = 5, .false_alarm = 0.05, .pair_max = 10000000})

struct watch_pair {
    uint32_t left;
    uint32_t right;         /* left < right */
    uint32_t shared_count;  /* items that both labelled */
    uint32_t telling_count; /* of these, where the others are sure that one is wrong */
    uint32_t same_count;    /* of these, where both gave the same wrong class */
    double same_expected;   /* of two independent workers */
    double copying;         /* most likely share of copied answers, in [0, 0.95] */
    double log_evidence;    /* natural log of the e-value */
    bool alarm;             /* beyond what all pairs together would show by chance */
};

/* Pairs with telling items enough, most suspect first. Work grows with the sum over items of
 * squared labels. ERR_INVALID and ERR_LIMIT as crowd_gather says, options out of range, or more
 * than `pair_max` pairs. */
enum err watch_copying_find(struct arena *arena, const struct watch_labels *labels,
                            const struct watch_copying_options *options, struct watch_pair **out,
                            size_t *count, struct fault *fault);
