/*
 * Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates
 * using the EM algorithm": a confusion matrix per worker, a hidden class per item.
 * Pseudo-counts in every cell make it the mode under a Dirichlet prior.
 */

#include "engine/truth/method.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

/* Logs of the parameters, laid out by row as the labels are: log_given[row * K + true]. */
struct parameters {
    double *log_given;
    double *log_prior;
    double *mass;
};

static void maximise(const struct truth_job *job, const double *posterior,
                     struct parameters *parameters)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    double smoothing = job->options->smoothing;

    truth_count(input, posterior, parameters->log_given);
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        double *cell = parameters->log_given + (size_t)worker * class_count * class_count;

        for (uint32_t k = 0; k < class_count; k++) {
            double sum = 0;

            for (uint32_t given = 0; given < class_count; given++) {
                sum += cell[given * class_count + k] + smoothing;
            }
            for (uint32_t given = 0; given < class_count; given++) {
                double *at = &cell[given * class_count + k];

                *at = log(fmax(*at + smoothing, 1e-12) / fmax(sum, 1e-12));
            }
        }
    }
    truth_mass(input, posterior, parameters->mass);
    for (uint32_t k = 0; k < class_count; k++) {
        parameters->log_prior[k] = log(fmax(parameters->mass[k] + smoothing, 1e-12) /
                                       (input->item_count + smoothing * class_count));
    }
}

/* New posterior; returns the log-likelihood of labels and gold. */
static double expect(const struct truth_input *input, const struct parameters *parameters,
                     double *posterior)
{
    uint32_t class_count = input->class_count;
    double likelihood = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        double *row = posterior + (size_t)item * class_count;

        memcpy(row, parameters->log_prior, class_count * sizeof(*row));
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            const double *given = parameters->log_given + (size_t)input->row[i] * class_count;

            for (uint32_t k = 0; k < class_count; k++) {
                row[k] += given[k];
            }
        }
        if (truth_is_gold(input, item)) {
            likelihood += row[input->gold[item]];
            truth_certain(row, class_count, input->gold[item]);
        } else {
            likelihood += truth_normalise(row, class_count);
        }
    }
    return likelihood;
}

static enum err fit_dawid_skene(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    size_t cells = (size_t)input->worker_count * input->class_count * input->class_count;
    double gain_min = job->options->gain_min * truth_label_count(input);
    struct parameters parameters = {
        .log_given = arena_array(job->arena, double, cells),
        .log_prior = arena_array(job->arena, double, input->class_count),
        .mass = arena_array(job->arena, double, input->class_count),
    };

    truth_vote(input, out->posterior);
    out->converged = false;
    while (out->rounds < job->options->rounds_max && !out->converged) {
        maximise(job, out->posterior, &parameters);
        double likelihood = expect(input, &parameters, out->posterior);

        out->converged = out->rounds > 0 && likelihood - out->likelihood <= gain_min;
        out->likelihood = likelihood;
        out->has_likelihood = true;
        out->rounds++;
    }
    return OK;
}

const struct truth_method truth_dawid_skene = {
    .name = "dawid-skene",
    .summary = "A confusion matrix per worker, by expectation-maximisation",
    .fit = fit_dawid_skene};
