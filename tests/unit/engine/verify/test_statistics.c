#include "engine/verify/statistics.h"

#include "base/arena.h"
#include "base/fault.h"
#include "check.h"
#include "engine/verify/rubric.h"

static struct fault fault;

static void pass_at_k__equals_its_definition(void)
{
    double value;

    CHECK(pass_at_k(5, 2, 1, &value, &fault) == OK);
    CHECK_NEAR(value, .4, 1e-15);
    CHECK(pass_at_k(5, 2, 3, &value, &fault) == OK);
    CHECK_NEAR(value, .9, 1e-15); /* 1 - C(3,3)/C(5,3) */
    CHECK(pass_all_k(5, 2, 2, &value, &fault) == OK);
    CHECK_NEAR(value, .1, 1e-15);
    CHECK(pass_at_k(5, 0, 5, &value, &fault) == OK && value == 0);
    CHECK(pass_at_k(5, 5, 1, &value, &fault) == OK && value == 1);
    CHECK(pass_at_k(200, 10, 100, &value, &fault) == OK);
    CHECK_NEAR(value, 1 - 7.7053e-4, 1e-6);
    CHECK(pass_at_k(5, 2, 6, &value, &fault) == ERR_INVALID);
    CHECK(pass_at_k(5, 6, 1, &value, &fault) == ERR_INVALID);
    CHECK(pass_all_k(5, 2, 0, &value, &fault) == ERR_INVALID);
}

static void mean_clustered__grows_with_likeness(void)
{
    static const struct sample APART[] = {{0, 1}, {1, 0}, {2, 1}, {3, 0}};
    static const struct sample TOGETHER[] = {{0, 1}, {0, 1}, {1, 0}, {1, 0}};
    ARENA_SCOPE arena = arena_new();
    struct mean_estimate apart;
    struct mean_estimate together;

    CHECK(mean_clustered(arena, APART, 4, .95, &apart, &fault) == OK);
    CHECK(mean_clustered(arena, TOGETHER, 4, .95, &together, &fault) == OK);
    CHECK_NEAR(apart.mean, .5, 1e-15);
    CHECK_NEAR(apart.error, .25, 1e-15);                 /* sqrt(4 x .25) / 4 */
    CHECK_NEAR(together.error, .353553390593274, 1e-12); /* sqrt(2) / 4 */
    CHECK(mean_clustered(arena, TOGETHER, 2, .95, &together, &fault) == ERR_INVALID);
}

static void mean_bootstrap__repeats_for_its_seed(void)
{
    static const struct sample SAMPLES[] = {{0, 1}, {1, 0}, {2, 1}, {3, .5}, {4, 0}};
    struct bootstrap_options options = {.seed = 7, .rounds = 2000, .level = .9};
    ARENA_SCOPE arena = arena_new();
    struct mean_estimate one;
    struct mean_estimate two;

    CHECK(mean_bootstrap(arena, SAMPLES, 5, &options, &one, &fault) == OK);
    CHECK(mean_bootstrap(arena, SAMPLES, 5, &options, &two, &fault) == OK);
    CHECK(memcmp(&one, &two, sizeof(one)) == 0);
    CHECK_NEAR(one.error, .2, .02); /* sqrt of the variance .2 over five */
    CHECK(one.interval.low <= one.mean && one.mean <= one.interval.high);
    options.rounds = 1;
    CHECK(mean_bootstrap(arena, SAMPLES, 5, &options, &one, &fault) == ERR_INVALID);
}

static void mean_of_runs__takes_medians_by_task(void)
{
    static const struct sample RUNS[] = {{1, 0}, {0, 1}, {1, 1}, {0, 0}, {1, .25}, {0, 1}};
    ARENA_SCOPE arena = arena_new();
    double value;

    CHECK(mean_of_runs(arena, RUNS, 6, RUNS_MEDIAN, &value, &fault) == OK);
    CHECK_NEAR(value, .625, 1e-15);
    CHECK(mean_of_runs(arena, RUNS, 6, RUNS_MEAN, &value, &fault) == OK);
    CHECK_NEAR(value, (2.0 / 3 + 1.25 / 3) / 2, 1e-15);
    CHECK(mean_of_runs(arena, RUNS, 0, RUNS_MEAN, &value, &fault) == ERR_INVALID);
}

static void balanced_f1__weighs_both_classes(void)
{
    struct confusion counts = {.both = 8, .judge_only = 2, .expert_only = 4, .neither = 6};
    struct confusion nothing = {0};
    double value;

    CHECK(balanced_f1(&counts, &value, &fault) == OK);
    CHECK_NEAR(value, (16.0 / 22 + 12.0 / 18) / 2, 1e-15);
    CHECK(confusion_kappa(&counts, &value, &fault) == OK);
    CHECK_NEAR(value, .4, 1e-12);
    CHECK(balanced_f1(&nothing, &value, &fault) == ERR_INVALID);
}

