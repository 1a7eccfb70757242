#include "engine/truth/method.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

/* The first is the default. */
static const struct truth_method *const methods[] = {
    &truth_dawid_skene,
    &truth_majority,
};

const char *truth_method_name(size_t index)
{
    return index < COUNT(methods) ? methods[index]->name : NULL;
}

const char *truth_method_summary(size_t index)
{
    return index < COUNT(methods) ? methods[index]->summary : NULL;
}

static const struct truth_method *find(const char *name)
{
    for (size_t i = 0; name != NULL && i < COUNT(methods); i++) {
        if (strcmp(methods[i]->name, name) == 0) {
            return methods[i];
        }
    }
    return name == NULL ? methods[0] : NULL;
}

static enum err check_input(const struct truth_input *input, struct fault *fault)
{
    if (input->item_count == 0 || input->worker_count == 0 || input->class_count == 0) {
        return fail(fault, ERR_INVALID,
                    "there are %u items, %u workers and %u classes; at least one of each is needed",
                    input->item_count, input->worker_count, input->class_count);
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        if (truth_is_gold(input, item) && input->gold[item] >= input->class_count) {
            return fail_field(fault, ERR_INVALID, "gold", "the gold of item %u is no class", item);
        }
    }
    return OK;
}

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

enum err truth_fit(struct arena *arena, const struct truth_input *input,
                   const struct truth_options *options, struct truth_fit *out, struct fault *fault)
{
    struct truth_job job = {.arena = arena, .input = input, .options = options, .fault = fault};
    const struct truth_method *method = find(options->method);
    struct truth_fit fit = {.reason = "", .converged = true};

    if (method == NULL) {
        return fail_field(fault, ERR_INVALID, "method", "there is no method \"%s\"",
                          options->method);
    }
    TRY(check_input(input, fault));
    fit.method = method->name;
    fit.posterior = arena_array(arena, double, (size_t)input->item_count * input->class_count);
    TRY(method->fit(&job, &fit));
    if (fit.prior == NULL) {
        fit.prior = estimate_prior(&job, fit.posterior);
    }
    if (fit.confusion == NULL) {
        fit.confusion = estimate_confusion(&job, fit.posterior);
    }
    if (fit.skill == NULL) {
        fit.skill = estimate_skill(&job, &fit);
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
