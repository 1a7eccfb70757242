/* Rules of quality: planted experts, tasks and habits must be seen for what they are. */

#include "check.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/truth/truth.h"
#include "slice/quality/quality_rule.h"
#include "slice/quality/stop_rule.h"
#include "slice/type/type.h"

enum { TASKS = 400, EXPERTS = 8, PER_TASK = 4, HARD_FROM = 200 };

static const char *const CLASSES[] = {"a", "b", "tie"};
static const struct type_label LABEL = {
    .name = "choice", .path = "/choice", .level = "nominal", .classes = CLASSES, .class_count = 3};

struct world {
    struct quality_task *tasks;
    struct quality_rater *raters;
    struct quality_vote *votes;
    struct quality_labels labels;
    uint32_t *truth;
};

static struct world world_new(struct arena *arena)
{
    struct world world = {
        .tasks = arena_array(arena, struct quality_task, TASKS),
        .raters = arena_array(arena, struct quality_rater, EXPERTS),
        .votes = arena_array(arena, struct quality_vote, TASKS * EXPERTS),
        .truth = arena_array(arena, uint32_t, TASKS),
    };

    for (uint32_t i = 0; i < TASKS; i++) {
        world.tasks[i] = (struct quality_task){.id = arena_print(arena, "t%u", i),
                                               .gold = TRUTH_UNKNOWN,
                                               .longer = (double)NAN,
                                               .pair = i};
        world.truth[i] = i % 2;
    }
    for (uint32_t i = 0; i < EXPERTS; i++) {
        world.raters[i] = (struct quality_rater){.id = arena_print(arena, "e%u", i),
                                                 .name = "E",
                                                 .kind = "expert",
                                                 .price_minor = 100,
                                                 .active = true};
    }
    world.labels = (struct quality_labels){.label = &LABEL,
                                           .tasks = world.tasks,
                                           .task_count = TASKS,
                                           .raters = world.raters,
                                           .rater_count = EXPERTS,
                                           .votes = world.votes,
                                           .stratum_count = 1,
                                           .sides = {0, 1}};
    return world;
}

static void vote(struct world *world, uint32_t task, uint32_t rater, bool right)
{
    uint32_t class = right ? world->truth[task] : 1 - world->truth[task];

    world->votes[world->labels.vote_count++] = (struct quality_vote){
        .task = task, .rater = rater, .given = class, .final = class, .first = TRUTH_UNKNOWN};
}

/* Equal experts; the second half of the tasks is hard for everybody, and expert 0 has only these.
 */
static struct world hard_world(struct arena *arena, uint64_t seed)
{
    struct world world = world_new(arena);
    struct rng rng = rng_new(seed);

    for (uint32_t task = 0; task < TASKS; task++) {
        bool hard = task >= HARD_FROM;
        double right = hard ? 0.72 : 0.97;

        if (hard) {
            vote(&world, task, 0, rng_unit(&rng) < right);
        }
        for (uint32_t i = 0; i < PER_TASK; i++) {
            vote(&world, task, 1 + (task + i) % (EXPERTS - 1), rng_unit(&rng) < right);
        }
    }
    return world;
}

static const struct quality_skill *skill_of(const struct quality_result *result, uint32_t rater)
{
    for (size_t i = 0; i < result->skill_count; i++) {
        if (result->skills[i].rater == rater && result->skills[i].stratum == QUALITY_ALL) {
            return &result->skills[i];
        }
    }
    return NULL;
}

static void skills__do_not_mark_down_for_hard_tasks(void)
{
    double plain = 0;
    double adjusted = 0;

    for (uint64_t seed = 1; seed <= 6; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct world world = hard_world(arena, seed);
        struct quality_result result;
        struct fault fault = {0};
        const struct quality_skill *own;

        CHECK(quality_compute(arena, &world.labels, 1, &result, &fault) == OK);
        own = skill_of(&result, 0);
        CHECK(own->low < own->accuracy && own->accuracy < own->high);
        for (uint32_t rater = 1; rater < EXPERTS; rater++) {
            plain += (own->plain - skill_of(&result, rater)->plain) / (EXPERTS - 1) / 6;
            adjusted += (own->accuracy - skill_of(&result, rater)->accuracy) / (EXPERTS - 1) / 6;
        }
    }
    printf("# against equals: plain %.3f, adjusted %.3f\n", plain, adjusted);
    CHECK(plain < -0.12); /* who got the hard half seems that much worse, and is not */
    CHECK(fabs(adjusted) < 0.05);
}

