#include "engine/truth/truth.h"

#include "base/arena.h"
#include "base/fault.h"

static enum err check_ranges(const struct truth_labels *labels, struct fault *fault)
{
    if (labels->count >= UINT32_MAX || labels->item_count == UINT32_MAX ||
        (uint64_t)labels->worker_count * labels->class_count >= UINT32_MAX) {
        return fail(fault, ERR_LIMIT,
                    "there are %zu labels of %u workers and %u classes; labels, and workers times "
                    "classes, must stay under 2^32",
                    labels->count, labels->worker_count, labels->class_count);
    }
    for (size_t i = 0; i < labels->count; i++) {
        const struct truth_label *label = &labels->at[i];

        if (label->item >= labels->item_count || label->worker >= labels->worker_count ||
            label->class >= labels->class_count) {
            return fail_line(fault, ERR_INVALID, i + 1, "label",
                             "item %u, worker %u or class %u is out of range", label->item,
                             label->worker, label->class);
        }
    }
    return OK;
}

/* Counting sort by item; `place` receives each label's number, so that order and origin stay. */
static void sort_by_item(const struct truth_labels *labels, uint32_t *first, uint32_t *place)
{
    for (size_t i = 0; i < labels->count; i++) {
        first[labels->at[i].item + 1]++;
    }
    for (uint32_t item = 0; item < labels->item_count; item++) {
        first[item + 1] += first[item];
    }
    for (size_t i = 0; i < labels->count; i++) {
        place[first[labels->at[i].item]++] = (uint32_t)i;
    }
    for (uint32_t item = labels->item_count; item > 0; item--) {
        first[item] = first[item - 1];
    }
    first[0] = 0;
}

/* The class that stands for several labels of one worker on one item. */
static uint32_t settle(const struct truth_labels *labels, const uint32_t *place, uint32_t count,
                       uint32_t worker)
{
    uint32_t best = TRUTH_UNKNOWN;
    uint32_t votes_best = 0;

    for (uint32_t i = count; i-- > 0;) {
        const struct truth_label *label = &labels->at[place[i]];
        uint32_t votes = 0;

        if (label->worker != worker) {
            continue;
        }
        if (labels->repeats == TRUTH_REPEATS_LAST) {
            return label->class;
        }
        for (uint32_t k = 0; k < count; k++) {
            votes +=
                labels->at[place[k]].worker == worker && labels->at[place[k]].class == label->class;
        }
        if (votes > votes_best) {
            votes_best = votes;
            best = label->class;
        }
    }
    return best;
}

static enum err fill_rows(const struct truth_labels *labels, const uint32_t *place,
                          uint32_t *seen_by, struct truth_input *input, struct fault *fault)
{
    uint32_t *first = (uint32_t *)(uintptr_t)input->first;
    uint32_t *row = (uint32_t *)(uintptr_t)input->row;
    uint32_t used = 0;
    uint32_t start = 0;

    for (uint32_t item = 0; item < labels->item_count; item++) {
        uint32_t end = first[item + 1];
        uint32_t used_before = used;

        for (uint32_t i = start; i < end; i++) {
            const struct truth_label *label = &labels->at[place[i]];
            uint32_t class = label->class;

            if (seen_by[label->worker] == item + 1) {
                if (labels->repeats == TRUTH_REPEATS_REFUSE) {
                    return fail_line(fault, ERR_INVALID, (uint64_t)place[i] + 1, "worker",
                                     "worker %u has labelled item %u already", label->worker, item);
                }
                class = settle(labels, place + start, i + 1 - start, label->worker);
                for (uint32_t k = used_before; k < used; k++) {
                    if (row[k] / labels->class_count == label->worker) {
                        row[k] = label->worker * labels->class_count + class;
                    }
                }
                continue;
            }
            seen_by[label->worker] = item + 1;
            row[used++] = label->worker * labels->class_count + class;
        }
        first[item] = used_before;
        start = end;
    }
    first[labels->item_count] = used;
    return OK;
}

enum err truth_index(struct arena *arena, const struct truth_labels *labels,
                     struct truth_input *out, struct fault *fault)
{
    TRY(check_ranges(labels, fault));
    uint32_t *first = arena_array(arena, uint32_t, (size_t)labels->item_count + 1);
    uint32_t *row = arena_array(arena, uint32_t, labels->count);
    struct arena_mark mark = arena_mark(arena);
    uint32_t *place = arena_array(arena, uint32_t, labels->count);
    uint32_t *seen_by = arena_array(arena, uint32_t, labels->worker_count);
    struct truth_input input = {.item_count = labels->item_count,
                                .worker_count = labels->worker_count,
                                .class_count = labels->class_count,
                                .first = first,
                                .row = row};

    sort_by_item(labels, first, place);
    TRY(fill_rows(labels, place, seen_by, &input, fault));
    arena_undo(arena, mark);
    *out = input;
    return OK;
}
