#pragma once

/*
 * Runs of benchmarks, a line of JSON for each answer: task, run (from one), model, suite (the hash
 * of the suite's file), domain, check, verdict, score, reason, answer, tokens and time. Lines are
 * only ever added; the first for a model, task and run that is scored counts.
 */

#include <stddef.h>

#include "base/err.h"
#include "engine/verify/leaderboard.h"

struct arena;
struct fault;
struct invocation;
struct shape;

struct benchmark_lines {
    struct board_line *at;
    size_t count;
    size_t whole_size; /* bytes of the file up to the end of its last whole line */
};

/* Every line of a file. A last line that was cut off is left out. ERR_INVALID names the line. */
enum err benchmark_read(struct arena *arena, const char *path, struct benchmark_lines *out,
                        struct fault *fault);

/* The commands; each has its options beside it. */
extern const struct shape benchmark_run_shape;
enum err benchmark_run(struct invocation *call);
extern const struct shape benchmark_show_shape;
enum err benchmark_show(struct invocation *call);
