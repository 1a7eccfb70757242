#pragma once

/* What the rules of quality found of one label. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
