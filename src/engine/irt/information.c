#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/irt/calibrate.h"
#include "engine/irt/expect.h"
#include "num/solve.h"

/*
 * Louis (1982): observed information = complete information - missing information, where what is
 * missing is, person by person, the spread of the complete score over the person's posterior.
 */

enum {
    BLOCK_ROWS = 256,
    TILE_ROWS = 4,
    TILE_COLUMNS = 8,
    PARAMETER_MAX = 3000, /* beyond, the matrix is too large to be worth its time */
};

typedef double lanes __attribute__((vector_size(32), aligned(8)));

static const double SHARE_MIN = 1e-7; /* a node with less of a person's posterior is left out */

/*
 * Scores are tabulated for the joint answers of each group of items, so that a person's score at a
 * node is a few long copies. Here every item has its own slope, also in the 1PL: places are folded
 * together only when the matrix is done.
 */
struct louis {
    const struct irt_layout *layout;
    const struct irt_packed *packed;
    const struct irt_item *items;
    uint32_t node_count;
    uint32_t stride;       /* parameters of all items, padded to whole tiles */
    uint32_t *item_first;  /* [item]: its first parameter */
    uint32_t *group_first; /* [group] */
    size_t *group_scores;  /* [group]: where its scores begin within a node */
    size_t node_size;      /* scores of a node */
    double *scores;        /* [node], then [group][code][parameter of the group] */
    double *block;         /* [BLOCK_ROWS][stride]: centred scores times the root of their weight */
    uint32_t block_used;
    double *missing; /* [stride][stride], lower tiles */
};

