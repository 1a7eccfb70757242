#include "engine/agree/distance.h"

#include <math.h>

static double raw(enum agree_distance kind, double left, double right)
{
    double gap = fabs(left - right);

    switch (kind) {
    case AGREE_NOMINAL:
        return gap > 0 ? 1 : 0;
    case AGREE_LINEAR:
        return gap;
    case AGREE_QUADRATIC:
        return gap * gap;
    case AGREE_ORDINAL: /* the pairs of ranks from one to the other, both included */
        return gap * (gap + 1) / 2;
    case AGREE_RATIO:
        return gap > 0 ? gap / (left + right) * (gap / (left + right)) : 0;
    }
    return 0;
}

struct distance distance_of(enum agree_distance kind, const double *scores, uint32_t value_count)
{
    double largest = value_count > 1 ? raw(kind, scores[0], scores[value_count - 1]) : 1;

    return (struct distance){.kind = kind,
                             .value_count = value_count,
                             .scores = scores,
                             .scale = largest > 0 ? 1 / largest : 1};
}

double distance_between(const struct distance *distance, uint32_t left, uint32_t right)
{
    return raw(distance->kind, distance->scores[left], distance->scores[right]) * distance->scale;
}

static void pull_nominal(const struct distance *distance, const double *mass, double *out)
{
    double total = 0;

    for (uint32_t k = 0; k < distance->value_count; k++) {
        total += mass[k];
    }
    for (uint32_t k = 0; k < distance->value_count; k++) {
        out[k] = total - mass[k];
    }
}

/* Adds `factor` times the pull of |a - b|, by sums from below. */
static void add_linear(const struct distance *distance, const double *mass, double factor,
                       double *out)
{
    double mass_below = 0;
    double moment_below = 0;
    double mass_all = 0;
    double moment_all = 0;

    for (uint32_t k = 0; k < distance->value_count; k++) {
        mass_all += mass[k];
        moment_all += mass[k] * (distance->scores[k] - distance->scores[0]);
    }
    for (uint32_t k = 0; k < distance->value_count; k++) {
        double score = distance->scores[k] - distance->scores[0];

        out[k] += factor * (score * mass_below - moment_below + (moment_all - moment_below) -
                            score * (mass_all - mass_below));
        mass_below += mass[k];
        moment_below += mass[k] * score;
    }
}

/* Adds `factor` times the pull of (a - b)^2, by moments about the mean. */
static void add_quadratic(const struct distance *distance, const double *mass, double factor,
                          double *out)
{
    double total = 0;
    double mean = 0;
    double square = 0;

    for (uint32_t k = 0; k < distance->value_count; k++) {
        total += mass[k];
        mean += mass[k] * distance->scores[k];
    }
    mean = total > 0 ? mean / total : 0;
    for (uint32_t k = 0; k < distance->value_count; k++) {
        double gap = distance->scores[k] - mean;

        square += mass[k] * gap * gap;
    }
    for (uint32_t k = 0; k < distance->value_count; k++) {
        double gap = distance->scores[k] - mean;

        out[k] += factor * (square + total * gap * gap);
    }
}

static void pull_ratio(const struct distance *distance, const double *mass, double *out)
{
    for (uint32_t k = 0; k < distance->value_count; k++) {
        for (uint32_t l = 0; l < k; l++) {
            double between = distance_between(distance, k, l);

            out[k] += mass[l] * between;
            out[l] += mass[k] * between;
        }
    }
}

void distance_pull(const struct distance *distance, const double *mass, double *out)
{
    for (uint32_t k = 0; k < distance->value_count; k++) {
        out[k] = 0;
    }
    switch (distance->kind) {
    case AGREE_NOMINAL:
        pull_nominal(distance, mass, out);
        break;
    case AGREE_LINEAR:
        add_linear(distance, mass, distance->scale, out);
        break;
    case AGREE_QUADRATIC:
        add_quadratic(distance, mass, distance->scale, out);
        break;
    case AGREE_ORDINAL:
        add_linear(distance, mass, distance->scale / 2, out);
        add_quadratic(distance, mass, distance->scale / 2, out);
        break;
    case AGREE_RATIO:
        pull_ratio(distance, mass, out);
        break;
    }
}

double distance_spread(const struct distance *distance, const double *mass, double *scratch)
{
    double spread = 0;

    distance_pull(distance, mass, scratch);
    for (uint32_t k = 0; k < distance->value_count; k++) {
        spread += mass[k] * scratch[k];
    }
    return spread;
}
