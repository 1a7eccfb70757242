#include "engine/score/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

struct block {
    double at; /* sum of scores */
    double right;
    double count;
};

struct point {
    double score;
    uint8_t right;
};

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;

    return a->score != b->score ? (a->score > b->score) - (a->score < b->score)
                                : (a->right > b->right) - (a->right < b->right);
}

static double share(const struct block *block)
{
    return block->right / block->count;
}

static void join(struct block *into, const struct block *from)
{
    into->at += from->at;
    into->right += from->right;
    into->count += from->count;
}

/* Blocks of rising shares, each of at least `least` answers so that knots stay few. */
static uint32_t pool(const struct point *points, uint32_t count, uint32_t least,
                     struct block *blocks)
{
    uint32_t block_count = 0;

    for (uint32_t i = 0; i < count;) {
        struct block block = {0};
        uint32_t end = i + least < count ? i + least : count;

        while (end < count && points[end].score == points[end - 1].score) {
            end++; /* equal scores get one probability */
        }
        for (; i < end; i++) {
            block.at += points[i].score;
            block.right += points[i].right;
            block.count++;
        }
        while (block_count > 0 && share(&blocks[block_count - 1]) >= share(&block)) {
            join(&block, &blocks[--block_count]);
        }
        blocks[block_count++] = block;
    }
    return block_count;
}

void score_calibrate(struct arena *arena, const double *scores, const uint8_t *right,
                     uint32_t count, struct score_calibration *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct point *points = arena_array(arena, struct point, count);
    struct block *blocks = arena_array(arena, struct block, count);
    uint32_t least = count / SCORE_KNOT_MAX + 1;
    double all = 0;

    *out = (struct score_calibration){0};
    for (uint32_t i = 0; i < count; i++) {
        points[i] = (struct point){.score = scores[i], .right = right[i]};
        all += right[i];
    }
    qsort(points, count, sizeof(*points), compare_points);
    uint32_t block_count = pool(points, count, least, blocks);

    for (uint32_t i = 0; i < block_count; i++) {
        out->at[i] = (float)(blocks[i].at / blocks[i].count);
        out->value[i] = (float)((blocks[i].right + all / count) / (blocks[i].count + 1));
        if (i > 0 && out->value[i] < out->value[i - 1]) { /* blocks of unlike size are drawn
                                                             unlike far */
            out->value[i] = out->value[i - 1];
        }
    }
    out->knot_count = block_count;
    arena_undo(arena, mark);
}

double score_calibrated(const struct score_calibration *calibration, double score)
{
    uint32_t last = calibration->knot_count - 1;
    uint32_t k = 0;

    if (calibration->knot_count == 0) {
        return score;
    }
    if (score <= (double)calibration->at[0]) {
        return (double)calibration->value[0];
    }
    if (score >= (double)calibration->at[last]) {
        return (double)calibration->value[last];
    }
    while ((double)calibration->at[k + 1] < score) {
        k++;
    }
    double width = (double)calibration->at[k + 1] - (double)calibration->at[k];
    double place = width > 0 ? (score - (double)calibration->at[k]) / width : 0;

    return (double)calibration->value[k] +
           place * ((double)calibration->value[k + 1] - (double)calibration->value[k]);
}
