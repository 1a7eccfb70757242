#pragma once

/* Pure decisions about calibration. */

#include <stdint.h>

/* Where an attempt stands: "running" until its last task is answered, then "passed" or "failed". */
const char *calibration_state(int64_t answered, int64_t right, int64_t task_count,
                              int64_t pass_count);

/* Why a policy cannot be, or NULL. `available`: tasks that the campaign has for it. */
const char *calibration_policy_refusal(int64_t task_count, int64_t pass_count, int64_t available);