static void skills__show_nothing_below_the_minimum(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = world_new(arena);
    struct quality_result result;
    struct fault fault = {0};

    for (uint32_t task = 0; task < QUALITY_SHOWN_MIN; task++) {
        vote(&world, task, 1, true);
        vote(&world, task, 2, true);
        if (task > 0) {
            vote(&world, task, 3, true);
        }
    }
    CHECK(quality_compute(arena, &world.labels, 1, &result, &fault) == OK);
    CHECK(skill_of(&result, 1)->accuracy > 0.5);
    CHECK(isnan(skill_of(&result, 3)->accuracy));
    CHECK(skill_of(&result, 3)->vote_count == QUALITY_SHOWN_MIN - 1);
    CHECK(skill_of(&result, 0) == NULL);
}

static void adjust__keeps_whoever_met_average_tasks(void)
{
    CHECK_NEAR(quality_adjust(0.9, 1000, 0.8, 0.8), 0.9, 1e-9);
    CHECK(quality_adjust(0.9, 1000, 0.7, 0.8) > 0.9);
    CHECK(quality_adjust(0.9, 1000, 0.9, 0.8) < 0.9);
    CHECK_NEAR(quality_adjust(0.9, 0, (double)NAN, 0.8), 0.9, 1e-9);
    CHECK(quality_adjust(1, 10, 1, 1) <= 1);
    CHECK(quality_adjust(0.9, 0, (double)NAN, (double)NAN) > 0);
}

static void top__is_named_only_where_intervals_part(void)
{
    struct quality_skill apart[] = {{.low = .95, .high = .99},
                                    {.low = .7, .high = .9},
                                    {.low = .6, .high = .9},
                                    {.low = .5, .high = .8},
                                    {.low = .5, .high = .94}};
    struct quality_skill mixed[] = {{.low = .85, .high = .99},
                                    {.low = .7, .high = .9},
                                    {.low = .6, .high = .9},
                                    {.low = .5, .high = .8},
                                    {.low = .5, .high = .8}};

    quality_name_top(apart, 5);
    CHECK(apart[0].is_top && !apart[1].is_top && !apart[4].is_top);
    quality_name_top(mixed, 5);
    CHECK(!mixed[0].is_top);
    quality_name_top(apart, 1); /* one of one is no group */
    CHECK(!apart[0].is_top);
}

static const struct quality_bias *bias_of(const struct quality_result *result, const char *kind,
                                          uint32_t rater)
{
    for (size_t i = 0; i < result->bias_count; i++) {
        if (result->biases[i].rater == rater && strcmp(result->biases[i].kind, kind) == 0) {
            return &result->biases[i];
        }
    }
    return NULL;
}

/* Expert 1 takes what stands first, three times in four; expert 2 takes what is right. */
static void biases__see_who_takes_the_first(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = world_new(arena);
    struct quality_result result = {0};
    struct rng rng = rng_new(3);

    for (uint32_t task = 0; task < TASKS; task++) {
        uint32_t first = rng_below(&rng, 2);
        uint32_t liked = rng_unit(&rng) < 0.75 ? first : 1 - first;

        world.tasks[task].longer = world.truth[task] == 0 ? log(2) : -log(2);
        vote(&world, task, 1, liked == world.truth[task]);
        vote(&world, task, 2, rng_unit(&rng) < 0.9);
        world.votes[world.labels.vote_count - 2].first = first;
        world.votes[world.labels.vote_count - 1].first = first;
    }
    quality_biases(arena, &world.labels, &result);
    CHECK_NEAR(bias_of(&result, "position", 1)->estimate, 0.75, 0.07);
    CHECK(bias_of(&result, "position", 1)->low > 0.5);
    CHECK(bias_of(&result, "position", 2)->low < 0.5 && bias_of(&result, "position", 2)->high > .5);
    CHECK(bias_of(&result, "length", 2)->low > 0); /* the right one is the longer one here */
    CHECK(bias_of(&result, "length", 1)->p > 0.001);
    CHECK(bias_of(&result, "position", QUALITY_ALL)->vote_count == 2 * TASKS);
    CHECK(isnan(bias_of(&result, "consistency", 1)->estimate));
}

/* Every second task is its neighbour turned round; expert 1 says the same of both, expert 2 picks
 * the left one whatever it is. */
