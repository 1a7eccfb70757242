#pragma once

/*
 * Grading: one row of a request to one verdict.
 *
 * A row is a line of JSON: an answer, and a verifier or the name of a task that has one. Whatever
 * is wrong with the row, the verifier or the machine leaves it unscored with a reason; only the
 * answer's own faults fail it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "base/text.h"
#include "engine/verify/verdict.h"
#include "sandbox/sandbox.h"

struct arena;
struct bench;
struct buffer;
struct fault;
struct known;

/* A row as the API documents it; grading reads the tree itself. */
struct reward_row {
    const char *id;
    const char *task;
    const char *answer;
    const char *reference;
    const char *check;
    const char *verifier;
    const char *group;
    int64_t seed;
};
extern const struct shape reward_row_shape;

/* A line of the answer. */
struct reward_line {
    int64_t index;
    const char *id;
    const char *group;
    double reward;
    const char *verdict;
    const char *reason;
    const char *note;
    const char *task_version;
    const char *verifier_version;
    const char *level;
    struct sandbox_limits limits;
    int64_t micros;
    int64_t seed;
    bool stored;
    bool done;
    const char *run_id;
    int64_t row_count;
    int64_t pass_count;
    int64_t fail_count;
    int64_t partial_count;
    int64_t unscored_count;
};
extern const struct shape reward_line_shape;

/* A stored task, as far as grading needs it. */
struct world_file {
    const char *path;
    struct text content;
    int64_t mode;
};

struct grade_task {
    const char *verifier;  /* JSON */
    const char *reference; /* as text; may be NULL */
    const char *version;
    const struct world_file *files; /* what a script finds */
    size_t file_count;
};

/* What all rows of a request share. */
struct grading {
    struct text verifier; /* of rows that name none; JSON; empty: exact */
    /* Find a task by its name; ERR_NOT_FOUND: there is none. NULL: rows may name none. */
    enum err (*find_task)(void *context, struct arena *arena, const char *name,
                          struct grade_task *out, struct fault *fault);
    void *context;
    struct sandbox *python;
    struct sandbox *commands;
    const _Atomic bool *cancel;
};

struct graded {
    int64_t index;
    struct text id; /* as JSON; empty: none */
    const char *group;
    struct verdict verdict;
    const char *task_version;     /* NULL: none was found */
    const char *verifier_version; /* NULL: the row could not be read */
    bool sandboxed;
    enum sandbox_level level;
    struct sandbox_limits limits;
    int64_t micros;
    int64_t seed;
};

/* A thread's place of work: prepared verifiers and the task it saw last. */
struct bench *bench_new(void);
void bench_free(struct bench *bench);

/* Texts of `out` live in `scratch`, in `line` and in the bench until its next row. False: the row
 * needs a program to be run and `may_run` is false: nothing was decided. `out->index` is kept. */
bool grade_row(struct bench *bench, const struct grading *grading, struct text line, bool may_run,
               struct arena *scratch, struct graded *out);

/* One line, with its end. */
void graded_write(struct buffer *to, const struct graded *graded);

/* grade_code.c: the answer as a program. */
struct verdict grade_code(const struct grading *grading, const struct known *known,
                          const struct grade_task *task, struct text answer, struct arena *scratch,
                          struct graded *out);
