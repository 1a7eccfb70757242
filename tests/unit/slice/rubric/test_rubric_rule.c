#include "slice/rubric/rubric_rule.h"

#include <stdio.h>

#include "check.h"

static const struct judge_gate GATE = {
    .agreement_min = .9, .double_min = 50, .expert_share = .2, .seed = 3};

static void standing__needs_the_lower_bound_and_the_count(void)
{
    /* Wilson's lower bound at 95 %: 50 of 50 is .9287, 49 of 49 too few, 95 of 100 is .8882. */
    CHECK(judge_stand(&GATE, 50, 50).alone);
    CHECK_NEAR(judge_stand(&GATE, 50, 50).agreement.low, .9287, 1e-4);
    CHECK(!judge_stand(&GATE, 49, 49).alone);
    CHECK(!judge_stand(&GATE, 100, 95).alone);
    CHECK_NEAR(judge_stand(&GATE, 100, 95).agreement.low, .8882, 1e-4);
    CHECK(judge_stand(&GATE, 1000, 950).alone);
    CHECK(!judge_stand(&GATE, 0, 0).alone);
}

static void draw__is_the_share_and_always_the_same(void)
{
    struct judge_gate other = GATE;
    int drawn = 0;
    int alike = 0;

    other.seed = 4;
    for (int i = 0; i < 10000; i++) {
        char response[16];

        (void)snprintf(response, sizeof(response), "r%d", i);
        bool one = judge_is_drawn(&GATE, response, "q: 1");

        CHECK(one == judge_is_drawn(&GATE, response, "q: 1"));
        drawn += one;
        alike += one && judge_is_drawn(&other, response, "q: 1");
    }
    CHECK(drawn > 1850 && drawn < 2150);
    CHECK(alike > 300 && alike < 500);
    other.expert_share = 1;
    CHECK(judge_is_drawn(&other, "r1", "q: 1"));
}

static void people__come_before_models(void)
{
    struct settled people = marks_settle(&(struct tally){.people = {1, 2, 5}, .models = {9, 0, 0}});
    struct settled torn = marks_settle(&(struct tally){.people = {2, 2, 0}, .models = {9, 0, 0}});
    struct settled model = marks_settle(&(struct tally){.people = {0, 0, 3}, .models = {1, 0, 0}});
    struct settled nobody = marks_settle(&(struct tally){.people = {0, 0, 1}, .models = {0, 0, 1}});

    CHECK(people.by == SETTLED_PERSON && !people.met);
    CHECK(torn.by == SETTLED_OPEN);
    CHECK(model.by == SETTLED_MODEL && model.met);
    CHECK(nobody.by == SETTLED_OPEN);
}

TEST_MAIN(CASE(standing__needs_the_lower_bound_and_the_count),
          CASE(draw__is_the_share_and_always_the_same), CASE(people__come_before_models))
