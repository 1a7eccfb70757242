/*
 * MACE: a worker either knows the answer and gives it, or spams from a
 * distribution of their own. Hovy, Berg-Kirkpatrick, Vaswani and Hovy (2013),
 * "Learning whom to trust with MACE"; variational, with Beta(1/2, 1/2) on knowing
 * and Dirichlet(10 / classes) on spam.
 */

#include "engine/truth/methods.h"
#include "engine/truth/table.h"

#include <math.h>

#include "base/arena.h"
#include "num/special.h"

static const double prior_know = .5;
static const double prior_spam = 10;

struct mace {
    double *know;  /* [worker] */
    double *spam;  /* [worker][given] */
    double *tally; /* [given]: scratch */
};

static void learn_worker(uint32_t class_count, const double *count, double *know, double *spam,
                         double *tally)
{
    double known = prior_know;
    double spammed = prior_know;

    for (uint32_t l = 0; l < class_count; l++) {
        double match = count[(size_t)l * class_count + l];
        double copied = match * *know / (*know + (1 - *know) * spam[l] + 1e-300);

        tally[l] = -copied;
        for (uint32_t k = 0; k < class_count; k++) {
            tally[l] += count[(size_t)l * class_count + k];
        }
        tally[l] = fmax(tally[l], 0);
        known += copied;
        spammed += tally[l];
    }
    double all = num_digamma(known + spammed);
    double spam_all = num_digamma(spammed - prior_know + prior_spam);
    double yes = exp(num_digamma(known) - all);
    double no = exp(num_digamma(spammed) - all);

    *know = yes / (yes + no);
    for (uint32_t l = 0; l < class_count; l++) {
        spam[l] = exp(num_digamma(tally[l] + prior_spam / class_count) - spam_all);
    }
}

static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    uint32_t class_count = job->input->class_count;
    size_t block = (size_t)class_count * class_count;
    struct mace *mace = context;

    for (uint32_t worker = 0; worker < job->input->worker_count; worker++) {
        double *spam = mace->spam + (size_t)worker * class_count;
        double *out = logs->given + worker * block;

        learn_worker(class_count, counts->given + worker * block, &mace->know[worker], spam,
                     mace->tally);
        for (size_t at = 0; at < block; at++) {
            size_t l = at / class_count;
            double match = at % (class_count + 1) == 0 ? mace->know[worker] : 0;

            out[at] = log(match + (1 - mace->know[worker]) * spam[l] + 1e-12);
        }
    }
    for (uint32_t k = 0; k < class_count; k++) {
        logs->prior[k] = -log(class_count);
    }
}

static enum err fit_mace(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct mace mace = {
        .know = arena_array(job->arena, double, input->worker_count),
        .spam = arena_array(job->arena, double, (size_t)input->worker_count * input->class_count),
        .tally = arena_array(job->arena, double, input->class_count),
    };

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        mace.know[worker] = .5;
        for (uint32_t l = 0; l < input->class_count; l++) {
            mace.spam[(size_t)worker * input->class_count + l] = 1.0 / input->class_count;
        }
    }
    return truth_iterate(job, &(struct truth_model){.update = update, .context = &mace}, out);
}

const struct truth_method truth_mace = {
    .name = "mace", .summary = "Workers who know, or spam in their own way", .fit = fit_mace};
