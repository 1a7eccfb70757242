#include "slice/quality/stop_rule.h"

#include <stddef.h>

int64_t stop_wanted(const struct stop_rule *rule, int64_t given, double certainty,
                    const char **reason)
{
    if (given < rule->minimum) {
        *reason = "minimum";
        return rule->minimum;
    }
    if (certainty >= rule->target) {
        *reason = "sure";
        return given;
    }
    if (given >= rule->maximum) {
        *reason = "cap";
        return given;
    }
    *reason = "unsure";
    return given + 1; /* one at a time: the next answer may settle it */
}

const char *stop_rule_fault(const struct stop_rule *rule, const char **field)
{
    if (!(rule->target > 0.5 && rule->target < 1)) {
        *field = "target_certainty";
        return "the certainty lies above .5 and below 1";
    }
    if (rule->minimum < 1 || rule->minimum > 25) {
        *field = "label_min";
        return "a task wants 1 to 25 answers";
    }
    if (rule->maximum < rule->minimum || rule->maximum > 25) {
        *field = "label_max";
        return "the cap is at least the minimum and at most 25";
    }
    return NULL;
}
