#pragma once

/*
 * Verifiers as data: which check judges an answer, and how.
 *
 * A verifier is a JSON object. Its version names the check, the edition of the check's rules and
 * the hash of the object, so that two verdicts can be told apart when either changed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "base/text.h"
#include "engine/verify/check.h"
#include "sandbox/sandbox.h"

struct arena;
struct fault;

struct verifier_case {
    const char *input;
    const char *output;
};

struct verifier_file {
    const char *path;
    const char *content;
    int64_t mode; /* of the file's permissions, 420 is 0644 */
};

struct verifier {
    const char *check; /* a check of engine/verify/check.h, or code, program or script */
    const char *normalise;
    const char *marker;
    const char *path;
    double absolute;
    double relative;
    bool round;
    bool unordered;
    bool partial;
    bool fenced; /* the answer is what the last code fence holds, if there is one */
    bool split;
    const char *language; /* of program */
    const char *prompt;   /* of code: what stands before the solution */
    const char *test;     /* of code: defines check(candidate) */
    const char *entry;
    struct list cases;       /* of program: verifier_case */
    struct list files;       /* of script: verifier_file, laid out for the tests alone */
    struct texts command;    /* of script: what is run, and leaves the reward */
    const char *reward_path; /* of script */
    struct sandbox_limits limits;
};
extern const struct shape verifier_shape;

/* A verifier ready for use; one thread uses it at a time. */
struct known {
    struct arena *arena;
    const char *source; /* the JSON that it was read from */
    const char *version;
    struct verifier verifier;
    struct checker *checker; /* NULL: it needs the sandbox */
};

/* ERR_INVALID names the member at fault. */
enum err known_new(struct text source, struct known **out, struct fault *fault);
void known_free(struct known *known); /* NULL is fine */

/* The same object in canonical form and its version, without preparing anything. */
enum err verifier_check(struct arena *arena, struct text source, const char **version,
                        struct fault *fault);
