#pragma once

/* What a campaign's raters said, as the rules of quality see it: dense indices. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct type_label;

/* Answers below which no share or skill is shown. */
enum { QUALITY_SHOWN_MIN = 30 };

/* One rater of a campaign as the engines see them. */
struct quality_rater {
    const char *id;
    const char *name;    /* pseudonym, or the model's name */
    const char *kind;    /* expert, model or outside */
    int64_t price_minor; /* of one answer; zero: free */
    bool active;         /* can be asked for more */
};

struct quality_task {
    const char *id;
    uint32_t stratum; /* number of its domain */
    uint32_t gold;    /* class, or TRUTH_UNKNOWN */
    double longer;    /* log of first side's length over the second's; NaN: no sides */
    uint32_t pair;    /* tasks with the same number show the same two sides */
    bool turned;      /* this one the other way round than the smallest of them */
};

struct quality_vote {
    uint32_t task;
    uint32_t rater;
    uint32_t given;            /* class as it was submitted */
    uint32_t final;            /* class as it stands, mended by a reviewer or not */
    uint32_t first;            /* class of the side that was shown first; TRUTH_UNKNOWN: no sides */
    bool on_gold;              /* a first answer to a task whose answer was known by then */
    const char *submission_id; /* NULL: a judgement */
};

/* An expert's first answer to a task whose answer was known by then. */
struct quality_check {
    uint32_t task;
    uint32_t rater;
    uint32_t given;
};

/* Answers of one campaign as dense indices: task, rater, class. */
struct quality_labels {
    const struct type_label *label;
    const struct quality_task *tasks;
    size_t task_count;
    const struct quality_rater *raters;
    size_t rater_count;
    const struct quality_vote *votes; /* as they came */
    size_t vote_count;
    const struct quality_check *checks;
    size_t check_count;
    size_t stratum_count;
    uint32_t sides[2]; /* classes of the two sides; TRUTH_UNKNOWN: the label chooses none */
};
