/* Goal: draws have the mean and variance of their distribution, on both sides of the change of
 * method, and depend on the seed alone. */

#include "check.h"

#include "base/arena.h"
#include "base/rng.h"
#include "num/random.h"

static void poisson_moments(double mean, double *average, double *variance)
{
    enum { DRAWS = 200000 };
    struct rng rng = rng_new(7);
    double sum = 0;
    double square = 0;

    for (int i = 0; i < DRAWS; i++) {
        double draw = num_poisson(&rng, mean);

        sum += draw;
        square += draw * draw;
    }
    *average = sum / DRAWS;
    *variance = square / DRAWS - *average * *average;
}

static void poisson__has_equal_mean_and_variance(void)
{
    static const double MEANS[] = {0, 0.1, 1, 11.9, 12, 40, 3000};

    for (size_t i = 0; i < sizeof(MEANS) / sizeof(MEANS[0]); i++) {
        double average;
        double variance;

        poisson_moments(MEANS[i], &average, &variance);
        CHECK_NEAR(average, MEANS[i], 0.012 * sqrt(MEANS[i]));
        CHECK_NEAR(variance, MEANS[i], 0.02 * MEANS[i]);
    }
}

static void poisson__of_small_counts_has_the_right_masses(void)
{
    enum { DRAWS = 400000 };
    struct rng rng = rng_new(11);
    int seen[32] = {0};

    for (int i = 0; i < DRAWS; i++) {
        uint32_t draw = num_poisson(&rng, 1);

        seen[draw < 32 ? draw : 31]++;
    }
    CHECK_NEAR((double)seen[0] / DRAWS, 0.367879, 0.004);
    CHECK_NEAR((double)seen[1] / DRAWS, 0.367879, 0.004);
    CHECK_NEAR((double)seen[4] / DRAWS, 0.015328, 0.001);
}

static void poisson_table__has_the_same_distribution(void)
{
    enum { DRAWS = 400000 };
    static const double MEANS[] = {0.001, 1, 2.5, 33, 16384};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < sizeof(MEANS) / sizeof(MEANS[0]); i++) {
        struct poisson_table table = num_poisson_table(arena, MEANS[i]);
        struct rng rng = rng_new(3);
        double sum = 0;
        double square = 0;

        for (int k = 0; k < DRAWS; k++) {
            double gap = num_poisson_draw(&table, (uint32_t)(rng_next(&rng) >> 32)) - MEANS[i];

            sum += gap;
            square += gap * gap;
        }
        CHECK_NEAR(sum / DRAWS, 0, 5 * sqrt(MEANS[i] / DRAWS));
        CHECK_NEAR(square / DRAWS / MEANS[i], 1, 0.2 / fmin(1, 20 * MEANS[i]));
        CHECK(num_poisson_draw(&table, 0) == table.lowest);
        CHECK(num_poisson_draw(&table, UINT32_MAX) < MEANS[i] + 8 * sqrt(MEANS[i]) + 14);
    }
}

TEST_MAIN(CASE(poisson__has_equal_mean_and_variance),
          CASE(poisson__of_small_counts_has_the_right_masses),
          CASE(poisson_table__has_the_same_distribution))
