/* Goal: known minima are found, and a start at a minimum stays there. */

#include "check.h"

#include "base/arena.h"
#include "num/lbfgs.h"

/* Rosenbrock's valley in pairs: minimum 0 where all are one. */
static double valley(void *context, const double *x, double *gradient)
{
    size_t count = *(size_t *)context;
    double sum = 0;

    for (size_t i = 0; i + 1 < count; i += 2) {
        double bend = x[i + 1] - x[i] * x[i];

        sum += 100 * bend * bend + (1 - x[i]) * (1 - x[i]);
        gradient[i] = -400 * x[i] * bend - 2 * (1 - x[i]);
        gradient[i + 1] = 200 * bend;
    }
    return sum;
}

static void minimise__finds_the_floor_of_a_valley(void)
{
    ARENA_SCOPE arena = arena_new();
    size_t count = 20;
    double x[20];
    struct lbfgs problem = {.value = valley,
                            .context = &count,
                            .count = count,
                            .rounds_max = 500,
                            .gradient_min = 1e-9};

    for (size_t i = 0; i < count; i++) {
        x[i] = i % 2 == 0 ? -1.2 : 1;
    }
    CHECK(lbfgs_minimise(arena, &problem, x) < 1e-12);
    for (size_t i = 0; i < count; i++) {
        CHECK_NEAR(x[i], 1, 1e-6);
    }
    CHECK(lbfgs_minimise(arena, &problem, x) < 1e-12);
}

TEST_MAIN(CASE(minimise__finds_the_floor_of_a_valley))
