#pragma once

/*
 * Item response models: how likely is each score of an item at an ability?
 *
 * One struct serves four models. The chance to reach category k >= 1 is
 *     P(X >= k | theta) = guess + (1 - guess) / (1 + exp(-(slope * theta + intercept[k - 1])))
 * Two categories give the logistic models: Rasch's (1960) where all slopes are equal, Birnbaum's
 * (1968) with two parameters, and with three where guess > 0. More categories give the graded
 * response model (Samejima 1969), whose intercepts fall and which does not guess.
 *
 * Abilities are on the logit scale, standard normal in the population of the calibration.
 */

#include <stdint.h>

#include "base/err.h"

struct fault;

enum {
    IRT_CATEGORY_MAX = 12,
    IRT_STEP_MAX = IRT_CATEGORY_MAX - 1,
    IRT_ITEM_MAX = 4096,
};

struct irt_item {
    double slope;
    double guess;                   /* lower asymptote; zero where there are more categories */
    double intercept[IRT_STEP_MAX]; /* category_count - 1 of them, falling */
    uint32_t category_count;
};

/* ERR_INVALID: a parameter is not finite or out of bounds, or the intercepts do not fall. */
enum err irt_item_check(const struct irt_item *item, const char *name, struct fault *fault);

/* The probability of every category at `theta`, each at least 1e-12; they sum to one within that.
 */
void irt_item_probabilities(const struct irt_item *item, double theta, double *out);

/* Their derivatives by `theta`. */
void irt_item_slopes(const struct irt_item *item, double theta, double *out);

/* Fisher information about ability in one answer. */
double irt_item_information(const struct irt_item *item, double theta);

/* Where the chance to reach category `step` + 1 is half way between guess and one; the slope must
 * not be zero. The usual b of the literature. */
double irt_item_difficulty(const struct irt_item *item, uint32_t step);

/*
 * First derivatives of log P(category | theta) by the item's own parameters, in the order slope,
 * intercepts, logit of guess; IRT_STEP_MAX + 2 places. And the matrix of second derivatives, row
 * by row with that stride.
 */
enum { IRT_LOCAL_MAX = IRT_STEP_MAX + 2 };
void irt_item_score(const struct irt_item *item, double theta, uint32_t category,
                    double out[static IRT_LOCAL_MAX]);
void irt_item_curvature(const struct irt_item *item, double theta, uint32_t category,
                        double out[static IRT_LOCAL_MAX * IRT_LOCAL_MAX]);
