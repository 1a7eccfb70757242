#include "engine/irt/impact.h"

#include <math.h>
#include <stdbool.h>

#include "base/fault.h"
#include "num/special.h"

static const double FOUR_FIFTHS = 0.8;
static const double LEVEL = 0.95;
static const double COUNT_MAX = 1e7;
static const double SLACK = 1e-7; /* tables as likely as the one seen, up to rounding */

static enum err check(const struct irt_group_rate *groups, uint32_t group_count,
                      struct fault *fault)
{
    if (group_count == 0) {
        return fail(fault, ERR_INVALID, "there are no groups to compare");
    }
    for (uint32_t i = 0; i < group_count; i++) {
        double passed = groups[i].passed;
        double persons = groups[i].persons;

        if (!(passed >= 0 && passed <= persons && persons <= COUNT_MAX) ||
            passed != floor(passed) || persons != floor(persons)) {
            return fail(fault, ERR_INVALID,
                        "group %u has %g passed of %g persons; both must be whole, and the first "
                        "no more than the second",
                        i + 1, passed, persons);
        }
    }
    return OK;
}

static double rate_of(const struct irt_group_rate *group)
{
    return group->persons > 0 ? group->passed / group->persons : 0;
}

static bool enough(const struct irt_group_rate *group)
{
    return group->persons >= IRT_GROUP_COUNT_MIN;
}

static uint32_t find_reference(const struct irt_group_rate *groups, uint32_t group_count)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < group_count; i++) {
        bool better = rate_of(&groups[i]) > rate_of(&groups[best]);

        if (enough(&groups[i]) != enough(&groups[best]) ? enough(&groups[i]) : better) {
            best = i;
        }
    }
    return best;
}

/* Chance of a table with the same margins that is no more likely than this one. */
static double exact_p(const struct irt_group_rate *left, const struct irt_group_rate *right)
{
    double passed = left->passed + right->passed;
    double all = left->persons + right->persons;
    double low = fmax(0, passed - right->persons);
    double high = fmin(passed, left->persons);
    double base = num_log_choose(all, passed);
    double seen = num_log_choose(left->persons, left->passed) +
                  num_log_choose(right->persons, right->passed) - base;
    double sum = 0;

    for (double k = low; k <= high; k++) {
        double chance =
            num_log_choose(left->persons, k) + num_log_choose(right->persons, passed - k) - base;

        sum += chance <= seen + SLACK ? exp(chance) : 0;
    }
    return fmin(1, sum);
}

static struct interval ratio_interval(const struct irt_group_rate *group,
                                      const struct irt_group_rate *reference, double ratio)
{
    double z = num_normal_quantile(0.5 + LEVEL / 2);

    if (group->passed == 0 || reference->passed == 0) {
        return (struct interval){.low = (double)NAN, .high = (double)NAN};
    }
    double deviation = sqrt(1 / group->passed - 1 / group->persons + 1 / reference->passed -
                            1 / reference->persons);

    return (struct interval){.low = ratio * exp(-z * deviation),
                             .high = ratio * exp(z * deviation)};
}

static enum irt_impact_verdict judge(const struct irt_group_rate *group,
                                     const struct irt_group_rate *reference,
                                     const struct irt_impact *impact)
{
    if (!enough(group) || !enough(reference) || reference->passed == 0) {
        return IRT_IMPACT_NOT_ENOUGH;
    }
    if (impact->ratio >= FOUR_FIFTHS) {
        return IRT_IMPACT_NONE;
    }
    bool shown = group->passed == 0 ? impact->p < 1 - LEVEL : impact->interval.high < 1;

    return shown ? IRT_IMPACT_SHOWN : IRT_IMPACT_POSSIBLE;
}

enum err irt_impact(const struct irt_group_rate *groups, uint32_t group_count,
                    struct irt_impact *out, uint32_t *reference, struct fault *fault)
{
    TRY(check(groups, group_count, fault));
    uint32_t best = find_reference(groups, group_count);
    double most = rate_of(&groups[best]);

    for (uint32_t i = 0; i < group_count; i++) {
        out[i].rate = rate_of(&groups[i]);
        out[i].ratio = most > 0 ? out[i].rate / most : (double)NAN;
        out[i].interval = ratio_interval(&groups[i], &groups[best], out[i].ratio);
        out[i].p = i == best ? 1 : exact_p(&groups[i], &groups[best]);
        out[i].verdict = judge(&groups[i], &groups[best], &out[i]);
        if (i == best) {
            out[i].interval = (struct interval){.low = 1, .high = 1};
        }
    }
    *reference = best;
    return OK;
}

const char *irt_impact_name(enum irt_impact_verdict verdict)
{
    static const char *const NAMES[] = {"not enough data", "none", "possible", "shown"};

    return NAMES[verdict];
}
