#include "engine/truth/table.h"

#include <math.h>
#include <string.h>

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

/* Log-probabilities of an item's labels under each lane. */
static void gather(const struct truth_input *input, const struct truth_logs *logs, uint32_t item,
                   double *row)
{
    uint32_t lane_count = logs->lane_count;

    memcpy(row, logs->prior, lane_count * sizeof(*row));
    for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
        const double *given = logs->given + (size_t)input->row[i] * lane_count;

        for (uint32_t h = 0; h < lane_count; h++) {
            row[h] += given[h];
        }
    }
}

static void scatter(const struct truth_input *input, uint32_t item, const double *row,
                    struct truth_counts *counts)
{
    uint32_t lane_count = counts->lane_count;

    for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
        double *given = counts->given + (size_t)input->row[i] * lane_count;

        for (uint32_t h = 0; h < lane_count; h++) {
            given[h] += row[h];
        }
    }
    for (uint32_t h = 0; h < lane_count; h++) {
        counts->mass[h] += row[h];
    }
}

/* Probabilities of the lanes, those of other classes than the known one zero. */
static double weigh_lanes(const struct truth_input *input, uint32_t item, uint32_t lane_count,
                          double *row)
{
    uint32_t types = lane_count / input->class_count;

    if (!truth_is_gold(input, item)) {
        return truth_normalise(row, lane_count);
    }
    uint32_t from = input->gold[item] * types;
    double sum = truth_normalise(row + from, types);

    memset(row, 0, from * sizeof(*row));
    memset(row + from + types, 0, (lane_count - from - types) * sizeof(*row));
    return sum;
}

static void collapse(const double *row, uint32_t class_count, uint32_t types, double *out)
{
    for (uint32_t k = 0; k < class_count; k++) {
        out[k] = 0;
        for (uint32_t m = 0; m < types; m++) {
            out[k] += row[(size_t)k * types + m];
        }
    }
}

double truth_pass(const struct truth_job *job, const struct truth_logs *logs,
                  struct truth_counts *counts, double *posterior)
{
    const struct truth_input *input = job->input;
    uint32_t lane_count = logs->lane_count;
    struct arena_mark mark = arena_mark(job->arena);
    double *row = arena_array(job->arena, double, lane_count);
    double likelihood = 0;

    memset(counts->given, 0, cells(input, lane_count) * sizeof(double));
    memset(counts->mass, 0, lane_count * sizeof(double));
    for (uint32_t item = 0; item < input->item_count; item++) {
        gather(input, logs, item, row);
        likelihood += weigh_lanes(input, item, lane_count, row);
        scatter(input, item, row, counts);
        if (posterior != NULL) {
            collapse(row, input->class_count, lane_count / input->class_count,
                     truth_row(input, posterior, item));
        }
    }
    arena_undo(job->arena, mark);
    return likelihood;
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
    double gain_min = job->options->gain_min * truth_label_count(job->input);
    double before = 0;

    out->converged = false;
    while (out->rounds < job->options->rounds_max && !out->converged) {
        model->update(model->context, job, counts, &logs);
        double now = truth_pass(job, &logs, counts, out->posterior);

        out->converged = out->rounds > 0 && fabs(now - before) <= gain_min;
        before = now;
        out->rounds++;
    }
    if (counts->lane_count == job->input->class_count) {
        report(job, &logs, out);
    }
    if (sum != NULL) {
        *sum = before;
    }
    return OK;
}

enum err truth_iterate(const struct truth_job *job, const struct truth_model *model,
                       struct truth_fit *out)
{
    struct truth_counts counts = truth_counts_new(job->arena, job->input, job->input->class_count);

    truth_vote(job->input, out->posterior);
    truth_count(job->input, out->posterior, counts.given);
    truth_mass(job->input, out->posterior, counts.mass);
    return truth_iterate_from(job, model, &counts, NULL, out);
}
