/* Goal: symmetric systems are solved, and those that are not positive definite are told apart. */

#include "check.h"

#include "num/solve.h"

static void solve__inverts_a_known_matrix(void)
{
    double matrix[] = {4, 2, 0.6, 2, 2, 0.5, 0.6, 0.5, 3};
    double kept[9];
    const double wanted[] = {1, -2, 3};
    double right[] = {1, -2, 3};
    double scratch[3];
    double diagonal[3];

    memcpy(kept, matrix, sizeof(kept));
    CHECK(num_cholesky(matrix, 3));
    num_cholesky_solve(matrix, 3, right);
    for (int i = 0; i < 3; i++) {
        double sum = 0;

        for (int k = 0; k < 3; k++) {
            sum += kept[3 * i + k] * right[k];
        }
        CHECK_NEAR(sum, wanted[i], 1e-13);
    }
    num_cholesky_inverse_diagonal(matrix, 3, scratch, diagonal);
    double determinant = 4 * (6 - 0.25) - 2 * (6 - 0.3) + 0.6 * (1 - 1.2);

    CHECK_NEAR(diagonal[0], (6 - 0.25) / determinant, 1e-13);
    CHECK_NEAR(diagonal[2], (8 - 4) / determinant, 1e-13);
}

/* A size that leaves rows behind those that go side by side; row by row gives the same bits. */
static void cholesky__is_the_same_as_row_by_row(void)
{
    enum { SIZE = 23 };
    double matrix[SIZE * SIZE] = {0};
    double plain[SIZE * SIZE];
    double scratch[SIZE];
    double diagonal[SIZE];

    for (int i = 0; i < SIZE; i++) {
        for (int k = 0; k <= i; k++) {
            matrix[i * SIZE + k] = (i == k ? SIZE : 0) + sin(1.0 + i + 7 * k);
        }
    }
    memcpy(plain, matrix, sizeof(plain));
    for (int i = 0; i < SIZE; i++) {
        for (int k = 0; k <= i; k++) {
            double sum = 0;

            for (int j = 0; j < k; j++) {
                sum += plain[i * SIZE + j] * plain[k * SIZE + j];
            }
            double rest = plain[i * SIZE + k] - sum;

            plain[i * SIZE + k] = i == k ? sqrt(rest) : rest / plain[k * SIZE + k];
        }
    }
    CHECK(num_cholesky(matrix, SIZE));
    CHECK(memcmp(matrix, plain, sizeof(plain)) == 0);
    num_cholesky_inverse_diagonal(matrix, SIZE, scratch, diagonal);
    for (int i = 0; i < SIZE; i++) {
        double right[SIZE] = {0};

        right[i] = 1;
        num_cholesky_solve(matrix, SIZE, right);
        CHECK_NEAR(diagonal[i], right[i], 1e-14);
    }
}

static void cholesky__refuses_what_is_not_positive_definite(void)
{
    double singular[] = {1, 1, 1, 1};
    double negative[] = {1, 2, 2, 1};
    double broken[] = {(double)NAN, 0, 0, 1};

    CHECK(!num_cholesky(singular, 2));
    CHECK(!num_cholesky(negative, 2));
    CHECK(!num_cholesky(broken, 2));
    CHECK(num_cholesky(NULL, 0));
}

TEST_MAIN(CASE(solve__inverts_a_known_matrix), CASE(cholesky__is_the_same_as_row_by_row),
          CASE(cholesky__refuses_what_is_not_positive_definite))
