#include "engine/watch/crowd.h"

#include "base/arena.h"
#include "base/fault.h"

static enum err check(const struct watch_labels *labels, struct fault *fault)
{
    if (labels->count == 0) {
        return fail(fault, ERR_INVALID, "there are no labels");
    }
    if (labels->count >= UINT32_MAX) {
        return fail(fault, ERR_LIMIT, "there are %zu labels, but at most %u are taken",
                    labels->count, UINT32_MAX - 1);
    }
    for (size_t i = 0; i < labels->count; i++) {
        const struct watch_label *label = &labels->at[i];

        if (label->item >= labels->item_count || label->worker >= labels->worker_count ||
            label->class >= labels->class_count) {
            return fail(fault, ERR_INVALID,
                        "label %zu names item %u, worker %u, class %u of %u, %u, %u", i,
                        label->item, label->worker, label->class, labels->item_count,
                        labels->worker_count, labels->class_count);
        }
    }
    return OK;
}

/* Label numbers bucketed by item or worker, stable. */
static const uint32_t *bucket(struct arena *arena, const struct watch_labels *labels, bool by_item,
                              uint32_t key_count, const uint32_t **starts)
{
    uint32_t *ends = arena_array(arena, uint32_t, (size_t)key_count + 2);
    uint32_t *order = arena_array(arena, uint32_t, labels->count);

    for (size_t i = 0; i < labels->count; i++) {
        ends[(size_t)(by_item ? labels->at[i].item : labels->at[i].worker) + 2]++;
    }
    for (size_t key = 2; key <= key_count; key++) {
        ends[key] += ends[key - 1];
    }
    for (size_t i = 0; i < labels->count; i++) {
        uint32_t key = by_item ? labels->at[i].item : labels->at[i].worker;

        order[ends[(size_t)key + 1]++] = (uint32_t)i;
    }
    *starts = ends;
    return order;
}

enum err crowd_gather(struct arena *arena, const struct watch_labels *labels, struct crowd *out,
                      struct fault *fault)
{
    struct crowd crowd = {.labels = labels};

    TRY(check(labels, fault));
    double *share = arena_array(arena, double, labels->class_count);

    for (size_t i = 0; i < labels->count; i++) {
        share[labels->at[i].class] += 1 / (double)labels->count;
    }
    crowd.by_item = bucket(arena, labels, true, labels->item_count, &crowd.item_starts);
    crowd.by_worker = bucket(arena, labels, false, labels->worker_count, &crowd.worker_starts);
    crowd.share = share;
    *out = crowd;
    return OK;
}

uint32_t crowd_without(const struct crowd *crowd, uint32_t item, uint32_t worker, uint32_t other,
                       double *out)
{
    uint32_t classes = crowd->labels->class_count;
    uint32_t votes = 0;

    for (uint32_t k = 0; k < classes; k++) {
        out[k] = crowd->share[k];
    }
    for (uint32_t i = crowd->item_starts[item]; i < crowd->item_starts[item + 1]; i++) {
        const struct watch_label *label = &crowd->labels->at[crowd->by_item[i]];

        if (label->worker != worker && label->worker != other) {
            out[label->class]++;
            votes++;
        }
    }
    for (uint32_t k = 0; k < classes; k++) {
        out[k] /= votes + 1.0;
    }
    return votes;
}
