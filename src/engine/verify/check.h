#pragma once

/*
 * Checks of one answer against its reference. Pure functions; docs/engines/verify.md has the rules
 * of each. A reference that breaks a check's own rules leaves the answer unscored: it is the
 * verifier's fault.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/verify/verdict.h"

struct arena;
struct fault;
struct checker;

enum check_kind {
    CHECK_EXACT,   /* the same text after the normalisations that are listed */
    CHECK_CHOICE,  /* the same letter */
    CHECK_NUMERIC, /* the same number, within tolerances */
    CHECK_SET,     /* the same parts in any order */
    CHECK_REGEX,   /* the answer matches the reference, a PCRE2 pattern */
    CHECK_JSON,    /* the same JSON value; members in any order */
    CHECK_SCHEMA,  /* the answer is JSON that obeys the reference, a JSON schema */
    CHECK_TABLE,   /* the same CSV table; columns by name */
    CHECK_DIFF,    /* the same lines */
    CHECK_MATH,    /* mathematically equal */
};

struct check_options {
    const char *check; /* exact, choice, numeric, set, regex, json, schema, table, diff, math */
    const char
        *normalise;     /* of exact and set: any of trim space case punctuation articles unicode */
    const char *marker; /* the answer is what follows the last of these; NULL: no such rule */
    const char *path;   /* of json: the part that counts, as rows[0].name; NULL: all */
    double absolute;    /* tolerances of numbers, wherever they stand; both zero: exact */
    double relative;
    bool round;     /* of numeric: the answer is rounded to the places of the reference */
    bool unordered; /* of json lists and table rows: any order */
    bool partial;   /* of set and table: a share counts as a partial verdict */
};

extern const struct check_options check_options_default;

/* Prepare a check; it keeps scratch state of its own in the arena. ERR_INVALID names the option. */
enum err checker_new(struct arena *arena, const struct check_options *options, struct checker **out,
                     struct fault *fault);

/* Judge one answer. `scratch` may be emptied afterwards; notes live in it. */
struct verdict checker_run(struct checker *checker, struct arena *scratch, struct text answer,
                           struct text reference);

void checker_free(struct checker *checker); /* compiled patterns; NULL is fine */
