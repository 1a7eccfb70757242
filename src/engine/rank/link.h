#pragma once

/* The three outcomes of one comparison as functions of eta (who is ahead) and of ties' odds. */

#include <math.h>

struct link {
    double left; /* probabilities */
    double tie;
    double right;
    double expected;    /* left plus half the ties: its difference to the outcome is the slope */
    double information; /* minus the second derivative by eta */
};

/* `odds` is exp(tie); zero where ties are halved. */
static inline struct link link_of(double eta, double odds)
{
    double r = exp(-fabs(eta) / 2); /* the one behind against the one ahead, square rooted */
    double scale = 1 / (1 + r * r + odds * r);
    double ahead = scale;
    double behind = r * r * scale;
    double expected = ahead + odds * r * scale / 2;

    return (struct link){.left = eta >= 0 ? ahead : behind,
                         .tie = odds * r * scale,
                         .right = eta >= 0 ? behind : ahead,
                         .expected = eta >= 0 ? expected : 1 - expected,
                         .information = ahead * behind + odds * r * scale * (ahead + behind) / 4};
}

/* Log-likelihood of an outcome in half wins of left (0, 1, 2). Where ties are halved, a tie is
 * worth the mean of a win and a loss. */
static inline double link_log(double eta, double odds, unsigned half_wins)
{
    double r = exp(-fabs(eta) / 2);
    double log_scale = -log1p(r * r + odds * r);

    if (half_wins == 1) {
        return log_scale - fabs(eta) / 2 + (odds > 0 ? log(odds) : 0);
    }
    return log_scale - ((half_wins == 2) == (eta >= 0) ? 0 : fabs(eta));
}
