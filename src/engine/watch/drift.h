#pragma once

/*
 * Drift and spam: has a worker become worse, and does a worker look at the items at all?
 *
 * Each label has a surprise, minus the log of its probability by the others'
 * labels of the item, less what a label drawn from these would have. A CUSUM
 * (Page 1954) of surprise above the worker's own mean finds the run in which it
 * rose most. Without drift the worker's labels could have come in any order:
 * shuffles of them say how often chance makes such a run (exact for any
 * distribution of surprise).
 */

#include "engine/watch/crowd.h"

struct watch_drift_options {
    uint32_t label_min; /* a worker with fewer usable labels is not judged */
    double slack;       /* surprise above the mean that is let pass, in standard deviations */
    uint32_t shuffles;  /* the smallest p is 1 / (shuffles + 1) */
    double false_found; /* share of false alarms among alarms (Benjamini and Hochberg 1995) */
    uint64_t seed;
};

#define WATCH_DRIFT_DEFAULTS                                                                       \
    ((struct watch_drift_options){                                                                 \
        .label_min = 20, .slack = 0.25, .shuffles = 999, .false_found = 0.1, .seed = 1})

struct watch_drift {
    uint64_t label_count; /* all of the worker's */
    uint64_t used_count;  /* of items that others labelled too: only these count */
    double agreement;     /* mean probability that the others give to the worker's labels; zero, as
                             all below, where no label is used */
    double surprise;      /* mean, in nats above what the others' labels would have */
    bool has_spam;  /* labels enough are used, and the others tell two classes apart in them */
    double spam;    /* 1: rows of the confusion matrix differ as much as can be; 0: not at
                       all, the worker answers without regard to the item (Raykar and Yu 2012) */
    bool has_drift; /* labels enough are used, and they differ in surprise */
    double cusum;   /* its largest value, in standard deviations */
    uint64_t from;  /* used label at which the worst run starts, from zero */
    uint64_t to;    /* and where it ends, exclusive */
    double before;  /* mean surprise outside the run */
    double within;  /* and inside it */
    double p;
    bool alarm;
};

/* One for each worker. ERR_INVALID and ERR_LIMIT as crowd_gather says, or options out of range. */
enum err watch_drift_find(struct arena *arena, const struct watch_labels *labels,
                          const struct watch_drift_options *options, struct watch_drift **out,
                          struct fault *fault);
