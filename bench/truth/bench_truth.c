/*
 * Times one fit on planted labels, reading excluded, and leaves the labels in a
 * file for a peer. Usage: bench_truth METHOD LABELS CLASSES ROUNDS FILE|-
 * Prints: seconds of processor time, rounds, accuracy, largest resident set in MiB.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/truth/truth.h"

enum { PER_ITEM = 5 };

static double processor_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Workers of skill .45 to .95, a few busy and many not. */
static void plant(struct truth_label *at, uint32_t *truth, const struct truth_labels *labels)
{
    struct rng rng = rng_new(1);

    for (size_t i = 0; i < labels->count; i++) {
        uint32_t item = (uint32_t)(i / PER_ITEM);
        double place = rng_unit(&rng);
        uint32_t worker = (uint32_t)(place * place * place * labels->worker_count);
        double skill = .45 + .5 * (worker * 2654435761U >> 8) / 16777216.0;

        for (size_t k = i - i % PER_ITEM; k < i; k++) {
            if (at[k].worker == worker) {
                worker = (worker + 1) % labels->worker_count;
                k = i - i % PER_ITEM - 1;
            }
        }
        if (i % PER_ITEM == 0) {
            truth[item] = rng_below(&rng, labels->class_count);
        }
        at[i] = (struct truth_label){item, worker, truth[item]};
        if (rng_unit(&rng) > skill) {
            at[i].class =
                (truth[item] + 1 + rng_below(&rng, labels->class_count - 1)) % labels->class_count;
        }
    }
}

static int save(const char *path, const struct truth_labels *labels, const uint32_t *truth)
{
    uint32_t head[4] = {labels->item_count, labels->worker_count, labels->class_count,
                        (uint32_t)labels->count};
    FILE *file = fopen(path, "wb");

    if (file == NULL) {
        return 1;
    }
    (void)fwrite(head, sizeof(head), 1, file);
    (void)fwrite(labels->at, sizeof(*labels->at), labels->count, file);
    (void)fwrite(truth, sizeof(*truth), labels->item_count, file);
    return fclose(file);
}

int main(int count, char **words)
{
    if (count != 6) {
        fprintf(stderr, "usage: bench_truth METHOD LABELS CLASSES ROUNDS FILE|-\n");
        return 2;
    }
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct truth_labels labels = {.count = strtoul(words[2], NULL, 10),
                                  .class_count = (uint32_t)strtoul(words[3], NULL, 10)};
    struct truth_options options = TRUTH_DEFAULTS;
    struct truth_input input;
    struct truth_fit fit;
    struct rusage usage;
    uint32_t right = 0;

    labels.item_count = (uint32_t)(labels.count / PER_ITEM);
    labels.worker_count = (uint32_t)(labels.count / 1000) + 10;
    options.method = words[1];
    options.rounds_max = (uint32_t)strtoul(words[4], NULL, 10);
    options.gain_min = 0;
    struct truth_label *at = arena_array(arena, struct truth_label, labels.count);
    uint32_t *truth = arena_array(arena, uint32_t, labels.item_count);

    labels.at = at;
    plant(at, truth, &labels);
    if (strcmp(words[5], "-") != 0 && save(words[5], &labels, truth) != 0) {
        return 1;
    }
    double start = processor_seconds();

    if (truth_index(arena, &labels, &input, &fault) != OK ||
        truth_fit(arena, &input, &options, &fit, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    double seconds = processor_seconds() - start;

    for (uint32_t item = 0; item < input.item_count; item++) {
        right += truth_best(&input, &fit, item) == truth[item];
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("%.6f\t%u\t%.6f\t%ld\n", seconds, fit.rounds, (double)right / input.item_count,
           usage.ru_maxrss / 1024);
    return 0;
}
