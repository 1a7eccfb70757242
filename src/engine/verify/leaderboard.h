#pragma once

/*
 * Leaderboards: what models made of a suite of tasks, best first, and how they differ on the tasks
 * that both did.
 *
 * The unit is the task: answers to one task may be alike, so intervals are clustered by it (Miller
 * 2024); where all tasks come out alike it is Wilson's (1927) over the tasks. An answer that could
 * not be scored counts for neither side and is counted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct arena;
struct fault;
struct json;

/* One answer. */
struct board_line {
    const char *task;
    const char *model;
    const char *domain; /* "" if none */
    const char *suite;  /* hash of the suite it answers; "" if not said */
    int64_t run;
    double score; /* from 0 to 1; NaN: unscored */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t took_ms;
    double spend; /* minor units */
};

/* A row of JSON with these members. ERR_INVALID: no task or model, or a score out of 0 to 1. */
enum err board_line_read(const struct json *row, struct board_line *out, struct fault *fault);

/* One model, on all tasks or on those of one domain. */
struct board {
    const char *model;
    const char *domain; /* NULL: all */
    size_t count;       /* answers that were scored */
    size_t unscored;
    size_t task_count; /* with a scored answer */
    double mean;       /* of the answers; NaN: none */
    bool known;        /* there are two tasks, so an interval can be given */
    struct interval interval;
    double median;     /* mean over tasks of the median of their runs; NaN: none */
    bool is_pass;      /* every score is 0 or 1, so that the next three mean something */
    uint64_t k;        /* answers of the tasks that have most */
    double pass_at_k;  /* chance that one of k is right, over those tasks (Chen et al. 2021) */
    double pass_all_k; /* that all of them are (Yao et al. 2024) */
    int64_t input_tokens;
    int64_t output_tokens;
    double spend; /* minor units */
    double median_seconds;
    const double *task_mean; /* [task of the leaderboard]; NaN: not done */
};

/* Left minus right on the tasks that both did. */
struct board_pair {
    const char *left;
    const char *right;
    double difference;
    struct interval interval;
    size_t task_count;
};

struct leaderboard {
    const struct board *models; /* best first */
    size_t model_count;
    const struct board *slices; /* model after model as above, domains in order of first sight */
    size_t slice_count;
    const struct board_pair *pairs; /* of models with at least two tasks in common */
    size_t pair_count;
};

/* Of several scored lines of one model, task and run the first counts. `level` is the coverage of
 * the intervals. */
enum err leaderboard_make(struct arena *arena, const struct board_line *lines, size_t count,
                          double level, struct leaderboard *out, struct fault *fault);
