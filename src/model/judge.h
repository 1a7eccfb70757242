#pragma once

/*
 * A model as a grader of rubrics: one call a criterion, the reason before the verdict.
 *
 * What is graded is data, never instructions: it stands between marks that it cannot hold, and the
 * model is told so. A criterion counts as met only with words that stand in the answer; a verdict
 * without them, or one that the model is unsure of, is put to more votes, and without a majority
 * the criterion could not be graded. That is never a zero.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"

struct arena;
struct fault;

struct judge_item {
    const char *prompt; /* what was asked; NULL: unknown */
    const char *answer;
    const char *criterion;
    const char *reference; /* a model answer; NULL: none */
};

enum judge_verdict { JUDGE_MET, JUDGE_NOT_MET, JUDGE_COULD_NOT };
const char *judge_verdict_name(enum judge_verdict verdict);

struct judgement {
    enum judge_verdict verdict;
    const char *reason; /* the model's words, or why there is no verdict */
    const char *quote;  /* from the answer; "" if none */
    enum model_end end; /* of the last call: why it could not */
    uint32_t votes;     /* that counted */
};

struct judge_options {
    uint32_t vote_max; /* odd; asked until more than half agree; one: unsure stays unsure */
    int64_t tokens_max;
};
extern const struct judge_options judge_defaults;

/* `run` gives server, cache, budget and cancel; its callback is not used. `out` has `count` places.
 */
enum err judge_all(struct arena *arena, const struct model_run *run,
                   const struct judge_options *options, const struct judge_item *items,
                   size_t count, struct judgement *out, struct model_totals *totals,
                   struct fault *fault);
