#pragma once

/*
 * Rubrics: weighted trees of criteria, their scores, and what is wrong with them.
 *
 * A leaf is a criterion with points (which may be negative: the bad thing must not happen). The
 * score of an inner node is the mean of its children by weight.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/verify/verdict.h"

struct arena;
struct fault;

struct criterion {
    const char *id;
    const char *text;
    const char *const *needs; /* ids of criteria that must be met first */
    size_t need_count;
    const char *kind;     /* factual, reasoning, style, …; NULL: not said */
    const char *evidence; /* where an expert finds it; NULL: not said */
    bool secondary;       /* serves a secondary objective */
    bool hurdle;          /* not met: the whole is worth nothing */
    bool grounded;        /* must also stand in the sources */
    double points;
    double score; /* in [0, 1]; met is 1 */
    bool scored;
};

/* One node of a weighted tree; children follow their parent in the array. */
struct rubric_node {
    const char *id;
    const char *text;
    uint32_t parent; /* of the root: itself */
    uint32_t child_count;
    double weight;
    double score; /* of a leaf; NaN where it is not graded. Filled in for the others */
};

/*
 * Fill in the scores from the leaves up: sum of weight x score over sum of weights, children of
 * weight zero left out. A leaf that is not graded leaves all above it unscored. ERR_INVALID: a
 * weight is negative, a score out of [0, 1], or all children of a node have weight zero.
 */
enum err rubric_tree_score(struct rubric_node *nodes, size_t count, struct verdict *out,
                           struct fault *fault);

/*
 * HealthBench (Arora et al. 2025): points of the met criteria over the sum of positive points;
 * negative when the bad things outweigh. Unscored with a criterion that is not graded.
 * ERR_INVALID: no positive points, or points that are not finite.
 */
enum err rubric_points_score(const struct criterion *criteria, size_t count, double *out,
                             struct verdict *verdict, struct fault *fault);

enum rubric_defect {
    DEFECT_EMPTY,       /* no text, or no criterion at all */
    DEFECT_NOT_ATOMIC,  /* asks for several things at once */
    DEFECT_VAGUE,       /* words that graders read differently, with nothing to measure */
    DEFECT_OVERLAP,     /* says nearly the same as another: counted twice */
    DEFECT_WEIGHT,      /* zero, not finite, or more than half of all points */
    DEFECT_ID,          /* an id that occurs twice */
    DEFECT_NEED,        /* needs a criterion that is not there */
    DEFECT_CYCLE,       /* needs itself, through others */
    DEFECT_LEAK,        /* the prompt holds the answer that is asked for */
    DEFECT_NO_POSITIVE, /* nothing can be earned */
};

struct rubric_finding {
    enum rubric_defect defect;
    size_t criterion;
    size_t other;       /* of overlap; else the same */
    const char *detail; /* the words at fault */
};

const char *rubric_defect_name(enum rubric_defect defect);

/* Findings in the order of the criteria. `prompt` may be NULL. Quadratic in the criteria, at most
 * 2,000 (ERR_LIMIT). */
enum err rubric_lint(struct arena *arena, const struct criterion *criteria, size_t count,
                     const char *prompt, const struct rubric_finding **out, size_t *out_count,
                     struct fault *fault);
