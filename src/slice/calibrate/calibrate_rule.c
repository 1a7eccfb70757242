#include "slice/calibrate/calibrate_rule.h"

#include <stddef.h>

const char *calibration_state(int64_t answered, int64_t right, int64_t task_count,
                              int64_t pass_count)
{
    if (answered < task_count) {
        return "running";
    }
    return right >= pass_count ? "passed" : "failed";
}

const char *calibration_policy_refusal(int64_t task_count, int64_t pass_count, int64_t available)
{
    if (pass_count > task_count) {
        return "more answers would have to be right than there are tasks in an attempt";
    }
    return task_count > available ? "the campaign has fewer calibration tasks than an attempt "
                                    "asks for; add tasks first"
                                  : NULL;
}
