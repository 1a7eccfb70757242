#pragma once

/*
 * Sequential checks: answers to known questions arrive one by one; when is it
 * sure enough that the error rate is fine, or that it is not?
 *
 * Wald's sequential probability ratio test (1945) decides between two rates as
 * early as can be, and must then stop. The e-process, a mixture of likelihood
 * ratios over all rates above the acceptable one (Ville 1939; Robbins 1970;
 * Ramdas and others 2023), stays valid however often one looks and whenever one
 * stops.
 */

#include <stdbool.h>
#include <stdint.h>

enum watch_verdict {
    WATCH_CONTINUE, /* not sure yet */
    WATCH_ACCEPT,   /* the rate is fine */
    WATCH_REJECT,   /* it is not */
};

struct watch_rates {
    double fine;        /* acceptable error rate, in (0, 1) */
    double poor;        /* rate that must be found out, above it, below 1 */
    double false_alarm; /* chance to reject at the fine rate, in (0, 0.5) */
    double missed;      /* chance to accept at the poor rate, in (0, 0.5) */
};

struct watch_sequential {
    uint64_t count;
    uint64_t errors;
    double log_ratio; /* of poor against fine, at the end or where Wald's test stopped */
    enum watch_verdict verdict;
    uint64_t decided_at; /* answers seen when the verdict fell; 0: none yet */
    double log_evidence; /* largest e-value so far, natural log, at least 0 */
    double p;            /* that no more than the fine rate is at work, at any time: at most 1 */
    uint64_t alarmed_at; /* answers seen when the evidence passed 1 / false_alarm; 0: not yet */
};

/* True where the rates make a test. */
bool watch_rates_are_sound(const struct watch_rates *rates);

/* Take one more answer, wrong or right. `state` starts zeroed. */
void watch_sequential_add(const struct watch_rates *rates, struct watch_sequential *state,
                          bool wrong);

/* Natural log of the e-value of `errors` in `count` against rates up to `fine`; a Beta(1/2, 1/2)
 * mixture above it. */
double watch_log_evidence(uint64_t count, uint64_t errors, double fine);

/* Wald's bounds, and the mean number of answers until a verdict at an error rate. */
struct watch_bounds {
    double accept; /* log-ratio below which to accept, above which to reject */
    double reject;
};
struct watch_bounds watch_wald_bounds(const struct watch_rates *rates);
double watch_wald_length(const struct watch_rates *rates, double rate);
