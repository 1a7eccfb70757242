/*
 * Regularised minimax conditional entropy: the log-odds of a label are a worker's
 * part plus an item's part for each (true, given) pair, both held small.
 * Zhou, Platt, Basu and Mao (2012), "Learning from the wisdom of crowds by minimax
 * entropy"; ordinal form of Zhou, Liu, Platt and Meek (2014), in which parts are
 * tied through the two sides of each threshold.
 */

#include "engine/truth/method.h"
#include "engine/truth/methods.h"
#include "engine/truth/start.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "num/lbfgs.h"

enum { OUTER_MAX = 25, INNER = 12 };
static const double strength = .25;      /* of the worker's regularisation, times classes^2 */
static const double variables_max = 2e7; /* bound on memory: 14 vectors of so many doubles */

struct minimax {
    const struct truth_input *input;
    const double *posterior;
    bool ordinal;
    size_t width;       /* parameters of a worker or an item */
    double hold_worker; /* regularisation */
    double hold_item;
    double *both; /* [class][class]: scratch */
    double *pull; /* [class][class]: scratch */
};

/* The ordinal parameter of a pair at threshold s: which side each stands on. */
static size_t side(uint32_t k, uint32_t l, uint32_t s)
{
    return (size_t)(s - 1) * 4 + (k >= s ? 2 : 0) + (l >= s ? 1 : 0);
}

/* Add the pair table that parameters stand for. */
static void expand(const struct minimax *state, const double *parameters, double *table)
{
    uint32_t class_count = state->input->class_count;

    if (!state->ordinal) {
        for (size_t i = 0; i < state->width; i++) {
            table[i] += parameters[i];
        }
        return;
    }
    for (uint32_t k = 0; k < class_count; k++) {
        for (uint32_t l = 0; l < class_count; l++) {
            for (uint32_t s = 1; s < class_count; s++) {
                table[(size_t)k * class_count + l] += parameters[side(k, l, s)];
            }
        }
    }
}

/* The transpose of expand. */
static void project(const struct minimax *state, const double *table, double *parameters)
{
    uint32_t class_count = state->input->class_count;

    if (!state->ordinal) {
        for (size_t i = 0; i < state->width; i++) {
            parameters[i] += table[i];
        }
        return;
    }
    for (uint32_t k = 0; k < class_count; k++) {
        for (uint32_t l = 0; l < class_count; l++) {
            for (uint32_t s = 1; s < class_count; s++) {
                parameters[side(k, l, s)] += table[(size_t)k * class_count + l];
            }
        }
    }
}

static double log_sum_row(const double *row, uint32_t count)
{
    double top = row[0];
    double sum = 0;

    for (uint32_t l = 1; l < count; l++) {
        top = fmax(top, row[l]);
    }
    for (uint32_t l = 0; l < count; l++) {
        sum += exp(row[l] - top);
    }
    return top + log(sum);
}

/* One label's part of the value; `pull` receives minus its gradient by pair. */
static double label_value(const struct minimax *state, const double *weight, uint32_t given)
{
    uint32_t class_count = state->input->class_count;
    double value = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        const double *row = state->both + (size_t)k * class_count;
        double *pull = state->pull + (size_t)k * class_count;

        if (weight[k] < 1e-6) {
            memset(pull, 0, class_count * sizeof(*pull));
            continue;
        }
        double all = log_sum_row(row, class_count);

        for (uint32_t l = 0; l < class_count; l++) {
            pull[l] = weight[k] * (exp(row[l] - all) - (l == given));
        }
        value -= weight[k] * (row[given] - all);
    }
    return value;
}

/* Items' parameters first, workers' behind. */
static double value(void *context, const double *x, double *gradient)
{
    struct minimax *state = context;
    const struct truth_input *input = state->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    size_t items = (size_t)input->item_count * state->width;
    size_t all = items + (size_t)input->worker_count * state->width;
    double sum = 0;

    for (size_t i = 0; i < all; i++) {
        double hold = i < items ? state->hold_item : state->hold_worker;

        gradient[i] = hold * x[i];
        sum += hold * x[i] * x[i] / 2;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        const double *weight = state->posterior + (size_t)item * class_count;

        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            size_t worker = items + input->row[i] / class_count * state->width;

            memset(state->both, 0, block * sizeof(double));
            expand(state, x + item * state->width, state->both);
            expand(state, x + worker, state->both);
            sum += label_value(state, weight, input->row[i] % class_count);
            project(state, state->pull, gradient + item * state->width);
            project(state, state->pull, gradient + worker);
        }
    }
    return sum;
}

/* Returns the largest move of a probability. */
static double expect(struct minimax *state, const double *x, double *posterior)
{
    const struct truth_input *input = state->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    size_t items = (size_t)input->item_count * state->width;
    double most = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        double *row = truth_row(input, posterior, item);

        if (truth_is_gold(input, item)) {
            truth_certain(row, class_count, input->gold[item]);
            continue;
        }
        memset(state->pull, 0, class_count * sizeof(double));
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            size_t worker = items + input->row[i] / class_count * state->width;

            memset(state->both, 0, block * sizeof(double));
            expand(state, x + item * state->width, state->both);
            expand(state, x + worker, state->both);
            for (uint32_t k = 0; k < class_count; k++) {
                const double *pair = state->both + (size_t)k * class_count;

                state->pull[k] +=
                    pair[input->row[i] % class_count] - log_sum_row(pair, class_count);
            }
        }
        (void)truth_normalise(state->pull, class_count);
        for (uint32_t k = 0; k < class_count; k++) {
            most = fmax(most, fabs(row[k] - state->pull[k]));
            row[k] = state->pull[k];
        }
    }
    return most;
}

static enum err fit(const struct truth_job *job, bool ordinal, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    struct minimax state = {
        .input = input,
        .posterior = out->posterior,
        .ordinal = ordinal,
        .width = ordinal ? 4 * ((size_t)class_count - 1) : block,
        .hold_worker = strength * (double)block,
        .both = arena_array(job->arena, double, block),
        .pull = arena_array(job->arena, double, block),
    };
    size_t variables = ((size_t)input->item_count + input->worker_count) * state.width;
    double moved = 1;

    if ((double)variables > variables_max) {
        return fail_field(job->fault, ERR_LIMIT, "method",
                          "minimax entropy would need %zu parameters, at most %.0f; take another "
                          "method",
                          variables, variables_max);
    }
    state.hold_item = state.hold_worker * input->item_count / input->worker_count;
    double *x = arena_array(job->arena, double, variables);
    struct lbfgs problem = {.value = value,
                            .context = &state,
                            .count = variables,
                            .rounds_max = INNER,
                            .gradient_min = 1e-6};

    truth_start(job->arena, input, out->posterior);
    while (out->rounds < OUTER_MAX && out->rounds < job->options->rounds_max && moved > 1e-3) {
        (void)lbfgs_minimise(job->arena, &problem, x);
        moved = expect(&state, x, out->posterior);
        out->rounds++;
    }
    out->converged = moved <= 1e-3;
    return OK;
}

static enum err fit_minimax(const struct truth_job *job, struct truth_fit *out)
{
    return fit(job, false, out);
}

static enum err fit_minimax_ordinal(const struct truth_job *job, struct truth_fit *out)
{
    return fit(job, true, out);
}

const struct truth_method truth_minimax = {
    .name = "minimax",
    .summary = "Minimax conditional entropy: confusion of workers and of items",
    .fit = fit_minimax};
const struct truth_method truth_minimax_ordinal = {.name = "minimax-ordinal",
                                                   .summary = "The same for classes in order",
                                                   .fit = fit_minimax_ordinal};