static void tree__is_a_weighted_mean(void)
{
    struct rubric_node nodes[] = {
        {.id = "root", .parent = 0, .child_count = 2, .weight = 1},
        {.id = "a", .parent = 0, .child_count = 2, .weight = 3},
        {.id = "a1", .parent = 1, .weight = 1, .score = 1},
        {.id = "a2", .parent = 1, .weight = 3, .score = 0},
        {.id = "b", .parent = 0, .weight = 1, .score = .5},
    };
    struct verdict verdict;

    CHECK(rubric_tree_score(nodes, COUNT(nodes), &verdict, &fault) == OK);
    CHECK_NEAR(verdict.score, (3 * .25 + .5) / 4, 1e-15);
    nodes[2].score = (double)NAN;
    CHECK(rubric_tree_score(nodes, COUNT(nodes), &verdict, &fault) == OK);
    CHECK(verdict.kind == VERDICT_UNSCORED);
    nodes[2].score = 2;
    CHECK(rubric_tree_score(nodes, COUNT(nodes), &verdict, &fault) == ERR_INVALID);
    nodes[2].score = 1;
    nodes[2].weight = nodes[3].weight = 0;
    CHECK(rubric_tree_score(nodes, COUNT(nodes), &verdict, &fault) == ERR_INVALID);
}

static void points__are_over_the_positive(void)
{
    struct criterion criteria[] = {{.id = "1", .points = 5, .scored = true, .score = 1},
                                   {.id = "2", .points = 5, .scored = true, .score = 0},
                                   {.id = "3", .points = -8, .scored = true, .score = 1}};
    struct verdict verdict;
    double value;

    CHECK(rubric_points_score(criteria, 3, &value, &verdict, &fault) == OK);
    CHECK_NEAR(value, -.3, 1e-15);
    CHECK(verdict.kind == VERDICT_FAIL);
    criteria[1].scored = false;
    CHECK(rubric_points_score(criteria, 3, &value, &verdict, &fault) == OK);
    CHECK(verdict.kind == VERDICT_UNSCORED);
    CHECK(rubric_points_score(criteria + 2, 1, &value, &verdict, &fault) == ERR_INVALID);
}

static void lint__names_each_defect(void)
{
    static const char *const NEEDS_B[] = {"b"};
    static const char *const NEEDS_A[] = {"a"};
    static const char *const NEEDS_NONE[] = {"zz"};
    static const struct criterion CRITERIA[] = {
        {.id = "a", .text = "Names the capital", .points = 1, .needs = NEEDS_B, .need_count = 1},
        {.id = "b",
         .text = "Gives the year and the place",
         .points = 1,
         .needs = NEEDS_A,
         .need_count = 1},
        {.id = "c",
         .text = "Has an appropriate tone",
         .points = 0,
         .needs = NEEDS_NONE,
         .need_count = 1},
        {.id = "d", .text = "names the capital", .points = 1},
        {.id = "e", .text = "States \"forty-two\"", .points = 50},
        {.id = "e", .text = "", .points = 1},
    };
    ARENA_SCOPE arena = arena_new();
    const struct rubric_finding *found;
    size_t count;
    bool seen[16] = {false};

    CHECK(rubric_lint(arena, CRITERIA, COUNT(CRITERIA), "Is it forty-two?", &found, &count,
                      &fault) == OK);
    for (size_t i = 0; i < count; i++) {
        seen[found[i].defect] = true;
    }
    CHECK(seen[DEFECT_EMPTY] && seen[DEFECT_NOT_ATOMIC] && seen[DEFECT_VAGUE] &&
          seen[DEFECT_OVERLAP]);
    CHECK(seen[DEFECT_WEIGHT] && seen[DEFECT_ID] && seen[DEFECT_NEED] && seen[DEFECT_LEAK]);
    CHECK(rubric_lint(arena, CRITERIA, 2, NULL, &found, &count, &fault) == OK);
    CHECK(found[count - 1].defect == DEFECT_CYCLE);
}

static void verdict__never_counts_infrastructure(void)
{
    struct verdict_tally tally = {0};

    verdict_count(&tally, verdict_pass());
    verdict_count(&tally, verdict_unscored(REASON_SANDBOX, NULL));
    verdict_count(&tally, verdict_of_score((double)NAN));
    verdict_count(&tally, verdict_of_score(1.5));
    CHECK(tally.kind[VERDICT_UNSCORED] == 3);
    CHECK_NEAR(verdict_mean(&tally), 1, 0);
    CHECK(!reason_of_model(REASON_SANDBOX) && reason_of_model(REASON_TIMEOUT));
}

TEST_MAIN(CASE(pass_at_k__equals_its_definition), CASE(mean_clustered__grows_with_likeness),
          CASE(mean_bootstrap__repeats_for_its_seed), CASE(mean_of_runs__takes_medians_by_task),
          CASE(balanced_f1__weighs_both_classes), CASE(tree__is_a_weighted_mean),
          CASE(points__are_over_the_positive), CASE(lint__names_each_defect),
          CASE(verdict__never_counts_infrastructure))
