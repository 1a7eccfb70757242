#pragma once

/*
 * Quality: the inferred answer of each task, how good everybody is, and what to check next.
 *
 * All of it is derived: a job reads the answers that stand and the gold, runs the engines
 * `truth`, `agree` and `watch` on plain indices, and writes what changed; nothing in it comes
 * from a clock, so that it can be dropped and remade to the bit. Judgements of models and people
 * outside are compared with the truth; they do not take part in it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct command_group;
struct fault;
struct slice;
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

struct quality_truth {
    uint32_t class;
    uint32_t majority;
    double probability;
    uint32_t vote_count; /* zero: no vote, no truth */
};

#define QUALITY_ALL   UINT32_MAX
#define QUALITY_TRUTH (UINT32_MAX - 1)

struct quality_agreement {
    const char *metric;
    uint32_t left; /* rater, QUALITY_TRUTH, or QUALITY_ALL */
    uint32_t right;
    uint32_t stratum; /* or QUALITY_ALL */
    double estimate;  /* NaN: it cannot be known */
    double low;
    double high;
    uint64_t unit_count;
};

/* One rater in one domain. */
struct quality_skill {
    uint32_t rater;
    uint32_t stratum;    /* or QUALITY_ALL */
    uint32_t vote_count; /* on tasks that have a truth */
    uint32_t agreed_count;
    double accuracy; /* on tasks of average difficulty; NaN: too few answers */
    double low;
    double high;
    double plain;          /* difficulty aside */
    uint32_t others_count; /* tasks on which two others or more have answered */
    double others_agree;   /* how often two others agree on these; NaN: none */
    double all_agree;      /* the same over everybody's tasks */
    uint32_t gold_count;
    uint32_t gold_right;
    bool is_top;
};

struct quality_cell {
    uint32_t rater; /* or QUALITY_ALL: all experts */
    uint32_t class;
    uint32_t given;
    uint32_t count;
    uint32_t class_count; /* votes on tasks of the class */
};

struct quality_bias {
    const char *kind; /* position, length or consistency */
    uint32_t rater;   /* or QUALITY_ALL */
    uint64_t vote_count;
    double estimate; /* a share; for length the change of log-odds per doubling */
    double low;
    double high;
    double p;
};

struct quality_alert {
    const char *kind; /* drift or copying */
    uint32_t left;
    uint32_t right; /* or QUALITY_ALL: about one rater */
    uint64_t vote_count;
    uint64_t telling_count;
    double expected;
    double strength;
    const uint32_t *tasks; /* in which it shows */
    size_t task_count;
};

struct quality_step {
    uint64_t vote_count; /* more than now */
    int64_t spend_minor;
    double accuracy;
    double low;
    double high;
};

struct quality_next {
    uint32_t task;
    uint32_t rater;
    double gain; /* nats */
};

struct quality_result {
    const char *method;
    uint32_t rounds;
    double log_likelihood;
    uint32_t gold_count;
    struct quality_truth *truths; /* [task] */
    struct quality_agreement *agreements;
    size_t agreement_count;
    struct quality_skill *skills;
    size_t skill_count;
    struct quality_cell *cells;
    size_t cell_count;
    struct quality_bias *biases;
    size_t bias_count;
    struct quality_alert *alerts;
    size_t alert_count;
    struct quality_step *steps;
    size_t step_count;
    struct quality_next *nexts;
    size_t next_count;
};

extern const struct slice quality_slice;
