/*
 * Replays a real set: beliefs about workers come from one half of the items, and
 * the labels of the other half are bought one by one. Usage: bench_route LABELS
 * TRUTH [SEEDS], files of lines item,worker,label and item,truth with dense whole
 * numbers and a header. Prints: least share of the labels after which accuracy
 * stays within .005 of that of all labels, routed and uniform; mean over seeds.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/truth/route.h"

enum { LABELS_MAX = 1 << 20, STEPS = 200 };

struct set {
    struct truth_labels all;
    struct truth_label *at;
    uint32_t *truth; /* [item] */
};

/* One replay: who has labelled what, who is history, what was bought so far. */
struct replay {
    const struct set *set;
    const struct truth_fit *fit;
    uint8_t *tested; /* [item] */
    uint32_t *order; /* labels of tested items, shuffled */
    uint32_t count;
    double *log_belief; /* [item][class] */
};

static uint32_t larger(uint32_t left, uint32_t right)
{
    return left > right ? left : right;
}

static int read_set(struct arena *arena, const char *labels, const char *truth, struct set *set)
{
    FILE *file = fopen(labels, "r");
    unsigned a;
    unsigned b;
    unsigned c;

    set->at = arena_array(arena, struct truth_label, LABELS_MAX);
    if (file == NULL || fscanf(file, "%*s") == EOF) {
        return 1;
    }
    while (set->all.count < LABELS_MAX && fscanf(file, "%u,%u,%u", &a, &b, &c) == 3) {
        set->at[set->all.count++] = (struct truth_label){a, b, c};
        set->all.item_count = larger(set->all.item_count, a + 1);
        set->all.worker_count = larger(set->all.worker_count, b + 1);
        set->all.class_count = larger(set->all.class_count, c + 1);
    }
    (void)fclose(file);
    set->all.at = set->at;
    set->truth = arena_array(arena, uint32_t, set->all.item_count);
    memset(set->truth, 0xFF, set->all.item_count * sizeof(uint32_t));
    file = fopen(truth, "r");
    if (file == NULL || fscanf(file, "%*s") == EOF) {
        return 1;
    }
    while (fscanf(file, "%u,%u", &a, &b) == 2) {
        if (a < set->all.item_count) {
            set->truth[a] = b;
        }
    }
    return fclose(file);
}

/* Accuracy on tested items, ties shared, under the fixed beliefs about workers. */
static double accuracy(const struct replay *replay)
{
    uint32_t class_count = replay->set->all.class_count;
    double right = 0;
    double count = 0;

    for (uint32_t item = 0; item < replay->set->all.item_count; item++) {
        const double *row = replay->log_belief + (size_t)item * class_count;
        uint32_t truth = replay->set->truth[item];
        double top = row[0];

        if (!replay->tested[item]) {
            continue;
        }
        for (uint32_t k = 1; k < class_count; k++) {
            top = fmax(top, row[k]);
        }
        right += truth < class_count && row[truth] > top - 1e-9;
        count++;
    }
    return right / count;
}

static void start(struct replay *replay)
{
    uint32_t class_count = replay->set->all.class_count;

    for (uint32_t i = 0; i < replay->set->all.item_count * class_count; i++) {
        replay->log_belief[i] = log(replay->fit->prior[i % class_count]);
    }
}

static void buy(struct replay *replay, const struct truth_label *label)
{
    uint32_t class_count = replay->set->all.class_count;
    const double *confusion =
        replay->fit->confusion + (size_t)label->worker * class_count * class_count;

    for (uint32_t k = 0; k < class_count; k++) {
        replay->log_belief[(size_t)label->item * class_count + k] +=
            log(fmax(confusion[(size_t)k * class_count + label->class], 1e-9));
    }
}

/* The first share from which the curve stays at or above the mark. */
static double reached(const double *curve, double mark)
{
    int last = STEPS;

    while (last > 0 && curve[last - 1] >= mark) {
        last--;
    }
    return (last + 1.0) / STEPS;
}

static double run_uniform(struct replay *replay, double mark)
{
    double curve[STEPS];
    uint32_t bought = 0;

    start(replay);
    for (int step = 0; step < STEPS; step++) {
        while (bought < (uint64_t)replay->count * (uint32_t)(step + 1) / STEPS) {
            buy(replay, &replay->set->at[replay->order[bought++]]);
        }
        curve[step] = accuracy(replay);
    }
    return reached(curve, mark);
}

