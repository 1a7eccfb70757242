/*
 * Weighted votes: each worker has one weight, learnt from agreement.
 *
 * wawa             worker agreement with the aggregate, then one weighted vote
 *                  (Appen; as in the crowd-kit library)
 * zero-based-skill weights start equal and follow agreement with the weighted vote
 * catd             confidence-aware: chi-squared quantile over squared error, which
 *                  discounts workers with few labels (Li et al. 2014)
 * pm               -log of the share of the worst error (Aydin et al. 2014)
 */

#include "engine/truth/method.h"
#include "engine/truth/methods.h"

#include <math.h>

#include "base/arena.h"
#include "num/special.h"

struct scale {
    double *labels; /* [worker] */
    double *hits;   /* [worker] */
    double *weight; /* [worker] */
    double *before; /* [item][class] */
};

static struct scale scale_new(const struct truth_job *job)
{
    const struct truth_input *input = job->input;
    struct scale scale = {
        .labels = arena_array(job->arena, double, input->worker_count),
        .hits = arena_array(job->arena, double, input->worker_count),
        .weight = arena_array(job->arena, double, input->worker_count),
        .before = arena_array(job->arena, double, (size_t)input->item_count * input->class_count),
    };

    truth_labels_of_workers(input, scale.labels);
    return scale;
}

static enum err fit_wawa(const struct truth_job *job, struct truth_fit *out)
{
    struct scale scale = scale_new(job);

    truth_vote(job->input, scale.before);
    truth_sharpen(job->input, scale.before);
    truth_hits(job->input, scale.before, scale.hits);
    for (uint32_t worker = 0; worker < job->input->worker_count; worker++) {
        scale.weight[worker] = scale.hits[worker] / fmax(scale.labels[worker], 1);
    }
    truth_vote_weighted(job->input, scale.weight, out->posterior);
    out->rounds = 1;
    return OK;
}

/* Weights from expected hits (errors smoothed by half a label), votes from weights, until still. */
static enum err alternate(const struct truth_job *job,
                          void (*weigh)(const struct truth_input *input, struct scale *scale),
                          struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    size_t size = (size_t)input->item_count * input->class_count;
    struct scale scale = scale_new(job);

    truth_vote(input, out->posterior);
    out->converged = false;
    while (out->rounds < job->options->rounds_max && !out->converged) {
        for (size_t i = 0; i < size; i++) {
            scale.before[i] = out->posterior[i];
        }
        truth_hits(input, out->posterior, scale.hits);
        weigh(input, &scale);
        truth_vote_weighted(input, scale.weight, out->posterior);
        out->converged = truth_change(input, scale.before, out->posterior) < TRUTH_CHANGE_MIN;
        out->rounds++;
    }
    return OK;
}

static void weigh_agreement(const struct truth_input *input, struct scale *scale)
{
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        double target = (scale->hits[worker] + .5) / (scale->labels[worker] + 1);
        double now = scale->weight[worker] == 0 ? 1 : scale->weight[worker];

        scale->weight[worker] = now + .5 * (target - now);
    }
}

static void weigh_confidence(const struct truth_input *input, struct scale *scale)
{
    double z = num_normal_quantile(.025);

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        double count = fmax(scale->labels[worker], 1);
        double root =
            1 - 2 / (9 * count) + z * sqrt(2 / (9 * count)); /* Wilson and Hilferty 1931 */
        double errors = scale->labels[worker] - scale->hits[worker];

        scale->weight[worker] = count * fmax(root * root * root, 1e-4) / (errors + .5);
    }
}

static void weigh_worst(const struct truth_input *input, struct scale *scale)
{
    double worst = 0;

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        scale->weight[worker] =
            (scale->labels[worker] - scale->hits[worker] + .5) / (scale->labels[worker] + 1);
        worst = fmax(worst, scale->weight[worker]);
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        scale->weight[worker] = fmax(-log(scale->weight[worker] / worst), 1e-3);
    }
}

static enum err fit_zero_based(const struct truth_job *job, struct truth_fit *out)
{
    return alternate(job, weigh_agreement, out);
}

static enum err fit_catd(const struct truth_job *job, struct truth_fit *out)
{
    return alternate(job, weigh_confidence, out);
}

static enum err fit_pm(const struct truth_job *job, struct truth_fit *out)
{
    return alternate(job, weigh_worst, out);
}

const struct truth_method truth_wawa = {
    .name = "wawa", .summary = "Votes weighted by agreement with the majority", .fit = fit_wawa};
const struct truth_method truth_zero_based = {
    .name = "zero-based-skill",
    .summary = "Votes weighted by agreement with the weighted vote",
    .fit = fit_zero_based};
const struct truth_method truth_catd = {
    .name = "catd", .summary = "Votes weighted by confidence in the worker", .fit = fit_catd};
const struct truth_method truth_pm = {
    .name = "pm", .summary = "Votes weighted by error against the worst", .fit = fit_pm};
