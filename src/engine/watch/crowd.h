#pragma once

/*
 * The crowd: labels by item and by worker, and what the others say. The
 * monitoring methods judge each worker by the labels of the rest, so that
 * nobody vouches for himself.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;

/* One worker's label for one item, in the order in which they were given. Dense from zero. */
struct watch_label {
    uint32_t item;
    uint32_t worker;
    uint32_t class;
};

struct watch_labels {
    const struct watch_label *at;
    size_t count;
    uint32_t item_count;
    uint32_t worker_count;
    uint32_t class_count;
};

struct crowd {
    const struct watch_labels *labels;
    const uint32_t *item_starts;   /* [item_count + 1] */
    const uint32_t *by_item;       /* label numbers */
    const uint32_t *worker_starts; /* [worker_count + 1] */
    const uint32_t *by_worker;     /* label numbers, in the order given */
    const double *share;           /* [class] of all labels */
};

/* ERR_INVALID: an index out of range, no label. ERR_LIMIT: 2^32 - 1 labels or more. */
enum err crowd_gather(struct arena *arena, const struct watch_labels *labels, struct crowd *out,
                      struct fault *fault);

/* Distribution of the item's class as all but `worker` and `other` see it (their votes and one
 * more that is spread as the classes are); `out` is [class]. Returns how many others voted. */
uint32_t crowd_without(const struct crowd *crowd, uint32_t item, uint32_t worker, uint32_t other,
                       double *out);
