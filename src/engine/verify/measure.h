#pragma once

/*
 * How a rubric measures: each of its criteria by what graders made of it. A criterion that all or
 * none meet tells answers apart no more; one that runs against the rest measures something else;
 * one that graders read differently is worded badly.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/verify/statistics.h"
#include "num/interval.h"

struct arena;
struct fault;

struct rubric_grade {
    uint32_t criterion; /* dense from zero */
    uint32_t response;  /* the answer that was graded, dense from zero */
    uint32_t grader;    /* dense from zero */
    bool model;         /* the grader is a model */
    bool met;
};

/* How pairs of graders agree. */
struct measured_agreement {
    struct confusion pairs;
    uint64_t answers; /* that have such a pair: what is drawn anew for the intervals */
    double kappa;     /* Cohen (1960); NaN: no pair, or all say the same */
    double f1;        /* balanced; NaN likewise */
    struct interval kappa_interval; /* NaN: fewer than three answers, or hardly any variation */
    struct interval f1_interval;
};

struct criterion_measure {
    uint64_t graded; /* by people */
    uint64_t met;
    struct interval pass; /* Wilson (1927); meaningless where nobody graded */
    double
        total_correlation; /* with the points of the rest of the same grading, corrected item-total
                              (Nunnally 1978); NaN: fewer than three gradings, or no variation */
    struct measured_agreement people; /* every pair of people on one response, each way round */
    struct measured_agreement judge;  /* a model against each person on one response */
};

struct measure_input {
    const double *points; /* [criterion] */
    uint32_t criterion_count;
    const struct rubric_grade *grades;
    size_t count;
};
struct measure_options {
    double level;  /* of the intervals */
    uint64_t seed; /* of what is drawn for them */
};

/*
 * `out` has a place for each criterion. One grader grades a criterion of a response once. Intervals
 * of agreement are percentiles of a Poisson bootstrap over responses (Hanley and MacGibbon 2006),
 * so that pairs on one response may be alike. ERR_INVALID: a number out of range, a grade given
 * twice, or points that are not finite. O(grades log grades), and a criterion's graders of one
 * response squared.
 */
enum err rubric_measure(struct arena *arena, const struct measure_input *input,
                        const struct measure_options *options, struct criterion_measure *out,
                        struct fault *fault);

/* What a person should look at, with fewer than `least` gradings nothing else; evidence, no
 * verdict.
 * "": nothing. */
const char *measure_advice(const struct criterion_measure *measure, uint64_t least);
