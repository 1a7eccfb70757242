#include "engine/verify/scoring.h"

#include "base/arena.h"
#include "base/fault.h"
#include "check.h"

static struct fault fault;

static struct verifier_result result(const char *id, enum scoring_role role, double score)
{
    return (struct verifier_result){.id = id,
                                    .role = role,
                                    .score = score,
                                    .weight = 1,
                                    .verdict = score >= 1   ? verdict_pass()
                                               : score <= 0 ? verdict_fail(REASON_WRONG, NULL)
                                                            : verdict_of_score(score)};
}

static double score_of(const char *name, const struct verifier_result *results, size_t count)
{
    double score = -1;
    struct verdict verdict;

    return scoring_apply(scoring_method_named(name), results, count, &score, &verdict, &fault) == OK
               ? score
               : -1;
}

static void methods__follow_their_published_rules(void)
{
    struct verifier_result list[] = {result("a", ROLE_PRIMARY, 1), result("b", ROLE_OTHER, .5),
                                     result("c", ROLE_OTHER, 0)};

    CHECK_NEAR(score_of("apex_v1_grade_score", list, 3), 1.0 / 3, 1e-15);
    CHECK_NEAR(score_of("criteria_level_clamped_average", list, 3), .5, 1e-15);
    CHECK_NEAR(score_of("task_score_and_universal_penalty_weighted_sum", list, 3), 5.0 / 8, 1e-15);
    list[1].difficulty = DIFFICULTY_HIGH;
    list[2].difficulty = DIFFICULTY_MEDIUM;
    CHECK_NEAR(score_of("difficulty_weighted_average", list, 3), 3.5 / 9, 1e-15);
    list[2].hurdle = true;
    CHECK_NEAR(score_of("ace_criterion_score", list, 3), 0, 0);
    list[2].gate = GATE_ETHICS;
    list[0].weight = 9;
    CHECK_NEAR(score_of("deep_research_weighted_average", list, 3), 9.5 / 11, 1e-15);
    CHECK_NEAR(score_of("deep_research_weighted_average_with_gates", list, 3), .4, 1e-15);
    CHECK(scoring_method_named("no such method") == NULL);
}

static void penalties__are_capped(void)
{
    struct verifier_result list[] = {result("a", ROLE_PRIMARY, 1), result("n", ROLE_NEGATIVE, -1),
                                     result("u", ROLE_UNIVERSAL, -1)};

    list[2].weight = 50;
    CHECK_NEAR(score_of("task_score_and_universal_penalty_weighted_sum", list, 3),
               (4 - .2) / 4 - .1, 1e-15);
    list[2].weight = 5000;
    list[1].score = 0;
    CHECK_NEAR(score_of("task_score_unweighted_and_universal_penalty", list, 3), .8, 1e-15);
}

static void critical_values__multiply(void)
{
    struct verifier_result list[] = {result("a", ROLE_PRIMARY, 1), result("b", ROLE_OTHER, 0),
                                     result("c", ROLE_OTHER, 0)};

    list[0].weight = 8;
    list[1].critical = list[2].critical = true;
    CHECK_NEAR(score_of("deep_research_weighted_average_with_gates", list, 3), .8 * .64, 1e-15);
}

static void settle__follows_needs(void)
{
    static const char *const NEEDS_A[] = {"a"};
    static const char *const NEEDS_B[] = {"b"};
    struct verifier_result list[] = {result("c", ROLE_OTHER, 1), result("b", ROLE_OTHER, 1),
                                     result("a", ROLE_PRIMARY, 0)};
    ARENA_SCOPE arena = arena_new();

    list[0].needs = NEEDS_B;
    list[0].need_count = 1;
    list[1].needs = NEEDS_A;
    list[1].need_count = 1;
    CHECK(scoring_settle(arena, list, 3, &fault) == OK);
    CHECK(list[0].score == 0 && list[1].score == 0);
    list[2].verdict = verdict_unscored(REASON_SANDBOX, NULL);
    CHECK(scoring_settle(arena, list, 3, &fault) == OK);
    CHECK(list[0].verdict.reason == REASON_DEPENDENCY);
    CHECK(score_of("apex_v1_grade_score", list, 3) != 0);
    list[2].needs = NEEDS_B;
    list[2].need_count = 1;
    CHECK(scoring_settle(arena, list, 3, &fault) == ERR_INVALID);
    list[2].id = "b";
    CHECK(scoring_settle(arena, list, 3, &fault) == ERR_INVALID);
}

static void what_if__shows_what_each_would_bring(void)
{
    struct verifier_result list[] = {result("a", ROLE_PRIMARY, 1), result("b", ROLE_OTHER, 0)};
    ARENA_SCOPE arena = arena_new();
    double out[2];

    CHECK(scoring_what_if(arena, scoring_method_named("apex_v1_grade_score"), list, 2, out,
                          &fault) == OK);
    CHECK_NEAR(out[0], .5, 1e-15);
    CHECK_NEAR(out[1], 1, 1e-15);
}

static void apply__refuses_what_cannot_be_scored(void)
{
    struct verifier_result list[] = {result("a", ROLE_PRIMARY, 1)};
    const struct scoring_method *method = scoring_method_named("apex_v1_grade_score");
    struct verdict verdict;
    double score;

    CHECK(scoring_apply(method, list, 0, &score, &verdict, &fault) == ERR_INVALID);
    list[0].score = 2;
    CHECK(scoring_apply(method, list, 1, &score, &verdict, &fault) == ERR_INVALID);
    list[0].score = (double)NAN;
    CHECK(scoring_apply(method, list, 1, &score, &verdict, &fault) == ERR_INVALID);
    list[0].role = ROLE_NEGATIVE;
    list[0].score = 0;
    CHECK(scoring_apply(method, list, 1, &score, &verdict, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(methods__follow_their_published_rules), CASE(penalties__are_capped),
          CASE(critical_values__multiply), CASE(settle__follows_needs),
          CASE(what_if__shows_what_each_would_bring), CASE(apply__refuses_what_cannot_be_scored))
