#include "engine/truth/pass_kernel.h"
#include "engine/truth/pass_wide.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 16 }; /* items softened together, so that their chains of operations overlap */

typedef float pair __attribute__((vector_size(8)));
typedef float quad __attribute__((vector_size(16)));
typedef uint64_t bits __attribute__((vector_size(32)));

/* Log-ratios above this: an item is softened alone. */
static const float log_max = 60;

struct block {
    float sum[BLOCK * NARROW_WIDTH] __attribute__((aligned(64)));
    float weight[BLOCK * NARROW_WIDTH] __attribute__((aligned(64)));
};

/* Sums over the items of a chunk. A product of normalisers is kept as mantissas below two and
 * exponents, so that one logarithm is taken of all. */
struct sums {
    octet mass;
    octet mantissa;
    integers exponent;
};

/* The normaliser of each item in all its lanes. */
INLINE void add_lanes(octet *x, uint32_t width)
{
    if (width > 1) {
        *x += __builtin_shufflevector(*x, *x, 1, 0, 3, 2, 5, 4, 7, 6);
    }
    if (width > 2) {
        *x += __builtin_shufflevector(*x, *x, 2, 3, 0, 1, 6, 7, 4, 5);
    }
    *x += 1.F;
}

INLINE void fold(struct sums *sums, const octet *all)
{
    integers product = (integers)(sums->mantissa * *all);

    sums->exponent += product >> 23;
    sums->mantissa = (octet)((product & 0x7FFFFF) | 0x3F800000);
}

/* Log-normalisers of the chunk, each item once, after `count` calls of fold. */
INLINE double unfold(const struct sums *sums, uint32_t width, uint32_t count)
{
    double sum = 0;

    for (uint32_t i = 0; i < OCTET; i += width) {
        sum += log((double)sums->mantissa[i]) +
               ((double)sums->exponent[i] - 127.0 * count) * 0.693147180559945309;
    }
    return sum;
}

/* Most items have few labels, and counting them in a loop costs as much as adding. */
INLINE void add_quads(const float *table, const uint32_t *row, uint32_t labels, quad *to)
{
    const quad *at = (const quad *)(const void *)table;
    quad sum = *to;

    for (; labels > 6; labels--) {
        sum += at[(size_t)row[labels - 1] * 2];
    }
    switch (labels) {
    case 6:
        sum += at[(size_t)row[5] * 2];
        [[fallthrough]];
    case 5:
        sum += at[(size_t)row[4] * 2];
        [[fallthrough]];
    case 4:
        sum += at[(size_t)row[3] * 2];
        [[fallthrough]];
    case 3:
        sum += at[(size_t)row[2] * 2];
        [[fallthrough]];
    case 2:
        sum += at[(size_t)row[1] * 2];
        [[fallthrough]];
    case 1:
        sum += at[(size_t)row[0] * 2];
        [[fallthrough]];
    default:
        *to = sum;
    }
}

INLINE void add_to_quads(float *table, const uint32_t *row, uint32_t labels, const quad *add)
{
    quad *at = (quad *)(void *)table;
    quad sum = *add;

    for (; labels > 6; labels--) {
        at[(size_t)row[labels - 1] * 2 + 1] += sum;
    }
    switch (labels) {
    case 6:
        at[(size_t)row[5] * 2 + 1] += sum;
        [[fallthrough]];
    case 5:
        at[(size_t)row[4] * 2 + 1] += sum;
        [[fallthrough]];
    case 4:
        at[(size_t)row[3] * 2 + 1] += sum;
        [[fallthrough]];
    case 3:
        at[(size_t)row[2] * 2 + 1] += sum;
        [[fallthrough]];
    case 2:
        at[(size_t)row[1] * 2 + 1] += sum;
        [[fallthrough]];
    case 1:
        at[(size_t)row[0] * 2 + 1] += sum;
        [[fallthrough]];
    default:
        return;
    }
}

/* Log-ratios of a block's items; where there is no item, lanes are impossible. */
INLINE void gather(const struct truth_shard *shard, uint32_t from, uint32_t count, uint32_t width,
                   float *sum)
{
    const float *prior = shard->pass->prior;
    const uint32_t *first = shard->pass->input->first + from;
    const uint32_t *row = shard->pass->input->row + first[0];

    for (uint32_t j = 0; j < BLOCK * width; j++) {
        sum[j] = TRUTH_IMPOSSIBLE;
    }
    for (uint32_t j = 0; j < count; j++, sum += width) {
        uint32_t labels = first[j + 1] - first[j];

        if (width == 4) {
            *(quad *)(void *)sum = *(const quad *)(const void *)prior;
            add_quads(shard->table, row, labels, (quad *)(void *)sum);
        } else if (width == 2) {
            const pair *at = (const pair *)(const void *)shard->table;
            pair total = *(const pair *)(const void *)prior;

            for (uint32_t i = 0; i < labels; i++) {
                total += at[(size_t)row[i] * 2];
            }
            *(pair *)(void *)sum = total;
        } else {
            float total = *prior;

            for (uint32_t i = 0; i < labels; i++) {
                total += shard->table[(size_t)row[i] * 2];
            }
            *sum = total;
        }
        row += labels;
    }
}

