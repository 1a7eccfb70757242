/* Goal: intervals hold the truth as often as they say, and poor input widens them. */

#include "check.h"

#include "base/fault.h"
#include "engine/truth/regime.h"
#include "engine/truth/skill.h"

static void skill__intervals_cover(void)
{
    double held = 0;
    double all = 0;

    for (size_t i = 0; i < 4; i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct regime regime = regimes[i];

        regime.item_count = 800;
        struct crowd crowd = crowd_new(arena, &regime, i);
        struct truth_skill_options options = TRUTH_SKILL_DEFAULTS;
        struct truth_input input;
        struct truth_skill skill;

        options.sweeps = 300;
        CHECK(truth_index(arena, &crowd.labels, &input, &fault) == OK);
        CHECK(truth_skill(arena, &input, &options, &skill, &fault) == OK);
        for (uint32_t worker = 0; worker < regime.worker_count; worker++) {
            CHECK(skill.low[worker] <= skill.mean[worker] &&
                  skill.mean[worker] <= skill.high[worker]);
            CHECK(skill.low[worker] >= 0 && skill.high[worker] <= 1);
            held += crowd.skill[worker] >= skill.low[worker] &&
                    crowd.skill[worker] <= skill.high[worker];
            all++;
        }
    }
    CHECK(held / all > .915 && held / all < .98);
}

static void skill__names_the_top_group(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct crowd crowd = crowd_new(arena, &regimes[0], 5);
    struct truth_skill_options options = TRUTH_SKILL_DEFAULTS;
    struct truth_input input;
    struct truth_skill skill;
    double sum = 0;

    options.sweeps = 100;
    CHECK(truth_index(arena, &crowd.labels, &input, &fault) == OK);
    CHECK(truth_skill(arena, &input, &options, &skill, &fault) == OK);
    for (uint32_t worker = 0; worker < 120; worker++) {
        sum += skill.top[worker];
    }
    CHECK_NEAR(sum, 24, 1e-6);
}

static void skill__answers_poor_input(void)
{
    static const struct truth_label at[] = {{0, 0, 0}};

    for (uint32_t class_count = 1; class_count <= 3; class_count++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct truth_labels labels = {
            .at = at, .count = 1, .item_count = 2, .worker_count = 2, .class_count = class_count};
        struct truth_skill_options options = TRUTH_SKILL_DEFAULTS;
        struct truth_input input;
        struct truth_skill skill;

        CHECK(truth_index(arena, &labels, &input, &fault) == OK);
        CHECK(truth_skill(arena, &input, &options, &skill, &fault) == OK);
        CHECK(class_count == 1 || skill.high[1] - skill.low[1] > .3);
    }
}

TEST_MAIN(CASE(skill__intervals_cover), CASE(skill__names_the_top_group),
          CASE(skill__answers_poor_input))
