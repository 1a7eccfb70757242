/* Goal: the gate tries what would show a bad task, and its report says what was found. */

#include "check.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/environment/gate_rule.h"
#include "slice/reward/verifier.h"

static const char SOLUTION[] = "def f(x):\n    return x + 1\n";
static const struct verifier FUNCTION = {.check = "code", .entry = "f", .test = "t", .split = true};

/* The verdicts of a sound task: the reference passes, nothing else does. */
static struct gate_outcome *sound(struct arena *arena, const struct attempt_plan *plans,
                                  size_t count)
{
    struct gate_outcome *outcomes = arena_array(arena, struct gate_outcome, count);

    for (size_t i = 0; i < count; i++) {
        bool passes = plans[i].kind == TRY_REFERENCE;

        outcomes[i] = (struct gate_outcome){.kind = passes ? VERDICT_PASS : VERDICT_FAIL,
                                            .reason = passes ? REASON_NONE : REASON_WRONG,
                                            .final = true};
    }
    return outcomes;
}

static enum gate judge(struct arena *arena, const struct verifier *verifier,
                       const struct attempt_plan *plans, const struct gate_outcome *outcomes,
                       size_t count)
{
    struct buffer report = buffer_new(arena);
    struct gate_facts facts = {
        .verifier = verifier, .plans = plans, .outcomes = outcomes, .plan_count = count};
    struct json *tree;
    struct fault fault;
    enum gate gate = gate_judge(&facts, &report);

    if (json_parse(arena, buffer_view(&report), &tree, &fault) != OK ||
        json_member(tree, "passed")->yes != (gate == GATE_PASSED)) {
        return (enum gate)99;
    }
    return gate;
}

static size_t count_of(const struct attempt_plan *plans, size_t count, enum try_kind kind)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        found += plans[i].kind == kind;
    }
    return found;
}

static void plan__tries_everything_on_a_function(void)
{
    ARENA_SCOPE arena = arena_new();
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &FUNCTION, SOLUTION, &plans);

    CHECK(count_of(plans, count, TRY_REFERENCE) == REFERENCE_TRIES);
    CHECK(count_of(plans, count, TRY_NOTHING) == 1);
    CHECK(count_of(plans, count, TRY_EMPTY) == 1);
    CHECK(count_of(plans, count, TRY_CHEAT) >= 4);
    CHECK(count_of(plans, count, TRY_MUTANT) == 3);
    CHECK(plans[0].kind == TRY_REFERENCE); /* it is timed first */
}

static void judge__passes_a_sound_task(void)
{
    ARENA_SCOPE arena = arena_new();
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &FUNCTION, SOLUTION, &plans);

    CHECK(judge(arena, &FUNCTION, plans, sound(arena, plans, count), count) == GATE_PASSED);
}

/* One thing wrong at a time. */
static void judge__refuses_each_fault(void)
{
    ARENA_SCOPE arena = arena_new();
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &FUNCTION, SOLUTION, &plans);

    for (size_t i = 0; i < count; i++) {
        struct gate_outcome *outcomes = sound(arena, plans, count);

        outcomes[i].kind = plans[i].kind == TRY_REFERENCE ? VERDICT_FAIL : VERDICT_PASS;
        CHECK(judge(arena, &FUNCTION, plans, outcomes, count) ==
              (plans[i].kind == TRY_MUTANT ? GATE_PASSED : GATE_FAILED));
    }
}

static void judge__refuses_tests_that_let_most_mutants_pass(void)
{
    ARENA_SCOPE arena = arena_new();
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &FUNCTION, SOLUTION, &plans);
    struct gate_outcome *outcomes = sound(arena, plans, count);
    size_t changed = 0;

    for (size_t i = 0; i < count && changed < 2; i++) {
        if (plans[i].kind == TRY_MUTANT) {
            outcomes[i].kind = VERDICT_PASS;
            changed++;
        }
    }
    CHECK(judge(arena, &FUNCTION, plans, outcomes, count) == GATE_FAILED);
}

static void judge__refuses_a_task_without_an_answer_that_passes(void)
{
    ARENA_SCOPE arena = arena_new();
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &FUNCTION, NULL, &plans);

    CHECK(judge(arena, &FUNCTION, plans, sound(arena, plans, count), count) == GATE_FAILED);
}

static void judge__refuses_tests_beside_the_answer(void)
{
    ARENA_SCOPE arena = arena_new();
    struct verifier together = FUNCTION;
    struct attempt_plan *plans;

    together.split = false;
    size_t count = gate_plan(arena, &together, SOLUTION, &plans);

    CHECK(judge(arena, &together, plans, sound(arena, plans, count), count) == GATE_FAILED);
}

static void judge__leaves_open_what_the_machine_could_not_try(void)
{
    ARENA_SCOPE arena = arena_new();
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &FUNCTION, SOLUTION, &plans);
    struct gate_outcome *outcomes = sound(arena, plans, count);

    outcomes[0] = (struct gate_outcome){.kind = VERDICT_UNSCORED, .reason = REASON_SANDBOX};
    CHECK(judge(arena, &FUNCTION, plans, outcomes, count) == GATE_UNJUDGED);
}

static void plan__of_a_text_tries_no_programs(void)
{
    ARENA_SCOPE arena = arena_new();
    struct verifier choice = {.check = "choice"};
    struct attempt_plan *plans;
    size_t count = gate_plan(arena, &choice, "B", &plans);

    CHECK(count_of(plans, count, TRY_MUTANT) == 1);
    CHECK(count_of(plans, count, TRY_CHEAT) == 1);
    CHECK(judge(arena, &choice, plans, sound(arena, plans, count), count) == GATE_PASSED);
}

TEST_MAIN(CASE(plan__tries_everything_on_a_function), CASE(judge__passes_a_sound_task),
          CASE(judge__refuses_each_fault), CASE(judge__refuses_tests_that_let_most_mutants_pass),
          CASE(judge__refuses_a_task_without_an_answer_that_passes),
          CASE(judge__refuses_tests_beside_the_answer),
          CASE(judge__leaves_open_what_the_machine_could_not_try),
          CASE(plan__of_a_text_tries_no_programs))
