/*
 * Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates
 * using the EM algorithm": a confusion matrix per worker, a hidden class per item.
 * Pseudo-counts in every cell make it the mode under a Dirichlet prior.
 */

#include "engine/truth/methods.h"
#include "engine/truth/table.h"

#include <math.h>

static void maximise(void *context, const struct truth_job *job, const struct truth_counts *counts,
                     struct truth_logs *logs)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    double smoothing = fmax(job->options->smoothing, 1e-10);

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        const double *count = counts->given + worker * block;
        double *out = logs->given + worker * block;

        for (uint32_t k = 0; k < class_count; k++) {
            double sum = 0;

            for (size_t at = k; at < block; at += class_count) {
                sum += count[at] + smoothing;
            }
            for (size_t at = k; at < block; at += class_count) {
                out[at] = log((count[at] + smoothing) / sum);
            }
        }
    }
    for (uint32_t k = 0; k < class_count; k++) {
        logs->prior[k] =
            log((counts->mass[k] + smoothing) / (input->item_count + smoothing * class_count));
    }
}

static enum err fit_dawid_skene(const struct truth_job *job, struct truth_fit *out)
{
    return truth_iterate(job,
                         &(struct truth_model){.normalised = true,
                                               .smoothing = fmax(job->options->smoothing, 1e-10),
                                               .update = maximise},
                         out);
}

const struct truth_method truth_dawid_skene = {
    .name = "dawid-skene",
    .summary = "A confusion matrix per worker, by expectation-maximisation",
    .fit = fit_dawid_skene};
