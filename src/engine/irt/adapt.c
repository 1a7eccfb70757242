#include "engine/irt/adapt.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"

enum { NODES = IRT_ADAPT_NODES, LANES = 8 };

/* Eight floats at once; the compiler splits them where there is no AVX2, with the same bits. */
typedef float lanes __attribute__((vector_size(32), aligned(4)));

static const double RANGE = 6;
static const double ROW_SUM_SLACK = 1e-6;
static const double LIKELIHOOD_MIN = 1e-12;
static const double SHARE_MIN = 1e-9; /* of a posterior, or information: less is none */

static enum err check_confusion(const struct irt_entry *entry, uint32_t number, struct fault *fault)
{
    uint32_t count = entry->item.category_count;

    for (uint32_t row = 0; entry->confusion != NULL && row < count; row++) {
        double sum = 0;

        for (uint32_t k = 0; k < count; k++) {
            double share = entry->confusion[row * count + k];

            if (!(share >= 0)) {
                return fail(fault, ERR_INVALID, "item %u: row %u of its confusion matrix holds %g",
                            number, row + 1, share);
            }
            sum += share;
        }
        if (!(fabs(sum - 1) <= ROW_SUM_SLACK)) {
            return fail(fault, ERR_INVALID,
                        "item %u: row %u of its confusion matrix sums to %g, but must sum to 1",
                        number, row + 1, sum);
        }
    }
    return OK;
}

static enum err check(const struct irt_entry *entries, uint32_t item_count, struct fault *fault)
{
    if (item_count == 0 || item_count > IRT_ITEM_MAX) {
        return fail(fault, ERR_INVALID, "a bank has %u items, but must have from 1 to %d",
                    item_count, IRT_ITEM_MAX);
    }
    for (uint32_t i = 0; i < item_count; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "%u", i + 1);
        TRY(irt_item_check(&entries[i].item, name, fault));
        TRY(check_confusion(&entries[i], i + 1, fault));
        if (entries[i].block >= IRT_BLOCK_MAX) {
            return fail(fault, ERR_INVALID, "item %u stands in block %u, but there are at most %d",
                        i + 1, entries[i].block, IRT_BLOCK_MAX);
        }
    }
    return OK;
}

/* What the grader says instead of what is true. */
static void confuse(const struct irt_entry *entry, const double *truth, double *out)
{
    uint32_t count = entry->item.category_count;

    for (uint32_t given = 0; given < count; given++) {
        out[given] = entry->confusion == NULL ? truth[given] : 0;
        for (uint32_t k = 0; entry->confusion != NULL && k < count; k++) {
            out[given] += truth[k] * entry->confusion[k * count + given];
        }
    }
}

static void tabulate(const struct irt_entry *entry, uint32_t node, double theta, double *rows,
                     float *information)
{
    double truth[IRT_CATEGORY_MAX];
    double given[IRT_CATEGORY_MAX];
    double slope[IRT_CATEGORY_MAX];
    double sum = 0;

    irt_item_probabilities(&entry->item, theta, truth);
    confuse(entry, truth, given);
    irt_item_slopes(&entry->item, theta, truth);
    confuse(entry, truth, slope);
    for (uint32_t k = 0; k < entry->item.category_count; k++) {
        given[k] = fmax(given[k], LIKELIHOOD_MIN);
        rows[k * NODES + node] = given[k];
        sum += slope[k] * slope[k] / given[k];
    }
    *information = sum < SHARE_MIN ? 0 : (float)sum;
}

enum err irt_bank_new(struct arena *arena, const struct irt_entry *entries, uint32_t item_count,
                      struct irt_bank *out, struct fault *fault)
{
    struct irt_bank bank = {.item_count = item_count, .entries = entries};
    uint32_t row_count = 0;

    TRY(check(entries, item_count, fault));
    bank.row_first = arena_array(arena, uint32_t, item_count);
    for (uint32_t i = 0; i < item_count; i++) {
        bank.row_first[i] = row_count;
        row_count += entries[i].item.category_count;
        bank.block_count =
            bank.block_count > entries[i].block ? bank.block_count : entries[i].block + 1;
    }
    bank.likelihood = arena_array(arena, double, (size_t)row_count *NODES);
    bank.information = arena_array(arena, float, (size_t)item_count *NODES);
    for (uint32_t node = 0; node < NODES; node++) {
        bank.theta[node] = RANGE * (2.0 * node / (NODES - 1) - 1);
        for (uint32_t i = 0; i < item_count; i++) {
            tabulate(&entries[i], node, bank.theta[node],
                     bank.likelihood + (size_t)bank.row_first[i] * NODES,
                     &bank.information[(size_t)i * NODES + node]);
        }
    }
    *out = bank;
    return OK;
}

