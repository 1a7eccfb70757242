#pragma once

/* Labels drawn from known workers, so that tests know the answer. */

#include "base/arena.h"
#include "base/rng.h"
#include "engine/truth/truth.h"

struct planted {
    struct truth_labels labels;
    uint32_t *truth; /* [item] */
    double *skill;   /* [worker]: probability of a right label */
};

struct planted_shape {
    uint32_t item_count;
    uint32_t worker_count;
    uint32_t class_count;
    uint32_t labels_per_item; /* at most worker_count */
    double skill_low;         /* skills are uniform between */
    double skill_high;
    uint64_t seed;
};

static inline uint32_t planted_class(struct rng *rng, uint32_t truth, uint32_t class_count,
                                     double skill)
{
    if (class_count == 1 || rng_unit(rng) < skill) {
        return truth;
    }
    return (truth + 1 + rng_below(rng, class_count - 1)) % class_count;
}

static inline struct planted planted_new(struct arena *arena, const struct planted_shape *shape)
{
    struct rng rng = rng_new(shape->seed);
    size_t count = (size_t)shape->item_count * shape->labels_per_item;
    struct truth_label *at = arena_array(arena, struct truth_label, count);
    struct planted planted = {
        .labels = {.at = at,
                   .count = count,
                   .item_count = shape->item_count,
                   .worker_count = shape->worker_count,
                   .class_count = shape->class_count},
        .truth = arena_array(arena, uint32_t, shape->item_count),
        .skill = arena_array(arena, double, shape->worker_count),
    };

    for (uint32_t worker = 0; worker < shape->worker_count; worker++) {
        planted.skill[worker] =
            shape->skill_low + (shape->skill_high - shape->skill_low) * rng_unit(&rng);
    }
    for (uint32_t item = 0; item < shape->item_count; item++) {
        uint32_t worker = rng_below(&rng, shape->worker_count);

        planted.truth[item] = rng_below(&rng, shape->class_count);
        for (uint32_t i = 0; i < shape->labels_per_item; i++) {
            worker = (worker + 1) % shape->worker_count;
            *at++ = (struct truth_label){.item = item,
                                         .worker = worker,
                                         .class = planted_class(&rng, planted.truth[item],
                                                                shape->class_count,
                                                                planted.skill[worker])};
        }
    }
    return planted;
}

static inline double planted_accuracy(const struct planted *planted,
                                      const struct truth_input *input, const struct truth_fit *fit)
{
    uint32_t right = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        right += truth_best(input, fit, item) == planted->truth[item];
    }
    return (double)right / input->item_count;
}
