#include "engine/retrieve/top.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"

struct retrieve_top retrieve_top_new(struct arena *arena, size_t keep)
{
    size_t room = keep * 2 + RETRIEVE_TOP_SLACK;

    return (struct retrieve_top){.at = arena_array(arena, struct retrieve_hit, room),
                                 .room = room,
                                 .keep = keep,
                                 .bar = keep == 0 ? INT32_MAX : INT32_MIN};
}

/* One number that orders hits: better ones are smaller. */
static uint64_t rank_of(struct retrieve_hit hit)
{
    return (uint64_t)(uint32_t)(INT32_MAX - (int64_t)hit.score) << 32 | hit.row;
}

static int compare_hit(const void *left, const void *right)
{
    uint64_t a = rank_of(*(const struct retrieve_hit *)left);
    uint64_t b = rank_of(*(const struct retrieve_hit *)right);

    return (a > b) - (a < b);
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low = a < b ? a : b;
    uint64_t high = a < b ? b : a;

    return c < low ? low : c > high ? high : c;
}

/* One pass of Hoare's: [0, *high) is at or below the pivot, [*low, count) at or above it. */
static void split(struct retrieve_hit *at, size_t count, size_t *low, size_t *high)
{
    uint64_t pivot = middle(rank_of(at[0]), rank_of(at[count / 2]), rank_of(at[count - 1]));
    size_t i = 0;
    size_t k = count;

    while (i < k) {
        if (rank_of(at[i]) < pivot) {
            i++;
        } else if (rank_of(at[k - 1]) > pivot) {
            k--;
        } else {
            struct retrieve_hit swap = at[i];

            at[i++] = at[k - 1];
            at[k-- - 1] = swap;
        }
    }
    *low = i;
    *high = i > k ? k : i;
}

/* Hoare's selection: afterwards the first `keep` hits are the best ones. Ranks are distinct, so
 * each pass leaves fewer. */
static void select_best(struct retrieve_hit *at, size_t count, size_t keep)
{
    while (keep > 0 && keep < count) {
        size_t low;
        size_t high;

        split(at, count, &low, &high);
        if (keep <= high) {
            count = high;
        } else if (keep >= low) {
            at += low;
            count -= low;
            keep -= low;
        } else {
            return;
        }
    }
}

void retrieve_top_watch(struct arena *arena, struct retrieve_top *top, uint32_t most)
{
    assert(top->count == 0);
    if (top->keep == 0) {
        return;
    }
    top->steps = arena_array(arena, uint32_t, RETRIEVE_TOP_STEPS);
    while (most >> top->shift >= RETRIEVE_TOP_STEPS) {
        top->shift++;
    }
}

void retrieve_top_raise(struct retrieve_top *top, int32_t score)
{
    if (score < 0) {
        return;
    }
    uint32_t step = (uint32_t)score >> top->shift;

    top->steps[step]++;
    top->standing += step > top->step;
    while (top->standing >= top->keep) {
        top->step++;
        top->standing -= top->steps[top->step];
        int32_t bar = (int32_t)(top->step << top->shift) - 1;

        top->bar = bar > top->bar ? bar : top->bar;
    }
}

void retrieve_top_thin(struct retrieve_top *top)
{
    if (top->count <= top->keep || top->keep == 0) {
        return;
    }
    select_best(top->at, top->count, top->keep);
    top->count = top->keep;
    int32_t least = top->at[0].score;

    for (size_t i = 1; i < top->count; i++) {
        least = top->at[i].score < least ? top->at[i].score : least;
    }
    top->bar = least > top->bar ? least : top->bar;
}

struct retrieve_hits retrieve_top_finish(struct retrieve_top *top)
{
    retrieve_top_thin(top);
    if (top->keep == 0) {
        top->count = 0;
    }
    qsort(top->at, top->count, sizeof(*top->at), compare_hit);
    return (struct retrieve_hits){.at = top->at, .count = top->count};
}