static void biases__hold_experts_to_their_word(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = world_new(arena);
    struct quality_result result = {0};

    for (uint32_t task = 0; task < TASKS; task++) {
        world.tasks[task].pair = task / 2;
        world.tasks[task].turned = task % 2 == 1;
        world.truth[task] = task % 2;
        vote(&world, task, 1, true);
        vote(&world, task, 2, world.truth[task] == 0);
    }
    quality_biases(arena, &world.labels, &result);
    CHECK(bias_of(&result, "consistency", 1)->vote_count == TASKS / 2);
    CHECK_NEAR(bias_of(&result, "consistency", 1)->estimate, 1, 1e-12);
    CHECK_NEAR(bias_of(&result, "consistency", 2)->estimate, 0, 1e-12);
    CHECK_NEAR(bias_of(&result, "consistency", QUALITY_ALL)->estimate, 0.5, 1e-12);
}

static void alerts__name_the_copier_and_nobody_else(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = world_new(arena);
    struct quality_result result;
    struct fault fault = {0};
    struct rng rng = rng_new(11);

    for (uint32_t task = 0; task < TASKS; task++) {
        bool right = rng_unit(&rng) < 0.75;

        for (uint32_t rater = 0; rater < 6; rater++) {
            vote(&world, task, rater, rng_unit(&rng) < 0.8);
        }
        vote(&world, task, 6, right);
        vote(&world, task, 7, rng_unit(&rng) < 0.9 ? right : !right);
    }
    CHECK(quality_compute(arena, &world.labels, 1, &result, &fault) == OK);
    CHECK(result.alert_count == 1);
    CHECK(strcmp(result.alerts[0].kind, "copying") == 0);
    CHECK(result.alerts[0].left == 6 && result.alerts[0].right == 7);
    CHECK(result.alerts[0].task_count > 10);
    CHECK((double)result.alerts[0].telling_count > result.alerts[0].expected);
}

static void alerts__show_where_somebody_strayed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = world_new(arena);
    struct quality_result result;
    struct fault fault = {0};
    struct rng rng = rng_new(5);

    for (uint32_t task = 0; task < TASKS; task++) {
        for (uint32_t rater = 1; rater < 6; rater++) {
            vote(&world, task, rater, rng_unit(&rng) < 0.92);
        }
        vote(&world, task, 0, rng_unit(&rng) < (task < 280 ? 0.95 : 0.3));
    }
    CHECK(quality_compute(arena, &world.labels, 1, &result, &fault) == OK);
    CHECK(result.alert_count >= 1);
    CHECK(strcmp(result.alerts[0].kind, "drift") == 0 && result.alerts[0].left == 0);
    for (size_t i = 0; i < result.alerts[0].task_count; i++) {
        CHECK(result.alerts[0].tasks[i] >= 270);
    }
    CHECK((double)result.alerts[0].telling_count > 4 * result.alerts[0].expected);
}

static void plan__promises_more_for_more_and_asks_where_doubt_is(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = hard_world(arena, 7);
    struct quality_result result;
    struct fault fault = {0};
    size_t hard = 0;

    world.raters[3].active = false;
    CHECK(quality_compute(arena, &world.labels, 1, &result, &fault) == OK);
    CHECK(result.step_count > 2);
    CHECK(result.steps[0].vote_count == 0 && result.steps[0].spend_minor == 0);
    for (size_t i = 0; i < result.step_count; i++) {
        const struct quality_step *step = &result.steps[i];

        CHECK(step->low <= step->accuracy && step->accuracy <= step->high);
        CHECK(i == 0 || step->accuracy >= step[-1].accuracy - 1e-9);
        CHECK(step->spend_minor == (int64_t)step->vote_count * 100);
    }
    CHECK(result.next_count == 100);
    for (size_t i = 0; i < result.next_count; i++) {
        CHECK(result.nexts[i].rater != 3); /* paused */
        hard += result.nexts[i].task >= HARD_FROM;
    }
    CHECK(hard > 80);
}