static double run_routed(struct arena *arena, struct replay *replay, double mark)
{
    const struct truth_labels *all = &replay->set->all;
    uint32_t class_count = all->class_count;
    uint32_t *first = arena_array(arena, uint32_t, (size_t)all->item_count + 1);
    uint32_t *empty = arena_array(arena, uint32_t, (size_t)all->item_count + 1);
    uint32_t *who = arena_array(arena, uint32_t, replay->count);
    uint32_t *what = arena_array(arena, uint32_t, replay->count);
    uint32_t *used = arena_array(arena, uint32_t, all->item_count);
    struct truth_fit fit = *replay->fit;
    struct truth_input input = {.item_count = all->item_count,
                                .worker_count = all->worker_count,
                                .class_count = class_count,
                                .first = empty,
                                .row = empty};
    struct route_setup setup = {.input = &input,
                                .fit = &fit,
                                .may_first = first,
                                .may_worker = who,
                                .target = 1,
                                .seed = 1};
    struct fault fault;
    struct route *route;
    struct route_pick pick;
    double curve[STEPS];
    uint32_t bought = 0;

    fit.posterior = arena_array(arena, double, (size_t)all->item_count *class_count);
    for (uint32_t i = 0; i < all->item_count * class_count; i++) {
        fit.posterior[i] = fit.prior[i % class_count];
    }
    for (uint32_t i = 0; i < replay->count; i++) {
        first[replay->set->at[replay->order[i]].item + 1]++;
    }
    for (uint32_t item = 0; item < all->item_count; item++) {
        first[item + 1] += first[item];
    }
    for (uint32_t i = 0; i < replay->count; i++) {
        const struct truth_label *label = &replay->set->at[replay->order[i]];
        uint32_t place = first[label->item] + used[label->item]++;

        who[place] = label->worker;
        what[place] = label->class;
    }
    if (route_new(arena, &setup, &route, &fault) != OK) {
        return 1;
    }
    start(replay);
    for (int step = 0; step < STEPS; step++) {
        while (bought < (uint64_t)replay->count * (uint32_t)(step + 1) / STEPS &&
               route_next(route, &pick)) {
            uint32_t place = first[pick.item];

            while (who[place] != pick.worker) {
                place++;
            }
            route_answer(route, pick.item, pick.worker, what[place]);
            buy(replay, &(struct truth_label){pick.item, pick.worker, what[place]});
            bought++;
        }
        curve[step] = accuracy(replay);
    }
    return reached(curve, mark);
}

/* Beliefs from the items that are not tested; then both orders of buying. */
static int run_seed(const struct set *set, uint64_t seed, double *routed, double *uniform)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(seed);
    struct fault fault;
    struct truth_labels history = set->all;
    struct truth_label *old = arena_array(arena, struct truth_label, set->all.count);
    struct truth_options options = TRUTH_DEFAULTS;
    struct truth_input input;
    struct truth_fit fit;
    struct replay replay = {
        .set = set,
        .fit = &fit,
        .tested = arena_array(arena, uint8_t, set->all.item_count),
        .order = arena_array(arena, uint32_t, set->all.count),
        .log_belief =
            arena_array(arena, double, (size_t)set->all.item_count * set->all.class_count),
    };

    history.at = old;
    history.count = 0;
    options.method = "hierarchical";
    for (uint32_t item = 0; item < set->all.item_count; item++) {
        replay.tested[item] = set->truth[item] != TRUTH_UNKNOWN && rng_unit(&rng) < .5;
    }
    for (uint32_t i = 0; i < set->all.count; i++) {
        if (!replay.tested[set->at[i].item]) {
            old[history.count++] = set->at[i];
            continue;
        }
        uint32_t other = rng_below(&rng, replay.count + 1);

        replay.order[replay.count] = replay.order[other];
        replay.order[other] = i;
        replay.count++;
    }
    if (truth_index(arena, &history, &input, &fault) != OK ||
        truth_fit(arena, &input, &options, &fit, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    start(&replay);
    for (uint32_t i = 0; i < replay.count; i++) {
        buy(&replay, &set->at[replay.order[i]]);
    }
    double mark = accuracy(&replay) - .005;

    *uniform += run_uniform(&replay, mark);
    *routed += run_routed(arena, &replay, mark);
    return 0;
}

int main(int count, char **words)
{
    ARENA_SCOPE arena = arena_new();
    struct set set = {0};
    uint64_t seeds = count > 3 ? strtoul(words[3], NULL, 10) : 3;
    double routed = 0;
    double uniform = 0;

    if (count < 3 || read_set(arena, words[1], words[2], &set) != 0) {
        fprintf(stderr, "usage: bench_route LABELS TRUTH [SEEDS]\n");
        return 2;
    }
    set.all.repeats = TRUTH_REPEATS_LAST;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        if (run_seed(&set, seed, &routed, &uniform) != 0) {
            return 1;
        }
    }
    printf("%.3f\t%.3f\n", routed / (double)seeds, uniform / (double)seeds);
    return 0;
}
