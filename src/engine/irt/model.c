#include "engine/irt/model.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fault.h"

static const double PROBABILITY_MIN = 1e-12;
static const double SLOPE_MAX = 100;
static const double INTERCEPT_MAX = 1000;

enum err irt_item_check(const struct irt_item *item, const char *name, struct fault *fault)
{
    if (item->category_count < 2 || item->category_count > IRT_CATEGORY_MAX) {
        return fail_field(fault, ERR_INVALID, name,
                          "item %s has %u categories, but must have from 2 to %d", name,
                          item->category_count, IRT_CATEGORY_MAX);
    }
    if (!(fabs(item->slope) <= SLOPE_MAX)) {
        return fail_field(fault, ERR_INVALID, name,
                          "item %s has the slope %g, but it must be within %g of zero", name,
                          item->slope, SLOPE_MAX);
    }
    if (!(item->guess >= 0 && item->guess < 1) || (item->guess > 0 && item->category_count > 2)) {
        return fail_field(fault, ERR_INVALID, name,
                          "item %s has the lower asymptote %g, but it must be in [0, 1), and 0 "
                          "where there are more than two categories",
                          name, item->guess);
    }
    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        if (!(fabs(item->intercept[k]) <= INTERCEPT_MAX)) {
            return fail_field(fault, ERR_INVALID, name,
                              "item %s has the intercept %g, but it must be within %g of zero",
                              name, item->intercept[k], INTERCEPT_MAX);
        }
        if (k > 0 && item->intercept[k] > item->intercept[k - 1]) {
            return fail_field(fault, ERR_INVALID, name,
                              "item %s has intercepts that rise from %g to %g, but they must fall",
                              name, item->intercept[k - 1], item->intercept[k]);
        }
    }
    return OK;
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* One boundary between categories: P(X >= k), and its first two derivatives by its logit. */
struct boundary {
    double reach;
    double first;
    double second;
    double below; /* one minus the logistic, as the guess weighs it */
};

static struct boundary boundary_at(const struct irt_item *item, double theta, uint32_t k)
{
    if (k == 0) {
        return (struct boundary){.reach = 1};
    }
    if (k == item->category_count) {
        return (struct boundary){0};
    }
    double share = logistic(item->slope * theta + item->intercept[k - 1]);
    double scale = 1 - item->guess;
    double first = scale * share * (1 - share);

    return (struct boundary){.reach = item->guess + scale * share,
                             .first = first,
                             .second = first * (1 - 2 * share),
                             .below = 1 - share};
}

void irt_item_probabilities(const struct irt_item *item, double theta, double *out)
{
    double above = 1;

    for (uint32_t k = 0; k < item->category_count; k++) {
        double next = boundary_at(item, theta, k + 1).reach;

        out[k] = fmax(above - next, PROBABILITY_MIN);
        above = next;
    }
}

void irt_item_slopes(const struct irt_item *item, double theta, double *out)
{
    double above = 0;

    for (uint32_t k = 0; k < item->category_count; k++) {
        double next = boundary_at(item, theta, k + 1).first;

        out[k] = item->slope * (above - next);
        above = next;
    }
}

double irt_item_information(const struct irt_item *item, double theta)
{
    double probability[IRT_CATEGORY_MAX];
    double slope[IRT_CATEGORY_MAX];
    double information = 0;

    irt_item_probabilities(item, theta, probability);
    irt_item_slopes(item, theta, slope);
    for (uint32_t k = 0; k < item->category_count; k++) {
        information += slope[k] * slope[k] / probability[k];
    }
    return information;
}

double irt_item_difficulty(const struct irt_item *item, uint32_t step)
{
    assert(step + 1 < item->category_count && item->slope != 0);
    return -item->intercept[step] / item->slope;
}

/* Derivatives of P(category) itself: the slope and two intercepts at most move it. */
static void first_derivatives(const struct irt_item *item, double theta, uint32_t category,
                              double out[static IRT_LOCAL_MAX])
{
    struct boundary upper = boundary_at(item, theta, category);
    struct boundary lower = boundary_at(item, theta, category + 1);

    memset(out, 0, IRT_LOCAL_MAX * sizeof(*out));
    out[0] = theta * (upper.first - lower.first);
    if (category > 0) {
        out[category] = upper.first;
    }
    if (category + 1 < item->category_count) {
        out[category + 1] = -lower.first;
    }
    if (item->guess > 0) { /* d guess / d logit = guess * (1 - guess) */
        double rate = item->guess * (1 - item->guess);

        out[item->category_count] = rate * (upper.below - lower.below);
    }
}

void irt_item_score(const struct irt_item *item, double theta, uint32_t category,
                    double out[static IRT_LOCAL_MAX])
{
    double probability[IRT_CATEGORY_MAX];

    irt_item_probabilities(item, theta, probability);
    first_derivatives(item, theta, category, out);
    for (uint32_t k = 0; k <= item->category_count; k++) {
        out[k] /= probability[category];
    }
}

/* The second derivatives that one boundary gives to P(category): `sign` is plus for the upper. */
static void add_boundary(const struct irt_item *item, double theta, uint32_t k, double sign,
                         double *out)
{
    struct boundary at = boundary_at(item, theta, k);
    double bend = sign * at.second;

    if (k == 0 || k == item->category_count) {
        return;
    }
    out[0] += bend * theta * theta;
    out[k] += bend * theta;
    out[k * IRT_LOCAL_MAX] += bend * theta;
    out[k * IRT_LOCAL_MAX + k] += bend;
    if (item->guess > 0) {
        uint32_t last = item->category_count;
        double mixed = -sign * item->guess * at.first; /* (1 - guess) is in `first` already */
        double twice = sign * item->guess * (1 - item->guess) * (1 - 2 * item->guess) * at.below;

        out[last] += mixed * theta;
        out[last * IRT_LOCAL_MAX] += mixed * theta;
        out[last * IRT_LOCAL_MAX + k] += mixed;
        out[k * IRT_LOCAL_MAX + last] += mixed;
        out[last * IRT_LOCAL_MAX + last] += twice;
    }
}

void irt_item_curvature(const struct irt_item *item, double theta, uint32_t category,
                        double out[static IRT_LOCAL_MAX * IRT_LOCAL_MAX])
{
    double probability[IRT_CATEGORY_MAX];
    double score[IRT_LOCAL_MAX];

    irt_item_probabilities(item, theta, probability);
    irt_item_score(item, theta, category, score);
    memset(out, 0, IRT_LOCAL_MAX * IRT_LOCAL_MAX * sizeof(*out));
    add_boundary(item, theta, category, 1, out);
    add_boundary(item, theta, category + 1, -1, out);
    for (uint32_t i = 0; i <= item->category_count; i++) {
        for (uint32_t k = 0; k <= item->category_count; k++) {
            double *at = &out[i * IRT_LOCAL_MAX + k];

            *at = *at / probability[category] - score[i] * score[k];
        }
    }
}
