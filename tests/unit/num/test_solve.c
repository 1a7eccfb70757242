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

TEST_MAIN(CASE(solve__inverts_a_known_matrix),
          CASE(cholesky__refuses_what_is_not_positive_definite))
