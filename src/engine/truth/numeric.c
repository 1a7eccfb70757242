#include "engine/truth/numeric.h"

#include <math.h>

#include "base/arena.h"
#include "base/fault.h"

/* Scores that the common noise variance counts for in a worker's own. */
static const double noise_prior = 4;
static const double variance_min = 1e-9;

/* Everything in standard units: scores less their mean, over their standard deviation. */
struct state {
    const struct numeric_input *input;
    double centre;
    double unit;
    double *value;     /* [item]: posterior mean */
    double *variance;  /* [item]: posterior variance */
    double *precision; /* [item]: scratch */
    double *pull;      /* [item]: scratch */
    struct worker {
        double bias;
        double scale;
        double noise; /* variance */
        double bias_variance;
        double scale_variance;
        double covariance;
        double count;
        double sum[5]; /* of x, x^2 with variance, y, x y, y^2 */
    } * worker;
    double mean;
    double spread; /* variance of the values */
    double bias_spread;
    double scale_spread;
    double noise;
};

static double standard(const struct state *state, double value)
{
    return (value - state->centre) / state->unit;
}

static bool is_gold(const struct state *state, uint32_t item)
{
    return state->input->gold != NULL && !isnan(state->input->gold[item]);
}

static enum err check(const struct numeric_input *input, struct fault *fault)
{
    if (input->count == 0) {
        return fail(fault, ERR_INVALID, "there is no score; at least one is needed");
    }
    for (size_t i = 0; i < input->count; i++) {
        const struct numeric_score *score = &input->at[i];

        if (score->item >= input->item_count || score->worker >= input->worker_count) {
            return fail_line(fault, ERR_INVALID, i + 1, "item",
                             "item %u or worker %u is out of range", score->item, score->worker);
        }
        if (!(fabs(score->value) <= NUMERIC_VALUE_MAX)) {
            return fail_line(fault, ERR_INVALID, i + 1, "value",
                             "the score %g is not a number between -1e100 and 1e100", score->value);
        }
    }
    return OK;
}

/* Two passes, so that large offsets do not eat the digits. */
static void set_units(struct state *state)
{
    const struct numeric_input *input = state->input;
    double count = (double)input->count;
    double squares = 0;

    for (size_t i = 0; i < input->count; i++) {
        state->centre += input->at[i].value / count;
    }
    for (size_t i = 0; i < input->count; i++) {
        double away = input->at[i].value - state->centre;

        squares += away / count * away;
    }
    state->unit = squares > 0 && isfinite(squares) ? sqrt(squares) : 1;
}

/* Posterior of every value given the workers. */
static double update_values(struct state *state)
{
    const struct numeric_input *input = state->input;
    double most = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        state->precision[item] = 1 / state->spread;
        state->pull[item] = state->mean / state->spread;
    }
    for (size_t i = 0; i < input->count; i++) {
        const struct numeric_score *score = &input->at[i];
        const struct worker *worker = &state->worker[score->worker];
        double square = worker->scale * worker->scale + worker->scale_variance;

        state->precision[score->item] += square / worker->noise;
        state->pull[score->item] +=
            (worker->scale * (standard(state, score->value) - worker->bias) - worker->covariance) /
            worker->noise;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        double value = state->pull[item] / state->precision[item];

        state->variance[item] = 1 / state->precision[item];
        if (is_gold(state, item)) {
            value = standard(state, input->gold[item]);
            state->variance[item] = 0;
        }
        most = fmax(most, fabs(value - state->value[item]));
        state->value[item] = value;
    }
    return most;
}

static void add_up(struct state *state)
{
    const struct numeric_input *input = state->input;

    for (uint32_t j = 0; j < input->worker_count; j++) {
        for (int i = 0; i < 5; i++) {
            state->worker[j].sum[i] = 0;
        }
    }
    for (size_t i = 0; i < input->count; i++) {
        const struct numeric_score *score = &input->at[i];
        double *sum = state->worker[score->worker].sum;
        double x = state->value[score->item];
        double y = standard(state, score->value);

        sum[0] += x;
        sum[1] += x * x + state->variance[score->item];
        sum[2] += y;
        sum[3] += x * y;
        sum[4] += y * y;
    }
}

/* Regression of a worker's scores on the values, held towards bias 0 and scale 1. */
static void update_line(const struct state *state, struct worker *worker)
{
    const double *sum = worker->sum;
    double aa = worker->count / worker->noise + 1 / state->bias_spread;
    double ab = sum[0] / worker->noise;
    double bb = sum[1] / worker->noise + 1 / state->scale_spread;
    double a = sum[2] / worker->noise;
    double b = sum[3] / worker->noise + 1 / state->scale_spread;
    double determinant = aa * bb - ab * ab;

    worker->bias = (a * bb - b * ab) / determinant;
    worker->scale = (b * aa - a * ab) / determinant;
    worker->bias_variance = bb / determinant;
    worker->scale_variance = aa / determinant;
    worker->covariance = -ab / determinant;
}

