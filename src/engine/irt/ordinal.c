#include "engine/irt/ordinal.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "engine/irt/model.h"
#include "num/solve.h"

enum { VARIABLE_MAX = IRT_STEP_MAX + IRT_ORDINAL_COLUMN_MAX, STEPS_MAX = 60, HALVING_MAX = 30 };

static const double PRECISION = 0.01;
static const double GAIN_MIN = 1e-9;
static const double SHARE_MIN = 1e-300;

/* A regression on its way: cuts first, then slopes. */
struct climb {
    const struct irt_ordinal *problem;
    const uint8_t *category; /* [answer]: without those that nobody chose */
    uint32_t cut_count;
    uint32_t size;
};

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static double linear(const struct climb *climb, uint32_t row, const double *x)
{
    const double *columns = climb->problem->columns + (size_t)row * climb->problem->stride;
    double sum = 0;

    for (uint32_t k = 0; k < climb->problem->column_count; k++) {
        sum += columns[k] * x[climb->cut_count + k];
    }
    return sum;
}

/* P(answer >= k), for any k from 0 to one beyond the last cut. */
static double reach(const struct climb *climb, const double *x, double sum, uint32_t k)
{
    return k == 0 ? 1 : k > climb->cut_count ? 0 : logistic(x[k - 1] + sum);
}

static double value_of(const struct climb *climb, const double *x)
{
    double value = 0;

    for (uint32_t k = 1; k < climb->cut_count; k++) {
        if (!(x[k] < x[k - 1])) {
            return -HUGE_VAL;
        }
    }
    for (uint32_t row = 0; row < climb->problem->row_count; row++) {
        uint32_t answer = climb->category[climb->problem->answers[row]];
        double sum = linear(climb, row, x);

        value +=
            log(fmax(SHARE_MIN, reach(climb, x, sum, answer) - reach(climb, x, sum, answer + 1)));
    }
    for (uint32_t k = climb->cut_count; k < climb->size; k++) {
        value -= PRECISION * x[k] * x[k] / 2;
    }
    return value;
}

/* Derivatives of P(answer) by cuts and slopes. */
static void derive(const struct climb *climb, const double *x, uint32_t row, uint32_t answer,
                   double *out)
{
    const double *columns = climb->problem->columns + (size_t)row * climb->problem->stride;
    double sum = linear(climb, row, x);
    double upper = reach(climb, x, sum, answer);
    double lower = reach(climb, x, sum, answer + 1);
    double up = upper * (1 - upper);
    double down = lower * (1 - lower);

    memset(out, 0, climb->size * sizeof(*out));
    if (answer > 0) {
        out[answer - 1] = up;
    }
    if (answer < climb->cut_count) {
        out[answer] = -down;
    }
    for (uint32_t k = 0; k < climb->problem->column_count; k++) {
        out[climb->cut_count + k] = (up - down) * columns[k];
    }
}

static void add_row(const struct climb *climb, const double *x, uint32_t row, double *gradient,
                    double *information)
{
    double sum = linear(climb, row, x);
    uint32_t chosen = climb->category[climb->problem->answers[row]];

    for (uint32_t k = 0; k <= climb->cut_count; k++) {
        double share = fmax(1e-12, reach(climb, x, sum, k) - reach(climb, x, sum, k + 1));
        double slope[VARIABLE_MAX];

        derive(climb, x, row, k, slope);
        for (uint32_t i = 0; i < climb->size; i++) {
            gradient[i] += k == chosen ? slope[i] / share : 0;
            for (uint32_t j = 0; j <= i; j++) {
                information[i * climb->size + j] += slope[i] * slope[j] / share;
            }
        }
    }
}

/* One step uphill, halved until it is; returns the gain. */
static double step(const struct climb *climb, double *x, double value)
{
    double gradient[VARIABLE_MAX] = {0};
    double information[VARIABLE_MAX * VARIABLE_MAX] = {0};

    for (uint32_t row = 0; row < climb->problem->row_count; row++) {
        add_row(climb, x, row, gradient, information);
    }
    for (uint32_t k = 0; k < climb->size; k++) {
        bool slope = k >= climb->cut_count;

        gradient[k] -= slope ? PRECISION * x[k] : 0;
        information[k * climb->size + k] += slope ? PRECISION : 1e-9;
    }
    if (!num_cholesky(information, climb->size)) {
        return 0;
    }
    num_cholesky_solve(information, climb->size, gradient);
    for (double scale = 1; scale > 1.0 / (1 << HALVING_MAX); scale /= 2) {
        double next[VARIABLE_MAX];

        for (uint32_t k = 0; k < climb->size; k++) {
            next[k] = x[k] + scale * gradient[k];
        }
        double gain = value_of(climb, next) - value;

        if (gain > 0) {
            memcpy(x, next, climb->size * sizeof(*x));
            return gain;
        }
    }
    return 0;
}

double irt_ordinal_fit(const struct irt_ordinal *problem, double *slopes)
{
    assert(problem->category_count >= 2 && problem->category_count <= IRT_CATEGORY_MAX &&
           problem->column_count <= IRT_ORDINAL_COLUMN_MAX && problem->row_count > 0);
    double counts[IRT_CATEGORY_MAX] = {0};
    uint8_t category[IRT_CATEGORY_MAX] = {0};
    double x[VARIABLE_MAX] = {0};
    double above = problem->row_count;
    struct climb climb = {.problem = problem, .category = category};

    for (uint32_t row = 0; row < problem->row_count; row++) {
        counts[problem->answers[row]]++;
    }
    for (uint32_t k = 0; k < problem->category_count; k++) {
        bool chosen = counts[k] > 0;
        bool first = above == problem->row_count;

        if (chosen && !first) {
            x[climb.cut_count++] = log(above / (problem->row_count - above));
        }
        category[k] = (uint8_t)climb.cut_count;
        above -= counts[k];
    }
    climb.size = climb.cut_count + problem->column_count;
    double value = value_of(&climb, x);

    for (int i = 0; i < STEPS_MAX; i++) {
        double gain = step(&climb, x, value);

        value += gain;
        if (gain < GAIN_MIN) {
            break;
        }
    }
    for (uint32_t k = 0; slopes != NULL && k < problem->column_count; k++) {
        slopes[k] = x[climb.cut_count + k];
    }
    return value;
}