void irt_confusion_of(uint32_t count, double agreement, double *out)
{
    assert(count >= 2 && agreement >= 0 && agreement <= 1);
    for (uint32_t truth = 0; truth < count; truth++) {
        double *row = out + truth * count;
        double sum = 0;

        for (uint32_t given = 0; given < count; given++) {
            uint32_t gap = given > truth ? given - truth : truth - given;

            row[given] = gap == 0 ? 0 : gap == 1 ? 1 : 0.15;
            sum += row[given];
        }
        for (uint32_t given = 0; given < count; given++) {
            row[given] *= (1 - agreement) / sum;
        }
        row[truth] = agreement;
    }
}

static void summarise(const struct irt_bank *bank, struct irt_posterior *posterior)
{
    double sum = 0;
    double mean = 0;
    double square = 0;

    for (uint32_t q = 0; q < NODES; q++) {
        sum += posterior->share[q];
        mean += posterior->share[q] * bank->theta[q];
    }
    mean /= sum;
    for (uint32_t q = 0; q < NODES; q++) {
        double gap = bank->theta[q] - mean;

        posterior->share[q] /= sum;
        square += posterior->share[q] * gap * gap;
    }
    posterior->mean = mean;
    posterior->deviation = sqrt(square);
}

struct irt_posterior irt_posterior_new(const struct irt_bank *bank, double mean, double deviation)
{
    struct irt_posterior posterior;

    assert(deviation > 0 && isfinite(mean));
    for (uint32_t q = 0; q < NODES; q++) {
        double z = (bank->theta[q] - mean) / deviation;

        posterior.share[q] = exp(fmax(-600, -z * z / 2));
    }
    summarise(bank, &posterior);
    return posterior;
}

void irt_posterior_add(const struct irt_bank *bank, uint32_t item, uint32_t category,
                       struct irt_posterior *posterior)
{
    assert(item < bank->item_count && category < bank->entries[item].item.category_count);
    const double *row = bank->likelihood + (size_t)(bank->row_first[item] + category) * NODES;

    for (uint32_t q = 0; q < NODES; q++) { /* kept above zero: later answers may contradict */
        posterior->share[q] = fmax(posterior->share[q] * row[q], 1e-280);
    }
    summarise(bank, posterior);
}

double irt_posterior_quantile(const struct irt_bank *bank, const struct irt_posterior *posterior,
                              double p)
{
    double below = 0;
    double width = bank->theta[1] - bank->theta[0];

    for (uint32_t q = 0; q < NODES; q++) { /* each node stands for the cell around it */
        if (below + posterior->share[q] >= p) {
            return bank->theta[q] + width * ((p - below) / posterior->share[q] - 0.5);
        }
        below += posterior->share[q];
    }
    return bank->theta[NODES - 1] + width / 2;
}

/* Over the nodes from `first` to `end`, both multiples of 16, where the posterior is. */
static inline __attribute__((always_inline)) float
expected(const float *information, const float *share, uint32_t first, uint32_t end)
{
    lanes left = {0};
    lanes right = {0};

    for (uint32_t q = first; q < end; q += 2 * LANES) {
        left += *(const lanes *)(information + q) * *(const lanes *)(share + q);
        right += *(const lanes *)(information + q + LANES) * *(const lanes *)(share + q + LANES);
    }
    left += right;
    return ((left[0] + left[1]) + (left[2] + left[3])) +
           ((left[4] + left[5]) + (left[6] + left[7]));
}

/* The best items so far, best first. */
struct podium {
    uint32_t item[IRT_TOP_MAX];
    float value[IRT_TOP_MAX];
    uint32_t count;
    uint32_t room;
};

static inline void podium_offer(struct podium *podium, uint32_t item, float value)
{
    uint32_t place = podium->count;

    if (place == podium->room) {
        if (value <= podium->value[place - 1]) {
            return;
        }
        place--;
    } else {
        podium->count++;
    }
    for (; place > 0 && podium->value[place - 1] < value; place--) {
        podium->value[place] = podium->value[place - 1];
        podium->item[place] = podium->item[place - 1];
    }
    podium->value[place] = value;
    podium->item[place] = item;
}

