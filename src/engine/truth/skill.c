#include "engine/truth/skill.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/truth/sampler.h"
#include "num/interval.h"

enum { SWEEPS_MIN = 60 };
static const double label_sweeps_max = 6e8;
static const double draws_max = 5e7;

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static uint32_t sweeps_for(const struct truth_input *input,
                           const struct truth_skill_options *options)
{
    double most =
        fmin(label_sweeps_max / (truth_label_count(input) + 1.0), draws_max / input->worker_count);

    return (uint32_t)fmin(options->sweeps, fmax(most, SWEEPS_MIN));
}

/* Count the workers whose skill in this draw is at least that of the last of the top group. */
static void mark_top(double *skill, double *sorted, uint32_t count, double share, double *top)
{
    uint32_t size = (uint32_t)fmax(1, floor(share * count + 1e-9));

    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = skill[i];
    }
    qsort(sorted, count, sizeof(*sorted), by_value);
    for (uint32_t i = 0; i < count; i++) {
        top[i] += skill[i] >= sorted[count - size];
    }
}

static void sample(struct arena *arena, struct sampler *sampler,
                   const struct truth_skill_options *options, struct truth_skill *out)
{
    uint32_t worker_count = sampler->input->worker_count;
    uint32_t sweeps = out->sweeps;
    double *draws = arena_array(arena, double, (size_t)worker_count *sweeps);
    double *skill = arena_array(arena, double, worker_count);
    double *sorted = arena_array(arena, double, worker_count);

    for (uint32_t sweep = 0; sweep < sweeps / 3; sweep++) {
        sampler_sweep(sampler);
    }
    for (uint32_t sweep = 0; sweep < sweeps; sweep++) {
        sampler_sweep(sampler);
        for (uint32_t worker = 0; worker < worker_count; worker++) {
            skill[worker] = sampler_skill(sampler, worker);
            draws[(size_t)worker * sweeps + sweep] = skill[worker];
            out->mean[worker] += skill[worker] / sweeps;
        }
        mark_top(skill, sorted, worker_count, options->top_share, out->top);
    }
    for (uint32_t worker = 0; worker < worker_count; worker++) {
        double *own = draws + (size_t)worker * sweeps;

        qsort(own, sweeps, sizeof(*own), by_value);
        struct interval interval = interval_of_sorted(own, sweeps, options->level);

        out->low[worker] = interval.low;
        out->high[worker] = interval.high;
        out->top[worker] /= sweeps;
    }
}

enum err truth_skill(struct arena *arena, const struct truth_input *input,
                     const struct truth_skill_options *options, struct truth_skill *out,
                     struct fault *fault)
{
    struct truth_options how = TRUTH_DEFAULTS;
    uint32_t worker_count = input->worker_count;
    struct truth_skill skill = {
        .mean = arena_array(arena, double, worker_count),
        .low = arena_array(arena, double, worker_count),
        .high = arena_array(arena, double, worker_count),
        .top = arena_array(arena, double, worker_count),
    };
    struct arena_mark mark = arena_mark(arena);
    struct truth_fit fit;

    how.method = "hierarchical";
    how.seed = options->seed;
    TRY(truth_fit(arena, input, &how, &fit, fault));
    if (input->class_count == 1) {
        for (uint32_t worker = 0; worker < worker_count; worker++) {
            skill.mean[worker] = skill.low[worker] = skill.high[worker] = skill.top[worker] = 1;
        }
    } else {
        struct sampler sampler = sampler_new(arena, input, fit.posterior, options->seed);

        skill.sweeps = sweeps_for(input, options);
        sample(arena, &sampler, options, &skill);
    }
    arena_undo(arena, mark);
    *out = skill;
    return OK;
}
