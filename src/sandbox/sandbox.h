#pragma once

/*
 * Sandbox: untrusted programs, run where they can harm nobody and prove nothing but their worth.
 *
 * A keeper process, forked once, builds slots. A slot is a set of namespaces with a read-only root,
 * one sized temporary file system, a system-call filter and Landlock rules; it is built once and
 * runs one job at a time, each in a fresh process namespace below it. After a job everything in
 * that namespace is dead and reaped and the temporary file system is empty. A slot is replaced
 * after a number of jobs and after anything unexpected.
 *
 * When the owner dies, however it dies, the keeper sees its socket close, ends the slots and
 * removes what it made. docs/sandbox.md holds the threat model and what is not defended.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "base/text.h"

struct arena;
struct fault;
struct sandbox;

/* What a machine allows, from weak to strong. Each has everything that the one before has. */
enum sandbox_level {
    SANDBOX_NONE,      /* resource limits only */
    SANDBOX_FILTER,    /* and a system-call filter and Landlock, without namespaces */
    SANDBOX_NAMESPACE, /* and namespaces, a private root, a sized temporary file system */
    SANDBOX_FULL,      /* and a memory and process control group */
};

const char *sandbox_level_name(enum sandbox_level level);
bool sandbox_level_named(const char *name, enum sandbox_level *out);

struct sandbox_probe {
    enum sandbox_level level;
    bool privileged; /* the owner is root: solutions and tests get user ids of their own */
    bool namespaces;
    bool filter;
    int landlock; /* version of the interface; 0: none */
    bool memory_group;
    bool process_group;
    char why[160]; /* what keeps it from the next level; empty at the highest */
};

/* Try everything once, in processes that end before it returns. */
void sandbox_probe(struct sandbox_probe *out);

struct sandbox_limits {
    int64_t wall_ms; /* from the start of the job, not from the queue; the parent keeps it */
    int64_t cpu_ms;  /* of one process; rounded up to seconds */
    int64_t memory_mib;
    int64_t address_mib; /* of one process; 0: as much as memory_mib */
    int64_t file_mib;    /* largest file, standard output included */
    int64_t output_kib;  /* handed back of each stream; the rest is dropped and said so */
    int64_t process_max;
    int64_t open_max;
};

extern const struct sandbox_limits sandbox_limits_default;
extern const struct shape sandbox_limits_shape;

enum sandbox_kind { SANDBOX_COMMANDS, SANDBOX_PYTHON };

struct sandbox_options {
    enum sandbox_kind kind;
    enum sandbox_level level_min; /* refuse to start below */
    enum sandbox_level level_max; /* do not try for more; SANDBOX_FULL is usual */
    size_t slot_count;
    int64_t disk_mib;      /* of the temporary file system, shared by all files of a job */
    int64_t inode_max;     /* files and folders in it */
    int64_t jobs_max;      /* then the slot is replaced */
    int64_t memory_mib;    /* of a slot with its temporary file system; jobs may ask for less */
    bool lazy;             /* start slots when they are first needed, not at once */
    struct texts readable; /* absolute paths that jobs may read, beside the system's programs */
};

extern const struct sandbox_options sandbox_options_default;

enum sandbox_end {
    SANDBOX_EXITED,
    SANDBOX_SIGNALLED,
    SANDBOX_TIMEOUT, /* wall or processor time */
    SANDBOX_MEMORY,
    SANDBOX_OUTPUT, /* a file, or the output, grew beyond its limit */
    SANDBOX_BROKEN, /* the sandbox's own fault: never counts against the job */
};

const char *sandbox_end_name(enum sandbox_end end);

struct sandbox_job {
    const char *const *arguments;   /* the first is an absolute path; ends with NULL */
    const char *const *environment; /* ends with NULL; nothing else is handed down */
    struct text input;              /* standard input */
    struct sandbox_limits limits;
    const _Atomic bool *cancel; /* once true, the job is ended: broken; NULL: never */
};

/* Python code and the tests that judge it. */
struct sandbox_check {
    const char *prompt;   /* what both sides may see: imports, helpers, the signature */
    const char *solution; /* the untrusted program; with `split` the tests never meet it */
    const char *test;     /* defines check(candidate) */
    const char *entry;    /* name of the function that is tested */
    bool split;
    struct sandbox_limits limits;
    const _Atomic bool *cancel; /* as above */
};

struct sandbox_outcome {
    enum sandbox_end end;
    enum sandbox_level level; /* of the slot that it ran in */
    int exit_code;
    int signal;
    int64_t wall_us;
    int64_t cpu_us;
    int64_t memory_kib; /* peak of the largest process */
    struct text output; /* in the caller's arena */
    struct text error;
    bool cut;         /* output or error was longer */
    const char *note; /* one line for a person; never NULL */
};

/* Exit codes of a check. */
enum { CHECK_PASSED = 0, CHECK_FAILED = 1, CHECK_UNSCORED = 3 };

/*
 * Start the keeper and the slots. Call it before the process has grown large. ERR_UNAVAILABLE: the
 * machine does not reach `level_min`; the fault says what is missing. Lazy slots that do not reach
 * it leave their jobs broken instead.
 */
enum err sandbox_new(const struct sandbox_options *options, struct sandbox **out,
                     struct fault *fault);
void sandbox_free(struct sandbox *sandbox); /* NULL is fine; ends what still runs */

const struct sandbox_probe *sandbox_reached(const struct sandbox *sandbox);

/*
 * Wait for a free slot, run, and hand back what came of it. Safe from any thread. A job that goes
 * wrong is an outcome, not an error. ERR_INVALID: the job breaks a bound of the interface.
 */
enum err sandbox_run(struct sandbox *sandbox, const struct sandbox_job *job, struct arena *arena,
                     struct sandbox_outcome *out, struct fault *fault);
enum err sandbox_check_python(struct sandbox *sandbox, const struct sandbox_check *check,
                              struct arena *arena, struct sandbox_outcome *out,
                              struct fault *fault);
