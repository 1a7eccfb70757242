/* Goal: a verdict holds, turns, or could not be had again; the last is neither of the others. */

#include "check.h"

#include "slice/reward/reverify_rule.h"

static void compare__tells_same_from_turned(void)
{
    CHECK(reverify_compare("pass", 1, VERDICT_PASS, 1, true) == REVERIFY_SAME);
    CHECK(reverify_compare("pass", 1, VERDICT_FAIL, 0, true) == REVERIFY_FLIP);
    CHECK(reverify_compare("fail", 0, VERDICT_PARTIAL, 0.5, true) == REVERIFY_FLIP);
    CHECK(reverify_compare("partial", 0.5, VERDICT_PARTIAL, 0.5 + 1e-12, true) == REVERIFY_SAME);
    CHECK(reverify_compare("partial", 0.5, VERDICT_PARTIAL, 0.6, true) == REVERIFY_FLIP);
    CHECK(reverify_compare("unscored", (double)NAN, VERDICT_UNSCORED, (double)NAN, true) ==
          REVERIFY_SAME);
    CHECK(reverify_compare("unscored", (double)NAN, VERDICT_PASS, 1, true) == REVERIFY_FLIP);
}

static void compare__a_broken_machine_turns_nothing(void)
{
    CHECK(reverify_compare("pass", 1, VERDICT_UNSCORED, (double)NAN, false) == REVERIFY_UNSCORED);
    CHECK(reverify_compare("fail", 0, VERDICT_UNSCORED, (double)NAN, false) == REVERIFY_UNSCORED);
}

TEST_MAIN(CASE(compare__tells_same_from_turned), CASE(compare__a_broken_machine_turns_nothing))
