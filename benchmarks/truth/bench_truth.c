/*
 * Times one fit on planted labels, reading excluded, and leaves the labels in a
 * file for a peer. Usage: bench_truth METHOD LABELS CLASSES ROUNDS FILE|- [THREADS [HARD]]
 * ROUNDS 0: until a round gains at most 1e-7 of log-likelihood a label. HARD: workers little better
 * than chance, so that rounds contract slowly. Prints: seconds of processor time, wall seconds,
 * rounds, accuracy, log-likelihood a label, largest resident set in MiB.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/truth/stream.h"
#include "engine/truth/truth.h"
#include "sys/threads.h"

enum { PER_ITEM = 5 };

static double seconds_of(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double processor_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* Workers of skill .45 to .95, or of chance to .25 above it; a few busy and many not. */
static void plant(struct truth_label *at, uint32_t *truth, const struct truth_labels *labels,
                  bool hard)
{
    double least = hard ? 1.0 / labels->class_count : .45;
    double span = hard ? .25 : .5;

    struct rng rng = rng_new(1);

    for (size_t i = 0; i < labels->count; i++) {
        uint32_t item = (uint32_t)(i / PER_ITEM);
        double place = rng_unit(&rng);
        uint32_t worker = (uint32_t)(place * place * place * labels->worker_count);
        double skill = least + span * (worker * 2654435761U >> 8) / 16777216.0;

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

static double stream_accuracy(struct truth_stream *stream, const struct truth_labels *labels,
                              const uint32_t *truth)
{
    uint32_t right = 0;

    for (uint32_t item = 0; item < labels->item_count; item++) {
        const double *row = truth_stream_posterior(stream, item);
        uint32_t best = 0;

        for (uint32_t k = 1; k < labels->class_count; k++) {
            best = row[k] > row[best] ? k : best;
        }
        right += best == truth[item];
    }
    return (double)right / labels->item_count;
}

/* Labels one by one in random order: seconds of arriving and of the refresh, rounds, accuracy
 * before and after the refresh. */
static int stream(struct arena *arena, const struct truth_labels *labels, const uint32_t *truth)
{
    struct truth_stream *stream = truth_stream_new(labels->class_count);
    struct rng rng = rng_new(5);
    uint32_t *order = arena_array(arena, uint32_t, labels->count);
    struct fault fault;

    for (uint32_t i = 0; i < labels->count; i++) {
        uint32_t other = rng_below(&rng, i + 1);

        order[i] = order[other];
        order[other] = i;
    }
    double start = processor_seconds();

    for (size_t i = 0; i < labels->count; i++) {
        if (truth_stream_add(stream, &labels->at[order[i]], &fault) != OK) {
            fprintf(stderr, "%s\n", fault.text);
            return 1;
        }
    }
    double arrived = processor_seconds();
    double early = stream_accuracy(stream, labels, truth);
    double again = processor_seconds();
    uint32_t rounds = truth_stream_refresh(stream, 50);

    printf("%.6f\t%.6f\t%u\t%.6f\t%.6f\n", arrived - start, processor_seconds() - again, rounds,
           early, stream_accuracy(stream, labels, truth));
    truth_stream_free(stream);
    return 0;
}

int main(int count, char **words)
{
    if (count < 6 || count > 8) {
        fprintf(stderr,
                "usage: bench_truth METHOD LABELS CLASSES ROUNDS FILE|- [THREADS [HARD]]\n");
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
    struct parallel threads = threads_new(count > 6 ? strtoul(words[6], NULL, 10) : 1);

    options.rounds_max = (uint32_t)strtoul(words[4], NULL, 10);
    options.gain_min = options.rounds_max == 0 ? 1e-7 : 0;
    options.rounds_max = options.rounds_max == 0 ? 100000 : options.rounds_max;
    options.parallel = threads.thread_count > 1 ? &threads : NULL;
    struct truth_label *at = arena_array(arena, struct truth_label, labels.count);
    uint32_t *truth = arena_array(arena, uint32_t, labels.item_count);

    labels.at = at;
    plant(at, truth, &labels, count > 7);
    if (strcmp(words[5], "-") != 0 && save(words[5], &labels, truth) != 0) {
        return 1;
    }
    if (strcmp(words[1], "stream") == 0) {
        return stream(arena, &labels, truth);
    }
    double start = processor_seconds();
    double wall = seconds_of(CLOCK_MONOTONIC);

    if (truth_index(arena, &labels, &input, &fault) != OK ||
        truth_fit(arena, &input, &options, &fit, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    double seconds = processor_seconds() - start;

    wall = seconds_of(CLOCK_MONOTONIC) - wall;
    for (uint32_t item = 0; item < input.item_count; item++) {
        right += truth_best(&input, &fit, item) == truth[item];
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("%.6f\t%.6f\t%u\t%.6f\t%.9f\t%ld\n", seconds, wall, fit.rounds,
           (double)right / input.item_count, fit.likelihood / (double)labels.count,
           usage.ru_maxrss / 1024);
    return 0;
}
