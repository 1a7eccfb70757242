#include "engine/truth/truth.h"

#include <string.h>

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

/* Counting sort by item; labels of an item stay in their order. */
static void sort_by_item(const struct truth_labels *labels, uint32_t *first, uint32_t *row)
{
    for (size_t i = 0; i < labels->count; i++) {
        first[labels->at[i].item + 1]++;
    }
    for (uint32_t item = 0; item < labels->item_count; item++) {
        first[item + 1] += first[item];
    }
    for (size_t i = 0; i < labels->count; i++) {
        const struct truth_label *label = &labels->at[i];

        row[first[label->item]++] = label->worker * labels->class_count + label->class;
    }
    memmove(first + 1, first, labels->item_count * sizeof(*first));
    first[0] = 0;
}

/* The number, from one, of the label that is the `rank`th of its item. */
static uint64_t number_of(const struct truth_labels *labels, uint32_t item, uint32_t rank)
{
    for (size_t i = 0; i < labels->count; i++) {
        if (labels->at[i].item == item && rank-- == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Where an item holds a second label of one worker; the item's end if nowhere. */
static uint32_t repeat_in(const struct truth_input *input, uint32_t item, uint32_t *seen_in)
{
    uint32_t end = input->first[item + 1];

    for (uint32_t i = input->first[item]; i < end; i++) {
        uint32_t worker = input->row[i] / input->class_count;

        if (seen_in[worker] == item + 1) {
            return i;
        }
        seen_in[worker] = item + 1;
    }
    return end;
}

/* The position of the first repeat; the number of labels if there is none. */
static uint32_t find_repeat(struct arena *scratch, const struct truth_input *input, uint32_t *item)
{
    struct arena_mark mark = arena_mark(scratch);
    uint32_t *seen_in = arena_array(scratch, uint32_t, input->worker_count);
    uint32_t found = truth_label_count(input);

    for (uint32_t i = 0; i < input->item_count && found == truth_label_count(input); i++) {
        uint32_t at = repeat_in(input, i, seen_in);

        if (at < input->first[i + 1]) {
            found = at;
            *item = i;
        }
    }
    arena_undo(scratch, mark);
    return found;
}

bool truth_find_repeat(struct arena *scratch, const struct truth_input *input, uint32_t *item,
                       uint32_t *worker)
{
    uint32_t at = find_repeat(scratch, input, item);

    if (at == truth_label_count(input)) {
        return false;
    }
    *worker = input->row[at] / input->class_count;
    return true;
}

/* The label that stands for all of one worker's among `count` rows. */
static uint32_t settled(const uint32_t *row, uint32_t count, uint32_t class_count, uint32_t worker,
                        enum truth_repeats repeats)
{
    uint32_t best = 0;
    uint32_t votes_best = 0;

    for (uint32_t i = count; i-- > 0;) {
        uint32_t votes = 0;

        if (row[i] / class_count != worker) {
            continue;
        }
        if (repeats != TRUTH_REPEATS_MEAN) {
            return row[i];
        }
        for (uint32_t k = 0; k < count; k++) {
            votes += row[k] == row[i];
        }
        if (votes > votes_best) {
            votes_best = votes;
            best = row[i];
        }
    }
    return best;
}

void truth_settle(struct arena *scratch, enum truth_repeats repeats, struct truth_input *input)
{
    struct arena_mark mark = arena_mark(scratch);
    uint32_t *first = (uint32_t *)(uintptr_t)input->first;
    uint32_t *row = (uint32_t *)(uintptr_t)input->row;
    uint32_t *seen_in = arena_array(scratch, uint32_t, input->worker_count);
    uint32_t used = 0;
    uint32_t from = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        uint32_t end = first[item + 1];
        uint32_t used_before = used;
        bool repeated = false;

        for (uint32_t i = from; i < end; i++) {
            uint32_t worker = row[i] / input->class_count;

            repeated = repeated || seen_in[worker] == item + 1;
            seen_in[worker] = item + 1;
        }
        for (uint32_t i = from; i < end; i++) {
            uint32_t worker = row[i] / input->class_count;
            bool earlier = false;

            for (uint32_t k = used_before; repeated && k < used; k++) {
                earlier = earlier || row[k] / input->class_count == worker;
            }
            if (!earlier) {
                row[used++] = repeated
                                  ? settled(row + i, end - i, input->class_count, worker, repeats)
                                  : row[i];
            }
        }
        first[item] = used_before;
        from = end;
    }
    first[input->item_count] = used;
    arena_undo(scratch, mark);
}

enum err truth_index(struct arena *arena, const struct truth_labels *labels,
                     struct truth_input *out, struct fault *fault)
{
    TRY(check_ranges(labels, fault));
    uint32_t *first = arena_array(arena, uint32_t, (size_t)labels->item_count + 1);
    uint32_t *row = arena_array(arena, uint32_t, labels->count);
    struct truth_input input = {.item_count = labels->item_count,
                                .worker_count = labels->worker_count,
                                .class_count = labels->class_count,
                                .first = first,
                                .row = row};
    uint32_t item = 0;

    sort_by_item(labels, first, row);
    uint32_t repeat = labels->repeats == TRUTH_REPEATS_REFUSE ? find_repeat(arena, &input, &item)
                                                              : (uint32_t)labels->count;

    if (repeat < labels->count) {
        return fail_line(fault, ERR_INVALID, number_of(labels, item, repeat - first[item]),
                         "worker", "worker %u has labelled item %u already",
                         row[repeat] / labels->class_count, item);
    }
    if (labels->repeats == TRUTH_REPEATS_LAST || labels->repeats == TRUTH_REPEATS_MEAN) {
        truth_settle(arena, labels->repeats, &input);
    }
    *out = input;
    return OK;
}
