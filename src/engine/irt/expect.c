#include "engine/irt/expect.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "engine/irt/fit.h"

enum {
    SHARD_MAX = 16,
    SHARD_ROW_MIN = 512,
    SHARD_ROOM_MAX = 1 << 26, /* bytes of all shards' counts together */
    LANES = 4,
    SEGMENT = 3, /* groups multiplied before a rescale: 3 * 6 answers of 1e-12 stay above 1e-300 */
};

/* Four doubles at once; the compiler splits them where there is no AVX2, with the same bits. */
typedef double lanes __attribute__((vector_size(32), aligned(8)));

static const double CHANCE_MIN = 1e-12; /* of a code, as of a category */

/* So far below the best node that it cannot matter, yet never zero at all nodes. */
static const double SHARE_MIN = 1e-80;

struct irt_expectation irt_expectation_new(struct arena *arena, const struct irt_packed *packed,
                                           const struct irt_grid *grid)
{
    size_t table_size = (size_t)packed->code_count * grid->count;
    size_t fitting = SHARD_ROOM_MAX / (table_size * sizeof(double)) + 1;
    size_t wanted = packed->row_count / SHARD_ROW_MIN + 1;
    size_t shards = wanted < fitting ? wanted : fitting;

    shards = shards < SHARD_MAX ? shards : SHARD_MAX;
    return (struct irt_expectation){
        .table = arena_array(arena, double, table_size + grid->count),
        .counts = arena_array(arena, double, table_size *shards),
        .cells = arena_array(arena, double, (size_t)packed->cell_count * grid->count),
        .likelihoods = arena_array(arena, double, shards),
        .shard_count = (uint32_t)shards,
    };
}

double irt_true_category(const struct irt_gradings *gradings, const struct irt_item *item,
                         double theta, uint32_t code, double *out)
{
    double probability[IRT_CATEGORY_MAX];
    double sum = 0;

    irt_item_probabilities(item, theta, probability);
    for (uint32_t k = 0; k < item->category_count; k++) {
        double given = gradings == NULL || gradings->chance == NULL
                           ? k == code
                           : gradings->chance[(size_t)k * gradings->code_count + code];

        out[k] = probability[k] * given;
        sum += out[k];
    }
    for (uint32_t k = 0; k < item->category_count && sum > 0; k++) {
        out[k] /= sum;
    }
    return sum;
}

static const struct irt_gradings *gradings_of(const struct irt_packed *packed, uint32_t item)
{
    return packed->gradings == NULL || packed->gradings[item].chance == NULL
               ? NULL
               : &packed->gradings[item];
}

/* The chance of each thing that may be given, at an ability. */
static void chances_of_codes(const struct irt_gradings *gradings, const struct irt_item *item,
                             double theta, double *out)
{
    double unused[IRT_CATEGORY_MAX];

    if (gradings == NULL) {
        irt_item_probabilities(item, theta, out);
        return;
    }
    for (uint32_t code = 0; code < gradings->code_count; code++) {
        out[code] = fmax(CHANCE_MIN, irt_true_category(gradings, item, theta, code, unused));
    }
}

/* One more item multiplies the rows that its group has so far, from the last code to the first. */
static void tabulate_item(const struct irt_digit *digit, const struct irt_gradings *gradings,
                          const struct irt_item *item, const struct irt_grid *grid, double *rows)
{
    uint32_t node_count = grid->count;

    for (uint32_t q = 0; q < node_count; q++) {
        double probability[IRT_CODE_MAX + 1];

        chances_of_codes(gradings, item, grid->theta[q], probability);
        probability[digit->code_count] = 1; /* missing */
        for (uint32_t value = digit->radix; value-- > 0;) {
            for (uint32_t code = 0; code < digit->place; code++) {
                rows[(size_t)(value * digit->place + code) * node_count + q] =
                    rows[(size_t)code * node_count + q] * probability[value];
            }
        }
    }
}

