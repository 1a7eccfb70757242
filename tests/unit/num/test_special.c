/* Goal: special functions agree with published values (Abramowitz and Stegun; R 4.2). */

#include "check.h"

#include "num/interval.h"
#include "num/special.h"

static void functions__match_published_values(void)
{
    CHECK_NEAR(num_digamma(1), -0.57721566490153286, 1e-13);
    CHECK_NEAR(num_digamma(0.1), -10.423754940411076, 1e-11);
    CHECK_NEAR(num_trigamma(1), 1.6449340668482264, 1e-12);
    CHECK_NEAR(num_beta_cdf(0.3, 2, 5), 0.579825, 1e-12);
    CHECK_NEAR(num_gamma_cdf(2, 3), 0.32332358381693654, 1e-13);
    CHECK_NEAR(num_chi2_cdf(3.841458820694124, 1), 0.95, 1e-12);
    CHECK_NEAR(num_normal_cdf(1.959963984540054), 0.975, 1e-14);
    CHECK_NEAR(num_normal_quantile(0.975), 1.959963984540054, 1e-14);
    CHECK_NEAR(num_normal_quantile(1e-10), -6.361340902404056, 1e-12);
    CHECK_NEAR(num_student_quantile(0.975, 10), 2.2281388519862744, 1e-12);
    CHECK_NEAR(num_log_sum(-1000, -1000), -1000 + 0.69314718055994531, 1e-12);
}

static void quantile__inverts_the_beta_distribution(void)
{
    for (double a = 0.3; a < 300; a *= 2.7) {
        for (double p = 0.001; p < 1; p += 0.0713) {
            CHECK_NEAR(num_beta_cdf(num_beta_quantile(p, a, 4), a, 4), p, 1e-12);
        }
    }
}

static void wilson__matches_the_textbook(void)
{
    struct interval interval = interval_wilson(15, 148, 0.95); /* Newcombe 1998, method 3 */

    CHECK_NEAR(interval.low, 0.0624, 5e-5);
    CHECK_NEAR(interval.high, 0.1605, 5e-5);
    CHECK(interval_wilson(0, 10, 0.95).low == 0);
}

TEST_MAIN(CASE(functions__match_published_values), CASE(quantile__inverts_the_beta_distribution),
          CASE(wilson__matches_the_textbook))
