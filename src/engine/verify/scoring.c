#include "engine/verify/scoring.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/map.h"

#define OPEN .expert_cap = 1, .scope_cap = 1, .ethics_cap = 1, .critical_factor = 1, .ceiling = 1

/* Rows as the methods were published; a client's own is another row. */
static const struct scoring_method METHODS[] = {
    {.name = "apex_v1_grade_score", .pass_at = .99, OPEN},
    {.name = "task_score_unweighted_and_universal_penalty", .penalty_cap = .2, OPEN},
    {.name = "task_score_and_universal_penalty_weighted_sum",
     .weights = WEIGH_ROLE,
     .by_role = {4, 2, .2},
     .penalty_cap = .2,
     OPEN},
    {.name = "criteria_level_clamped_average", OPEN},
    {.name = "ace_criterion_score", .hurdles = true, OPEN},
    {.name = "difficulty_weighted_average",
     .weights = WEIGH_DIFFICULTY,
     .by_difficulty = {1, 3, 5},
     OPEN},
    {.name = "deep_research_weighted_average", .weights = WEIGH_FIELD, OPEN},
    {.name = "deep_research_weighted_average_with_gates",
     .weights = WEIGH_FIELD,
     .expert_share = .25,
     .expert_cap = .3,
     .scope_cap = .5,
     .ethics_cap = .4,
     .critical_factor = .8,
     .ceiling = 1},
};

const struct scoring_method *scoring_methods(size_t *count)
{
    *count = COUNT(METHODS);
    return METHODS;
}

const struct scoring_method *scoring_method_named(const char *name)
{
    for (size_t i = 0; i < COUNT(METHODS); i++) {
        if (strcmp(METHODS[i].name, name) == 0) {
            return &METHODS[i];
        }
    }
    return NULL;
}

/* ---- needs ---- */

struct graph {
    struct verifier_result *results;
    struct map *ids;
    unsigned char *state; /* 1 on the way down, 2 when settled */
    struct fault *fault;
};

static void follow(struct verifier_result *result, const struct verifier_result *need)
{
    if (need->verdict.kind == VERDICT_UNSCORED) {
        result->verdict = verdict_unscored(REASON_DEPENDENCY, need->id);
        result->score = (double)NAN;
    } else if (need->verdict.kind != VERDICT_PASS && result->verdict.kind != VERDICT_UNSCORED) {
        result->verdict = verdict_fail(REASON_WRONG, need->id);
        result->score = result->role >= ROLE_NEGATIVE ? -1 : 0;
    }
}

static enum err settle(struct graph *graph, uint32_t at)
{
    struct verifier_result *result = &graph->results[at];

    if (graph->state[at] == 2) {
        return OK;
    }
    if (graph->state[at] == 1) {
        return fail_field(graph->fault, ERR_INVALID, "needs", "%s needs itself, through others",
                          result->id);
    }
    graph->state[at] = 1;
    for (size_t i = 0; i < result->need_count; i++) {
        uint32_t need;

        if (!map_find(graph->ids, text_of(result->needs[i]), &need)) {
            return fail_field(graph->fault, ERR_INVALID, "needs", "%s needs %s, which is not there",
                              result->id, result->needs[i]);
        }
        TRY(settle(graph, need));
        follow(result, &graph->results[need]);
    }
    graph->state[at] = 2;
    return OK;
}

enum err scoring_settle(struct arena *arena, struct verifier_result *results, size_t count,
                        struct fault *fault)
{
    enum { RESULTS_MAX = 10'000 };
    struct graph graph = {.results = results, .ids = map_new(arena), .fault = fault};

