#include "command/rank_bias.h"

#include <stdlib.h>

#include "base/arena.h"

/* A comparison, turned so that the lower item stands left. */
struct judged {
    uint32_t rater;
    uint32_t low;
    uint32_t high;
    uint32_t outcome;
    uint64_t at;
};

static int by_pair(const void *left, const void *right)
{
    const struct judged *a = left;
    const struct judged *b = right;

    if (a->rater != b->rater) {
        return (a->rater > b->rater) - (a->rater < b->rater);
    }
    if (a->low != b->low) {
        return (a->low > b->low) - (a->low < b->low);
    }
    if (a->high != b->high) {
        return (a->high > b->high) - (a->high < b->high);
    }
    return (a->at > b->at) - (a->at < b->at);
}

static struct watch_share position_of(const struct rank_input *input, double level)
{
    uint64_t first = 0;
    uint64_t second = 0;

    for (size_t i = 0; input->first != NULL && i < input->count; i++) {
        int won = (int)input->outcome[i] - 1;

        first += won * input->first[i] > 0;
        second += won * input->first[i] < 0;
    }
    return watch_position_bias(first, second, level);
}

static struct watch_share consistency_of(struct arena *arena, const struct rank_input *input,
                                         double level)
{
    struct arena_mark mark = arena_mark(arena);
    struct judged *judged = arena_array(arena, struct judged, input->count);
    uint64_t same = 0;
    uint64_t different = 0;

    for (size_t i = 0; i < input->count; i++) {
        bool turned = input->left[i] > input->right[i];

        judged[i] = (struct judged){
            .rater = input->rater == NULL ? 0 : input->rater[i],
            .low = turned ? input->right[i] : input->left[i],
            .high = turned ? input->left[i] : input->right[i],
            .outcome = turned ? 2U - input->outcome[i] : input->outcome[i],
            .at = i,
        };
    }
    qsort(judged, input->count, sizeof(*judged), by_pair);
    for (size_t i = 1; input->rater != NULL && i < input->count; i++) {
        const struct judged *before = &judged[i - 1];
        bool again = before->rater == judged[i].rater && before->low == judged[i].low &&
                     before->high == judged[i].high;

        same += again && before->outcome == judged[i].outcome;
        different += again && before->outcome != judged[i].outcome;
    }
    arena_undo(arena, mark);
    return watch_self_consistency(same, different, level);
}

/* Ties say nothing about a preference and are left out. */
static struct watch_length style_of(struct arena *arena, const struct rank_input *input, uint32_t k)
{
    struct arena_mark mark = arena_mark(arena);
    double *more = arena_array(arena, double, input->count);
    uint8_t *left = arena_array(arena, uint8_t, input->count);
    size_t count = 0;

    for (size_t i = 0; i < input->count; i++) {
        if (input->outcome[i] != RANK_TIE) {
            more[count] = (double)input->style[i * input->style_count + k];
            left[count++] = input->outcome[i] == RANK_LEFT;
        }
    }
    struct watch_length found = watch_length_bias(more, left, count);

    arena_undo(arena, mark);
    return found;
}

struct rank_bias rank_bias_of(struct arena *arena, const struct rank_input *input, double level)
{
    struct rank_bias bias = {.counted = true,
                             .position = position_of(input, level),
                             .consistency = consistency_of(arena, input, level)};

    bias.styles = arena_array(arena, struct watch_length, input->style_count);
    for (uint32_t k = 0; k < input->style_count; k++) {
        bias.styles[k] = style_of(arena, input, k);
    }
    return bias;
}
