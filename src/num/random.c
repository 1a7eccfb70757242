#include "num/random.h"

#include <assert.h>
#include <math.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/rng.h"
#include "num/special.h"

enum { SEARCH_MEAN_MAX = 12, SEARCH_STEPS_MAX = 1000 };

static uint32_t search(struct rng *rng, double mean)
{
    double left = rng_unit(rng);
    double mass = exp(-mean);
    uint32_t count = 0;

    while (left >= mass && count < SEARCH_STEPS_MAX) {
        left -= mass;
        count++;
        mass *= mean / count;
    }
    return count;
}

static uint32_t reject(struct rng *rng, double mean)
{
    double b = 0.931 + 2.53 * sqrt(mean);
    double a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    double squeeze = 0.9277 - 3.6224 / (b - 2);

    for (;;) { /* accepts more than three draws in four */
        double u = rng_unit(rng) - 0.5;
        double v = 1 - rng_unit(rng);
        double us = 0.5 - fabs(u);

        if (us < 0.013 && v > us) { /* also keeps us away from zero in the division below */
            continue;
        }
        double k = floor((2 * a / us + b) * u + mean + 0.43);

        if (us >= 0.07 && v <= squeeze) {
            return (uint32_t)k;
        }
        if (k >= 0 && log(v) + log(inverse_alpha) - log(a / (us * us) + b) <=
                          k * log(mean) - mean - num_log_gamma(k + 1)) {
            return (uint32_t)k;
        }
    }
}

uint32_t num_poisson(struct rng *rng, double mean)
{
    assert(mean >= 0 && mean <= 1e9);
    return mean < SEARCH_MEAN_MAX ? search(rng, mean) : reject(rng, mean);
}

static double log_mass(double mean, double k)
{
    return k * log(mean) - mean - num_log_gamma(k + 1);
}

struct poisson_table num_poisson_table(struct arena *arena, double mean)
{
    double reach = 7 * sqrt(mean) + 12; /* beyond it lies less than 2^-34 */
    double lowest = fmax(0, floor(mean - reach));
    uint32_t count = (uint32_t)(mean + reach - lowest) + 1;
    uint32_t *up_to = arena_array(arena, uint32_t, count);
    struct poisson_table table = {.up_to = up_to, .lowest = (uint32_t)lowest};
    double below = 0;
    uint32_t k = 0;

    assert(mean > 0 && mean <= POISSON_MEAN_MAX);
    for (uint32_t i = 0; i < count; i++) {
        below += exp(log_mass(mean, lowest + i));
        up_to[i] = below >= 1 ? UINT32_MAX : (uint32_t)(below * 0x1p32 - 0.5);
    }
    up_to[count - 1] = UINT32_MAX;
    for (uint32_t i = 0; i < COUNT(table.guide); i++) {
        while (up_to[k] < i << (32 - POISSON_GUIDE_BITS)) {
            k++;
        }
        table.guide[i] = (uint16_t)k;
    }
    return table;
}

double num_gamma_draw(struct rng *rng, double shape)
{
    assert(shape > 0);
    if (shape < 1) {
        return num_gamma_draw(rng, shape + 1) * pow(1 - rng_unit(rng), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / sqrt(9 * d);

    for (;;) {
        double x = rng_normal(rng);
        double root = 1 + c * x;
        double v = root * root * root;

        if (root > 0 && log(1 - rng_unit(rng)) < x * x / 2 + d - d * v + d * log(v)) {
            return d * v;
        }
    }
}

double num_beta_draw(struct rng *rng, double a, double b)
{
    double x = num_gamma_draw(rng, a);
    double y = num_gamma_draw(rng, b);
    double share = x + y > 0 ? x / (x + y) : a / (a + b);

    return fmin(fmax(share, 1e-12), 1 - 1e-12);
}
