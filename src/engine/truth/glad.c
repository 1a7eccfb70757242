/*
 * GLAD: the log-odds of a right label are the worker's ability times the item's
 * ease; errors are uniform. Whitehill, Ruvolo, Wu, Bergsma and Movellan (2009),
 * "Whose vote should count more". Abilities are Normal(1, 1), log-eases
 * Normal(0, 1); expectation-maximisation with Fisher scoring inside.
 */

#include "engine/truth/method.h"
#include "engine/truth/methods.h"
#include "engine/truth/start.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { SCORING_STEPS = 4 };
static const double log_ease_max = 4;

struct glad {
    double *ability;  /* [worker] */
    double *log_ease; /* [item] */
    double *slope;    /* [worker]: gradient */
    double *curve;    /* [worker]: expected curvature */
    double *tilt;     /* [class]: log prior */
};

static double log_sigmoid(double x)
{
    return x > 0 ? -log1p(exp(-x)) : x - log1p(exp(x));
}

static void expect(const struct truth_input *input, const struct glad *glad, double *posterior)
{
    uint32_t class_count = input->class_count;
    double spread = log(fmax(class_count - 1.0, 1));

    for (uint32_t item = 0; item < input->item_count; item++) {
        double *row = truth_row(input, posterior, item);
        double ease = exp(glad->log_ease[item]);

        if (truth_is_gold(input, item)) {
            truth_certain(row, class_count, input->gold[item]);
            continue;
        }
        memcpy(row, glad->tilt, class_count * sizeof(*row));
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            double odds = glad->ability[input->row[i] / class_count] * ease;

            row[input->row[i] % class_count] += log_sigmoid(odds) - log_sigmoid(-odds) + spread;
        }
        (void)truth_normalise(row, class_count);
    }
}

static void score_abilities(const struct truth_input *input, const double *posterior,
                            struct glad *glad)
{
    uint32_t class_count = input->class_count;

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        glad->slope[worker] = 1 - glad->ability[worker];
        glad->curve[worker] = 1;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        double ease = exp(glad->log_ease[item]);

        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            uint32_t worker = input->row[i] / class_count;
            double right = 1 / (1 + exp(-glad->ability[worker] * ease));
            double hit = posterior[(size_t)item * class_count + input->row[i] % class_count];

            glad->slope[worker] += (hit - right) * ease;
            glad->curve[worker] += right * (1 - right) * ease * ease;
        }
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        double step = glad->slope[worker] / glad->curve[worker];

        glad->ability[worker] += fmin(fmax(step, -1), 1);
    }
}

static void score_eases(const struct truth_input *input, const double *posterior, struct glad *glad)
{
    uint32_t class_count = input->class_count;

    for (uint32_t item = 0; item < input->item_count; item++) {
        double ease = exp(glad->log_ease[item]);
        double slope = -glad->log_ease[item];
        double curve = 1;

        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            double odds = glad->ability[input->row[i] / class_count] * ease;
            double right = 1 / (1 + exp(-odds));
            double hit = posterior[(size_t)item * class_count + input->row[i] % class_count];

            slope += (hit - right) * odds;
            curve += right * (1 - right) * odds * odds;
        }
        double next = glad->log_ease[item] + fmin(fmax(slope / curve, -1), 1);

        glad->log_ease[item] = fmin(fmax(next, -log_ease_max), log_ease_max);
    }
}

static void set_tilt(const struct truth_input *input, const double *posterior, struct glad *glad)
{
    truth_mass(input, posterior, glad->tilt);
    for (uint32_t k = 0; k < input->class_count; k++) {
        glad->tilt[k] = log((glad->tilt[k] + 1) / (input->item_count + input->class_count));
    }
}

static enum err fit_glad(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct glad glad = {
        .ability = arena_array(job->arena, double, input->worker_count),
        .log_ease = arena_array(job->arena, double, input->item_count),
        .slope = arena_array(job->arena, double, input->worker_count),
        .curve = arena_array(job->arena, double, input->worker_count),
        .tilt = arena_array(job->arena, double, input->class_count),
    };
    double *before =
        arena_array(job->arena, double, (size_t)input->item_count * input->class_count);

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        glad.ability[worker] = 1;
    }
    truth_start(job->arena, input, out->posterior);
    out->converged = false;
    while (out->rounds < job->options->rounds_max && !out->converged) {
        memcpy(before, out->posterior,
               (size_t)input->item_count * input->class_count * sizeof(*before));
        set_tilt(input, out->posterior, &glad);
        expect(input, &glad, out->posterior);
        for (int i = 0; i < SCORING_STEPS; i++) {
            score_abilities(input, out->posterior, &glad);
            score_eases(input, out->posterior, &glad);
        }
        out->converged =
            out->rounds > 5 && truth_change(input, before, out->posterior) < TRUTH_CHANGE_MIN;
        out->rounds++;
    }
    return OK;
}

const struct truth_method truth_glad = {
    .name = "glad", .summary = "Ability of workers times ease of items", .fit = fit_glad};
