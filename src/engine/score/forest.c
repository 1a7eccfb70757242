#include "engine/score/forest.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/parallel.h"
#include "base/rng.h"

enum { STEPS = 256, SHARE_ONE = 65535, DEPTH_MAX = 64 };

/* All features of a row block, cut into steps; one column a feature. */
struct grid {
    const uint8_t *steps; /* [feature][row] */
    const uint8_t *classes;
    uint32_t row_count;
    uint32_t feature_count;
    uint32_t class_count;
};

/* A tree while it grows; a binary tree over n rows has fewer than 2n nodes. */
struct tree {
    struct score_node *nodes;
    uint16_t *shares;
    uint32_t node_count;
    uint32_t leaf_count;
};

struct grower {
    const struct grid *grid;
    const struct score_forest_options *options;
    struct rng rng;
    uint32_t *rows;
    uint8_t *features; /* a permutation, shuffled as far as it is needed */
    struct tree *tree;
};

static uint8_t step_of(float low, float scale, float value)
{
    float step = (value - low) * scale;

    return step <= 0 ? 0 : step >= STEPS - 1 ? STEPS - 1 : (uint8_t)step;
}

static void put_leaf(struct grower *grower, struct score_node *node, const uint32_t *counts,
                     uint32_t total)
{
    uint32_t width = grower->grid->class_count - 1;
    uint16_t *shares = grower->tree->shares + (size_t)grower->tree->leaf_count * width;

    for (uint32_t k = 0; k < width; k++) {
        shares[k] = (uint16_t)((uint64_t)counts[k + 1] * SHARE_ONE / total);
    }
    *node = (struct score_node){.leaf = 1, .next = grower->tree->leaf_count++};
}

/* Sum over both sides of squared counts per row: larger is purer. */
static double purity(const uint32_t *left, uint32_t left_total, const uint32_t *all, uint32_t total,
                     uint32_t class_count)
{
    double left_sum = 0;
    double right_sum = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        double a = left[k];
        double b = all[k] - left[k];

        left_sum += a * a;
        right_sum += b * b;
    }
    return left_sum / left_total + right_sum / (total - left_total);
}

struct split {
    uint8_t feature;
    uint8_t cut;
    bool found;
    double purity;
};

static void find_extremes(const uint8_t *column, const uint32_t *rows, uint32_t count, uint8_t *low,
                          uint8_t *high)
{
    uint8_t least = column[rows[0]];
    uint8_t most = least;

    for (uint32_t i = 1; i < count; i++) {
        uint8_t step = column[rows[i]];

        least = step < least ? step : least;
        most = step > most ? step : most;
    }
    *low = least;
    *high = most;
}

static uint32_t count_left(const struct grid *grid, const uint8_t *column, const uint32_t *rows,
                           uint32_t count, uint8_t cut, uint32_t *left)
{
    uint32_t total = 0;

    memset(left, 0, grid->class_count * sizeof(*left));
    if (grid->class_count == 2) { /* the usual case, without branches */
        uint32_t ones = 0;

        for (uint32_t i = 0; i < count; i++) {
            uint32_t goes = column[rows[i]] <= cut;

            total += goes;
            ones += goes & grid->classes[rows[i]];
        }
        left[0] = total - ones;
        left[1] = ones;
        return total;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (column[rows[i]] <= cut) {
            left[grid->classes[rows[i]]]++;
            total++;
        }
    }
    return total;
}

/* Try features without replacement until enough were not constant here. */
static struct split find_split(struct grower *grower, const uint32_t *rows, uint32_t count,
                               const uint32_t *counts)
{
    const struct grid *grid = grower->grid;
    struct split best = {0};
    uint32_t tried = 0;

    for (uint32_t i = 0; i < grid->feature_count && tried < grower->options->try_count; i++) {
        uint32_t pick = i + rng_below(&grower->rng, grid->feature_count - i);
        uint8_t feature = grower->features[pick];
        const uint8_t *column = grid->steps + (size_t)feature * grid->row_count;
        uint32_t left[SCORE_CLASS_MAX];
        uint8_t low;
        uint8_t high;

        grower->features[pick] = grower->features[i];
        grower->features[i] = feature;
        find_extremes(column, rows, count, &low, &high);
        if (low == high) {
            continue;
        }
        tried++;
        uint8_t cut = (uint8_t)(low + rng_below(&grower->rng, (uint32_t)(high - low)));
        uint32_t total = count_left(grid, column, rows, count, cut, left);

        if (total < grower->options->leaf_min || count - total < grower->options->leaf_min) {
            continue;
        }
        double found = purity(left, total, counts, count, grid->class_count);

        if (!best.found || found > best.purity) {
            best = (struct split){.feature = feature, .cut = cut, .found = true, .purity = found};
        }
    }
    return best;
}

static uint32_t partition(const uint8_t *column, uint32_t *rows, uint32_t count, uint8_t cut)
{
    uint32_t left = 0;
    uint32_t right = count;

    while (left < right) {
        if (column[rows[left]] <= cut) {
            left++;
        } else {
            uint32_t row = rows[left];

            rows[left] = rows[--right];
            rows[right] = row;
        }
    }
    return left;
}

