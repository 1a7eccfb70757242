#include "engine/truth/dirichlet.h"

#include <math.h>

#include "num/special.h"

enum { STEPS = 5 };

static double row_sum(const double *row, uint32_t width)
{
    double sum = 0;

    for (uint32_t k = 0; k < width; k++) {
        sum += row[k];
    }
    return sum;
}

static void step(const double *counts, size_t row_count, double *prior, uint32_t width)
{
    double strength = row_sum(prior, width);
    double at_strength = num_digamma(strength);
    double below = 0;

    for (size_t i = 0; i < row_count; i++) {
        double sum = row_sum(counts + i * width, width);

        below += sum > 0 ? num_digamma(sum + strength) - at_strength : 0;
    }
    for (uint32_t k = 0; below > 1e-9 && k < width; k++) {
        double at_prior = num_digamma(prior[k]);
        double above = 0;

        for (size_t i = 0; i < row_count; i++) {
            double count = counts[i * width + k];

            above += count > 0 ? num_digamma(count + prior[k]) - at_prior : 0;
        }
        prior[k] = fmin(fmax(prior[k] * above / below, 1e-3), 1e3);
    }
}

void dirichlet_learn(const double *counts, size_t row_count, double *prior, uint32_t width)
{
    for (int i = 0; i < STEPS; i++) {
        step(counts, row_count, prior, width);
    }
}
