/* Goal: no machine's number alone turns anybody down, and an application moves only forward. */

#include "check.h"

#include "slice/interview/interview_rule.h"
#include "slice/vetting/vetting_rule.h"

static void outcome__stops_nobody_by_machine(void)
{
    for (double estimate = -4; estimate <= 4; estimate += 0.25) {
        for (int alarmed = 0; alarmed <= 1; alarmed++) {
            CHECK(interview_outcome_of(estimate, 0, alarmed, false) != OUTCOME_BELOW);
        }
    }
    CHECK(interview_outcome_of(0.1, 0, false, false) == OUTCOME_PASSED);
    CHECK(interview_outcome_of(-0.1, 0, false, false) == OUTCOME_WAITING);
    CHECK(interview_outcome_of(3, 0, true, false) == OUTCOME_WAITING);
    CHECK(interview_outcome_of(-0.1, 0, false, true) == OUTCOME_BELOW);
    CHECK(interview_outcome_of(0.1, 0, true, true) == OUTCOME_PASSED);
}

static void cut__rises_with_the_level(void)
{
    CHECK(interview_cut(1) < interview_cut(2) && interview_cut(2) < interview_cut(3));
    CHECK_NEAR(interview_scale(0), 50, 0);
    CHECK_NEAR(interview_scale(-1), 40, 0);
}

static void copies__need_enough_words(void)
{
    CHECK(interview_looks_copied(0.9, 0.9, 40));
    CHECK(!interview_looks_copied(0.9, 0.9, 5));
    CHECK(!interview_looks_copied(0.2, 0.3, 40));
    CHECK(interview_looks_copied(0.1, 0.9, 40)); /* pasted into a longer one */
}

static void decline__needs_a_person_or_an_end(void)
{
    CHECK(application_bars("interviewing", false, "below_level") != NULL);
    CHECK(application_bars("applied", false, "other") != NULL);
    CHECK(application_bars("applied", false, "listing_ended") == NULL);
    CHECK(application_bars("judged", false, "below_level") == NULL);
    CHECK(application_bars("judged", true, "other") == NULL);
    CHECK(application_bars("applied", true, "other") != NULL);
    CHECK(application_bars("withdrawn", false, "listing_ended") != NULL);
    CHECK(application_bars("declined", false, "listing_ended") != NULL);
}

static void advance__goes_forward_alone(void)
{
    CHECK(application_may_advance("applied", "interviewing"));
    CHECK(application_may_advance("interviewing", "judged"));
    CHECK(application_may_advance("declined", "qualified")); /* overturned on appeal */
    CHECK(!application_may_advance("withdrawn", "qualified"));
    CHECK(!application_may_advance("qualified", "judged"));
    CHECK(!application_may_advance("qualified", "qualified"));
    CHECK(application_can_withdraw("judged") && !application_can_withdraw("declined"));
}

TEST_MAIN(CASE(outcome__stops_nobody_by_machine), CASE(cut__rises_with_the_level),
          CASE(copies__need_enough_words), CASE(decline__needs_a_person_or_an_end),
          CASE(advance__goes_forward_alone))