/* Expected sum of squares that line and values leave. */
static double residual(const struct worker *worker)
{
    const double *sum = worker->sum;
    double bb = worker->bias * worker->bias + worker->bias_variance;
    double ss = worker->scale * worker->scale + worker->scale_variance;
    double bs = worker->bias * worker->scale + worker->covariance;

    return fmax(sum[4] - 2 * worker->bias * sum[2] - 2 * worker->scale * sum[3] +
                    worker->count * bb + 2 * bs * sum[0] + ss * sum[1],
                0);
}

static void update_workers(struct state *state)
{
    add_up(state);
    for (uint32_t j = 0; j < state->input->worker_count; j++) {
        struct worker *worker = &state->worker[j];

        update_line(state, worker);
        worker->noise =
            (noise_prior * state->noise + residual(worker)) / (noise_prior + worker->count);
        worker->noise = fmax(worker->noise, variance_min);
    }
}

static void update_crowd(struct state *state)
{
    const struct numeric_input *input = state->input;
    double workers = 1;
    double bias = .01;
    double scale = .01;
    double precision = 0;
    double mean = 0;
    double spread = 0;

    for (uint32_t j = 0; j < input->worker_count; j++) {
        const struct worker *worker = &state->worker[j];

        if (worker->count > 0) {
            workers++;
            bias += worker->bias * worker->bias + worker->bias_variance;
            scale += (worker->scale - 1) * (worker->scale - 1) + worker->scale_variance;
            precision += 1 / worker->noise;
        }
    }
    state->bias_spread = fmax(bias / workers, 1e-6);
    state->scale_spread = fmax(scale / workers, 1e-6);
    state->noise = fmax((workers - 1) / precision, variance_min);
    for (uint32_t item = 0; item < input->item_count; item++) {
        mean += state->value[item] / input->item_count;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        double away = state->value[item] - mean;

        spread += (away * away + state->variance[item]) / input->item_count;
    }
    state->mean = mean;
    state->spread = fmax(spread, variance_min);
}

static struct state start(struct arena *arena, const struct numeric_input *input)
{
    struct state state = {
        .input = input,
        .value = arena_array(arena, double, input->item_count),
        .variance = arena_array(arena, double, input->item_count),
        .precision = arena_array(arena, double, input->item_count),
        .pull = arena_array(arena, double, input->item_count),
        .worker = arena_array(arena, struct worker, input->worker_count),
        .spread = 1,
        .bias_spread = .1,
        .scale_spread = .1,
        .noise = .5,
    };

    set_units(&state);
    for (uint32_t j = 0; j < input->worker_count; j++) {
        state.worker[j].scale = 1;
        state.worker[j].noise = state.noise;
    }
    for (size_t i = 0; i < input->count; i++) {
        state.worker[input->at[i].worker].count++;
    }
    return state;
}

/* Density of the scores with values integrated out: item by item a multivariate normal. */
static double likelihood(struct state *state)
{
    const struct numeric_input *input = state->input;
    double sum = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        state->precision[item] = 0;
        state->pull[item] = 0;
    }
    for (size_t i = 0; i < input->count; i++) {
        const struct numeric_score *score = &input->at[i];
        const struct worker *worker = &state->worker[score->worker];
        double left = standard(state, score->value) - worker->bias - worker->scale * state->mean;

        sum -= (log(2 * M_PI * worker->noise) + left * left / worker->noise) / 2;
        state->precision[score->item] += worker->scale * worker->scale / worker->noise;
        state->pull[score->item] += worker->scale * left / worker->noise;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        double grown = 1 / state->spread + state->precision[item];

        sum += (state->pull[item] * state->pull[item] / grown - log(grown * state->spread)) / 2;
    }
    return sum - (double)input->count * log(state->unit);
}

static void report(struct arena *arena, struct state *state, struct numeric_fit *out)
{
    const struct numeric_input *input = state->input;

    out->value = arena_array(arena, double, input->item_count);
    out->error = arena_array(arena, double, input->item_count);
    out->bias = arena_array(arena, double, input->worker_count);
    out->scale = arena_array(arena, double, input->worker_count);
    out->noise = arena_array(arena, double, input->worker_count);
    out->likelihood = likelihood(state);
    out->mean = state->centre + state->unit * state->mean;
    out->spread = state->unit * sqrt(state->spread);
    for (uint32_t item = 0; item < input->item_count; item++) {
        out->value[item] = state->centre + state->unit * state->value[item];
        out->error[item] = state->unit * sqrt(state->variance[item]);
    }
    for (uint32_t j = 0; j < input->worker_count; j++) {
        const struct worker *worker = &state->worker[j];

        out->bias[j] = state->unit * (worker->bias + (worker->scale - 1) * state->mean);
        out->scale[j] = worker->scale;
        out->noise[j] = state->unit * sqrt(worker->noise);
    }
}

enum err numeric_fit(struct arena *arena, const struct numeric_input *input,
                     const struct numeric_options *options, struct numeric_fit *out,
                     struct fault *fault)
{
    struct numeric_fit fit = {0};

    TRY(check(input, fault));
    struct state state = start(arena, input);

    while (fit.rounds < options->rounds_max && !fit.converged) {
        double moved = update_values(&state);

        update_workers(&state);
        update_crowd(&state);
        fit.rounds++;
        fit.converged = moved <= options->change_min;
    }
    report(arena, &state, &fit);
    *out = fit;
    return OK;
}
