#include "engine/watch/sequential.h"

#include <assert.h>
#include <math.h>

#include "num/special.h"

static const double PRIOR = 0.5; /* Beta(1/2, 1/2) above the fine rate */

static bool is_open(double x, double most)
{
    return x > 0 && x < most;
}

bool watch_rates_are_sound(const struct watch_rates *rates)
{
    return is_open(rates->fine, 1) && is_open(rates->poor, 1) && rates->fine < rates->poor &&
           is_open(rates->false_alarm, 0.5) && is_open(rates->missed, 0.5);
}

struct watch_bounds watch_wald_bounds(const struct watch_rates *rates)
{
    return (struct watch_bounds){.accept = log(rates->missed / (1 - rates->false_alarm)),
                                 .reject = log((1 - rates->missed) / rates->false_alarm)};
}

static double log_step(const struct watch_rates *rates, bool wrong)
{
    return wrong ? log(rates->poor / rates->fine) : log((1 - rates->poor) / (1 - rates->fine));
}

/* Log of the mass that a Beta density has above `fine`. */
static double log_above(double fine, double a, double b)
{
    return log(fmax(num_beta_cdf(1 - fine, b, a), 1e-300));
}

double watch_log_evidence(uint64_t count, uint64_t errors, double fine)
{
    double k = (double)errors;
    double n = (double)count;

    assert(errors <= count && fine > 0 && fine < 1);
    double mixture =
        num_log_beta(PRIOR + k, PRIOR + n - k) + log_above(fine, PRIOR + k, PRIOR + n - k);
    double prior = num_log_beta(PRIOR, PRIOR) + log_above(fine, PRIOR, PRIOR);

    return mixture - prior - k * log(fine) - (n - k) * log1p(-fine);
}

static void add_to_wald(const struct watch_rates *rates, struct watch_sequential *state, bool wrong)
{
    struct watch_bounds bounds = watch_wald_bounds(rates);

    if (state->verdict != WATCH_CONTINUE) {
        return; /* the guarantee holds for the first crossing only */
    }
    state->log_ratio += log_step(rates, wrong);
    if (state->log_ratio <= bounds.accept) {
        state->verdict = WATCH_ACCEPT;
    } else if (state->log_ratio >= bounds.reject) {
        state->verdict = WATCH_REJECT;
    }
    state->decided_at = state->verdict == WATCH_CONTINUE ? 0 : state->count;
}

void watch_sequential_add(const struct watch_rates *rates, struct watch_sequential *state,
                          bool wrong)
{
    assert(watch_rates_are_sound(rates));
    state->count++;
    state->errors += wrong;
    add_to_wald(rates, state, wrong);
    state->log_evidence =
        fmax(state->log_evidence, watch_log_evidence(state->count, state->errors, rates->fine));
    state->p = exp(-state->log_evidence);
    if (state->alarmed_at == 0 && state->log_evidence >= -log(rates->false_alarm)) {
        state->alarmed_at = state->count;
    }
}

/* The h that makes ratio^h a martingale at this rate (Wald 1947, A:78), by bisection. */
static double wald_power(const struct watch_rates *rates, double rate)
{
    double up = log_step(rates, true);
    double down = log_step(rates, false);
    bool drifts_down = rate * up + (1 - rate) * down < 0;
    double low = drifts_down ? 1e-9 : -64;
    double high = drifts_down ? 64 : -1e-9;

    for (int step = 0; step < 200; step++) {
        double h = (low + high) / 2;
        bool above = rate * exp(h * up) + (1 - rate) * exp(h * down) > 1;

        if (above == drifts_down) {
            high = h;
        } else {
            low = h;
        }
    }
    return (low + high) / 2;
}

double watch_wald_length(const struct watch_rates *rates, double rate)
{
    struct watch_bounds bounds = watch_wald_bounds(rates);
    double up = log_step(rates, true);
    double down = log_step(rates, false);
    double drift = rate * up + (1 - rate) * down;

    assert(watch_rates_are_sound(rates) && rate >= 0 && rate <= 1);
    if (rate == 0) {
        return bounds.accept / down;
    }
    if (rate == 1) {
        return bounds.reject / up;
    }
    if (fabs(drift) < 1e-9) {
        return -bounds.accept * bounds.reject / (rate * up * up + (1 - rate) * down * down);
    }
    double h = wald_power(rates, rate);
    double accept =
        (exp(h * bounds.reject) - 1) / (exp(h * bounds.reject) - exp(h * bounds.accept));

    return (accept * bounds.accept + (1 - accept) * bounds.reject) / drift;
}