/* A node that waits to be grown. */
struct task {
    uint32_t node;
    uint32_t first;
    uint32_t count;
    uint32_t depth;
};

/* Grow one node; returns how many children were put into `children`. */
static uint32_t grow_node(struct grower *grower, struct task task, struct task children[2])
{
    const struct grid *grid = grower->grid;
    uint32_t *rows = grower->rows + task.first;
    uint32_t counts[SCORE_CLASS_MAX] = {0};
    struct split split = {0};
    uint32_t met = 0;

    for (uint32_t i = 0; i < task.count; i++) {
        counts[grid->classes[rows[i]]]++;
    }
    for (uint32_t k = 0; k < grid->class_count; k++) {
        met += counts[k] > 0;
    }
    if (met > 1 && task.count >= 2 * grower->options->leaf_min && task.depth < DEPTH_MAX) {
        split = find_split(grower, rows, task.count, counts);
    }
    if (!split.found) {
        put_leaf(grower, &grower->tree->nodes[task.node], counts, task.count);
        return 0;
    }
    uint32_t left = partition(grid->steps + (size_t)split.feature * grid->row_count, rows,
                              task.count, split.cut);
    uint32_t child = grower->tree->node_count;

    grower->tree->node_count += 2;
    grower->tree->nodes[task.node] =
        (struct score_node){.feature = split.feature, .cut = split.cut, .next = child};
    children[0] = (struct task){child, task.first, left, task.depth + 1};
    children[1] = (struct task){child + 1, task.first + left, task.count - left, task.depth + 1};
    return 2;
}

static void grow_tree(struct grower *grower)
{
    struct task stack[DEPTH_MAX + 2] = {{.count = grower->grid->row_count}};
    uint32_t waiting = 1;

    grower->tree->node_count = 1;
    for (uint32_t i = 0; i < grower->grid->row_count; i++) {
        grower->rows[i] = i;
    }
    while (waiting > 0) { /* one child is grown at once, so a level keeps one waiting */
        struct task children[2];
        uint32_t count = grow_node(grower, stack[--waiting], children);

        for (uint32_t i = count; i-- > 0;) {
            assert(waiting < DEPTH_MAX + 2);
            stack[waiting++] = children[i];
        }
    }
}

struct forest_work {
    const struct grid *grid;
    const struct score_forest_options *options;
    struct tree *trees;
    uint32_t node_room;
};

/* Trees are grown in memory of their own: arenas are not shared between threads. */
static void grow_one(void *context, size_t index)
{
    struct forest_work *work = context;
    struct tree *tree = &work->trees[index];
    uint32_t width = work->grid->class_count - 1;
    ARENA_SCOPE arena = arena_new();
    struct grower grower = {.grid = work->grid,
                            .options = work->options,
                            .rng = rng_stream(work->options->seed, index),
                            .rows = arena_array(arena, uint32_t, work->grid->row_count),
                            .features = arena_array(arena, uint8_t, work->grid->feature_count),
                            .tree = tree};

    for (uint32_t i = 0; i < work->grid->feature_count; i++) {
        grower.features[i] = (uint8_t)i;
    }
    struct score_node *nodes = arena_array(arena, struct score_node, work->node_room);
    uint16_t *shares = arena_array(arena, uint16_t, (size_t)work->node_room * width);

    *tree = (struct tree){.nodes = nodes, .shares = shares};
    grow_tree(&grower);
    tree->nodes = malloc(tree->node_count * sizeof(*nodes));
    tree->shares = malloc((size_t)tree->leaf_count * width * sizeof(*shares));
    assert(tree->nodes != NULL && tree->shares != NULL);
    memcpy(tree->nodes, nodes, tree->node_count * sizeof(*nodes));
    memcpy(tree->shares, shares, (size_t)tree->leaf_count * width * sizeof(*shares));
}

static void find_scales(const struct score_rows *from, struct score_forest *forest)
{
    const float *rows = from->at;

    for (uint32_t f = 0; f < forest->feature_count; f++) {
        float low = rows[f];
        float high = rows[f];

        for (uint32_t i = 1; i < from->row_count; i++) {
            low = fminf(low, rows[(size_t)i * forest->feature_count + f]);
            high = fmaxf(high, rows[(size_t)i * forest->feature_count + f]);
        }
        forest->low[f] = low;
        forest->scale[f] = high > low ? (STEPS - 1) / (high - low) : 0;
        if (!isfinite(forest->scale[f])) {
            forest->scale[f] = 0;
        }
    }
}

static uint8_t *cut_into_steps(struct arena *arena, const float *rows, uint32_t row_count,
                               const struct score_forest *forest)
{
    uint8_t *steps = arena_array(arena, uint8_t, (size_t)row_count * forest->feature_count);

    for (uint32_t f = 0; f < forest->feature_count; f++) {
        for (uint32_t i = 0; i < row_count; i++) {
            steps[(size_t)f * row_count + i] = step_of(forest->low[f], forest->scale[f],
                                                       rows[(size_t)i * forest->feature_count + f]);
        }
    }
    return steps;
}

