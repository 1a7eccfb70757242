#pragma once

/*
 * How good are predicted grades? Accuracy, macro-F1, Cohen's kappa (1960), with quadratic weights
 * (1968), calibration error (Guo and others 2017: ten steps of the probability of the chosen
 * class), and where classes are numbers also Pearson's correlation and the root mean squared error
 * of the expected grade. Intervals come from a bootstrap over whole questions, because answers to
 * one question are alike.
 */

#include <stdbool.h>
#include <stdint.h>

#include "num/interval.h"

struct arena;

struct score_graded_set {
    const double *probability; /* [answer][class] */
    const uint32_t *chosen;    /* [answer] */
    const uint32_t *truth;     /* [answer] */
    const uint32_t *question;  /* [answer]: dense numbers */
    const double *values;      /* [class]: what the classes are worth; NULL: they are names */
    uint32_t count;
    uint32_t class_count;
    uint32_t question_count;
};

struct score_measure {
    double value;
    struct interval interval; /* 95 % */
};

struct score_measures {
    uint32_t count;
    uint32_t question_count; /* that have answers */
    struct score_measure accuracy;
    struct score_measure macro_f1; /* over the classes that are met in truth or choice */
    struct score_measure kappa;
    struct score_measure calibration_error;
    bool numeric; /* the rest holds something */
    struct score_measure quadratic_kappa;
    struct score_measure correlation;
    struct score_measure rmse;
};

/* The count must be positive. With a single question the bootstrap knows no spread: intervals are
 * points. */
struct score_measures score_measure(struct arena *arena, const struct score_graded_set *set,
                                    uint64_t seed);
