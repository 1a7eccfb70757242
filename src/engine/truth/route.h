#pragma once

/*
 * Which judgement to buy next: the one with the largest expected information about
 * an item's answer per unit of money, given what is believed of items and workers
 * (Lindley 1956; for crowds Ho and Vaughan 2012). A heap is kept lazily: a pick
 * changes one item only, so that only stale tops are weighed again.
 *
 * Two uses. As labels arrive: pick, ask, `route_answer`, pick. As a plan for a whole
 * batch: pick again and again without answers; each item then carries a few sampled
 * futures, so that a second judgement on it counts for what it would still tell.
 */

#include <stdbool.h>
#include <stdint.h>

#include "engine/truth/truth.h"

struct route;

struct route_setup {
    const struct truth_input *input; /* labels that exist: nobody is asked twice */
    const struct truth_fit *fit;     /* beliefs; posterior, confusion and prior are read */
    const double *cost;              /* [worker], above zero; NULL: one each */
    const uint32_t *capacity;        /* [worker]: judgements left; NULL: no bound */
    /* Who may judge what: `may_worker[may_first[item] .. may_first[item + 1])`; NULL: everybody. */
    const uint32_t *may_first;
    const uint32_t *may_worker;
    double target;  /* an item is done when a class is this probable; 1: never */
    double explore; /* share of picks that go to the worker least known, in [0, 1] */
    uint64_t seed;
};

struct route_pick {
    uint32_t item;
    uint32_t worker;
    double gain; /* expected information in nats */
    double cost;
    bool explores; /* taken to get to know the worker */
};

/* ERR_INVALID: a cost, target or share out of range. */
enum err route_new(struct arena *arena, const struct route_setup *setup, struct route **out,
                   struct fault *fault);

/* False: nothing worth asking is left. The pick counts as asked. */
bool route_next(struct route *route, struct route_pick *out);

/* The answer to a pick. Beliefs about the item follow; those about workers stay. */
void route_answer(struct route *route, uint32_t item, uint32_t worker, uint32_t class);

/* Current belief [class] about an item, the mean over its futures where answers are out. */
void route_belief(const struct route *route, uint32_t item, double *out);

/* Expected share of right answers if everything stopped now: mean of the highest beliefs. */
double route_expected_accuracy(const struct route *route);