/* Put the trees behind one another and let their nodes point into the whole. */
static void gather(struct arena *arena, const struct tree *trees, struct score_forest *forest)
{
    uint32_t width = forest->class_count - 1;

    for (uint32_t t = 0; t < forest->tree_count; t++) {
        forest->node_count += trees[t].node_count;
        forest->leaf_count += trees[t].leaf_count;
    }
    forest->nodes = arena_array(arena, struct score_node, forest->node_count);
    forest->shares = arena_array(arena, uint16_t, (size_t)forest->leaf_count * width);
    forest->roots = arena_array(arena, uint32_t, forest->tree_count);
    uint32_t node = 0;
    uint32_t leaf = 0;

    for (uint32_t t = 0; t < forest->tree_count; t++) {
        forest->roots[t] = node;
        memcpy(forest->shares + (size_t)leaf * width, trees[t].shares,
               (size_t)trees[t].leaf_count * width * sizeof(*forest->shares));
        for (uint32_t i = 0; i < trees[t].node_count; i++) {
            struct score_node *to = &forest->nodes[node + i];

            *to = trees[t].nodes[i];
            to->next += to->leaf ? leaf : node;
        }
        node += trees[t].node_count;
        leaf += trees[t].leaf_count;
        free(trees[t].nodes);
        free(trees[t].shares);
    }
}

static enum err check(const struct score_rows *rows, const struct score_forest_options *options,
                      struct fault *fault)
{
    if (rows->row_count == 0 || rows->row_count > SCORE_ROW_MAX) {
        return fail(fault, ERR_INVALID, "there are %u answers to learn from, but must be 1 to %d",
                    rows->row_count, SCORE_ROW_MAX);
    }
    if (rows->feature_count == 0 || rows->feature_count > SCORE_FOREST_FEATURE_MAX ||
        rows->class_count < 2 || rows->class_count > SCORE_CLASS_MAX) {
        return fail(fault, ERR_INVALID, "there are %u labels, but must be 2 to %d",
                    rows->class_count, SCORE_CLASS_MAX);
    }
    if (options->tree_count == 0 || options->tree_count > SCORE_TREE_MAX ||
        options->leaf_min == 0 || options->try_count == 0) {
        return fail(fault, ERR_INVALID, "the number of trees is %u, but must be 1 to %d",
                    options->tree_count, SCORE_TREE_MAX);
    }
    return OK;
}

enum err score_forest_grow(struct arena *arena, const struct score_rows *rows,
                           const struct score_forest_options *options,
                           const struct parallel *parallel, struct score_forest *out,
                           struct fault *fault)
{
    TRY(check(rows, options, fault));
    ARENA_SCOPE scratch = arena_new();
    struct score_forest forest = {.class_count = rows->class_count,
                                  .feature_count = rows->feature_count,
                                  .tree_count = options->tree_count,
                                  .low = arena_array(arena, float, rows->feature_count),
                                  .scale = arena_array(arena, float, rows->feature_count)};

    find_scales(rows, &forest);
    struct grid grid = {.steps = cut_into_steps(scratch, rows->at, rows->row_count, &forest),
                        .classes = rows->classes,
                        .row_count = rows->row_count,
                        .feature_count = rows->feature_count,
                        .class_count = rows->class_count};
    struct forest_work work = {.grid = &grid,
                               .options = options,
                               .trees = arena_array(scratch, struct tree, options->tree_count),
                               .node_room = 2 * (rows->row_count / options->leaf_min + 1)};

    parallel_run(parallel, options->tree_count, grow_one, &work);
    gather(arena, work.trees, &forest);
    *out = forest;
    return OK;
}

void score_forest_predict(const struct score_forest *forest, const float *row, double *out)
{
    uint8_t steps[SCORE_FOREST_FEATURE_MAX];
    uint64_t sums[SCORE_CLASS_MAX] = {0};
    uint32_t width = forest->class_count - 1;
    double rest = 1;

    for (uint32_t f = 0; f < forest->feature_count; f++) {
        steps[f] = step_of(forest->low[f], forest->scale[f], row[f]);
    }
    for (uint32_t t = 0; t < forest->tree_count; t++) {
        const struct score_node *node = &forest->nodes[forest->roots[t]];

        while (!node->leaf) {
            node = &forest->nodes[node->next + (steps[node->feature] > node->cut)];
        }
        for (uint32_t k = 0; k < width; k++) {
            sums[k] += forest->shares[(size_t)node->next * width + k];
        }
    }
    for (uint32_t k = 0; k < width; k++) {
        out[k + 1] = (double)sums[k] / ((double)SHARE_ONE * forest->tree_count);
        rest -= out[k + 1];
    }
    out[0] = fmax(0, rest);
}
