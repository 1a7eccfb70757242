#pragma once

/*
 * Calibration of items by marginal maximum likelihood.
 *
 * The ability of every person is integrated out over a standard normal population on equally
 * spaced nodes; expectation-maximisation (Bock and Aitkin 1981) climbs, with SQUAREM steps
 * (Varadhan and Roland 2008) that are taken back when they lose likelihood. Standard errors come
 * from the observed information (Louis 1982). Same bits for any number of threads.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/irt/model.h"

struct arena;
struct fault;
struct parallel;

enum irt_model {
    IRT_1PL, /* two categories, one slope for all items */
    IRT_2PL,
    IRT_3PL,    /* a normal prior holds the logit of the lower asymptote */
    IRT_GRADED, /* two categories or more */
};

enum { IRT_MISSING = 255, IRT_NODE_MAX = 256, IRT_ROW_MAX = 20000000, IRT_CODE_MAX = 60 };

/*
 * Graders err, and several may speak of one answer: what they say together is a code, and each true
 * category gives each code with a known chance. The true categories are then integrated out beside
 * the abilities, and standard errors count what is not known of them.
 */
struct irt_gradings {
    const double *chance; /* [true category][code], rows sum to one; NULL: codes are categories */
    uint32_t category_count;
    uint32_t code_count; /* at most IRT_CODE_MAX */
};

struct irt_responses {
    const uint8_t *at; /* [row][item]: a category or code from zero, or IRT_MISSING */
    const struct irt_gradings *gradings; /* [item]; NULL: all categories are exact */
    const double *weight;                /* [row]: how many persons answered so; NULL: one each */
    const char *const *names;            /* [item], for faults; NULL: they are numbered */
    uint32_t row_count;
    uint32_t item_count;
};

struct irt_fit_options {
    enum irt_model model;
    uint32_t node_count; /* a multiple of 8, at most IRT_NODE_MAX; 0: enough for the items */
    uint32_t rounds_max; /* upper bound on expectation steps */
    double change_min;   /* stop when a whole round changes no parameter by more */
    double guess_mean;   /* 3PL: prior of logit(guess) */
    double guess_spread;
    bool without_errors; /* leave the standard errors out */
};
#define IRT_FIT_DEFAULTS                                                                           \
    ((struct irt_fit_options){.model = IRT_2PL,                                                    \
                              .rounds_max = 2000,                                                  \
                              .change_min = 1e-6,                                                  \
                              .guess_mean = -1.5,                                                  \
                              .guess_spread = 0.75})

struct irt_fit {
    struct irt_item *items;  /* [item] */
    struct irt_item *errors; /* [item]: standard errors in the same places; NaN where the
                                information is singular; NULL: not asked for */
    double likelihood;       /* natural log, without the prior of the 3PL */
    double person_count;     /* sum of the weights */
    double aic;
    double bic;
    uint32_t parameter_count;
    uint32_t rounds; /* expectation steps */
    bool converged;
    bool bounded; /* a parameter stands at its bound: the data do not hold it */

    /* Against the saturated table of all answer patterns; `freedom` is zero where there are more
     * than 4,096 patterns, gaps, or too few patterns for a test. */
    double deviance; /* G squared */
    double pearson;  /* X squared */
    double freedom;
    double deviance_p;
    double pearson_p;
};

/*
 * ERR_INVALID: no rows or items, an answer beyond the model's categories, an item that all answer
 * alike or that skips a category, gradings that are no chances, a weight that is negative or not
 * finite, options out of range. ERR_LIMIT: more than IRT_ITEM_MAX items or IRT_ROW_MAX rows.
 */
enum err irt_fit(struct arena *arena, const struct irt_responses *responses,
                 const struct irt_fit_options *options, const struct parallel *parallel,
                 struct irt_fit *out, struct fault *fault);
