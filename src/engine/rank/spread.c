#include "engine/rank/spread.h"

#include <math.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/rank/newton.h"
#include "num/solve.h"

enum { DENSE_ITEMS_MAX = 400, SOLVE_ROUNDS_MAX = 200 };

static double stiffness(const struct row_slopes *slopes, size_t i)
{
    return row_weight(slopes->rows, i) * (double)slopes->information[i];
}

/* The information of each item's comparisons. */
static void add_information(const struct row_slopes *slopes, double *information)
{
    const struct rows *rows = slopes->rows;

    for (size_t i = 0; i < rows->count; i++) {
        information[rows->left[i]] += stiffness(slopes, i);
        information[rows->right[i]] += stiffness(slopes, i);
    }
}

/*
 * What each row's slopes vary by. Few comparisons bend the fit to themselves: an item that won
 * all of them has slopes near zero, though little is known of it. Where an item's squared slopes
 * fall short of its information, which they equal on average under the model, the information
 * stands in for what is missing.
 */
static float *row_variances(struct arena *arena, const struct row_slopes *slopes,
                            const double *information)
{
    const struct rows *rows = slopes->rows;
    float *variance = arena_array(arena, float, rows->count);
    double *missing = arena_array(arena, double, rows->item_count);

    for (size_t i = 0; i < rows->count; i++) {
        missing[rows->left[i]] -= (double)slopes->square[i];
        missing[rows->right[i]] -= (double)slopes->square[i];
    }
    for (uint32_t item = 0; item < rows->item_count; item++) {
        double lack = missing[item] + information[item];

        missing[item] = lack > 0 ? lack / information[item] : 0;
    }
    for (size_t i = 0; i < rows->count; i++) {
        double share = fmax(missing[rows->left[i]], missing[rows->right[i]]);

        variance[i] = (float)((double)slopes->square[i] + share * stiffness(slopes, i));
    }
    return variance;
}

static void dense_variances(struct arena *arena, const struct row_slopes *slopes,
                            const double *diagonal, const float *variance, double *out)
{
    const struct rows *rows = slopes->rows;
    size_t items = rows->item_count;
    double *hessian = arena_array(arena, double, items *items);
    double *right = arena_array(arena, double, items);

    for (size_t item = 0; item < items; item++) {
        hessian[item * items + item] = diagonal[item];
    }
    for (size_t i = 0; i < rows->count; i++) {
        hessian[rows->left[i] * items + rows->right[i]] -= stiffness(slopes, i);
        hessian[rows->right[i] * items + rows->left[i]] -= stiffness(slopes, i);
    }
    if (!num_cholesky(hessian, items)) {
        return; /* cannot be: the precision is positive; variances stay zero */
    }
    for (size_t item = 0; item < items; item++) { /* one row of the inverse, then its spread */
        for (size_t k = 0; k < items; k++) {
            right[k] = k == item ? 1 : 0;
        }
        num_cholesky_solve(hessian, items, right);
        for (size_t i = 0; i < rows->count; i++) {
            double gap = right[rows->left[i]] - right[rows->right[i]];

            out[item] += gap * gap * (double)variance[i];
        }
    }
}

static void times(void *context, const double *x, double *out)
{
    const struct row_slopes *slopes = context;
    const struct rows *rows = slopes->rows;

    for (uint32_t item = 0; item < rows->item_count; item++) {
        out[item] = slopes->precision * x[item];
    }
    for (size_t i = 0; i < rows->count; i++) {
        double pull = stiffness(slopes, i) * (x[rows->left[i]] - x[rows->right[i]]);

        out[rows->left[i]] += pull;
        out[rows->right[i]] -= pull;
    }
}

/* The slopes of all comparisons, each with a random sign (of merged ones, a normal of their sum).
 */
static void random_slopes(const struct rows *rows, const float *deviation, struct rng *rng,
                          double *right)
{
    uint64_t signs = 0;

    for (uint32_t item = 0; item < rows->item_count; item++) {
        right[item] = 0;
    }
    for (size_t i = 0; i < rows->count; i++) {
        signs = i % 64 == 0 ? rng_next(rng) : signs >> 1;
        double slope = (double)deviation[i] * (rows->weight != NULL ? rng_normal(rng)
                                               : signs & 1          ? 1
                                                                    : -1);

        right[rows->left[i]] += slope;
        right[rows->right[i]] -= slope;
    }
}

static void sampled_variances(struct arena *arena, const struct row_slopes *slopes,
                              const struct hessian *hessian, const float *deviation,
                              const struct sandwich_options *options, double *out)
{
    uint32_t items = slopes->rows->item_count;
    double *right = arena_array(arena, double, items);
    double *x = arena_array(arena, double, items);
    struct pcg pcg = pcg_new(arena, items);

    for (uint32_t sample = 0; sample < options->samples; sample++) {
        struct rng rng = rng_stream(options->seed, sample);

        random_slopes(slopes->rows, deviation, &rng, right);
        pcg_solve(&pcg, hessian, right, 0.01, SOLVE_ROUNDS_MAX, x);
        for (uint32_t item = 0; item < items; item++) {
            out[item] += x[item] * x[item] / options->samples;
        }
    }
}

void sandwich_errors(struct arena *arena, const struct row_slopes *slopes,
                     const struct sandwich_options *options, double *out)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t items = slopes->rows->item_count;
    struct row_slopes copy = *slopes;
    double *diagonal = arena_array(arena, double, items);

    add_information(slopes, diagonal);
    float *variance = row_variances(arena, slopes, diagonal);

    for (uint32_t item = 0; item < items; item++) {
        diagonal[item] += slopes->precision;
    }
    if (items <= DENSE_ITEMS_MAX) {
        dense_variances(arena, slopes, diagonal, variance, out);
    } else {
        struct hessian hessian = {
            .times = times, .context = &copy, .diagonal = diagonal, .item_count = items};

        for (size_t i = 0; i < slopes->rows->count; i++) {
            variance[i] = sqrtf(variance[i]);
        }
        sampled_variances(arena, slopes, &hessian, variance, options, out);
    }
    for (uint32_t item = 0; item < items; item++) {
        /* where comparisons say nearly nothing, the prior's own uncertainty is left */
        out[item] = sqrt(out[item] + slopes->precision / diagonal[item] / diagonal[item]);
    }
    arena_undo(arena, mark);
}
