#include "engine/watch/bias.h"

#include <math.h>

#include "num/special.h"

enum { ROUNDS_MAX = 100 };

static const double PRECISION = 0.01;

/* Twice the smaller tail of the binomial at one half. */
static double sign_test(uint64_t count, uint64_t successes)
{
    uint64_t fewer = successes < count - successes ? successes : count - successes;
    double tail =
        fewer == count ? 1 : num_beta_cdf(0.5, (double)(count - fewer), (double)fewer + 1);

    return fmin(1, 2 * tail);
}

static struct watch_share share_of(uint64_t successes, uint64_t others, double level)
{
    uint64_t count = successes + others;

    if (count == 0) {
        return (struct watch_share){0};
    }
    return (struct watch_share){
        .count = count,
        .share = (double)successes / (double)count,
        .interval = interval_wilson((double)successes, (double)count, level),
        .p = sign_test(count, successes),
        .known = true,
    };
}

struct watch_share watch_position_bias(uint64_t first, uint64_t second, double level)
{
    return share_of(first, second, level);
}

struct watch_share watch_self_consistency(uint64_t same, uint64_t different, double level)
{
    return share_of(same, different, level);
}

/* Gradient and information of level and slope. */
struct normal_equations {
    double gradient[2];
    double information[3]; /* level-level, level-slope, slope-slope */
};

static struct normal_equations look(const struct watch_length *at, const double *longer,
                                    const uint8_t *left, size_t count)
{
    struct normal_equations sums = {
        .gradient = {-PRECISION * at->level, -PRECISION * at->slope},
        .information = {PRECISION, 0, PRECISION},
    };

    for (size_t i = 0; i < count; i++) {
        double eta = at->level + at->slope * longer[i];
        double chance = 1 / (1 + exp(-eta));
        double weight = chance * (1 - chance);
        double residual = (left[i] ? 1 : 0) - chance;

        sums.gradient[0] += residual;
        sums.gradient[1] += residual * longer[i];
        sums.information[0] += weight;
        sums.information[1] += weight * longer[i];
        sums.information[2] += weight * longer[i] * longer[i];
    }
    return sums;
}

static bool differ(const double *longer, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (longer[i] != longer[0]) {
            return true;
        }
    }
    return false;
}

/* Whether some length parts all that preferred left from all that preferred right. */
static bool is_separated(const double *longer, const uint8_t *left, size_t count)
{
    double low[2] = {(double)INFINITY, (double)INFINITY};
    double high[2] = {-(double)INFINITY, -(double)INFINITY};

    for (size_t i = 0; i < count; i++) {
        low[left[i] != 0] = fmin(low[left[i] != 0], longer[i]);
        high[left[i] != 0] = fmax(high[left[i] != 0], longer[i]);
    }
    return high[0] < low[1] || high[1] < low[0];
}

struct watch_length watch_length_bias(const double *longer, const uint8_t *left, size_t count)
{
    struct watch_length at = {0};

    if (!differ(longer, count)) {
        return at;
    }
    at.known = true;
    at.separated = is_separated(longer, left, count);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        struct normal_equations sums = look(&at, longer, left, count);
        double determinant =
            sums.information[0] * sums.information[2] - sums.information[1] * sums.information[1];
        double level =
            (sums.information[2] * sums.gradient[0] - sums.information[1] * sums.gradient[1]) /
            determinant;
        double slope =
            (sums.information[0] * sums.gradient[1] - sums.information[1] * sums.gradient[0]) /
            determinant;
        double length = fmin(1, 2 / fmax(fabs(level), fabs(slope) + 1e-300));

        at.level += length * level;
        at.slope += length * slope;
        at.error = sqrt(sums.information[0] / determinant);
        if (fmax(fabs(level), fabs(slope)) < 1e-10) {
            break;
        }
    }
    at.p = 2 * num_normal_cdf(-fabs(at.slope) / at.error);
    return at;
}
