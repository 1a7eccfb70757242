#pragma once

/*
 * From the results of many verifiers to one score: a graph of needs, and scoring methods as data.
 *
 * A method is a row of numbers, so that a client's own differs from a public one by its row alone:
 * weights by class, difficulty or field; a threshold for passing; hurdles; a penalty with a cap;
 * gates that cap the score; a factor for each failed critical value; a floor and a ceiling. The
 * public names and their rows are in scoring.c.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/verify/verdict.h"

struct arena;
struct fault;

enum scoring_role {
    ROLE_PRIMARY,
    ROLE_OTHER,
    ROLE_NEGATIVE,  /* scores run from -1, it happened, to 0 */
    ROLE_UNIVERSAL, /* adds `weight` penalty points, of 100, when its score is below 0 */
};

enum scoring_difficulty { DIFFICULTY_LOW, DIFFICULTY_MEDIUM, DIFFICULTY_HIGH };

enum scoring_gate {
    GATE_NONE,
    GATE_EXPERT, /* a share of these below the method's threshold caps the score */
    GATE_SCOPE,  /* any failed one caps the score */
    GATE_ETHICS,
};

struct verifier_result {
    const char *id;
    const char *const *needs; /* ids; all must pass before this one counts */
    size_t need_count;
    struct verdict verdict; /* its score stands below as well, negative ones included */
    double score;           /* from -1 to 1 */
    double weight;
    enum scoring_role role;
    enum scoring_difficulty difficulty;
    enum scoring_gate gate;
    bool hurdle;   /* not above zero: the whole is zero */
    bool critical; /* failed: the whole is multiplied */
};

enum scoring_weights { WEIGH_EQUAL, WEIGH_ROLE, WEIGH_DIFFICULTY, WEIGH_FIELD };

struct scoring_method {
    const char *name;
    enum scoring_weights weights;
    double by_role[3];       /* primary, other, negative */
    double by_difficulty[3]; /* low, medium, high */
    double pass_at;          /* a score from here on counts as 1, below as 0; 0: as it is */
    double penalty_cap;      /* most that universal penalties take away */
    double expert_share;     /* pass rate of the expert gate below which its cap holds */
    double expert_cap;       /* caps; 1: none */
    double scope_cap;
    double ethics_cap;
    double critical_factor; /* 1: none */
    bool hurdles;
    double floor;
    double ceiling;
};

/* A public method by its name; NULL: there is none. */
const struct scoring_method *scoring_method_named(const char *name);
const struct scoring_method *scoring_methods(size_t *count);

/*
 * Results in the order of their needs. What needs a failed one fails; what needs an unscored one is
 * unscored for its dependency. ERR_INVALID: an unknown need, an id twice, or a circle.
 */
enum err scoring_settle(struct arena *arena, struct verifier_result *results, size_t count,
                        struct fault *fault);

/*
 * The score of all. Unscored as soon as one result is: infrastructure is never a zero.
 * ERR_INVALID: no result, a score or weight out of range, or nothing to weigh.
 */
enum err scoring_apply(const struct scoring_method *method, const struct verifier_result *results,
                       size_t count, double *score, struct verdict *out, struct fault *fault);

/* What the score would be if each result alone had passed; `out` has `count` places. */
enum err scoring_what_if(struct arena *arena, const struct scoring_method *method,
                         const struct verifier_result *results, size_t count, double *out,
                         struct fault *fault);
