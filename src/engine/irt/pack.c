#include <math.h>

#include "base/arena.h"
#include "engine/irt/expect.h"
#include "engine/irt/fit.h"

enum { GROUP_CODE_MAX = 64 };

struct irt_grid irt_grid_normal(struct arena *arena, uint32_t count, double range)
{
    struct irt_grid grid = {.count = count,
                            .theta = arena_array(arena, double, count),
                            .prior = arena_array(arena, double, count)};
    double sum = 0;

    for (uint32_t q = 0; q < count; q++) {
        grid.theta[q] = range * (2.0 * q / (count - 1) - 1);
        grid.prior[q] = exp(-grid.theta[q] * grid.theta[q] / 2);
        sum += grid.prior[q];
    }
    for (uint32_t q = 0; q < count; q++) {
        grid.prior[q] /= sum;
    }
    return grid;
}

static void find_gaps(const struct irt_responses *responses, uint8_t *gaps)
{
    for (uint32_t row = 0; row < responses->row_count; row++) {
        const uint8_t *answers = responses->at + (size_t)row * responses->item_count;

        for (uint32_t item = 0; item < responses->item_count; item++) {
            gaps[item] |= answers[item] == IRT_MISSING;
        }
    }
}

/* Lay neighbouring items into groups as long as their joint answers stay few. */
static void lay_out(const uint32_t *category_counts, const uint8_t *gaps, struct irt_packed *packed)
{
    struct irt_group *group = NULL;

    for (uint32_t item = 0; item < packed->item_count; item++) {
        struct irt_digit *digit = &packed->digits[item];

        digit->category_count = category_counts[item];
        digit->code_count = packed->gradings != NULL && packed->gradings[item].chance != NULL
                                ? packed->gradings[item].code_count
                                : category_counts[item];
        digit->radix = digit->code_count + gaps[item];
        if (group == NULL || group->code_count * digit->radix > GROUP_CODE_MAX) {
            group = &packed->groups[packed->group_count++];
            *group = (struct irt_group){.item_first = item, .code_count = 1};
        }
        digit->group = packed->group_count - 1;
        digit->place = group->code_count;
        digit->cell_first = packed->cell_count;
        group->code_count *= digit->radix;
        group->item_count++;
        packed->cell_count += category_counts[item];
    }
    for (uint32_t g = 0; g < packed->group_count; g++) {
        packed->groups[g].code_first = packed->code_count;
        packed->code_count += packed->groups[g].code_count;
    }
}

static void encode(const struct irt_responses *responses, struct irt_packed *packed)
{
    for (uint32_t row = 0; row < packed->row_count; row++) {
        const uint8_t *answers = responses->at + (size_t)row * packed->item_count;
        uint8_t *codes = packed->codes + (size_t)row * packed->group_count;

        for (uint32_t item = 0; item < packed->item_count; item++) {
            const struct irt_digit *digit = &packed->digits[item];
            uint32_t value = answers[item] == IRT_MISSING ? digit->code_count : answers[item];

            codes[digit->group] = (uint8_t)(codes[digit->group] + value * digit->place);
        }
    }
}

struct irt_packed irt_pack(struct arena *arena, const struct irt_responses *responses,
                           const uint32_t *category_counts)
{
    struct irt_packed packed = {
        .row_count = responses->row_count,
        .item_count = responses->item_count,
        .digits = arena_array(arena, struct irt_digit, responses->item_count),
        .groups = arena_array(arena, struct irt_group, responses->item_count),
        .weight = responses->weight,
        .gradings = responses->gradings,
    };
    uint8_t *gaps = arena_array(arena, uint8_t, responses->item_count);

    find_gaps(responses, gaps);
    lay_out(category_counts, gaps, &packed);
    packed.codes = arena_array(arena, uint8_t, (size_t)packed.row_count * packed.group_count);
    encode(responses, &packed);
    return packed;
}
