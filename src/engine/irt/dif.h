#pragma once

/*
 * Differential item functioning: is an item harder for one group than for another of the same
 * ability?
 *
 * Mantel and Haenszel (1959) over strata of the score on all items, with the classes A, B and C of
 * the Educational Testing Service (Dorans and Holland 1993); for graded items Mantel's (1963)
 * extension. Beside it the proportional-odds logistic regression of Zumbo (1999): likelihood
 * ratio tests of a group effect and of its interaction with the score.
 */

#include <stdint.h>

#include "base/err.h"
#include "engine/irt/fit.h"

struct arena;
struct fault;

enum { IRT_DIF_GROUP_MIN = 50, IRT_DIF_STRATUM_MAX = 64 };

enum irt_dif_class {
    IRT_DIF_NOT_ENOUGH, /* fewer than IRT_DIF_GROUP_MIN answers in a group, or no variation */
    IRT_DIF_A,          /* negligible */
    IRT_DIF_B,
    IRT_DIF_C, /* large: the item should rest until a person has looked */
};

struct irt_dif {
    enum irt_dif_class class;
    double odds;       /* common odds ratio, reference to focal; two categories only, else NaN */
    double delta;      /* -2.35 log odds: below zero, harder for the focal group; else NaN */
    double mean_gap;   /* focal minus reference mean score, weighted by focal persons, over the
                          item's standard deviation; below zero: harder for the focal group */
    double gap_error;  /* its standard error */
    uint32_t count[2]; /* answers of the reference and of the focal group */
    double chi2;       /* Mantel's, one degree of freedom */
    double p;
    double uniform_chi2; /* ordinal logistic: group on top of score, one degree */
    double uniform_p;
    double crossing_chi2; /* and interaction on top of that, one degree */
    double crossing_p;
};

/* `focal[row]` is 1 for the focal group, 0 for the reference group; rows with gaps are matched by
 * their mean score. `out` is [item]. ERR_INVALID: no rows or items, or a group without persons. */
enum err irt_dif(struct arena *arena, const struct irt_responses *responses, const uint8_t *focal,
                 struct irt_dif *out, struct fault *fault);