    if (count > RESULTS_MAX) {
        return fail(fault, ERR_INVALID, "%zu results; the most is %d", count, RESULTS_MAX);
    }
    graph.state = arena_array(arena, unsigned char, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (map_add(graph.ids, text_of(results[i].id)) != i) {
            return fail_field(fault, ERR_INVALID, "id", "%s is there twice", results[i].id);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        TRY(settle(&graph, i));
    }
    return OK;
}

/* ---- the score ---- */

static double weight_of(const struct scoring_method *method, const struct verifier_result *result)
{
    switch (method->weights) {
    case WEIGH_EQUAL:
        break;
    case WEIGH_ROLE:
        return method->by_role[result->role];
    case WEIGH_DIFFICULTY:
        return method->by_difficulty[result->difficulty];
    case WEIGH_FIELD:
        return result->weight;
    }
    return 1;
}

static bool failed(const struct verifier_result *result)
{
    return result->score <= 0;
}

static double weighted(const struct scoring_method *method, const struct verifier_result *results,
                       size_t count)
{
    double earned = 0;
    double possible = 0;

    for (size_t i = 0; i < count; i++) {
        if (results[i].role == ROLE_UNIVERSAL) {
            continue;
        }
        double weight = weight_of(method, &results[i]);
        double score = results[i].score;

        if (method->pass_at > 0) {
            score = score >= method->pass_at;
        }
        earned += weight * score;
        possible += results[i].role == ROLE_NEGATIVE ? 0 : weight;
    }
    return earned / possible;
}

static double penalty(const struct scoring_method *method, const struct verifier_result *results,
                      size_t count)
{
    double points = 0;

    for (size_t i = 0; i < count; i++) {
        points += results[i].role == ROLE_UNIVERSAL && results[i].score < 0 ? results[i].weight : 0;
    }
    return method->penalty_cap * fmin(fmax(points / 100, 0), 1);
}

/* The lowest cap of the gates that shut. */
static double cap_of(const struct scoring_method *method, const struct verifier_result *results,
                     size_t count)
{
    double cap = 1;
    size_t experts = 0;
    size_t passed = 0;

    for (size_t i = 0; i < count; i++) {
        bool shut = failed(&results[i]);

        experts += results[i].gate == GATE_EXPERT;
        passed += results[i].gate == GATE_EXPERT && !shut;
        if (shut && results[i].gate == GATE_SCOPE) {
            cap = fmin(cap, method->scope_cap);
        }
        if (shut && results[i].gate == GATE_ETHICS) {
            cap = fmin(cap, method->ethics_cap);
        }
    }
    bool few = experts > 0 && (double)passed < method->expert_share * (double)experts;

    return few ? fmin(cap, method->expert_cap) : cap;
}

static double factor_of(const struct scoring_method *method, const struct verifier_result *results,
                        size_t count)
{
    double factor = 1;

    for (size_t i = 0; i < count; i++) {
        if (method->hurdles && results[i].hurdle && failed(&results[i])) {
            return 0;
        }
        if (results[i].critical && failed(&results[i])) {
            factor *= method->critical_factor;
        }
    }
    return factor;
}

/* Whether anything could be earned; and whether all is scored. */
static enum err check_results(const struct scoring_method *method,
                              const struct verifier_result *results, size_t count, bool *scored,
                              struct fault *fault)
{
    double possible = 0;

    *scored = true;
    for (size_t i = 0; i < count; i++) {
        bool unscored = results[i].verdict.kind == VERDICT_UNSCORED;

        *scored = *scored && !unscored;
        if (!unscored && !(results[i].score >= -1 && results[i].score <= 1)) {
            return fail_field(fault, ERR_INVALID, "score", "%s scores %g, but must be from -1 to 1",
                              results[i].id, results[i].score);
        }
        if (!isfinite(results[i].weight) || results[i].weight < 0) {
            return fail_field(fault, ERR_INVALID, "weight", "%s weighs %g, but must be 0 or more",
                              results[i].id, results[i].weight);
        }
        possible += results[i].role < ROLE_NEGATIVE ? weight_of(method, &results[i]) : 0;
    }
    return possible > 0 ? OK : fail(fault, ERR_INVALID, "no result has a weight above zero");
}

enum err scoring_apply(const struct scoring_method *method, const struct verifier_result *results,
                       size_t count, double *score, struct verdict *out, struct fault *fault)
{
    bool scored;

    TRY(check_results(method, results, count, &scored, fault));
    if (!scored) {
        *score = (double)NAN;
        *out = verdict_unscored(REASON_DEPENDENCY, "a verifier is unscored");
        return OK;
    }
    double whole = weighted(method, results, count) - penalty(method, results, count);

    whole = fmin(whole * factor_of(method, results, count), cap_of(method, results, count));
    *score = fmin(fmax(whole, method->floor), method->ceiling);
    *out = verdict_of_score(*score);
    return OK;
}

enum err scoring_what_if(struct arena *arena, const struct scoring_method *method,
                         const struct verifier_result *results, size_t count, double *out,
                         struct fault *fault)
{
    struct verifier_result *changed = arena_array(arena, struct verifier_result, count);
    struct verdict verdict;

    memcpy(changed, results, count * sizeof(*changed));
    for (size_t i = 0; i < count; i++) {
        changed[i].verdict = verdict_pass();
        changed[i].score = results[i].role >= ROLE_NEGATIVE ? 0 : 1;
        TRY(scoring_apply(method, changed, count, &out[i], &verdict, fault));
        changed[i] = results[i];
    }
    return OK;
}