static void gold__counts_as_known_and_scores_first_answers(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = hard_world(arena, 7);
    struct quality_check checks[] = {{300, 1, 0}, {300, 2, 1}, {301, 1, 1}};
    struct quality_result result;
    struct fault fault = {0};

    world.tasks[300].gold = 0;
    world.tasks[301].gold = 1;
    world.labels.checks = checks;
    world.labels.check_count = 3;
    CHECK(quality_compute(arena, &world.labels, 1, &result, &fault) == OK);
    CHECK(result.gold_count == 2);
    CHECK(result.truths[300].class == 0 && result.truths[300].probability > 0.999999);
    CHECK(skill_of(&result, 1)->gold_count == 2 && skill_of(&result, 1)->gold_right == 2);
    CHECK(skill_of(&result, 2)->gold_count == 1 && skill_of(&result, 2)->gold_right == 0);
    for (size_t i = 0; i < result.next_count; i++) {
        CHECK(result.nexts[i].task != 300);
    }
}

static void compute__gives_the_same_bits_again(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = hard_world(arena, 7);
    struct quality_result one;
    struct quality_result two;
    struct fault fault = {0};

    CHECK(quality_compute(arena, &world.labels, 1, &one, &fault) == OK);
    CHECK(quality_compute(arena, &world.labels, 1, &two, &fault) == OK);
    CHECK(one.skill_count == two.skill_count && one.step_count == two.step_count);
    for (size_t i = 0; i < one.skill_count; i++) {
        CHECK(memcmp(&one.skills[i].accuracy, &two.skills[i].accuracy, sizeof(double)) == 0);
    }
    for (size_t i = 0; i < one.agreement_count; i++) {
        CHECK(memcmp(&one.agreements[i].low, &two.agreements[i].low, sizeof(double)) == 0);
    }
}

static void stop__asks_one_more_until_sure_or_capped(void)
{
    const struct stop_rule rule = {.target = 0.9, .minimum = 2, .maximum = 4};
    const char *reason;

    CHECK(stop_wanted(&rule, 0, 1, &reason) == 2 && strcmp(reason, "minimum") == 0);
    CHECK(stop_wanted(&rule, 2, 0.89, &reason) == 3 && strcmp(reason, "unsure") == 0);
    CHECK(stop_wanted(&rule, 2, 0.9, &reason) == 2 && strcmp(reason, "sure") == 0);
    CHECK(stop_wanted(&rule, 4, 0.5, &reason) == 4 && strcmp(reason, "cap") == 0);
    CHECK(stop_wanted(&rule, 6, 0.5, &reason) == 6 && strcmp(reason, "cap") == 0);
}

static void stop__refuses_what_is_no_rule(void)
{
    const struct stop_rule bad[] = {{0.5, 1, 2}, {1, 1, 2},   {(double)NAN, 1, 2},
                                    {0.9, 0, 2}, {0.9, 3, 2}, {0.9, 1, 26}};
    const struct stop_rule good = {0.9, 2, 2};
    const char *field = NULL;

    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(stop_rule_fault(&bad[i], &field) != NULL && field != NULL);
    }
    CHECK(stop_rule_fault(&good, &field) == NULL);
}

static void certainty__grows_with_agreement(void)
{
    ARENA_SCOPE arena = arena_new();
    struct world world = hard_world(arena, 7);
    double *certainty = arena_array(arena, double, TASKS);
    struct fault fault = {0};
    double easy = 0;
    double hard = 0;

    world.tasks[399].gold = 1;
    CHECK(quality_certainty(&world.labels, certainty, &fault) == OK);
    for (uint32_t task = 0; task < HARD_FROM; task++) {
        easy += certainty[task] / HARD_FROM;
        hard += certainty[HARD_FROM + task] / HARD_FROM;
        CHECK(certainty[task] >= 1.0 / 3 && certainty[task] <= 1);
    }
    CHECK(easy > hard + 0.02);
    CHECK(certainty[399] == 1);
}

TEST_MAIN(CASE(skills__do_not_mark_down_for_hard_tasks),
          CASE(skills__show_nothing_below_the_minimum),
          CASE(adjust__keeps_whoever_met_average_tasks),
          CASE(top__is_named_only_where_intervals_part), CASE(biases__see_who_takes_the_first),
          CASE(biases__hold_experts_to_their_word), CASE(alerts__name_the_copier_and_nobody_else),
          CASE(alerts__show_where_somebody_strayed),
          CASE(plan__promises_more_for_more_and_asks_where_doubt_is),
          CASE(gold__counts_as_known_and_scores_first_answers),
          CASE(compute__gives_the_same_bits_again), CASE(stop__asks_one_more_until_sure_or_capped),
          CASE(stop__refuses_what_is_no_rule), CASE(certainty__grows_with_agreement))