void irt_tabulate(struct irt_expectation *expectation, const struct irt_packed *packed,
                  const struct irt_item *items, const struct irt_grid *grid)
{
    for (uint32_t q = 0; q < grid->count; q++) {
        expectation->table[(size_t)packed->code_count * grid->count + q] = 1;
    }
    for (uint32_t g = 0; g < packed->group_count; g++) {
        const struct irt_group *group = &packed->groups[g];
        double *rows = expectation->table + (size_t)group->code_first * grid->count;

        for (uint32_t q = 0; q < grid->count; q++) {
            rows[q] = 1;
        }
        for (uint32_t k = 0; k < group->item_count; k++) {
            uint32_t item = group->item_first + k;

            tabulate_item(&packed->digits[item], gradings_of(packed, item), &items[item], grid,
                          rows);
        }
    }
}

struct row_view {
    const double *table;
    const struct irt_group *groups;
    const uint8_t *codes;
    uint32_t group_count;
    uint32_t node_count;
    uint32_t ones_row;
};

static struct row_view view_of(const struct irt_expectation *expectation,
                               const struct irt_packed *packed, uint32_t node_count, size_t row)
{
    return (struct row_view){.table = expectation->table,
                             .groups = packed->groups,
                             .codes = packed->codes + row * packed->group_count,
                             .group_count = packed->group_count,
                             .node_count = node_count,
                             .ones_row = packed->code_count};
}

/* The row of the group's answer; behind the last group, a row of ones. */
static inline __attribute__((always_inline)) const double *looked_up(const struct row_view *view,
                                                                     uint32_t g)
{
    uint32_t row =
        g < view->group_count ? view->groups[g].code_first + view->codes[g] : view->ones_row;

    return view->table + (size_t)row * view->node_count;
}

/* Multiply SEGMENT table rows into `share`; returns the sum over the nodes. */
static inline __attribute__((always_inline)) double multiply_segment(const struct row_view *view,
                                                                     uint32_t first, double *share)
{
    const double *one = looked_up(view, first);
    const double *two = looked_up(view, first + 1);
    const double *three = looked_up(view, first + 2);
    size_t node_count = view->node_count;
    lanes sum = {0};

    for (size_t q = 0; q < node_count; q += LANES) {
        lanes value = *(const lanes *)(share + q) * *(const lanes *)(one + q) *
                      (*(const lanes *)(two + q) * *(const lanes *)(three + q));

        *(lanes *)(share + q) = value;
        sum += value;
    }
    return sum[0] + sum[1] + sum[2] + sum[3];
}

/* Bring the sum to about one by a power of two, which costs no precision. Returns the exponent. */
static inline __attribute__((always_inline)) int rescale(double *share, uint32_t node_count,
                                                         double sum)
{
    int exponent;

    (void)frexp(sum, &exponent);
    double scale = ldexp(1, -exponent);

    for (uint32_t q = 0; q < node_count; q += LANES) {
        lanes *value = (lanes *)(share + q);

        *value = *value * scale + SHARE_MIN;
    }
    return exponent;
}

/* The posterior over the nodes, not yet divided by its `sum`; returns the log-likelihood. */
static inline __attribute__((always_inline)) double
row_shares(const struct row_view *view, const struct irt_grid *grid, double *share, double *sum)
{
    int exponent = 0;

    memcpy(share, grid->prior, view->node_count * sizeof(*share));
    for (uint32_t g = 0; g < view->group_count; g += SEGMENT) {
        *sum = multiply_segment(view, g, share);
        if (g + SEGMENT < view->group_count) {
            exponent += rescale(share, view->node_count, *sum);
        }
    }
    return log(*sum) + exponent * M_LN2;
}

static inline __attribute__((always_inline)) void
add_shares(const struct row_view *view, double *share, double factor, double *counts)
{
    size_t node_count = view->node_count;

    for (size_t q = 0; q < node_count; q += LANES) {
        *(lanes *)(share + q) *= factor;
    }
    for (uint32_t g = 0; g < view->group_count; g++) {
        double *row = counts + (looked_up(view, g) - view->table);

        for (size_t q = 0; q < node_count; q += LANES) {
            *(lanes *)(row + q) += *(const lanes *)(share + q);
        }
    }
}

struct shard_work {
    struct irt_expectation *expectation;
    const struct irt_packed *packed;
    const struct irt_grid *grid;
};

