#include "num/special.h"

#include <assert.h>
#include <math.h>

enum { FRACTION_STEPS_MAX = 500, ROOT_STEPS_MAX = 200 };

static const double TINY = 1e-300;

double num_digamma(double x)
{
    double result = 0;

    assert(x > 0);
    for (; x < 10; x++) {
        result -= 1 / x;
    }
    double r = 1 / (x * x);

    return result + log(x) - 0.5 / x -
           r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r / 132))));
}

double num_trigamma(double x)
{
    double result = 0;

    assert(x > 0);
    for (; x < 12; x++) {
        result += 1 / (x * x);
    }
    double r = 1 / (x * x);

    return result + 1 / x + r / 2 +
           r / x * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * 5 / 66))));
}

double num_log_gamma(double x)
{
    int sign;

    assert(x > 0);
    return lgamma_r(x, &sign);
}

double num_log_beta(double a, double b)
{
    return num_log_gamma(a) + num_log_gamma(b) - num_log_gamma(a + b);
}

double num_log_choose(double n, double k)
{
    return num_log_gamma(n + 1) - num_log_gamma(k + 1) - num_log_gamma(n - k + 1);
}

static double away_from_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/* Lentz's continued fraction of the incomplete beta function; converges for x < (a+1)/(a+b+2). */
static double beta_fraction(double x, double a, double b)
{
    double c = 1;
    double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
    double value = d;

    for (int m = 1; m <= FRACTION_STEPS_MAX; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        value *= d * c;
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        value *= d * c;
        if (fabs(d * c - 1) < 1e-15) {
            break;
        }
    }
    return value;
}

double num_beta_cdf(double x, double a, double b)
{
    assert(a > 0 && b > 0 && x >= 0 && x <= 1);
    if (x == 0 || x == 1) {
        return x;
    }
    double front = exp(a * log(x) + b * log1p(-x) - num_log_beta(a, b));

    if (x < (a + 1) / (a + b + 2)) {
        return front * beta_fraction(x, a, b) / a;
    }
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double num_beta_quantile(double p, double a, double b)
{
    double low = 0;
    double high = 1;
    double x = a / (a + b);

    assert(p >= 0 && p <= 1);
    if (p == 0 || p == 1) {
        return p;
    }
    for (int step = 0; step < ROOT_STEPS_MAX; step++) { /* Newton, kept inside the bracket */
        double error = num_beta_cdf(x, a, b) - p;
        double slope = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - num_log_beta(a, b));

        *(error > 0 ? &high : &low) = x;
        double next = x - error / slope;

        if (!(next > low && next < high)) {
            next = (low + high) / 2;
        }
        if (fabs(next - x) <= 1e-15 * x || high - low <= 1e-16) {
            return next;
        }
        x = next;
    }
    return x;
}

static double gamma_series(double x, double shape)
{
    double term = 1 / shape;
    double sum = term;

    for (int n = 1; n <= FRACTION_STEPS_MAX * 20 && fabs(term) > fabs(sum) * 1e-16; n++) {
        term *= x / (shape + n);
        sum += term;
    }
    return sum * exp(shape * log(x) - x - num_log_gamma(shape));
}

static double gamma_fraction(double x, double shape)
{
    double b = x + 1 - shape;
    double c = 1 / TINY;
    double d = 1 / away_from_zero(b);
    double value = d;

    for (int n = 1; n <= FRACTION_STEPS_MAX * 20; n++) {
        double a = -n * (n - shape);

        b += 2;
        d = 1 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        value *= d * c;
        if (fabs(d * c - 1) < 1e-15) {
            break;
        }
    }
    return value * exp(shape * log(x) - x - num_log_gamma(shape));
}

double num_gamma_cdf(double x, double shape)
{
    assert(x >= 0 && shape > 0);
    if (x == 0) {
        return 0;
    }
    return x < shape + 1 ? gamma_series(x, shape) : 1 - gamma_fraction(x, shape);
}

double num_chi2_cdf(double x, double freedom)
{
    return num_gamma_cdf(x / 2, freedom / 2);
}

double num_normal_density(double x)
{
    return exp(-x * x / 2) * 0.3989422804014326779;
}

double num_normal_cdf(double x)
{
    return erfc(-x * M_SQRT1_2) / 2;
}

static double rational(const double *above, const double *below, double r)
{
    double top = above[7];
    double bottom = below[6];

    for (int i = 6; i >= 0; i--) {
        top = top * r + above[i];
    }
    for (int i = 5; i >= 0; i--) {
        bottom = bottom * r + below[i];
    }
    return top / (bottom * r + 1);
}

double num_normal_quantile(double p)
{
    static const double CENTRE_ABOVE[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                          1.9715909503065514427e3, 1.3731693765509461125e4,
                                          4.5921953931549871457e4, 6.7265770927008700853e4,
                                          3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double CENTRE_BELOW[] = {4.2313330701600911252e1, 6.8718700749205790830e2,
                                          5.3941960214247511077e3, 2.1213794301586595867e4,
                                          3.9307895800092710610e4, 2.8729085735721942674e4,
                                          5.2264952788528545610e3};
    static const double MIDDLE_ABOVE[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                          5.76949722146069140550e0,  3.64784832476320460504e0,
                                          1.27045825245236838258e0,  2.41780725177450611770e-1,
                                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double MIDDLE_BELOW[] = {2.05319162663775882187e0,  1.67638483018380384940e0,
                                          6.89767334985100004550e-1, 1.48103976427480074590e-1,
                                          1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                          1.05075007164441684324e-9};
    static const double TAIL_ABOVE[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                        1.78482653991729133580e0,  2.96560571828504891230e-1,
                                        2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                        2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double TAIL_BELOW[] = {5.99832206555887937690e-1, 1.36929880922735805310e-1,
                                        1.48753612908506148525e-2, 7.86869131145613259100e-4,
                                        1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                        2.04426310338993978564e-15};
    double q = p - 0.5;

    assert(p > 0 && p < 1);
    if (fabs(q) <= 0.425) {
        return q * rational(CENTRE_ABOVE, CENTRE_BELOW, 0.180625 - q * q);
    }
    double r = sqrt(-log(q < 0 ? p : 1 - p));
    double x = r <= 5 ? rational(MIDDLE_ABOVE, MIDDLE_BELOW, r - 1.6)
                      : rational(TAIL_ABOVE, TAIL_BELOW, r - 5);

    return q < 0 ? -x : x;
}

double num_student_cdf(double t, double freedom)
{
    double tail = num_beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;

    return t > 0 ? 1 - tail : tail;
}

double num_student_quantile(double p, double freedom)
{
    assert(p > 0 && p < 1);
    double tail = p < 0.5 ? p : 1 - p;
    double x = num_beta_quantile(2 * tail, freedom / 2, 0.5);
    double t = sqrt(freedom * (1 - x) / x);

    return p < 0.5 ? -t : t;
}

double num_log_sum(double left, double right)
{
    double larger = fmax(left, right);

    return isinf(larger) ? larger : larger + log1p(exp(fmin(left, right) - larger));
}
