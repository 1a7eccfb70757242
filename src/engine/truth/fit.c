#include "engine/truth/fit.h"
#include "engine/truth/pass.h"
#include "engine/truth/table.h"

#include <math.h>

#include "base/arena.h"

/* The share of each class, every class a little possible. */
static double *estimate_prior(const struct truth_job *job, const double *posterior)
{
    uint32_t class_count = job->input->class_count;
    double *prior = arena_array(job->arena, double, class_count);

    truth_mass(job->input, posterior, prior);
    for (uint32_t k = 0; k < class_count; k++) {
        prior[k] = (prior[k] + job->options->smoothing) /
                   (job->input->item_count + job->options->smoothing * class_count);
    }
    return prior;
}

/* Confusion [worker][true][given] from expected counts; a row without evidence is uniform. */
static double *estimate_confusion(const struct truth_job *job, const double *posterior)
{
    uint32_t class_count = job->input->class_count;
    size_t cells = (size_t)class_count * class_count;
    double *confusion = arena_array(job->arena, double, job->input->worker_count *cells);
    struct arena_mark mark = arena_mark(job->arena);
    double *counts = arena_array(job->arena, double, job->input->worker_count *cells);

    truth_count(job->input, posterior, counts);
    for (uint32_t worker = 0; worker < job->input->worker_count; worker++) {
        const double *count = counts + worker * cells;
        double *out = confusion + worker * cells;

        for (uint32_t k = 0; k < class_count; k++) {
            double sum = 0;

            for (uint32_t given = 0; given < class_count; given++) {
                out[k * class_count + given] =
                    count[given * class_count + k] + job->options->smoothing;
                sum += out[k * class_count + given];
            }
            for (uint32_t given = 0; given < class_count; given++) {
                out[k * class_count + given] =
                    sum > 0 ? out[k * class_count + given] / sum : 1.0 / class_count;
            }
        }
    }
    arena_undo(job->arena, mark);
    return confusion;
}

static double *estimate_skill(const struct truth_job *job, const struct truth_fit *fit)
{
    uint32_t class_count = job->input->class_count;
    double *skill = arena_array(job->arena, double, job->input->worker_count);

    for (uint32_t worker = 0; worker < job->input->worker_count; worker++) {
        const double *confusion = fit->confusion + (size_t)worker * class_count * class_count;

        for (uint32_t k = 0; k < class_count; k++) {
            skill[worker] += fit->prior[k] * confusion[k * class_count + k];
        }
    }
    return skill;
}

/* Log-likelihood of labels and gold under the reported confusion and prior. */
static double likelihood_of(const struct truth_job *job, const struct truth_fit *fit)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    struct arena_mark mark = arena_mark(job->arena);
    struct truth_logs logs = truth_logs_new(job->arena, input, class_count);
    struct truth_counts counts = truth_counts_new(job->arena, input, class_count);

    for (size_t at = 0; at < truth_cells(input); at++) {
        size_t given = at % block / class_count;
        size_t k = at % class_count;

        logs.given[at] =
            log(fmax(fit->confusion[at - at % block + k * class_count + given], 1e-12));
    }
    for (uint32_t k = 0; k < class_count; k++) {
        logs.prior[k] = log(fmax(fit->prior[k], 1e-12));
    }
    double sum = truth_pass_run(truth_pass_new(job, class_count), &logs, &counts, NULL);

    arena_undo(job->arena, mark);
    return sum;
}

enum err truth_run(const struct truth_job *job, const struct truth_method *method,
                   struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct truth_fit fit = {
        .method = method->name, .reason = "", .converged = true, .likelihood = (double)NAN};

    fit.posterior = arena_array(job->arena, double, (size_t)input->item_count * input->class_count);
    TRY(method->fit(job, &fit));
    if (fit.prior == NULL) {
        fit.prior = estimate_prior(job, fit.posterior);
    }
    if (fit.confusion == NULL) {
        fit.confusion = estimate_confusion(job, fit.posterior);
    }
    fit.skill = estimate_skill(job, &fit);
    if (isnan(fit.likelihood)) {
        fit.likelihood = likelihood_of(job, &fit);
    }
    *out = fit;
    return OK;
}

uint32_t truth_best(const struct truth_input *input, const struct truth_fit *fit, uint32_t item)
{
    const double *row = fit->posterior + (size_t)item * input->class_count;
    uint32_t best = 0;

    for (uint32_t k = 1; k < input->class_count; k++) {
        bool equal = row[k] > row[best] - 1e-9 && row[k] < row[best] + 1e-9;

        if (equal ? fit->prior[k] > fit->prior[best] : row[k] > row[best]) {
            best = k;
        }
    }
    return best;
}

uint32_t truth_tied(const struct truth_input *input, const struct truth_fit *fit, uint32_t item)
{
    const double *row = fit->posterior + (size_t)item * input->class_count;
    uint32_t best = truth_best(input, fit, item);
    uint32_t tied = 0;

    for (uint32_t k = 0; k < input->class_count; k++) {
        tied += row[k] > row[best] - 1e-9;
    }
    return tied;
}
