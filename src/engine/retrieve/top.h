#pragma once

/*
 * The best `k` of many hits: higher score first, then lower row.
 *
 * Hits are collected unsorted and thinned by selection whenever the buffer is full, so that each
 * costs constant time; the bar below which nothing can enter any more rises on the way.
 */

#include <stddef.h>
#include <stdint.h>

struct arena;

struct retrieve_hit {
    uint32_t row;
    int32_t score;
};

struct retrieve_hits {
    const struct retrieve_hit *at;
    size_t count;
};

struct retrieve_top {
    struct retrieve_hit *at;
    size_t count;
    size_t room;
    size_t keep; /* k */
    int32_t bar; /* scores must be above; rows that come later lose ties */
    /* Optional: hits by score in steps of 2^shift, so that the bar rises with every hit. */
    uint32_t *steps;
    uint32_t shift;
    uint32_t step;   /* the bar stands below it */
    size_t standing; /* hits in higher steps, fewer than `keep` */
};

enum { RETRIEVE_TOP_SLACK = 2048, RETRIEVE_TOP_STEPS = 2048 };

/* `keep` hits and a slack for unsorted ones. */
struct retrieve_top retrieve_top_new(struct arena *arena, size_t keep);
void retrieve_top_thin(struct retrieve_top *top);

/* Keep the bar fresh: no score will be above `most`, negative ones are not watched. Only before the
 * first hit. */
void retrieve_top_watch(struct arena *arena, struct retrieve_top *top, uint32_t most);
void retrieve_top_raise(struct retrieve_top *top, int32_t score);

/* Rows must arrive in rising order. Scores at or below the bar are ignored. */
static inline void retrieve_top_add(struct retrieve_top *top, uint32_t row, int32_t score)
{
    if (score <= top->bar) {
        return;
    }
    if (top->count == top->room) {
        retrieve_top_thin(top);
        if (score <= top->bar) {
            return;
        }
    }
    top->at[top->count++] = (struct retrieve_hit){.row = row, .score = score};
    if (top->steps != NULL) {
        retrieve_top_raise(top, score);
    }
}

/* Best first, at most `keep`. The collection is empty of order afterwards: add no more. */
struct retrieve_hits retrieve_top_finish(struct retrieve_top *top);
