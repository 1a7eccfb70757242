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

static void dense_errors(struct arena *arena, const struct row_slopes *slopes, double *out)
{
    const struct rows *rows = slopes->rows;
    size_t items = rows->item_count;
    double *hessian = arena_array(arena, double, items *items);
    double *right = arena_array(arena, double, items);

    for (size_t i = 0; i < rows->count; i++) {
        size_t a = rows->left[i];
        size_t b = rows->right[i];
        double h = stiffness(slopes, i);

        hessian[a * items + a] += h;
        hessian[b * items + b] += h;
        hessian[a * items + b] -= h;
        hessian[b * items + a] -= h;
    }
    for (size_t item = 0; item < items; item++) {
        hessian[item * items + item] += slopes->precision;
    }
    if (!num_cholesky(hessian, items)) {
        return; /* cannot be: the precision is positive; errors stay zero */
    }
    for (size_t item = 0; item < items; item++) { /* one row of the inverse, then its spread */
        for (size_t k = 0; k < items; k++) {
            right[k] = k == item ? 1 : 0;
        }
        num_cholesky_solve(hessian, items, right);
        for (size_t i = 0; i < rows->count; i++) {
            double gap = right[rows->left[i]] - right[rows->right[i]];

            out[item] += gap * gap * (double)slopes->square[i];
        }
        out[item] = sqrt(out[item]);
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
static void random_slopes(const struct row_slopes *slopes, struct rng *rng, double *right)
{
    const struct rows *rows = slopes->rows;
    uint64_t signs = 0;

    for (uint32_t item = 0; item < rows->item_count; item++) {
        right[item] = 0;
    }
    for (size_t i = 0; i < rows->count; i++) {
        signs = i % 64 == 0 ? rng_next(rng) : signs >> 1;
        double slope = rows->weight == NULL ? (double)slopes->residual[i] * (signs & 1 ? 1 : -1)
                                            : sqrt((double)slopes->square[i]) * rng_normal(rng);

        right[rows->left[i]] += slope;
        right[rows->right[i]] -= slope;
    }
}

static void sampled_errors(struct arena *arena, const struct row_slopes *slopes, uint32_t samples,
                           uint64_t seed, double *out)
{
    uint32_t items = slopes->rows->item_count;
    struct row_slopes copy = *slopes;
    double *diagonal = arena_array(arena, double, items);
    double *right = arena_array(arena, double, items);
    double *x = arena_array(arena, double, items);
    struct pcg pcg = pcg_new(arena, items);
    struct hessian hessian = {
        .times = times, .context = &copy, .diagonal = diagonal, .item_count = items};

    for (uint32_t item = 0; item < items; item++) {
        diagonal[item] = slopes->precision;
    }
    for (size_t i = 0; i < slopes->rows->count; i++) {
        diagonal[slopes->rows->left[i]] += stiffness(slopes, i);
        diagonal[slopes->rows->right[i]] += stiffness(slopes, i);
    }
    for (uint32_t sample = 0; sample < samples; sample++) {
        struct rng rng = rng_stream(seed, sample);

        random_slopes(slopes, &rng, right);
        pcg_solve(&pcg, &hessian, right, 0.01, SOLVE_ROUNDS_MAX, x);
        for (uint32_t item = 0; item < items; item++) {
            out[item] += x[item] * x[item] / samples;
        }
    }
    for (uint32_t item = 0; item < items; item++) {
        out[item] = sqrt(out[item]);
    }
}

void sandwich_errors(struct arena *arena, const struct row_slopes *slopes, uint32_t samples,
                     uint64_t seed, double *out)
{
    struct arena_mark mark = arena_mark(arena);

    if (slopes->rows->item_count <= DENSE_ITEMS_MAX) {
        dense_errors(arena, slopes, out);
    } else {
        sampled_errors(arena, slopes, samples, seed, out);
    }
    arena_undo(arena, mark);
}
