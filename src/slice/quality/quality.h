#pragma once

/*
 * Quality: the inferred answer of each task, how far people agree, and how often each is right.
 *
 * All of it is derived: a job reads the answers that stand, runs the engines `truth` and
 * `agree` on plain indices, and writes what changed. Judgements of models and people
 * outside are compared with the truth; they do not take part in it.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct slice;
struct task_type;
struct type_label;
struct work;

/* One rater of a campaign as the engines see them. */
struct quality_rater {
    const char *id;
    const char *name; /* pseudonym, or the model's name */
    const char *kind; /* expert, model or outside */
};

/* Answers of one campaign as dense indices: task, rater, class. */
struct quality_labels {
    const struct type_label *label;
    const char *const *tasks;
    size_t task_count;
    const struct quality_rater *raters;
    size_t rater_count;
    const struct quality_vote *votes; /* as submitted */
    size_t vote_count;
};

struct quality_vote {
    uint32_t task;
    uint32_t rater;
    uint32_t given; /* class as it was submitted */
    uint32_t final; /* class as it stands, mended by a reviewer or not */
};

struct quality_truth {
    uint32_t class;
    uint32_t majority;
    double probability;
    uint32_t vote_count; /* zero: no vote, no truth */
};

struct quality_skill {
    uint32_t vote_count; /* on tasks that have a truth */
    uint32_t agreed_count;
    double accuracy; /* NaN: no vote */
    double low;
    double high;
};

struct quality_agreement {
    const char *metric;
    uint32_t left; /* rater, QUALITY_TRUTH, or QUALITY_ALL */
    uint32_t right;
    double estimate; /* NaN: it cannot be known */
    double low;
    double high;
    uint64_t unit_count;
};
#define QUALITY_ALL   UINT32_MAX
#define QUALITY_TRUTH (UINT32_MAX - 1)

struct quality_result {
    const char *method;
    uint32_t rounds;
    double log_likelihood;
    struct quality_truth *truths; /* [task] */
    struct quality_skill *skills; /* [rater] */
    struct quality_agreement *agreements;
    size_t agreement_count;
};

/* Pure: the engines on one label of a campaign. */
enum err quality_compute(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                         struct quality_result *out, struct fault *fault);

extern const struct slice quality_slice;
