#include "engine/verify/rubric.h"

#include <math.h>

#include "base/fault.h"

static enum err check_node(const struct rubric_node *node, struct fault *fault)
{
    if (!isfinite(node->weight) || node->weight < 0) {
        return fail_field(fault, ERR_INVALID, node->id, "the weight is %g, but must be 0 or more",
                          node->weight);
    }
    if (node->child_count == 0 && !isnan(node->score) && !(node->score >= 0 && node->score <= 1)) {
        return fail_field(fault, ERR_INVALID, node->id, "the score is %g, but must be from 0 to 1",
                          node->score);
    }
    return OK;
}

/* Scores of one node's children; they follow it somewhere in the array. */
static enum err score_node(struct rubric_node *nodes, size_t count, size_t at, struct fault *fault)
{
    double sum = 0;
    double weight = 0;

    for (size_t i = at + 1; i < count; i++) {
        /* What weighs nothing says nothing, graded or not. */
        if (nodes[i].parent == at && nodes[i].weight > 0) {
            sum += nodes[i].weight * nodes[i].score;
            weight += nodes[i].weight;
        }
    }
    if (weight <= 0) {
        return fail_field(fault, ERR_INVALID, nodes[at].id, "all parts of %s have weight zero",
                          nodes[at].id);
    }
    nodes[at].score = sum / weight;
    return OK;
}

enum err rubric_tree_score(struct rubric_node *nodes, size_t count, struct verdict *out,
                           struct fault *fault)
{
    if (count == 0) {
        return fail(fault, ERR_INVALID, "the rubric is empty");
    }
    for (size_t i = 0; i < count; i++) {
        TRY(check_node(&nodes[i], fault));
    }
    for (size_t i = count; i-- > 0;) {
        if (nodes[i].child_count > 0) {
            TRY(score_node(nodes, count, i, fault));
        }
    }
    *out = isnan(nodes[0].score) ? verdict_unscored(REASON_UNCHECKED, "a criterion is not graded")
                                 : verdict_of_score(nodes[0].score);
    return OK;
}

enum err rubric_points_score(const struct criterion *criteria, size_t count, double *out,
                             struct verdict *verdict, struct fault *fault)
{
    double earned = 0;
    double possible = 0;

    *out = (double)NAN;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(criteria[i].points)) {
            return fail_field(fault, ERR_INVALID, criteria[i].id, "the points are not a number");
        }
        possible += fmax(criteria[i].points, 0);
    }
    if (possible <= 0) {
        return fail(fault, ERR_INVALID, "no criterion has positive points");
    }
    for (size_t i = 0; i < count; i++) {
        if (!criteria[i].scored) {
            *verdict = verdict_unscored(REASON_UNCHECKED, "a criterion is not graded");
            return OK;
        }
        earned += criteria[i].points * criteria[i].score;
    }
    *out = earned / possible;
    *verdict = verdict_of_score(fmin(fmax(*out, 0), 1));
    return OK;
}
