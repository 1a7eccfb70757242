#include "engine/watch/sampling.h"

#include <math.h>

#include "base/fault.h"
#include "num/special.h"

static const uint64_t SAMPLE_MAX = 1000000;

static double binomial_mass(double n, double k, double rate)
{
    if (rate <= 0 || rate >= 1) {
        return (rate <= 0 && k == 0) || (rate >= 1 && k == n) ? 1 : 0;
    }
    return exp(num_log_choose(n, k) + k * log(rate) + (n - k) * log1p(-rate));
}

static double hypergeometric_mass(double lot, double wrong, double n, double k)
{
    if (k > wrong || n - k > lot - wrong) {
        return 0;
    }
    return exp(num_log_choose(wrong, k) + num_log_choose(lot - wrong, n - k) -
               num_log_choose(lot, n));
}

/* Chance of at most `most` errors among `sample`. */
static double accepts(const struct watch_lot *lot, uint64_t sample, uint64_t most, double rate)
{
    double sum = 0;

    if (lot->size == 0 && rate > 0 && rate < 1 && most < sample) {
        return num_beta_cdf(1 - rate, (double)(sample - most), (double)most + 1);
    }
    for (uint64_t k = 0; k <= most && k <= sample; k++) {
        sum += lot->size == 0
                   ? binomial_mass((double)sample, (double)k, rate)
                   : hypergeometric_mass((double)lot->size, round(rate * (double)lot->size),
                                         (double)sample, (double)k);
    }
    return fmin(sum, 1);
}

static enum err check_lot(const struct watch_lot *lot, struct fault *fault)
{
    if (!(lot->fine >= 0 && lot->fine < lot->poor && lot->poor <= 1)) {
        return fail(fault, ERR_INVALID,
                    "the fine rate is %g and the poor one %g, but 0 <= fine < poor <= 1 is needed",
                    lot->fine, lot->poor);
    }
    if (!(lot->false_alarm > 0 && lot->false_alarm < 0.5 && lot->missed > 0 && lot->missed < 0.5)) {
        return fail(fault, ERR_INVALID,
                    "the chances of error are %g and %g, but must lie between 0 and 0.5",
                    lot->false_alarm, lot->missed);
    }
    return OK;
}

/* The smallest sample that accepts a poor lot rarely enough with `most` errors allowed. More
 * checks accept less, so halving finds it. Zero: none up to `largest`. */
static uint64_t smallest_sample(const struct watch_lot *lot, uint64_t most, uint64_t largest)
{
    uint64_t low = most + 1;
    uint64_t high = largest;

    if (low > high || accepts(lot, high, most, lot->poor) > lot->missed) {
        return 0;
    }
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (accepts(lot, middle, most, lot->poor) > lot->missed) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

enum err watch_plan_make(const struct watch_lot *lot, struct watch_plan *out, struct fault *fault)
{
    uint64_t largest = lot->size == 0 || lot->size > SAMPLE_MAX ? SAMPLE_MAX : lot->size;

    TRY(check_lot(lot, fault));
    for (uint64_t most = 0;; most++) {
        uint64_t sample = smallest_sample(lot, most, largest);

        if (sample == 0) {
            break;
        }
        double producer = 1 - accepts(lot, sample, most, lot->fine);

        if (producer <= lot->false_alarm) {
            *out = (struct watch_plan){.sample = sample,
                                       .most = most,
                                       .producer = producer,
                                       .consumer = accepts(lot, sample, most, lot->poor)};
            return OK;
        }
    }
    if (lot->size == 0 || lot->size > SAMPLE_MAX) {
        return fail(fault, ERR_LIMIT,
                    "telling %g from %g takes more than %llu checks; let the rates lie further "
                    "apart",
                    lot->fine, lot->poor, (unsigned long long)SAMPLE_MAX);
    }
    *out = (struct watch_plan){.sample = lot->size,
                               .most = (uint64_t)(lot->fine * (double)lot->size + 0.5)};
    out->producer = 1 - accepts(lot, out->sample, out->most, lot->fine);
    out->consumer = accepts(lot, out->sample, out->most, lot->poor);
    return OK;
}

double watch_plan_accepts(const struct watch_plan *plan, const struct watch_lot *lot, double rate)
{
    return accepts(lot, plan->sample, plan->most, rate);
}

struct interval watch_rate_interval(uint64_t count, uint64_t errors, double level)
{
    double k = (double)errors;
    double n = (double)count;
    double tail = (1 - level) / 2;

    return (struct interval){.low = errors == 0 ? 0 : num_beta_quantile(tail, k, n - k + 1),
                             .high =
                                 errors == count ? 1 : num_beta_quantile(1 - tail, k + 1, n - k)};
}
