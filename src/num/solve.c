#include "num/solve.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/err.h"

enum { SIDE = 4 }; /* rows that are worked on side by side */

static double dot(const double *left, const double *right, size_t size)
{
    double sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

/* Products of rows side by side with one vector. Each sums in the order of `dot`, to the same bits,
 * but no addition waits for that of another row. */
static void dot_rows(const double *rows, size_t stride, const double *right, size_t size,
                     double out[static SIDE])
{
    const double *row[] = {rows, rows + stride, rows + 2 * stride, rows + 3 * stride};
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;

    static_assert(COUNT(row) == SIDE);
    for (size_t i = 0; i < size; i++) {
        sum0 += row[0][i] * right[i];
        sum1 += row[1][i] * right[i];
        sum2 += row[2][i] * right[i];
        sum3 += row[3][i] * right[i];
    }
    out[0] = sum0;
    out[1] = sum1;
    out[2] = sum2;
    out[3] = sum3;
}

/* The factor's columns before `first`, in as many rows from `first` on as go side by side. */
static void factor_left(double *matrix, size_t size, size_t first)
{
    double *rows = matrix + first * size;

    for (size_t k = 0; k < first; k++) {
        const double *other = matrix + k * size;
        double sums[SIDE];

        dot_rows(rows, size, other, k, sums);
        for (size_t r = 0; r < SIDE; r++) {
            rows[r * size + k] = (rows[r * size + k] - sums[r]) / other[k];
        }
    }
}

/* One row from column `first` on. */
static bool factor_row(double *matrix, size_t size, size_t i, size_t first)
{
    double *row = matrix + i * size;

    for (size_t k = first; k < i; k++) {
        const double *other = matrix + k * size;

        row[k] = (row[k] - dot(row, other, k)) / other[k];
    }
    double rest = row[i] - dot(row, row, i);

    if (!(rest > 1e-14 * fabs(row[i]))) { /* also where it is not a number */
        return false;
    }
    row[i] = sqrt(rest);
    return true;
}

bool num_cholesky(double *matrix, size_t size)
{
    size_t together = size - size % SIDE;

    for (size_t i = 0; i < size; i++) {
        size_t block = i - i % SIDE;

        if (i == block && i < together) {
            factor_left(matrix, size, i);
        }
        if (!factor_row(matrix, size, i, i < together ? block : 0)) {
            return false;
        }
    }
    return true;
}

static void solve_forward(const double *factor, size_t size, size_t first, double *right)
{
    for (size_t i = first; i < size; i++) {
        const double *row = factor + i * size;

        right[i] = (right[i] - dot(row + first, right + first, i - first)) / row[i];
    }
}

void num_cholesky_solve(const double *factor, size_t size, double *right)
{
    solve_forward(factor, size, 0, right);
    for (size_t i = size; i-- > 0;) {
        double value = right[i] / factor[i * size + i];

        right[i] = value;
        for (size_t k = 0; k < i; k++) {
            right[k] -= factor[i * size + k] * value;
        }
    }
}

void num_cholesky_inverse_diagonal(const double *factor, size_t size, double *scratch, double *out)
{
    for (size_t i = 0; i < size; i++) { /* a column of the factor's inverse; its square sums up */
        memset(scratch, 0, size * sizeof(*scratch));
        scratch[i] = 1;
        solve_forward(factor, size, i, scratch);
        out[i] = dot(scratch + i, scratch + i, size - i);
    }
}
