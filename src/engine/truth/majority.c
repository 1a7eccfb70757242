/* Majority vote: every label counts the same. */

#include "engine/truth/method.h"
#include "engine/truth/methods.h"

static enum err fit_majority(const struct truth_job *job, struct truth_fit *out)
{
    truth_vote(job->input, out->posterior);
    out->rounds = 1;
    return OK;
}

const struct truth_method truth_majority = {
    .name = "majority", .summary = "Every label counts the same", .fit = fit_majority};
