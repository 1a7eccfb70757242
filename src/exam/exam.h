#pragma once

/*
 * Exams: tasks of a suite put to a model, and what it answers checked; shared by the command and
 * the server.
 *
 * A task's check is one of engine/verify/check.h, or `rubric`: criteria with points, each judged by
 * a model in a call of its own (model/judge.h). What goes wrong around an answer leaves it
 * unscored.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "engine/verify/rubric.h"
#include "engine/verify/verdict.h"
#include "model/model.h"

struct arena;
struct checker;
struct fault;

/* What a task's `check` may be. */
#define EXAM_CHECKS "exact|choice|numeric|set|regex|json|schema|table|diff|math|rubric"

struct exam_options {
    const char *check;  /* where a task does not say */
    const char *marker; /* the answer follows the last of these; NULL: no such rule */
    const char *system; /* said before each task; NULL: nothing */
    double relative;    /* tolerance of numbers */
    double temperature;
    int64_t tokens;    /* most of an answer; zero: the server's bound */
    const char *judge; /* model that grades by rubrics, on the same server; NULL: none */
};

struct exam_task {
    const char *id;
    const char *prompt;
    struct text reference;
    const char *domain;
    const char *check;
    struct checker *checker; /* NULL: by a rubric */
    const struct criterion *criteria;
    size_t criterion_count;
};

enum { EXAM_CHECKERS_MAX = 16 };

struct exam {
    struct arena *arena;
    struct exam_options options;
    const char *suite; /* SHA-256 of the file */
    struct exam_task *tasks;
    size_t task_count;
    struct checker *checkers[EXAM_CHECKERS_MAX];
    const char *checks[EXAM_CHECKERS_MAX];
    size_t checker_count;
};

/* Lines of `id`, `prompt`, `reference`, and perhaps `check` and `domain`; what is read points into
 * the file and the arena. ERR_INVALID names line and field. Close it either way. */
enum err exam_open(struct arena *arena, struct text file, const struct exam_options *options,
                   struct exam *out, struct fault *fault);
void exam_close(struct exam *exam);

/* The criteria of a task that is checked by a rubric: a list of them, or an object with `rubrics`.
 * ERR_INVALID: there are none, or nothing can be earned. */
enum err exam_rubric_read(struct arena *arena, struct text reference, const struct criterion **out,
                          size_t *count, struct fault *fault);

/* One answer that is wanted. Another run is another call. */
struct exam_seat {
    const struct exam_task *task;
    int64_t run; /* from one */
};

struct exam_answer {
    const struct exam_seat *seat;
    const struct model_reply *reply;
    struct verdict verdict;
};

/* Called once for each seat, in order of completion; those that a judge grades come last. */
typedef void exam_done(void *context, const struct exam_answer *answer);

/* `run` gives server, cache, budget and cancel; its callback is not used. */
enum err exam_sit(struct exam *exam, const struct model_run *run, const struct exam_seat *seats,
                  size_t count, exam_done *done, void *context, struct model_totals *totals,
                  struct fault *fault);

/* The answer as a line of a file of answers. */
void exam_put(const struct exam *exam, const char *model, const struct exam_answer *answer,
              struct buffer *to);
