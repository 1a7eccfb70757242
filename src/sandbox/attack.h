#pragma once

/*
 * The sandbox under attack: attempts to escape, to spy, to outlast and to exhaust, run as jobs in
 * fresh slots by the program that holds them. Each is harmless on a machine that blocks it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "sandbox/sandbox.h"

struct arena;
struct fault;

/* Things of the machine that attempts reach for; the same struct on both sides. */
struct attack_target {
    int victim;           /* a process outside */
    int port;             /* where somebody listens, TCP and UDP on 127.0.0.1 */
    const char *socket;   /* a socket in the file system */
    const char *abstract; /* and one outside it, without its leading NUL */
    const char *secret;   /* a file that anyone may read */
};

enum attack_judge {
    JUDGE_SAYS,   /* the attempt knows whether it got through */
    JUDGE_ENDS,   /* it must be ended by the sandbox, for the time or the memory or the output */
    JUDGE_VICTIM, /* the process outside must live on */
    JUDGE_MARK,   /* no process of that mark may be left */
    JUDGE_NEXT,   /* the next job of the slot must find nothing of it */
};

struct attempt {
    const char *name;
    const char *aim; /* what it tries, for the table */
    enum attack_judge judge;
    bool (*run)(const struct attack_target *target);  /* true: it got through */
    bool (*next)(const struct attack_target *target); /* of JUDGE_NEXT; true: it found something */
};

struct attempts {
    const struct attempt *at;
    size_t count;
};

struct attempts attack_network(void);
struct attempts attack_files(void);
struct attempts attack_kernel(void);
struct attempts attack_processes(void);
struct attempts attack_resources(void);
struct attempts attack_leftovers(void);
struct attempts attack_shared(void);

/* The name of a process that an attempt leaves behind; another run beside this one has another. */
enum { ATTACK_MARK_ROOM = 16 };
void attack_mark(const struct attack_target *target, char out[static ATTACK_MARK_ROOM]);

/* Inside: run one attempt (or its sequel) and print what came of it; returns the exit code. */
int attack_inside(const char *name);

struct attack_result {
    const struct attempt *attempt;
    bool open[2]; /* in a slot for commands, and in one for Python */
    const char *detail[2];
};

struct attack_report {
    struct attack_result *results;
    size_t count;
    size_t open_count;
    int64_t next_p99_us; /* until a job after an attempt had run */
    enum sandbox_level level;
};

/* `self` is the absolute path of a program that answers `sandbox attack --inside NAME`. */
enum err sandbox_attack(const char *self, enum sandbox_level level_min, struct arena *arena,
                        struct attack_report *out, struct fault *fault);
