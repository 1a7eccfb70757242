#pragma once

/* Dense symmetric positive definite systems: Cholesky's factorisation. Matrices are row-major. */

#include <stdbool.h>
#include <stddef.h>

/* Replace the lower triangle by its factor. False: not positive definite, and the matrix is spoilt.
 */
bool num_cholesky(double *matrix, size_t size);

/* Solve in place with a factor. */
void num_cholesky_solve(const double *factor, size_t size, double *right);

/* The diagonal of the inverse of the matrix that was factored; `scratch` holds `size` places. */
void num_cholesky_inverse_diagonal(const double *factor, size_t size, double *scratch, double *out);
