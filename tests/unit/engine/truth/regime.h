#pragma once

/*
 * Labels of a simulated crowd whose workers' skills are known: accuracies from a
 * Beta, rows of a confusion matrix scattered around them, errors uneven, a few
 * busy workers and many idle ones.
 */

#include <math.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/truth/truth.h"
#include "num/random.h"

struct regime {
    double skill_a; /* Beta of the accuracies */
    double skill_b;
    uint32_t class_count;
    uint32_t labels_per_item;
    uint32_t worker_count;
    uint32_t item_count;
};

struct crowd {
    struct truth_labels labels;
    uint32_t *truth;
    double *skill; /* [worker]: diagonal of the confusion matrix, weighted by the prior */
};

/* The four in which intervals must cover what they say. */
static const struct regime regimes[] = {{8, 3, 4, 5, 120, 2000},
                                        {8, 3, 2, 5, 120, 2000},
                                        {5, 4, 4, 3, 120, 2000},
                                        {5, 3, 2, 3, 120, 2000}};

static inline void draw_shares(struct rng *rng, double alpha, double *out, uint32_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        out[k] = num_gamma_draw(rng, alpha) + 1e-12;
        sum += out[k];
    }
    for (uint32_t k = 0; k < count; k++) {
        out[k] /= sum;
    }
}

static inline uint32_t draw_index(struct rng *rng, const double *share, uint32_t count)
{
    double left = rng_unit(rng);

    for (uint32_t k = 0; k + 1 < count; k++) {
        left -= share[k];
        if (left < 0) {
            return k;
        }
    }
    return count - 1;
}

static inline double *draw_confusion(struct arena *arena, struct rng *rng,
                                     const struct regime *regime, const double *prior,
                                     double *skill)
{
    uint32_t class_count = regime->class_count;
    double *confusion =
        arena_array(arena, double, (size_t)regime->worker_count *class_count *class_count);

    for (uint32_t worker = 0; worker < regime->worker_count; worker++) {
        double accuracy = num_beta_draw(rng, regime->skill_a, regime->skill_b);

        accuracy = fmin(fmax(accuracy, 1.0 / class_count + .02), .99);
        for (uint32_t k = 0; k < class_count; k++) {
            double *row = confusion + ((size_t)worker * class_count + k) * class_count;
            double right = fmin(fmax(accuracy + .05 * rng_normal(rng), .05), .99);

            draw_shares(rng, 1, row, class_count);
            double wrong = 1 - row[k];

            for (uint32_t l = 0; l < class_count; l++) {
                row[l] = l == k ? right : (1 - right) * row[l] / wrong;
            }
            skill[worker] += prior[k] * right;
        }
    }
    return confusion;
}

static inline struct crowd crowd_new(struct arena *arena, const struct regime *regime,
                                     uint64_t seed)
{
    struct rng rng = rng_new(seed);
    uint32_t worker_count = regime->worker_count;
    uint32_t class_count = regime->class_count;
    size_t count = (size_t)regime->item_count * regime->labels_per_item;
    struct truth_label *at = arena_array(arena, struct truth_label, count);
    double *prior = arena_array(arena, double, class_count);
    double *busy = arena_array(arena, double, worker_count);
    uint32_t *seen_in = arena_array(arena, uint32_t, worker_count);
    struct crowd crowd = {.labels = {.at = at,
                                     .count = count,
                                     .item_count = regime->item_count,
                                     .worker_count = worker_count,
                                     .class_count = class_count},
                          .truth = arena_array(arena, uint32_t, regime->item_count),
                          .skill = arena_array(arena, double, worker_count)};
    double sum = 0;

    draw_shares(&rng, 5, prior, class_count);
    const double *confusion = draw_confusion(arena, &rng, regime, prior, crowd.skill);

    for (uint32_t worker = 0; worker < worker_count; worker++) {
        busy[worker] = pow(1 - rng_unit(&rng), -1 / 1.5) - 1 + .3;
        sum += busy[worker];
    }
    for (uint32_t worker = 0; worker < worker_count; worker++) {
        busy[worker] /= sum;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t item = (uint32_t)(i / regime->labels_per_item);
        uint32_t worker = draw_index(&rng, busy, worker_count);

        while (seen_in[worker] == item + 1) {
            worker = draw_index(&rng, busy, worker_count);
        }
        seen_in[worker] = item + 1;
        if (i % regime->labels_per_item == 0) {
            crowd.truth[item] = draw_index(&rng, prior, class_count);
        }
        const double *row =
            confusion + ((size_t)worker * class_count + crowd.truth[item]) * class_count;

        at[i] = (struct truth_label){item, worker, draw_index(&rng, row, class_count)};
    }
    return crowd;
}
