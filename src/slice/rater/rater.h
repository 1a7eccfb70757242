#pragma once

/*
 * A model server as one more rater of answers in interviews.
 *
 * It is asked behind the answer's back: the interview never waits for it. One call a criterion, met
 * only with words that stand in the answer. What it cannot say in time, within the budget or in the
 * form that was asked for is noted and counts for nothing; what it says counts as much as its
 * confusion with people lets it.
 */

#include <stdint.h>

#include "base/err.h"
#include "model/model.h"

struct job_kind;
struct slice;

struct rater_settings {
    struct model_server server; /* its total_ms is the deadline of one answer */
    double budget_day;          /* minor units in 24 hours; zero: unbounded */
};

extern const struct job_kind rater_job;
extern const struct slice rater_slice;