struct scan {
    const struct irt_bank *bank;
    const struct irt_choice *choice;
    float share[NODES];
    uint32_t first; /* nodes with shares, in whole pairs of lanes */
    uint32_t end;
    uint32_t block; /* IRT_BLOCK_MAX: any */
    bool capped;
};

static bool below_cap(const struct irt_choice *choice, uint32_t item)
{
    return choice->shown == NULL ||
           choice->shown[item] < choice->exposure_max * (choice->session_count + 1.0);
}

static inline __attribute__((always_inline)) void scan_items(const struct scan *scan,
                                                             struct podium *podium)
{
    const struct irt_bank *bank = scan->bank;

    for (uint32_t i = 0; i < bank->item_count; i++) {
        if (scan->choice->closed[i] ||
            (scan->block != IRT_BLOCK_MAX && bank->entries[i].block != scan->block) ||
            (scan->capped && !below_cap(scan->choice, i))) {
            continue;
        }
        podium_offer(
            podium, i,
            expected(bank->information + (size_t)i * NODES, scan->share, scan->first, scan->end));
    }
}

__attribute__((target("avx2"))) static void scan_items_avx2(const struct scan *scan,
                                                            struct podium *podium)
{
    scan_items(scan, podium);
}

static void fill_podium(const struct scan *scan, struct podium *podium)
{
    if (__builtin_cpu_supports("avx2")) {
        scan_items_avx2(scan, podium);
    } else {
        scan_items(scan, podium);
    }
}

/* The block with open items that lags most behind its share. */
static uint32_t lagging_block(const struct irt_bank *bank, const struct irt_choice *choice)
{
    bool open[IRT_BLOCK_MAX] = {false};
    uint32_t answered = 0;
    uint32_t best = IRT_BLOCK_MAX;
    double most = -HUGE_VAL;

    if (choice->shares == NULL) {
        return IRT_BLOCK_MAX;
    }
    for (uint32_t i = 0; i < bank->item_count; i++) {
        open[bank->entries[i].block] |= !choice->closed[i];
    }
    for (uint32_t block = 0; block < bank->block_count; block++) {
        answered += choice->given[block];
    }
    for (uint32_t block = 0; block < bank->block_count; block++) {
        double lag = choice->shares[block] * (answered + 1.0) - choice->given[block];

        if (open[block] && lag > most) {
            most = lag;
            best = block;
        }
    }
    return best;
}

enum err irt_choose(const struct irt_bank *bank, const struct irt_posterior *posterior,
                    const struct irt_choice *choice, struct rng *rng, uint32_t *out)
{
    assert(choice->top_count >= 1 && choice->top_count <= IRT_TOP_MAX);
    struct scan scan = {.bank = bank, .choice = choice, .capped = choice->shown != NULL};
    struct podium podium = {.room = choice->top_count};

    scan.first = NODES;
    for (uint32_t q = 0; q < NODES; q++) {
        /* subnormal numbers would cost a hundred times as much, and say nothing */
        bool counts = posterior->share[q] >= SHARE_MIN;

        scan.share[q] = counts ? (float)posterior->share[q] : 0;
        if (counts) {
            scan.first = scan.first == NODES ? q / (2 * LANES) * (2 * LANES) : scan.first;
            scan.end = (q / (2 * LANES) + 1) * (2 * LANES);
        }
    }
    scan.block = lagging_block(bank, choice);
    fill_podium(&scan, &podium);
    if (podium.count == 0 && scan.capped) {
        scan.capped = false;
        fill_podium(&scan, &podium);
    }
    if (podium.count == 0) {
        return ERR_NOT_FOUND;
    }
    *out = podium.item[podium.count == 1 ? 0 : rng_below(rng, podium.count)];
    return OK;
}

enum irt_stop irt_stop(const struct irt_bank *bank, const struct irt_posterior *posterior,
                       const struct irt_stop_rule *rule, uint32_t answered)
{
    if (answered >= bank->item_count) {
        return IRT_STOP_EMPTY;
    }
    if (answered >= rule->count_max) {
        return IRT_STOP_COUNT;
    }
    if (answered < rule->count_min) {
        return IRT_STOP_NOT;
    }
    if (posterior->deviation <= rule->deviation_max) {
        return IRT_STOP_PRECISE;
    }
    if (isfinite(rule->cut)) {
        double tail = (1 - rule->cut_level) / 2;

        if (irt_posterior_quantile(bank, posterior, tail) > rule->cut ||
            irt_posterior_quantile(bank, posterior, 1 - tail) < rule->cut) {
            return IRT_STOP_CLEAR;
        }
    }
    return IRT_STOP_NOT;
}
