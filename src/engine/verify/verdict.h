#pragma once

/*
 * Verdicts: what came of checking one answer.
 *
 * A sum type, never a bare number. What the answer did wrong is a failure with a reason of its own;
 * what went wrong around it leaves the answer unscored, and never becomes a zero.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fault;

enum verdict_kind { VERDICT_PASS, VERDICT_FAIL, VERDICT_PARTIAL, VERDICT_UNSCORED };

enum verdict_reason {
    REASON_NONE,
    /* the answer's: the verdict is a failure */
    REASON_WRONG,
    REASON_FORMAT, /* no answer could be read */
    REASON_TIMEOUT,
    REASON_CRASH,
    REASON_MEMORY,
    REASON_OUTPUT, /* wrote more than it may */
    /* the infrastructure's: the verdict is unscored */
    REASON_SANDBOX,     /* did not start, or broke */
    REASON_TRANSPORT,   /* a judge could not be reached */
    REASON_UNPARSEABLE, /* a judge answered nonsense */
    REASON_VERIFIER,    /* the check itself is wrong: a bad reference, tests that do not load */
    REASON_UNCHECKED,   /* no check was executed */
    REASON_DEPENDENCY,  /* something that this check needs is unscored */
    REASON_CANCELLED,
    REASON_REQUEST, /* what was asked cannot be read */
};
enum { REASON_COUNT = REASON_REQUEST + 1 };

struct verdict {
    enum verdict_kind kind;
    enum verdict_reason reason;
    double score;     /* 1 for a pass, 0 for a failure, between for partial; else NaN */
    const char *note; /* one line for a person; may be NULL */
};

const char *verdict_name(enum verdict_kind kind);
const char *reason_name(enum verdict_reason reason);
bool reason_of_model(enum verdict_reason reason); /* the answer's own doing */

struct verdict verdict_pass(void);
struct verdict verdict_fail(enum verdict_reason reason, const char *note);
struct verdict verdict_unscored(enum verdict_reason reason, const char *note);

/* The verdict of a score in [0, 1]. A score that is not finite or out of range is the verifier's
 * fault: unscored. */
struct verdict verdict_of_score(double score);

/* Verdicts counted, with the reasons of those that failed or were not scored. */
struct verdict_tally {
    uint64_t kind[4];
    uint64_t reason[REASON_COUNT];
    double score_sum; /* of the scored */
};

void verdict_count(struct verdict_tally *tally, struct verdict verdict);
double verdict_mean(const struct verdict_tally *tally); /* of the scored; NaN when there are none */
