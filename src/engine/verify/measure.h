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

struct criterion_measure {
    uint64_t graded; /* by people */
    uint64_t met;
    struct interval pass; /* Wilson (1927); meaningless where nobody graded */
    double
        total_correlation; /* with the points of the rest of the same grading, corrected item-total
                              (Nunnally 1978); NaN: fewer than three gradings, or no variation */
    struct confusion people; /* every pair of people on one response, each way round */
    struct confusion judge;  /* a model against each person on one response */
};

/*
 * `points` and `out` have a place for each criterion. One grader grades a criterion of a response
 * once. ERR_INVALID: a number out of range, a grade given twice, or points that are not finite.
 * O(grades log grades), and a criterion's graders of one response squared.
 */
enum err rubric_measure(struct arena *arena, const double *points, uint32_t criterion_count,
                        const struct rubric_grade *grades, size_t count, double level,
                        struct criterion_measure *out, struct fault *fault);
