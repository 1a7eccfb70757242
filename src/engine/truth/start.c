#include "engine/truth/start.h"

#include <string.h>

#include "base/arena.h"

static const double expected_min =
    7; /* none where so many are expected: one chance in a thousand */
static const double given_share = .1;

static double sum_of(const double *at, uint32_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        sum += at[k];
    }
    return sum;
}

/* The class that the worker of these labels gives whatever they see. */
static uint32_t silent_class(uint32_t class_count, const double *mine, const double *crowd)
{
    uint32_t top = 0;
    double all = sum_of(mine, class_count);
    double rest = sum_of(crowd, class_count) - all;

    for (uint32_t k = 1; k < class_count; k++) {
        top = mine[k] > mine[top] ? k : top;
    }
    /* labels of other classes that the rest of the crowd would give in this worker's place */
    double expected = rest > 0 ? all * (1 - (crowd[top] - mine[top]) / rest) : 0;
    bool silent = expected >= expected_min && all - mine[top] < given_share * expected;

    return silent ? top : TRUTH_UNKNOWN;
}

static void add_up(const struct truth_input *input, const double *labels, double *crowd)
{
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        for (uint32_t k = 0; k < input->class_count; k++) {
            crowd[k] += labels[(size_t)worker * input->class_count + k];
        }
    }
}

struct truth_silence truth_find_silence(struct arena *arena, const struct truth_input *input,
                                        const double *labels)
{
    uint32_t class_count = input->class_count;
    double *crowd = arena_array(arena, double, class_count);
    struct truth_silence silence = {.class = arena_array(arena, uint32_t, input->worker_count),
                                    .spread = arena_array(arena, double, class_count)};

    add_up(input, labels, crowd);
    add_up(input, labels, silence.spread);
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        const double *mine = labels + (size_t)worker * class_count;
        uint32_t class = silent_class(class_count, mine, crowd);

        silence.class[worker] = class;
        if (class != TRUTH_UNKNOWN) {
            silence.spread[class] -= mine[class];
        }
    }
    double heard = sum_of(silence.spread, class_count);

    for (uint32_t k = 0; k < class_count; k++) {
        silence.spread[k] = heard > 0 ? silence.spread[k] / heard : 1.0 / class_count;
    }
    return silence;
}

static void start_item(const struct truth_input *input, uint32_t item,
                       const struct truth_silence *silence, double *row)
{
    uint32_t class_count = input->class_count;
    double share = 1.0 / (input->first[item + 1] - input->first[item]);

    for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
        uint32_t class = input->row[i] % class_count;

        if (silence->class[input->row[i] / class_count] != class) {
            row[class] += share;
            continue;
        }
        for (uint32_t k = 0; k < class_count; k++) {
            row[k] += share * silence->spread[k];
        }
    }
}

void truth_start(struct arena *scratch, const struct truth_input *input, double *posterior)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t rows = (size_t)input->worker_count * input->class_count;
    double *labels = arena_array(scratch, double, rows);

    for (uint32_t i = 0; i < truth_label_count(input); i++) {
        labels[input->row[i]]++;
    }
    struct truth_silence silence = truth_find_silence(scratch, input, labels);

    for (uint32_t item = 0; item < input->item_count; item++) {
        double *row = truth_row(input, posterior, item);

        if (truth_is_gold(input, item) || input->first[item + 1] == input->first[item]) {
            truth_vote_item(input, item, NULL, row);
        } else {
            memset(row, 0, input->class_count * sizeof(*row));
            start_item(input, item, &silence, row);
        }
    }
    arena_undo(scratch, mark);
}