static void lay_out(struct arena *arena, struct louis *louis)
{
    const struct irt_packed *packed = louis->packed;
    uint32_t count = 0;

    louis->item_first = arena_array(arena, uint32_t, packed->item_count + 1);
    louis->group_first = arena_array(arena, uint32_t, packed->group_count + 1);
    louis->group_scores = arena_array(arena, size_t, packed->group_count);
    for (uint32_t i = 0; i < packed->item_count; i++) {
        louis->item_first[i] = count;
        count += irt_layout_local_count(louis->layout, &louis->items[i]);
    }
    louis->item_first[packed->item_count] = count;
    for (uint32_t g = 0; g < packed->group_count; g++) {
        const struct irt_group *group = &packed->groups[g];
        uint32_t end = louis->item_first[group->item_first + group->item_count];

        louis->group_first[g] = louis->item_first[group->item_first];
        louis->group_scores[g] = louis->node_size;
        louis->node_size += (size_t)(end - louis->group_first[g]) * group->code_count;
    }
    louis->group_first[packed->group_count] = count;
    louis->stride = (count + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS;
}

static const struct irt_gradings *gradings_of(const struct louis *louis, uint32_t i)
{
    return louis->packed->gradings == NULL ? NULL : &louis->packed->gradings[i];
}

/* The mean of an item's scores over what the true category may be. */
static void score_code(const struct louis *louis, const struct irt_item *item, uint32_t i,
                       double theta, uint32_t code, double *out)
{
    double truth[IRT_CATEGORY_MAX];

    (void)irt_true_category(gradings_of(louis, i), item, theta, code, truth);
    for (uint32_t k = 0; k < item->category_count; k++) {
        double score[IRT_LOCAL_MAX] = {0};

        if (truth[k] == 0) {
            continue;
        }
        irt_item_score(item, theta, k, score);
        for (uint32_t p = 0; p < IRT_LOCAL_MAX; p++) {
            out[p] += truth[k] * score[p];
        }
    }
}

static void tabulate_item(struct louis *louis, const struct irt_grid *grid, uint32_t i, uint32_t q)
{
    const struct irt_digit *digit = &louis->packed->digits[i];
    const struct irt_item *item = &louis->items[i];
    uint32_t g = digit->group;
    uint32_t width = louis->group_first[g + 1] - louis->group_first[g];
    double *rows = louis->scores + q * louis->node_size + louis->group_scores[g] +
                   (louis->item_first[i] - louis->group_first[g]);
    double score[IRT_CODE_MAX + 1][IRT_LOCAL_MAX] = {0}; /* none where the answer is missing */

    for (uint32_t code = 0; code < digit->code_count; code++) {
        score_code(louis, item, i, grid->theta[q], code, score[code]);
    }
    for (uint32_t code = 0; code < louis->packed->groups[g].code_count; code++) {
        memcpy(rows + (size_t)code * width, score[code / digit->place % digit->radix],
               irt_layout_local_count(louis->layout, item) * sizeof(double));
    }
}

static void tabulate_scores(struct louis *louis, const struct irt_grid *grid)
{
    for (uint32_t q = 0; q < grid->count; q++) {
        for (uint32_t i = 0; i < louis->packed->item_count; i++) {
            tabulate_item(louis, grid, i, q);
        }
    }
}

/* One tile of missing += block' * block. */
static inline __attribute__((always_inline)) void add_tile(struct louis *louis, uint32_t row,
                                                           uint32_t column)
{
    lanes sums[TILE_ROWS][2] = {0}; /* in registers once the loops over k are unrolled */

    for (uint32_t r = 0; r < louis->block_used; r++) {
        const double *line = louis->block + (size_t)r * louis->stride;
        lanes left = *(const lanes *)(line + column);
        lanes right = *(const lanes *)(line + column + 4);

#pragma GCC unroll 4
        for (uint32_t k = 0; k < TILE_ROWS; k++) {
            sums[k][0] += line[row + k] * left;
            sums[k][1] += line[row + k] * right;
        }
    }
#pragma GCC unroll 4
    for (uint32_t k = 0; k < TILE_ROWS; k++) {
        double *to = louis->missing + (size_t)(row + k) * louis->stride + column;

        *(lanes *)to += sums[k][0];
        *(lanes *)(to + 4) += sums[k][1];
    }
}

static inline __attribute__((always_inline)) void add_block(struct louis *louis)
{
    for (uint32_t row = 0; row < louis->stride; row += TILE_ROWS) {
        for (uint32_t column = 0; column <= row; column += TILE_COLUMNS) {
            add_tile(louis, row, column);
        }
    }
}

__attribute__((target("avx2"))) static void add_block_avx2(struct louis *louis)
{
    add_block(louis);
}

static void flush(struct louis *louis)
{
    if (__builtin_cpu_supports("avx2")) {
        add_block_avx2(louis);
    } else {
        add_block(louis);
    }
    louis->block_used = 0;
}

/* The complete score of a row at a node. */
static void score_row(const struct louis *louis, const uint8_t *codes, uint32_t q, double *out)
{
    const double *node = louis->scores + q * louis->node_size;

    for (uint32_t g = 0; g < louis->packed->group_count; g++) {
        uint32_t width = louis->group_first[g + 1] - louis->group_first[g];

        memcpy(out + louis->group_first[g],
               node + louis->group_scores[g] + (size_t)codes[g] * width, width * sizeof(*out));
    }
}

/* Scores at the nodes that matter, centred at their posterior mean. */
static void add_row(struct louis *louis, uint32_t row, const double *posterior, double *mean)
{
    const uint8_t *codes = louis->packed->codes + (size_t)row * louis->packed->group_count;
    double weight = louis->packed->weight == NULL ? 1 : louis->packed->weight[row];
    uint32_t first;

    if (louis->block_used + louis->node_count > BLOCK_ROWS) {
        flush(louis);
    }
    first = louis->block_used;
    memset(mean, 0, louis->stride * sizeof(*mean));
    for (uint32_t q = 0; q < louis->node_count; q++) {
        double *line = louis->block + (size_t)louis->block_used * louis->stride;

        if (posterior[q] < SHARE_MIN) {
            continue;
        }
        score_row(louis, codes, q, line);
        for (uint32_t k = 0; k < louis->stride; k++) {
            mean[k] += posterior[q] * line[k];
        }
        louis->block_used++;
    }
    uint32_t line = first;

    for (uint32_t q = 0; q < louis->node_count; q++) {
        double root = sqrt(weight * posterior[q]);
        double *at = louis->block + (size_t)line * louis->stride;

        if (posterior[q] < SHARE_MIN) {
            continue;
        }
        for (uint32_t k = 0; k < louis->stride; k++) {
            at[k] = root * (at[k] - mean[k]);
        }
        line++;
    }
}

/* The information that there would be if abilities were known, minus what is missing. */
static void add_complete(const struct louis *louis, const struct irt_expectation *expectation,
                         const struct irt_grid *grid, double *information)
{
    const struct irt_layout *layout = louis->layout;
    double curvature[IRT_LOCAL_MAX * IRT_LOCAL_MAX];

    for (uint32_t i = 0; i < louis->packed->item_count; i++) {
        const struct irt_item *item = &louis->items[i];
        uint32_t local_count = irt_layout_local_count(layout, item);

        for (uint32_t cell = 0; cell < item->category_count * grid->count; cell++) {
            uint32_t q = cell % grid->count;
            uint32_t category = cell / grid->count;
            size_t at = louis->packed->digits[i].cell_first + category;
            double persons = expectation->cells[at * grid->count + q];

            irt_item_curvature(item, grid->theta[q], category, curvature);
            for (uint32_t k = 0; k < local_count * local_count; k++) {
                uint32_t row = irt_layout_place(layout, i, k / local_count);
                uint32_t column = irt_layout_place(layout, i, k % local_count);

                information[(size_t)row * layout->count + column] -=
                    persons *
                    curvature[(size_t)(k / local_count) * IRT_LOCAL_MAX + k % local_count];
            }
        }
    }
}

/* The spread of an item's scores over what the true category may be, at one node. */
static void add_spread(const struct louis *louis, uint32_t i, double theta, uint32_t code,
                       double persons, double *spread)
{
    const struct irt_item *item = &louis->items[i];
    double truth[IRT_CATEGORY_MAX];
    double mean[IRT_LOCAL_MAX] = {0};

    score_code(louis, item, i, theta, code, mean);
    (void)irt_true_category(gradings_of(louis, i), item, theta, code, truth);
    for (uint32_t k = 0; k < item->category_count; k++) {
        double score[IRT_LOCAL_MAX] = {0};

        irt_item_score(item, theta, k, score);
        for (uint32_t p = 0; p < IRT_LOCAL_MAX * IRT_LOCAL_MAX; p++) {
            uint32_t row = p / IRT_LOCAL_MAX;
            uint32_t column = p % IRT_LOCAL_MAX;

            spread[p] +=
                persons * truth[k] * (score[row] - mean[row]) * (score[column] - mean[column]);
        }
    }
}

/* What is missing because graders err, on top of the abilities. */
static void subtract_misread(const struct louis *louis, const struct irt_expectation *expectation,
                             const struct irt_grid *grid, double *information)
{
    for (uint32_t i = 0; i < louis->packed->item_count; i++) {
        const struct irt_digit *digit = &louis->packed->digits[i];
        const struct irt_group *group = &louis->packed->groups[digit->group];
        const struct irt_gradings *gradings = gradings_of(louis, i);
        uint32_t local_count = irt_layout_local_count(louis->layout, &louis->items[i]);
        double spread[IRT_LOCAL_MAX * IRT_LOCAL_MAX] = {0};

        for (uint32_t code = 0; code < group->code_count; code++) {
            uint32_t value = code / digit->place % digit->radix;
            const double *persons =
                expectation->counts + (size_t)(group->code_first + code) * grid->count;

            for (uint32_t q = 0; q < grid->count && value != digit->code_count &&
                                 gradings != NULL && gradings->chance != NULL;
                 q++) {
                add_spread(louis, i, grid->theta[q], value, persons[q], spread);
            }
        }
        for (uint32_t k = 0; k < local_count * local_count; k++) {
            uint32_t row = irt_layout_place(louis->layout, i, k / local_count);
            uint32_t column = irt_layout_place(louis->layout, i, k % local_count);

            information[(size_t)row * louis->layout->count + column] -=
                spread[(size_t)(k / local_count) * IRT_LOCAL_MAX + k % local_count];
        }
    }
}

static uint32_t place_of(const struct louis *louis, uint32_t item, uint32_t own)
{
    return irt_layout_place(louis->layout, item, own - louis->item_first[item]);
}

/* Fold the places of every item's own parameters into those of the layout. */
static void subtract_missing(const struct louis *louis, double *information)
{
    uint32_t item_count = louis->packed->item_count;
    size_t count = louis->layout->count;

    for (uint32_t i = 0; i < item_count; i++) {
        for (uint32_t row = louis->item_first[i]; row < louis->item_first[i + 1]; row++) {
            uint32_t to = place_of(louis, i, row);

            for (uint32_t k = 0; k < item_count; k++) {
                for (uint32_t c = louis->item_first[k]; c < louis->item_first[k + 1]; c++) {
                    size_t high = row > c ? row : c;
                    size_t low = row > c ? c : row;

                    information[to * count + place_of(louis, k, c)] -=
                        louis->missing[high * louis->stride + low];
                }
            }
        }
    }
}

static void add_prior(const struct irt_layout *layout, const struct irt_fit_options *options,
                      const struct irt_item *items, double *information)
{
    for (uint32_t i = 0; layout->model == IRT_3PL && i < layout->item_count; i++) {
        uint32_t place = irt_layout_place(layout, i, items[i].category_count);

        information[(size_t)place * layout->count + place] +=
            1 / (options->guess_spread * options->guess_spread);
    }
}

/* Errors of logits of a guess become errors of the guess (delta method). */
static void hand_out(const struct irt_layout *layout, const double *variance,
                     const struct irt_item *items, struct irt_item *out)
{
    for (uint32_t i = 0; i < layout->item_count; i++) {
        uint32_t category_count = items[i].category_count;

        out[i] = (struct irt_item){.category_count = category_count};
        out[i].slope = sqrt(variance[irt_layout_place(layout, i, 0)]);
        for (uint32_t k = 1; k < category_count; k++) {
            out[i].intercept[k - 1] = sqrt(variance[irt_layout_place(layout, i, k)]);
        }
        if (layout->model == IRT_3PL) {
            out[i].guess = items[i].guess * (1 - items[i].guess) *
                           sqrt(variance[irt_layout_place(layout, i, category_count)]);
        }
    }
}

void irt_standard_errors(struct arena *arena, const struct irt_layout *layout,
                         const struct irt_fit_options *options, const struct irt_packed *packed,
                         struct irt_expectation *expectation, const struct irt_grid *grid,
                         const struct irt_item *items, struct irt_item *out)
{
    struct arena_mark mark = arena_mark(arena);
    size_t count = layout->count;
    struct louis louis = {
        .layout = layout,
        .packed = packed,
        .items = items,
        .node_count = grid->count,
    };
    double *variance = arena_array(arena, double, count);
    bool known = count <= PARAMETER_MAX;

    if (known) {
        double *information = arena_array(arena, double, count *count);
        double posterior[IRT_NODE_MAX];

        lay_out(arena, &louis);
        double *mean = arena_array(arena, double, louis.stride);

        louis.scores = arena_array(arena, double, grid->count *louis.node_size);
        louis.block = arena_array(arena, double, (size_t)BLOCK_ROWS *louis.stride);
        louis.missing = arena_array(arena, double, (size_t)louis.stride *louis.stride);
        tabulate_scores(&louis, grid);
        irt_tabulate(expectation, packed, items, grid);
        for (uint32_t row = 0; row < packed->row_count; row++) {
            irt_row_posterior(expectation, packed, grid, row, posterior);
            add_row(&louis, row, posterior, mean);
        }
        flush(&louis);
        add_complete(&louis, expectation, grid, information);
        subtract_missing(&louis, information);
        subtract_misread(&louis, expectation, grid, information);
        add_prior(layout, options, items, information);
        known = num_cholesky(information, count);
        if (known) {
            num_cholesky_inverse_diagonal(information, count, mean, variance);
        }
    }
    for (size_t k = 0; !known && k < count; k++) {
        variance[k] = (double)NAN;
    }
    hand_out(layout, variance, items, out);
    arena_undo(arena, mark);
}
