/*
 * Hierarchical Dawid-Skene: each row of a worker's confusion matrix is drawn
 * around that worker's own one-coin row (right with the worker's probability,
 * wrong as all workers err under that class). How strongly rows follow it is
 * learnt by the marginal likelihood on a grid (empirical Bayes), so that workers
 * with few labels borrow and workers with many speak for themselves.
 */

#include "engine/truth/methods.h"
#include "engine/truth/table.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/truth/dirichlet.h"
#include "num/special.h"

enum { GRID = 25, LEARN_ROUNDS = 40 };
static const double log_min = -40;
static const size_t strength_cells_max = 200000; /* of more, every so manieth worker is heard */

struct hierarchy {
    double *tally;   /* [worker][2] */
    double *errors;  /* [true][given]: how all workers err, zero where right */
    double *centre;  /* [given]: scratch */
    double prior[2]; /* Beta of being right */
    double strength;
    uint32_t round;
};

static void learn_errors(const struct truth_input *input, const struct truth_counts *counts,
                         struct hierarchy *state)
{
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;

    memset(state->errors, 0, block * sizeof(double));
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        const double *count = counts->given + worker * block;
        double all = 0;
        double right = 0;

        for (uint32_t l = 0; l < class_count; l++) {
            for (uint32_t k = 0; k < class_count; k++) {
                double cell = count[(size_t)l * class_count + k];

                all += cell;
                right += l == k ? cell : 0;
                state->errors[(size_t)k * class_count + l] += l == k ? 0 : cell;
            }
        }
        state->tally[(size_t)worker * 2] = right;
        state->tally[(size_t)worker * 2 + 1] = fmax(all - right, 0);
    }
    for (uint32_t k = 0; k < class_count; k++) {
        double *row = state->errors + (size_t)k * class_count;
        double sum = 0;

        for (uint32_t l = 0; l < class_count; l++) {
            row[l] += l == k ? 0 : .5;
            sum += row[l];
        }
        for (uint32_t l = 0; l < class_count && sum > 0; l++) {
            row[l] /= sum;
        }
    }
}

/* The one-coin row of a worker for a true class. */
static void set_centre(const struct truth_input *input, const struct hierarchy *state,
                       uint32_t worker, uint32_t k)
{
    double right = state->tally[(size_t)worker * 2] + state->prior[0];
    double wrong = state->tally[(size_t)worker * 2 + 1] + state->prior[1];
    double share = right / (right + wrong);

    for (uint32_t l = 0; l < input->class_count; l++) {
        double error = state->errors[(size_t)k * input->class_count + l];

        state->centre[l] = fmax(l == k ? share : (1 - share) * error, 1e-9);
    }
}

/* Add each grid strength's log marginal likelihood of one row of counts. */
static void weigh_strengths(const struct truth_input *input, const double *centre,
                            const double *count, const double *grid, double *score)
{
    uint32_t class_count = input->class_count;
    double sum = 0;

    for (uint32_t l = 0; l < class_count; l++) {
        sum += count[(size_t)l * class_count];
    }
    for (int g = 0; sum > 1e-6 && g < GRID; g++) {
        score[g] += num_log_gamma(grid[g]) - num_log_gamma(sum + grid[g]);
        for (uint32_t l = 0; l < class_count; l++) {
            double alpha = grid[g] * centre[l];
            double both = count[(size_t)l * class_count] + alpha;

            score[g] += both > alpha ? num_log_gamma(both) - num_log_gamma(alpha) : 0;
        }
    }
}

static void learn_strength(const struct truth_input *input, const struct truth_counts *counts,
                           struct hierarchy *state)
{
    size_t block = (size_t)input->class_count * input->class_count;
    double grid[GRID];
    double score[GRID] = {0};
    uint32_t stride = (uint32_t)(truth_cells(input) / strength_cells_max) + 1;
    int best = 0;

    for (int g = 0; g < GRID; g++) {
        grid[g] = .5 * pow(800, g / (GRID - 1.0));
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker += stride) {
        for (uint32_t k = 0; k < input->class_count; k++) {
            set_centre(input, state, worker, k);
            weigh_strengths(input, state->centre, counts->given + worker * block + k, grid, score);
        }
    }
    for (int g = 1; g < GRID; g++) {
        best = score[g] > score[best] ? g : best;
    }
    state->strength = grid[best];
}

/* What is expected of the log of a probability, held above log_min. */
static double expected_log(double alpha, double all)
{
    /* below .1 the digamma function is less than -1/x: most cells of many classes end here */
    if (alpha < .1 && 1 / alpha >= -log_min - all) {
        return log_min;
    }
    return fmax(num_digamma(alpha) - all, log_min);
}

static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    struct hierarchy *state = context;

    learn_errors(input, counts, state);
    if (state->round > 2 && state->round < LEARN_ROUNDS) {
        dirichlet_learn(state->tally, input->worker_count, state->prior, 2);
    }
    if (state->round >= 2 && state->round < LEARN_ROUNDS && state->round % 2 == 0) {
        learn_strength(input, counts, state);
    }
    state->round++;
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        for (uint32_t k = 0; k < class_count; k++) {
            const double *count = counts->given + worker * block + k;
            double *out = logs->given + worker * block + k;
            double sum = 0;

            set_centre(input, state, worker, k);
            for (uint32_t l = 0; l < class_count; l++) {
                sum += count[(size_t)l * class_count] + state->strength * state->centre[l];
            }
            double all = num_digamma(sum);

            for (uint32_t l = 0; l < class_count; l++) {
                double cell = count[(size_t)l * class_count] + state->strength * state->centre[l];

                out[(size_t)l * class_count] = expected_log(cell, all);
            }
        }
    }
    double all = num_digamma(input->item_count + class_count);

    for (uint32_t k = 0; k < class_count; k++) {
        logs->prior[k] = num_digamma(counts->mass[k] + 1) - all;
    }
}

static enum err fit_hierarchical(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct hierarchy state = {
        .tally = arena_array(job->arena, double, (size_t)input->worker_count * 2),
        .errors = arena_array(job->arena, double, (size_t)input->class_count * input->class_count),
        .centre = arena_array(job->arena, double, input->class_count),
        .prior = {4, 1},
        .strength = 8};

    return truth_iterate(job, &(struct truth_model){.update = update, .context = &state}, out);
}

const struct truth_method truth_hierarchical = {
    .name = "hierarchical",
    .summary = "Confusion matrices shrunk to each worker's own one-coin",
    .fit = fit_hierarchical};
