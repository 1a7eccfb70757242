/*
 * Independent Bayesian classifier combination: Dawid-Skene with Dirichlet priors
 * that expect workers to be better than chance, by variational inference.
 * Kim and Ghahramani (2012), "Bayesian classifier combination"; updates as in
 * Simpson, Roberts, Psorakis and Smith (2013).
 */

#include "engine/truth/methods.h"
#include "engine/truth/table.h"

#include "num/special.h"

static const double prior_right = 4;
static const double prior_wrong = 1;
static const double prior_class = 1;

static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        const double *count = counts->given + worker * block;
        double *out = logs->given + worker * block;

        for (uint32_t k = 0; k < class_count; k++) {
            double sum = prior_right - prior_wrong;

            for (size_t at = k; at < block; at += class_count) {
                sum += count[at] + prior_wrong;
            }
            double all = num_digamma(sum);

            for (uint32_t l = 0; l < class_count; l++) {
                size_t at = (size_t)l * class_count + k;

                out[at] = num_digamma(count[at] + (l == k ? prior_right : prior_wrong)) - all;
            }
        }
    }
    double all = num_digamma(input->item_count + prior_class * class_count);

    for (uint32_t k = 0; k < class_count; k++) {
        logs->prior[k] = num_digamma(counts->mass[k] + prior_class) - all;
    }
}

static enum err fit_ibcc(const struct truth_job *job, struct truth_fit *out)
{
    return truth_iterate(job, &(struct truth_model){.update = update}, out);
}

const struct truth_method truth_ibcc = {
    .name = "ibcc",
    .summary = "Bayesian classifier combination: confusion matrices with priors",
    .fit = fit_ibcc};
