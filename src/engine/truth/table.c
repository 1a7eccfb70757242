#include "engine/truth/table.h"
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

enum err truth_iterate_from(const struct truth_job *job, const struct truth_model *model,
                            struct truth_counts *counts, double *sum, struct truth_fit *out)
{
    struct truth_logs logs = truth_logs_new(job->arena, job->input, counts->lane_count);
    struct truth_pass *pass = truth_pass_new(job, counts->lane_count);
    double gain_min = job->options->gain_min * truth_label_count(job->input);
    double before = 0;

    out->converged = false;
    while (out->rounds < job->options->rounds_max && !out->converged) {
        model->update(model->context, job, counts, &logs);
        bool last = ++out->rounds == job->options->rounds_max;
        double now = truth_pass_run(pass, &logs, counts, last ? out->posterior : NULL);

        out->converged = out->rounds > 1 && fabs(now - before) <= gain_min;
        before = now;
        if (out->converged && !last) {
            (void)truth_pass_run(pass, &logs, counts, out->posterior);
        }
    }
    if (counts->lane_count == job->input->class_count) {
        report(job, &logs, out);
    }
    if (model->normalised) {
        out->likelihood = before;
    }
    if (sum != NULL) {
        *sum = before;
    }
    return OK;
}

/* Expected counts when every label of an item is as likely its truth. */
static void count_votes(const struct truth_job *job, struct truth_counts *counts)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    struct arena_mark mark = arena_mark(job->arena);
    double *share = arena_array(job->arena, double, class_count);

    for (uint32_t item = 0; item < input->item_count; item++) {
        truth_vote_item(input, item, NULL, share);
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            double *given = counts->given + (size_t)input->row[i] * class_count;

            for (uint32_t k = 0; k < class_count; k++) {
                given[k] += share[k];
            }
        }
        for (uint32_t k = 0; k < class_count; k++) {
            counts->mass[k] += share[k];
        }
    }
    arena_undo(job->arena, mark);
}

enum err truth_iterate(const struct truth_job *job, const struct truth_model *model,
                       struct truth_fit *out)
{
    struct truth_counts counts = truth_counts_new(job->arena, job->input, job->input->class_count);

    count_votes(job, &counts);
    return truth_iterate_from(job, model, &counts, NULL, out);
}