static inline __attribute__((always_inline)) void expect_rows(const struct shard_work *work,
                                                              size_t shard)
{
    const struct irt_packed *packed = work->packed;
    struct irt_expectation *expectation = work->expectation;
    size_t table_size = (size_t)packed->code_count * work->grid->count;
    double *counts = expectation->counts + shard * table_size;
    uint64_t first = (uint64_t)packed->row_count * shard / expectation->shard_count;
    uint64_t end = (uint64_t)packed->row_count * (shard + 1) / expectation->shard_count;
    double likelihood = 0;
    double share[IRT_NODE_MAX];

    memset(counts, 0, table_size * sizeof(*counts));
    for (uint64_t row = first; row < end; row++) {
        struct row_view view = view_of(expectation, packed, work->grid->count, row);
        double weight = packed->weight == NULL ? 1 : packed->weight[row];
        double sum = 0;

        likelihood += weight * row_shares(&view, work->grid, share, &sum);
        add_shares(&view, share, weight / sum, counts);
    }
    expectation->likelihoods[shard] = likelihood;
}

__attribute__((target("avx2"))) static void expect_shard_avx2(void *context, size_t shard)
{
    expect_rows(context, shard);
}

static void expect_shard_plain(void *context, size_t shard)
{
    expect_rows(context, shard);
}

/* Give the persons of what was given to the true categories that it may stand for. */
static void share_out(const struct irt_gradings *gradings, const struct irt_item *item,
                      const struct irt_grid *grid, uint32_t code, const double *from, double *cells)
{
    double truth[IRT_CATEGORY_MAX];

    for (uint32_t q = 0; q < grid->count; q++) {
        (void)irt_true_category(gradings, item, grid->theta[q], code, truth);
        for (uint32_t k = 0; k < item->category_count; k++) {
            cells[(size_t)k * grid->count + q] += from[q] * truth[k];
        }
    }
}

/* Add the shards up in their order, and give each code's persons to the categories it stands for.
 */
static void unpack_counts(struct irt_expectation *expectation, const struct irt_packed *packed,
                          const struct irt_item *items, const struct irt_grid *grid)
{
    uint32_t node_count = grid->count;
    size_t table_size = (size_t)packed->code_count * node_count;
    double *sums = expectation->counts;

    for (uint32_t shard = 1; shard < expectation->shard_count; shard++) {
        for (size_t i = 0; i < table_size; i++) {
            sums[i] += sums[shard * table_size + i];
        }
    }
    memset(expectation->cells, 0, (size_t)packed->cell_count * node_count * sizeof(double));
    for (uint32_t item = 0; item < packed->item_count; item++) {
        const struct irt_digit *digit = &packed->digits[item];
        const struct irt_group *group = &packed->groups[digit->group];

        for (uint32_t code = 0; code < group->code_count; code++) {
            uint32_t value = code / digit->place % digit->radix;
            const double *from = sums + (size_t)(group->code_first + code) * node_count;

            if (value == digit->code_count) {
                continue;
            }
            if (gradings_of(packed, item) != NULL) {
                share_out(gradings_of(packed, item), &items[item], grid, value, from,
                          expectation->cells + (size_t)digit->cell_first * node_count);
                continue;
            }
            double *to = expectation->cells + (size_t)(digit->cell_first + value) * node_count;

            for (uint32_t q = 0; q < node_count; q++) {
                to[q] += from[q];
            }
        }
    }
}

void irt_expect(struct irt_expectation *expectation, const struct irt_packed *packed,
                const struct irt_item *items, const struct irt_grid *grid,
                const struct parallel *parallel)
{
    struct shard_work work = {.expectation = expectation, .packed = packed, .grid = grid};
    bool fast = !expectation->plain && __builtin_cpu_supports("avx2");

    irt_tabulate(expectation, packed, items, grid);
    parallel_run(parallel, expectation->shard_count, fast ? expect_shard_avx2 : expect_shard_plain,
                 &work);
    expectation->likelihood = 0;
    for (uint32_t shard = 0; shard < expectation->shard_count; shard++) {
        expectation->likelihood += expectation->likelihoods[shard];
    }
    unpack_counts(expectation, packed, items, grid);
}

double irt_row_posterior(const struct irt_expectation *expectation, const struct irt_packed *packed,
                         const struct irt_grid *grid, uint32_t row, double *out)
{
    struct row_view view = view_of(expectation, packed, grid->count, row);
    double sum = 0;
    double likelihood = row_shares(&view, grid, out, &sum);

    for (uint32_t q = 0; q < grid->count; q++) {
        out[q] /= sum;
    }
    return likelihood;
}
