#include "num/solve.h"

#include <math.h>
#include <string.h>

static double dot(const double *left, const double *right, size_t size)
{
    double sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

bool num_cholesky(double *matrix, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        double *row = matrix + i * size;

        for (size_t k = 0; k < i; k++) {
            const double *other = matrix + k * size;

            row[k] = (row[k] - dot(row, other, k)) / other[k];
        }
        double rest = row[i] - dot(row, row, i);

        if (!(rest > 1e-14 * fabs(row[i]))) { /* also where it is not a number */
            return false;
        }
        row[i] = sqrt(rest);
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
