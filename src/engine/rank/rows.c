#include "engine/rank/rows.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

enum { MERGE_ITEMS_MAX = 1024, STYLES_MAX = 32 };

static enum err check_comparison(const struct rank_input *input, size_t i, struct fault *fault)
{
    if (input->left[i] >= input->item_count || input->right[i] >= input->item_count) {
        return fail(fault, ERR_INVALID, "comparison %zu names items %u and %u of %u", i,
                    input->left[i], input->right[i], input->item_count);
    }
    if (input->left[i] == input->right[i]) {
        return fail(fault, ERR_INVALID, "comparison %zu compares item %u with itself", i,
                    input->left[i]);
    }
    if (input->outcome[i] > RANK_LEFT) {
        return fail(fault, ERR_INVALID, "comparison %zu has outcome %u, but there are three", i,
                    input->outcome[i]);
    }
    if (input->rater != NULL && input->rater[i] >= input->rater_count) {
        return fail(fault, ERR_INVALID, "comparison %zu is by rater %u of %u", i, input->rater[i],
                    input->rater_count);
    }
    if (input->first != NULL && (input->first[i] < -1 || input->first[i] > 1)) {
        return fail(fault, ERR_INVALID, "comparison %zu has first %d, but it must be -1, 0 or 1", i,
                    input->first[i]);
    }
    for (uint32_t k = 0; input->style != NULL && k < input->style_count; k++) {
        if (!isfinite(input->style[i * input->style_count + k])) {
            return fail(fault, ERR_INVALID, "comparison %zu has a style that is not finite", i);
        }
    }
    return OK;
}

static enum err check_options(const struct rank_options *options, struct fault *fault)
{
    if (!(options->precision > 0) || !isfinite(options->precision)) {
        return fail(fault, ERR_INVALID, "the precision is %g, but must be positive",
                    options->precision);
    }
    if (!(options->level > 0 && options->level < 1)) {
        return fail(fault, ERR_INVALID, "the level is %g, but must lie between 0 and 1",
                    options->level);
    }
    if (options->error != RANK_NO_ERROR && options->replicates < 2) {
        return fail(fault, ERR_INVALID, "errors need at least two replicates");
    }
    return OK;
}

enum err rows_check(const struct rank_input *input, const struct rank_options *options,
                    struct fault *fault)
{
    TRY(check_options(options, fault));
    if (input->count == 0) {
        return fail(fault, ERR_INVALID, "there are no comparisons");
    }
    if (input->count >= (UINT32_C(1) << 31)) {
        return fail(fault, ERR_LIMIT, "there are %zu comparisons, but at most 2^31 are taken",
                    input->count);
    }
    if (input->style_count > STYLES_MAX || input->rater_count == 0) {
        return fail(fault, ERR_INVALID, "there are %u styles of at most %d, and %u raters",
                    input->style_count, STYLES_MAX, input->rater_count);
    }
    for (size_t i = 0; i < input->count; i++) {
        TRY(check_comparison(input, i, fault));
    }
    return OK;
}

bool rows_are_plain(const struct rank_input *input, const struct rank_options *options)
{
    bool rated = options->raters && input->rater != NULL && input->rater_count > 1;
    bool sided = input->first != NULL;
    bool styled = input->style != NULL && input->style_count > 0;

    return !rated && !sided && !styled;
}

static struct rows merge(struct arena *arena, const struct rank_input *input)
{
    size_t items = input->item_count;
    size_t rows = 0;
    uint32_t *cells = arena_array(arena, uint32_t, items * items * 3);

    for (size_t i = 0; i < input->count; i++) {
        bool turned = input->left[i] > input->right[i];
        size_t low = turned ? input->right[i] : input->left[i];
        size_t high = turned ? input->left[i] : input->right[i];
        unsigned outcome = turned ? 2u - input->outcome[i] : input->outcome[i];

        rows += cells[(low * items + high) * 3 + outcome]++ == 0;
    }
    uint32_t *left = arena_array(arena, uint32_t, rows);
    uint32_t *right = arena_array(arena, uint32_t, rows);
    uint8_t *outcome = arena_array(arena, uint8_t, rows);
    float *weight = arena_array(arena, float, rows);
    size_t row = 0;

    for (size_t cell = 0; cell < items * items * 3; cell++) {
        if (cells[cell] > 0) {
            left[row] = (uint32_t)(cell / 3 / items);
            right[row] = (uint32_t)(cell / 3 % items);
            outcome[row] = (uint8_t)(cell % 3);
            weight[row++] = (float)cells[cell];
        }
    }
    return (struct rows){.left = left,
                         .right = right,
                         .outcome = outcome,
                         .weight = weight,
                         .count = rows,
                         .item_count = input->item_count};
}

struct rows rows_of(struct arena *arena, const struct rank_input *input, bool may_merge)
{
    size_t cells = (size_t)input->item_count * input->item_count;

    if (may_merge && input->item_count <= MERGE_ITEMS_MAX && cells <= 4 * input->count) {
        return merge(arena, input);
    }
    return (struct rows){.left = input->left,
                         .right = input->right,
                         .outcome = input->outcome,
                         .count = input->count,
                         .item_count = input->item_count};
}

static uint32_t root_of(uint32_t *parent, uint32_t item)
{
    while (parent[item] != item) {
        parent[item] = parent[parent[item]];
        item = parent[item];
    }
    return item;
}

uint32_t rows_components(const struct rows *rows, uint32_t *component)
{
    uint32_t count = 0;

    for (uint32_t item = 0; item < rows->item_count; item++) {
        component[item] = item;
    }
    for (size_t i = 0, apart = rows->item_count; i < rows->count && apart > 1; i++) {
        uint32_t a = root_of(component, rows->left[i]);
        uint32_t b = root_of(component, rows->right[i]);

        component[a > b ? a : b] = a > b ? b : a;
        apart -= a != b;
    }
    for (uint32_t item = 0; item < rows->item_count; item++) { /* a root is its first item */
        uint32_t root = component[item];

        component[item] = root == item ? count++ : component[root];
    }
    return count;
}

void rows_centre(struct arena *arena, const uint32_t *component, uint32_t component_count,
                 uint32_t item_count, double *score)
{
    struct arena_mark mark = arena_mark(arena);
    double *sum = arena_array(arena, double, component_count);
    double *size = arena_array(arena, double, component_count);

    for (uint32_t item = 0; item < item_count; item++) {
        sum[component[item]] += score[item];
        size[component[item]]++;
    }
    for (uint32_t item = 0; item < item_count; item++) {
        score[item] -= sum[component[item]] / size[component[item]];
    }
    arena_undo(arena, mark);
}