/* Add each item's probabilities to the rows of its labels. */
INLINE void scatter(const struct truth_shard *shard, uint32_t from, uint32_t count, uint32_t width,
                    const float *weight)
{
    const uint32_t *first = shard->pass->input->first + from;
    const uint32_t *row = shard->pass->input->row + first[0];
    float *table = shard->table;

    for (uint32_t j = 0; j < count; j++, weight += width) {
        uint32_t labels = first[j + 1] - first[j];

        if (width == 4) {
            add_to_quads(table, row, labels, (const quad *)(const void *)weight);
        } else if (width == 2) {
            pair *at = (pair *)(void *)table;
            pair add = *(const pair *)(const void *)weight;

            for (uint32_t i = 0; i < labels; i++) {
                at[(size_t)row[i] * 2 + 1] += add;
            }
        } else {
            for (uint32_t i = 0; i < labels; i++) {
                table[(size_t)row[i] * 2 + 1] += *weight;
            }
        }
        row += labels;
    }
}

/* Softens a block unless an item needs to be looked at alone: then false, and nothing is added. */
INLINE bool soften(struct block *block, uint32_t width, struct sums *sums)
{
    struct sums now = *sums;
    integers large = {0};

    for (uint32_t v = 0; v < BLOCK * width / OCTET; v++) {
        octet weight = ((const octet *)(const void *)block->sum)[v];

        large |= weight > log_max;
        exponential(&weight);
        octet all = weight;

        add_lanes(&all, width);
        weight /= all;
        now.mass += weight;
        fold(&now, &all);
        ((octet *)(void *)block->weight)[v] = weight;
    }
    bits found = (bits)large;

    if ((found[0] | found[1] | found[2] | found[3]) != 0) {
        return false;
    }
    *sums = now;
    return true;
}

/* Shares of votes for a block. */
INLINE void share(const struct truth_shard *shard, uint32_t from, uint32_t count, uint32_t width,
                  struct block *block)
{
    const struct truth_input *input = shard->pass->input;

    for (uint32_t j = 0; j < count; j++) {
        float labels = (float)(input->first[from + j + 1] - input->first[from + j]);
        float *lanes = block->weight + (size_t)j * width;

        for (uint32_t h = 0; h < width; h++) {
            lanes[h] = block->sum[j * width + h] / labels;
        }
        if (labels < 1 || truth_is_gold(input, from + j)) {
            truth_item_share(shard->pass, from + j, lanes);
        }
        for (uint32_t h = 0; h < width; h++) {
            shard->mass[h] += (double)lanes[h];
        }
    }
}

/* The slow way through a block; returns the likelihood. */
static double soften_each(const struct truth_shard *shard, uint32_t from, uint32_t count,
                          struct block *block)
{
    const struct truth_pass *pass = shard->pass;
    uint32_t width = pass->width;
    double likelihood = 0;

    memcpy(block->weight, block->sum, (size_t)count * width * sizeof(float));
    for (uint32_t j = 0; j < count; j++) {
        float *lanes = block->weight + (size_t)j * width;

        likelihood += truth_item_soften(pass, from + j, lanes);
        for (uint32_t h = 0; h < width; h++) {
            shard->mass[h] += (double)lanes[h];
        }
    }
    return likelihood;
}

/* Two to five lanes: a vector holds the lanes of two, four or eight items. */
INLINE void run_narrow(struct truth_shard *shard, uint32_t from, uint32_t to, uint32_t width)
{
    const struct truth_pass *pass = shard->pass;
    struct sums sums = {.mantissa = (octet){0} + 1.F};
    struct block block;
    uint32_t folds = 0;

    for (uint32_t item = from; item < to; item += BLOCK) {
        uint32_t count = to - item < BLOCK ? to - item : BLOCK;

        gather(shard, item, count, width, block.sum);
        if (pass->votes) {
            share(shard, item, count, width, &block);
        } else if (!truth_item_known(pass->input, item, count) && soften(&block, width, &sums)) {
            folds += BLOCK * width / OCTET;
        } else {
            shard->likelihood += soften_each(shard, item, count, &block);
        }
        scatter(shard, item, count, width, block.weight);
        for (uint32_t j = 0; pass->posterior != NULL && j < count; j++) {
            truth_item_posterior(pass, item + j, block.weight + (size_t)j * width);
        }
    }
    for (uint32_t i = 0; i < OCTET; i++) {
        shard->mass[i % width] += (double)sums.mass[i];
    }
    shard->likelihood += unfold(&sums, width, folds);
}

/* Constants let the compiler lay each width out on its own. */
INLINE void run(struct truth_shard *shard, uint32_t from, uint32_t to)
{
    uint32_t width = shard->pass->width;

    switch (width) {
    case 1:
        run_narrow(shard, from, to, 1);
        return;
    case 2:
        run_narrow(shard, from, to, 2);
        return;
    case 4:
        run_narrow(shard, from, to, 4);
        return;
    case 8:
        run_wide(shard, from, to, 1);
        return;
    case 16:
        run_wide(shard, from, to, 2);
        return;
    case 24:
        run_wide(shard, from, to, 3);
        return;
    case 32:
        run_wide(shard, from, to, 4);
        return;
    default:
        run_wide(shard, from, to, width / OCTET);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void run_avx2(struct truth_shard *shard, uint32_t from,
                                                     uint32_t to)
{
    run(shard, from, to);
}
#endif

static void run_plain(struct truth_shard *shard, uint32_t from, uint32_t to)
{
    run(shard, from, to);
}

void truth_kernel_run(struct truth_shard *shard, uint32_t from, uint32_t to)
{
#if defined(__x86_64__)
    if (!shard->pass->plain && __builtin_cpu_supports("avx2")) {
        run_avx2(shard, from, to);
        return;
    }
#endif
    run_plain(shard, from, to);
}
