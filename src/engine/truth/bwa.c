/*
 * Bayesian weighted average: each class is a regression of 0/1 votes on a hidden
 * value per item, with a precision per worker under a Gamma prior. Li (2019),
 * "Truth inference by iterative Bayesian weighted average" (ibwa / BWA).
 */

#include "engine/truth/method.h"
#include "engine/truth/methods.h"

#include <math.h>

#include "base/arena.h"

static const double prior_labels = 15; /* how many labels the prior precision weighs */
static const double prior_items = 1;   /* how many labels the mean value weighs */
static const double change_min = 1e-5;

struct average {
    double *value;     /* [item] */
    double *error;     /* [worker]: sum of squares */
    double *labels;    /* [worker] */
    double *precision; /* [worker] */
    uint32_t class;
};

static double given(const struct truth_input *input, const struct average *average, uint32_t i)
{
    return input->row[i] % input->class_count == average->class;
}

static void start(const struct truth_input *input, struct average *average)
{
    for (uint32_t item = 0; item < input->item_count; item++) {
        uint32_t from = input->first[item];
        uint32_t count = input->first[item + 1] - from;
        double sum = 0;

        for (uint32_t i = from; i < from + count; i++) {
            sum += given(input, average, i);
        }
        average->value[item] = count > 0 ? sum / count : 0;
        if (truth_is_gold(input, item)) {
            average->value[item] = input->gold[item] == average->class;
        }
    }
}

static void weigh(const struct truth_input *input, double scale, struct average *average)
{
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        average->error[worker] = 0;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            double error = average->value[item] - given(input, average, i);

            average->error[input->row[i] / input->class_count] += error * error;
        }
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        average->precision[worker] = (prior_labels + average->labels[worker]) /
                                     (prior_labels * scale + average->error[worker] + 1e-9);
    }
}

/* Returns the largest move. */
static double settle(const struct truth_input *input, double mean, struct average *average)
{
    double most = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        double above = prior_items * mean;
        double below = prior_items;

        if (truth_is_gold(input, item)) {
            continue;
        }
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            double weight = average->precision[input->row[i] / input->class_count];

            above += given(input, average, i) * weight;
            below += weight;
        }
        most = fmax(most, fabs(above / below - average->value[item]));
        average->value[item] = above / below;
    }
    return most;
}

static double mean_of(const struct truth_input *input, const double *value)
{
    double sum = 0;
    double count = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        if (input->first[item + 1] > input->first[item]) {
            sum += value[item];
            count++;
        }
    }
    return count > 0 ? sum / count : 0;
}

/* Mean squared deviation of votes from their item's mean, scaled to one for a fair coin. */
static double spread_of(const struct truth_input *input, const double *value)
{
    double sum = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        sum += (input->first[item + 1] - input->first[item]) * value[item] * (1 - value[item]);
    }
    return 4 * (1 - 1.0 / input->class_count) * sum / fmax(truth_label_count(input), 1);
}

static enum err fit_bwa(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct average average = {
        .value = arena_array(job->arena, double, input->item_count),
        .error = arena_array(job->arena, double, input->worker_count),
        .labels = arena_array(job->arena, double, input->worker_count),
        .precision = arena_array(job->arena, double, input->worker_count),
    };

    truth_labels_of_workers(input, average.labels);
    for (uint32_t k = 0; k < input->class_count; k++) {
        uint32_t rounds = 0;
        double moved = 1;

        average.class = k;
        start(input, &average);
        double scale = spread_of(input, average.value);

        while (rounds < job->options->rounds_max && moved > change_min) {
            weigh(input, scale, &average);
            moved = settle(input, mean_of(input, average.value), &average);
            rounds++;
        }
        out->converged = out->converged && moved <= change_min;
        out->rounds = rounds > out->rounds ? rounds : out->rounds;
        for (uint32_t item = 0; item < input->item_count; item++) {
            truth_row(input, out->posterior, item)[k] = fmax(average.value[item], 1e-9);
        }
    }
    truth_rescale(input, out->posterior);
    return OK;
}

const struct truth_method truth_bwa = {
    .name = "bwa", .summary = "Precision-weighted average of votes, per class", .fit = fit_bwa};
