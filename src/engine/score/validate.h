#pragma once

/* Cross-validation: every answer is predicted by a model that did not see its fold. */

#include <stdbool.h>
#include <stdint.h>

#include "engine/score/model.h"

struct score_folds {
    const uint32_t *fold; /* of every example, in [0, count) */
    uint32_t count;
    bool alone; /* grade every answer as if it were the only one */
};

/*
 * Train without each fold in turn and predict it. `out` has room for all examples. Whether graded
 * answers of a question are heard follows from the folds: they are, where the question is in other
 * folds too. ERR_INVALID: as score_train.
 */
enum err score_cross_validate(const struct score_examples *examples,
                              const struct score_folds *folds, const struct score_options *options,
                              const struct parallel *parallel, struct score_prediction *out,
                              struct fault *fault);

/* Predict many examples. Answers to one question (by its id) are graded together where there are
 * SCORE_CROWD_MIN or more and none graded before, unless each is to be graded alone. */
enum err score_predict_all(const struct score_model *model, const struct score_example *examples,
                           uint32_t count, bool alone, struct score_prediction *out,
                           struct fault *fault);
