#pragma once

/*
 * Special functions and distributions, in double precision.
 * Relative error about 1e-13 unless a line says otherwise; arguments outside the
 * stated domain are asserted against.
 */

double num_digamma(double x);              /* x > 0; Bernardo 1976 */
double num_trigamma(double x);             /* x > 0; Schneider 1978 */
double num_log_gamma(double x);            /* x > 0; thread-safe */
double num_log_beta(double a, double b);   /* a, b > 0 */
double num_log_choose(double n, double k); /* 0 <= k <= n */

double num_beta_cdf(double x, double a, double b); /* regularised incomplete beta, x in [0,1] */
double num_beta_quantile(double p, double a, double b); /* its inverse in x, p in [0,1] */
double num_gamma_cdf(double x, double shape); /* regularised lower incomplete gamma, x >= 0 */
double num_chi2_cdf(double x, double freedom);

double num_normal_density(double x);
double num_normal_cdf(double x);
double num_normal_quantile(double p); /* p in (0,1); Wichura 1988, AS 241 */
double num_student_cdf(double t, double freedom);
double num_student_quantile(double p, double freedom); /* p in (0,1) */

double num_log_sum(double left, double right); /* log(exp(left) + exp(right)) without overflow */
