#pragma once

/*
 * Decisions of the gate, pure: which answers it tries, and what their verdicts say of the task.
 *
 * Mutation of the reference after DeMillo, Lipton and Sayward 1978: small faults that a competent
 * author could make; tests that let most of them pass do not test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/verify/verdict.h"

struct arena;
struct buffer;
struct verifier;

enum try_kind {
    TRY_REFERENCE, /* must pass, every time */
    TRY_NOTHING,   /* does nothing, well formed: must not pass */
    TRY_EMPTY,     /* must not pass */
    TRY_MUTANT,    /* most must not pass */
    TRY_CHEAT,     /* must not pass */
    TRY_KINDS,
};

enum { REFERENCE_TRIES = 3, MUTANTS_MAX = 12 };

struct attempt_plan {
    enum try_kind kind;
    const char *what; /* for the report */
    const char *answer;
};

/* The answers to try on a task; `solution` passes, or is said to. Returns how many there are. */
size_t gate_plan(struct arena *arena, const struct verifier *verifier, const char *solution,
                 struct attempt_plan **out);

struct gate_outcome {
    enum verdict_kind kind;
    enum verdict_reason reason;
    bool final; /* false: the machine could not judge */
};

struct gate_facts {
    const struct verifier *verifier;
    const struct attempt_plan *plans;
    const struct gate_outcome *outcomes; /* [plan_count] */
    size_t plan_count;
    const char *twin; /* name of a task that asks nearly the same; NULL: none */
    double resemblance;
};

enum gate { GATE_PASSED, GATE_FAILED, GATE_UNJUDGED };

/* Writes the report as JSON. Unjudged: the machine failed on some try, and the task is as before.
 */
enum gate gate_judge(const struct gate_facts *facts, struct buffer *report);
