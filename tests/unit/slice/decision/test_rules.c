/* Rules of decisions: who may be decided about, who may appeal, who decides the appeal. */

#include "check.h"

#include "base/time.h"
#include "slice/decision/decision_rule.h"

static void refusal__knows_what_is_done_already(void)
{
    CHECK(decision_refusal("pause", "expert", "active") == NULL);
    CHECK(decision_refusal("pause", "expert", "paused") != NULL);
    CHECK(decision_refusal("offboard", "expert", "paused") == NULL);
    CHECK(decision_refusal("offboard", "reviewer", "ended") != NULL);
    CHECK(decision_refusal("reject", "expert", "ended") == NULL); /* answers outlive it */
    CHECK(decision_refusal("reject", "reviewer", "active") != NULL);
}

static void appeal__is_once_and_in_time(void)
{
    CHECK(decision_appeal_refusal("standing", 0, 14 * TIME_DAY) == NULL);
    CHECK(decision_appeal_refusal("standing", 0, 14 * TIME_DAY + 1) != NULL);
    CHECK(decision_appeal_refusal("appealed", 0, 1) != NULL);
    CHECK(decision_appeal_refusal("upheld", 0, 1) != NULL);
}

static void settle__is_for_somebody_else(void)
{
    CHECK(decision_settle_refusal("appealed", "per_a", "per_b", "per_c") == NULL);
    CHECK(decision_settle_refusal("appealed", "per_a", "per_b", "per_a") != NULL);
    CHECK(decision_settle_refusal("appealed", "per_a", "per_b", "per_b") != NULL);
    CHECK(decision_settle_refusal("standing", "per_a", "per_b", "per_c") != NULL);
}

TEST_MAIN(CASE(refusal__knows_what_is_done_already), CASE(appeal__is_once_and_in_time),
          CASE(settle__is_for_somebody_else))
