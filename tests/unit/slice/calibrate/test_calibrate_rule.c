/* Goal: an attempt runs to its last task, and enough right answers pass it. */

#include "check.h"

#include "slice/calibrate/calibrate_rule.h"

static void state__is_decided_by_the_last_answer(void)
{
    CHECK(strcmp(calibration_state(0, 0, 3, 2), "running") == 0);
    CHECK(strcmp(calibration_state(2, 2, 3, 2), "running") == 0);
    CHECK(strcmp(calibration_state(3, 2, 3, 2), "passed") == 0);
    CHECK(strcmp(calibration_state(3, 1, 3, 2), "failed") == 0);
    CHECK(strcmp(calibration_state(2, 1, 2, 2), "failed") == 0);
}

static void policy__needs_tasks_and_can_be_passed(void)
{
    CHECK(calibration_policy_refusal(3, 3, 3) == NULL);
    CHECK(calibration_policy_refusal(3, 4, 9) != NULL);
    CHECK(calibration_policy_refusal(4, 2, 3) != NULL);
}

TEST_MAIN(CASE(state__is_decided_by_the_last_answer), CASE(policy__needs_tasks_and_can_be_passed))
