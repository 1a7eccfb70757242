#include "engine/truth/order.h"
#include "engine/truth/fit.h"
#include "engine/truth/methods.h"

#include <math.h>

#include "base/arena.h"
#include "base/rng.h"

enum { STREAM = 0x0BDE }; /* of random numbers: which labels are held back */
static const double held_share = .15;
static const double surprise = .02;   /* share of a label that no model foretells */
static const double sure_min = 2;     /* standard errors by which the order must help */
static const double loss_share = .25; /* of that help, what free confusion may know better */
static const double labels_max = 1e6; /* bounds on work */
static const double cells_max = 4.5e4;

/* Labels cut into those that teach and those that are foretold. */
struct split {
    struct truth_input taught;
    uint32_t *item; /* [held] */
    uint32_t *row;  /* [held] */
    uint32_t held;
};

static bool affords(const struct truth_input *input)
{
    return input->class_count > 2 && truth_label_count(input) <= labels_max &&
           (double)truth_cells(input) <= cells_max;
}

static struct split split_labels(const struct truth_job *job)
{
    const struct truth_input *input = job->input;
    uint32_t labels = truth_label_count(input);
    uint32_t *first = arena_array(job->arena, uint32_t, (size_t)input->item_count + 1);
    uint32_t *row = arena_array(job->arena, uint32_t, labels);
    struct rng rng = rng_stream(job->options->seed, STREAM);
    struct split split = {.taught = *input,
                          .item = arena_array(job->arena, uint32_t, labels),
                          .row = arena_array(job->arena, uint32_t, labels)};

    for (uint32_t item = 0; item < input->item_count; item++) {
        first[item + 1] = first[item];
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            if (rng_unit(&rng) >= held_share) {
                row[first[item + 1]++] = input->row[i];
                continue;
            }
            split.item[split.held] = item;
            split.row[split.held++] = input->row[i];
        }
    }
    split.taught.first = first;
    split.taught.row = row;
    split.taught.gold = NULL;
    return split;
}

/* Neighbours no longer stand side by side: first the even classes, then the odd ones. */
static uint32_t tear(uint32_t class, uint32_t class_count)
{
    return class % 2 == 0 ? class / 2 : (class_count + 1) / 2 + class / 2;
}

static void tear_rows(uint32_t class_count, const uint32_t *from, uint32_t count, uint32_t *to)
{
    for (uint32_t i = 0; i < count; i++) {
        to[i] = from[i] - from[i] % class_count + tear(from[i] % class_count, class_count);
    }
}

static struct split split_torn(const struct truth_job *job, const struct split *split)
{
    uint32_t labels = truth_label_count(&split->taught);
    uint32_t class_count = job->input->class_count;
    uint32_t *taught = arena_array(job->arena, uint32_t, labels);
    struct split torn = *split;

    torn.row = arena_array(job->arena, uint32_t, split->held);
    tear_rows(class_count, split->row, split->held, torn.row);
    tear_rows(class_count, split->taught.row, labels, taught);
    torn.taught.row = taught;
    return torn;
}

/* The log-probability of each label held back. */
static enum err foretell(const struct truth_job *job, const struct truth_method *method,
                         const struct split *split, double *out)
{
    uint32_t class_count = job->input->class_count;
    struct arena_mark mark = arena_mark(job->arena);
    struct truth_job trial = *job;
    struct truth_fit fit;

    trial.input = &split->taught;
    TRY(truth_run(&trial, method, &fit));
    for (uint32_t i = 0; i < split->held; i++) {
        const double *answer = fit.posterior + (size_t)split->item[i] * class_count;
        const double *confusion =
            fit.confusion + (size_t)(split->row[i] / class_count) * class_count * class_count;
        double chance = 0;

        for (uint32_t k = 0; k < class_count; k++) {
            chance += answer[k] * confusion[(size_t)k * class_count + split->row[i] % class_count];
        }
        out[i] = log((1 - surprise) * chance + surprise / class_count);
    }
    arena_undo(job->arena, mark);
    return OK;
}

static bool helps(const double *ordered, const double *torn, const double *freely, uint32_t count)
{
    double gain = 0;
    double squares = 0;
    double loss = 0;

    for (uint32_t i = 0; i < count; i++) {
        double step = ordered[i] - torn[i];

        gain += step;
        squares += step * step;
        loss += freely[i] - ordered[i];
    }
    return gain > sure_min * sqrt(squares) && loss < loss_share * gain;
}

enum err truth_order_find(const struct truth_job *job, bool *out)
{
    if (!affords(job->input)) {
        *out = false;
        return OK;
    }
    struct arena_mark mark = arena_mark(job->arena);
    struct split split = split_labels(job);
    struct split torn = split_torn(job, &split);
    double *freely = arena_array(job->arena, double, split.held);
    double *ordered = arena_array(job->arena, double, split.held);
    double *apart = arena_array(job->arena, double, split.held);

    TRY(foretell(job, &truth_hierarchical, &split, freely));
    TRY(foretell(job, &truth_ordinal, &split, ordered));
    TRY(foretell(job, &truth_ordinal, &torn, apart));
    *out = helps(ordered, apart, freely, split.held);
    arena_undo(job->arena, mark);
    return OK;
}
