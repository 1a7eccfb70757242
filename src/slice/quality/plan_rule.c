/* What more judgements of a campaign would bring, and which to ask for first. */

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/truth/route.h"
#include "engine/truth/truth.h"
#include "slice/quality/quality_rule.h"
#include "slice/type/type.h"

enum { NEXT_MAX = 100, STEP_MAX = 20, TASK_MAX = 5000, PAIR_MAX = 500000 };

static const double Z = 1.959963984540054;

/* The tasks that are planned for: the least sure ones, where there are too many for all. */
struct chosen {
    uint32_t *tasks;
    size_t count;
    struct truth_input input; /* of them alone */
    struct truth_fit fit;
};

struct doubt {
    double probability;
    uint32_t task;
};

static int by_doubt(const void *left, const void *right)
{
    const struct doubt *a = left;
    const struct doubt *b = right;

    if (a->probability != b->probability) {
        return a->probability < b->probability ? -1 : 1;
    }
    return (a->task > b->task) - (a->task < b->task);
}

static void choose(struct arena *arena, const struct quality_labels *labels,
                   const struct quality_result *out, size_t task_max, struct chosen *chosen)
{
    struct doubt *doubts = arena_array(arena, struct doubt, labels->task_count);
    size_t count = 0;

    for (uint32_t task = 0; task < labels->task_count; task++) {
        if (out->truths[task].vote_count > 0 && labels->tasks[task].gold == TRUTH_UNKNOWN) {
            doubts[count++] = (struct doubt){out->truths[task].probability, task};
        }
    }
    qsort(doubts, count, sizeof(*doubts), by_doubt);
    chosen->count = count < task_max ? count : task_max;
    chosen->tasks = arena_array(arena, uint32_t, chosen->count);
    for (size_t i = 0; i < chosen->count; i++) {
        chosen->tasks[i] = doubts[i].task;
    }
}

static void narrow(struct arena *arena, const struct truth_input *input,
                   const struct truth_fit *fit, struct chosen *chosen)
{
    uint32_t classes = input->class_count;
    uint32_t *first = arena_array(arena, uint32_t, chosen->count + 1);
    uint32_t *row;
    double *posterior = arena_array(arena, double, chosen->count *classes);
    uint32_t count = 0;

    for (size_t i = 0; i < chosen->count; i++) {
        count += input->first[chosen->tasks[i] + 1] - input->first[chosen->tasks[i]];
    }
    row = arena_array(arena, uint32_t, count);
    for (size_t i = 0; i < chosen->count; i++) {
        uint32_t task = chosen->tasks[i];

        first[i + 1] = first[i];
        for (uint32_t at = input->first[task]; at < input->first[task + 1]; at++) {
            row[first[i + 1]++] = input->row[at];
        }
        for (uint32_t k = 0; k < classes; k++) {
            posterior[i * classes + k] = fit->posterior[(size_t)task * classes + k];
        }
    }
    chosen->input = (struct truth_input){.item_count = (uint32_t)chosen->count,
                                         .worker_count = input->worker_count,
                                         .class_count = classes,
                                         .first = first,
                                         .row = row};
    chosen->fit = *fit;
    chosen->fit.posterior = posterior;
}

/* ------------------------------------------------------------------ forecast */

/* Of all answered tasks: what is right if everything stopped now, by the beliefs about each. */
struct belief {
    double right;  /* expected number */
    double spread; /* its variance */
    double count;
};

static struct belief believe(const struct quality_labels *labels, const struct quality_result *out)
{
    struct belief belief = {0};

    for (size_t task = 0; task < labels->task_count; task++) {
        double p = out->truths[task].probability;

        if (out->truths[task].vote_count > 0) {
            belief.right += p;
            belief.spread += p * (1 - p);
            belief.count++;
        }
    }
    return belief;
}

static void add_step(struct quality_result *out, uint64_t votes, double spend,
                     const struct belief *belief)
{
    double mean = belief->right / belief->count;
    double half = Z * sqrt(fmax(belief->spread, 0)) / belief->count;

    out->steps[out->step_count++] = (struct quality_step){.vote_count = votes,
                                                          .spend_minor = llround(spend),
                                                          .accuracy = mean,
                                                          .low = fmax(0, mean - half),
                                                          .high = fmin(1, mean + half)};
}

/* A step whenever so many judgements more were planned. The variance shrinks with the doubt that
 * is left: a task's share of it is the chance that its answer is wrong. */
static uint64_t step_size(size_t task_count)
{
    uint64_t size = 10;

    while (size * STEP_MAX < task_count * 2) {
        size *= size % 4 == 0 ? 5 : 2;
    }
    return size;
}

struct purse {
    double spend;
    uint64_t votes;
};

static void pick(const struct quality_labels *labels, const struct chosen *chosen,
                 struct route *route, struct belief belief, struct quality_result *out)
{
    struct purse purse = {0};
    struct route_pick next;
    uint64_t step = step_size((size_t)belief.count);
    double before = route_expected_accuracy(route) * (double)chosen->count;
    double most = 0;

    add_step(out, 0, 0, &belief);
    while (out->step_count <= STEP_MAX && route_next(route, &next)) {
        purse.votes++;
        purse.spend += (double)labels->raters[next.worker].price_minor;
        if (out->next_count < NEXT_MAX) {
            out->nexts[out->next_count++] = (struct quality_next){
                .task = chosen->tasks[next.item], .rater = next.worker, .gain = next.gain};
        }
        if (purse.votes % step == 0) {
            double now = route_expected_accuracy(route) * (double)chosen->count;
            double wrong = belief.count - belief.right;
            struct belief then = belief;

            most = fmax(most, now - before); /* knowing more is never worse: the rest is chance */
            then.right += most;
            then.spread *= wrong > 0 ? (belief.count - then.right) / wrong : 0;
            add_step(out, purse.votes, purse.spend, &then);
        }
    }
}

enum err quality_plan(struct arena *arena, const struct quality_labels *labels,
                      const struct truth_input *input, const struct truth_fit *fit, uint64_t seed,
                      struct quality_result *out, struct fault *fault)
{
    size_t task_max = PAIR_MAX / (labels->rater_count + 1) + 1;
    double *cost = arena_array(arena, double, labels->rater_count);
    uint32_t *capacity = arena_array(arena, uint32_t, labels->rater_count);
    struct belief belief = believe(labels, out);
    struct chosen chosen;
    struct route *route;

    out->steps = arena_array(arena, struct quality_step, STEP_MAX + 1);
    out->nexts = arena_array(arena, struct quality_next, NEXT_MAX);
    choose(arena, labels, out, task_max < TASK_MAX ? task_max : TASK_MAX, &chosen);
    if (chosen.count == 0) {
        return OK;
    }
    narrow(arena, input, fit, &chosen);
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        bool asked = quality_is_expert(labels, rater) && labels->raters[rater].active;

        cost[rater] = fmax((double)labels->raters[rater].price_minor, 1);
        capacity[rater] = asked ? UINT32_MAX : 0;
    }
    TRY(route_new(arena,
                  &(struct route_setup){.input = &chosen.input,
                                        .fit = &chosen.fit,
                                        .cost = cost,
                                        .capacity = capacity,
                                        .target = 1,
                                        .explore = 0,
                                        .seed = seed},
                  &route, fault));
    pick(labels, &chosen, route, belief, out);
    return OK;
}
