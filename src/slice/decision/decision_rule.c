#include "slice/decision/decision_rule.h"

#include <stddef.h>
#include <string.h>

#include "base/time.h"

#define APPEAL_TIME (14 * TIME_DAY)

const char *decision_refusal(const char *action, const char *duty, const char *engagement_state)
{
    if (strcmp(action, "reject") == 0) {
        return strcmp(duty, "expert") == 0 ? NULL : "a reviewer has no answers to reject";
    }
    if (strcmp(engagement_state, "ended") == 0) {
        return "this engagement has ended already";
    }
    if (strcmp(action, "pause") == 0 && strcmp(engagement_state, "paused") == 0) {
        return "this engagement is paused already";
    }
    return NULL;
}

const char *decision_appeal_refusal(const char *state, int64_t decided_at, int64_t now_us)
{
    if (strcmp(state, "standing") != 0) {
        return "this decision has been appealed already";
    }
    return now_us > decided_at + APPEAL_TIME ? "the fourteen days for an appeal are over" : NULL;
}

const char *decision_settle_refusal(const char *state, const char *decided_by,
                                    const char *concerned, const char *asker)
{
    if (strcmp(decided_by, asker) == 0 || strcmp(concerned, asker) == 0) {
        return "somebody else decides the appeal: neither who decided first nor whom it is about";
    }
    return strcmp(state, "appealed") == 0 ? NULL : "there is no appeal that waits";
}
