#include "engine/truth/table.h"
#include "engine/truth/leap.h"
#include "engine/truth/pass.h"

#include <math.h>

#include "base/arena.h"

static size_t cells(const struct truth_input *input, uint32_t lane_count)
{
    return (size_t)input->worker_count * input->class_count * lane_count;
}

struct truth_counts truth_counts_new(struct arena *arena, const struct truth_input *input,
                                     uint32_t lane_count)
{
    return (struct truth_counts){.lane_count = lane_count,
                                 .given = arena_array(arena, double, cells(input, lane_count)),
                                 .mass = arena_array(arena, double, lane_count)};
}

struct truth_logs truth_logs_new(struct arena *arena, const struct truth_input *input,
                                 uint32_t lane_count)
{
    return (struct truth_logs){.lane_count = lane_count,
                               .given = arena_array(arena, double, cells(input, lane_count)),
                               .prior = arena_array(arena, double, lane_count)};
}

/* Tables as probabilities; what a variational model expects of logs is normalised. */
static void report(const struct truth_job *job, const struct truth_logs *logs,
                   struct truth_fit *out)
{
    uint32_t class_count = job->input->class_count;
    size_t block = (size_t)class_count * class_count;

    out->prior = truth_copy(job->arena, logs->prior, class_count);
    (void)truth_normalise(out->prior, class_count);
    out->confusion = arena_array(job->arena, double, truth_cells(job->input));
    for (uint32_t worker = 0; worker < job->input->worker_count; worker++) {
        const double *given = logs->given + worker * block;

        for (uint32_t k = 0; k < class_count; k++) {
            double *row = out->confusion + worker * block + (size_t)k * class_count;

            for (uint32_t l = 0; l < class_count; l++) {
                row[l] = given[(size_t)l * class_count + k];
            }
            (void)truth_normalise(row, class_count);
        }
    }
}

static double iterate(const struct truth_job *job, const struct truth_model *model,
                      struct truth_pass *pass, struct truth_counts *counts, struct truth_fit *out)
{
    struct truth_logs logs = truth_logs_new(job->arena, job->input, counts->lane_count);
    struct truth_leap *leap = truth_leap_new(job, model, counts->lane_count);
    double gain_min = job->options->gain_min * truth_label_count(job->input);
    double before = 0;
    bool last = false;

    out->converged = false;
    while (out->rounds < job->options->rounds_max && !out->converged) {
        model->update(model->context, job, counts, &logs);
        last = ++out->rounds == job->options->rounds_max;
        bool leapt = !last && truth_leap_try(leap, &logs);
        double now = truth_pass_run(pass, &logs, counts, last ? out->posterior : NULL);

        if (!last && !truth_leap_judge(leap, now, &logs)) {
            now = truth_pass_run(pass, &logs, counts, NULL);
            out->rounds++;
            leapt = false;
        }
        out->converged = out->rounds > 1 && !leapt && fabs(now - before) <= gain_min;
        before = now;
    }
    if (!last) {
        (void)truth_pass_run(pass, &logs, counts, out->posterior);
    }
    if (counts->lane_count == job->input->class_count) {
        report(job, &logs, out);
    }
    if (model->normalised) {
        out->likelihood = before;
    }
    return before;
}

enum err truth_iterate_from(const struct truth_job *job, const struct truth_model *model,
                            struct truth_counts *counts, double *sum, struct truth_fit *out)
{
    double last = iterate(job, model, truth_pass_new(job, counts->lane_count), counts, out);

    if (sum != NULL) {
        *sum = last;
    }
    return OK;
}

enum err truth_iterate(const struct truth_job *job, const struct truth_model *model,
                       struct truth_fit *out)
{
    struct truth_counts counts = truth_counts_new(job->arena, job->input, job->input->class_count);
    struct truth_pass *pass = truth_pass_new(job, counts.lane_count);

    truth_pass_votes(pass, &counts);
    (void)iterate(job, model, pass, &counts, out);
    return OK;
}
