#include "engine/watch/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"

/* Scratch of one worker at a time. */
struct bench {
    double *surprise; /* [label] of the worker */
    double *shuffled;
    double *others;    /* [class] */
    double *confusion; /* [others' class][given class] */
    double *seen;      /* [others' class] */
};

struct run {
    double height;
    uint64_t from;
    uint64_t to;
};

static double expected_surprise(const double *others, uint32_t classes)
{
    double sum = 0;

    for (uint32_t k = 0; k < classes; k++) {
        sum -= others[k] > 0 ? others[k] * log(others[k]) : 0;
    }
    return sum;
}

static void add_confusion(struct bench *bench, uint32_t classes, uint32_t given)
{
    for (uint32_t k = 0; k < classes; k++) {
        bench->confusion[(size_t)k * classes + given] += bench->others[k];
        bench->seen[k] += bench->others[k];
    }
}

static void collect(const struct crowd *crowd, uint32_t worker, struct bench *bench,
                    struct watch_drift *drift)
{
    uint32_t classes = crowd->labels->class_count;

    memset(bench->confusion, 0, (size_t)classes * classes * sizeof(double));
    memset(bench->seen, 0, classes * sizeof(double));
    for (uint32_t i = crowd->worker_starts[worker]; i < crowd->worker_starts[worker + 1]; i++) {
        const struct watch_label *label = &crowd->labels->at[crowd->by_worker[i]];

        drift->label_count++;
        if (crowd_without(crowd, label->item, worker, worker, bench->others) == 0) {
            continue;
        }
        double probability = bench->others[label->class];
        double surprise = -log(probability) - expected_surprise(bench->others, classes);

        bench->surprise[drift->used_count++] = surprise;
        drift->agreement += probability;
        drift->surprise += surprise;
        add_confusion(bench, classes, label->class);
    }
    if (drift->used_count > 0) {
        drift->agreement /= (double)drift->used_count;
        drift->surprise /= (double)drift->used_count;
    }
}

/* Below one expected item a row is mostly the worker's marginal, and tells nothing. */
static bool tells_classes(const struct bench *bench, uint32_t classes)
{
    uint32_t count = 0;

    for (uint32_t k = 0; k < classes; k++) {
        count += bench->seen[k] >= 1;
    }
    return count > 1;
}

/* Mean squared distance of two rows, over the largest that there can be. Each row is drawn towards
 * the worker's marginal by one label, so that an unseen class says nothing. */
static double spam_score(const struct bench *bench, uint32_t classes, uint64_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < classes; k++) {
        double total = 0;

        for (uint32_t row = 0; row < classes; row++) {
            total += bench->confusion[(size_t)row * classes + k];
        }
        for (uint32_t a = 0; a < classes; a++) {
            for (uint32_t b = 0; b < a; b++) {
                double marginal = total / (double)count;
                double left =
                    (bench->confusion[(size_t)a * classes + k] + marginal) / (bench->seen[a] + 1);
                double right =
                    (bench->confusion[(size_t)b * classes + k] + marginal) / (bench->seen[b] + 1);

                sum += (left - right) * (left - right);
            }
        }
    }
    return sum / ((double)classes * (classes - 1));
}

/* Page's scheme: where the sum above the allowance climbs highest from its last zero. */
static struct run cusum(const double *x, uint64_t count, double allowance)
{
    struct run best = {0};
    double height = 0;
    uint64_t from = 0;

    for (uint64_t i = 0; i < count; i++) {
        if (height <= 0) {
            height = 0;
            from = i;
        }
        height += x[i] - allowance;
        if (height > best.height) {
            best = (struct run){.height = height, .from = from, .to = i + 1};
        }
    }
    return best;
}

static void shuffle(struct rng *rng, double *x, uint64_t count)
{
    for (uint64_t i = count; i > 1; i--) {
        uint64_t k = rng_below(rng, (uint32_t)i);
        double kept = x[i - 1];

        x[i - 1] = x[k];
        x[k] = kept;
    }
}

static double mean_of(const double *x, uint64_t from, uint64_t to)
{
    double sum = 0;

    for (uint64_t i = from; i < to; i++) {
        sum += x[i];
    }
    return to > from ? sum / (double)(to - from) : 0;
}

static double deviation_of(const double *x, uint64_t count, double mean)
{
    double square = 0;

    for (uint64_t i = 0; i < count; i++) {
        square += (x[i] - mean) * (x[i] - mean);
    }
    return sqrt(square / (double)count);
}

static void judge(const struct watch_drift_options *options, uint32_t worker, struct bench *bench,
                  struct watch_drift *drift)
{
    struct rng rng = rng_stream(options->seed, worker);
    uint64_t count = drift->used_count;
    double deviation = deviation_of(bench->surprise, count, drift->surprise);
    double allowance = drift->surprise + options->slack * deviation;
    uint32_t as_high = 0;

    if (!(deviation > 1e-9)) {
        return;
    }
    struct run run = cusum(bench->surprise, count, allowance);
    uint64_t outside = count - (run.to - run.from);

    memcpy(bench->shuffled, bench->surprise, count * sizeof(double));
    for (uint32_t i = 0; i < options->shuffles; i++) {
        shuffle(&rng, bench->shuffled, count);
        as_high += cusum(bench->shuffled, count, allowance).height >= run.height * (1 - 1e-12);
    }
    drift->has_drift = true;
    drift->cusum = run.height / deviation;
    drift->from = run.from;
    drift->to = run.to;
    drift->within = mean_of(bench->surprise, run.from, run.to);
    drift->before =
        outside == 0
            ? drift->surprise
            : (drift->surprise * (double)count - drift->within * (double)(run.to - run.from)) /
                  (double)outside;
    drift->p = (1.0 + as_high) / (1.0 + options->shuffles);
}

static int by_p(const void *left, const void *right)
{
    const struct watch_drift *a = *(const struct watch_drift *const *)left;
    const struct watch_drift *b = *(const struct watch_drift *const *)right;

    return (a->p > b->p) - (a->p < b->p);
}

/* Benjamini and Hochberg's step-up rule over the workers that were judged. */
static void raise_alarms(struct arena *arena, struct watch_drift *drifts, uint32_t worker_count,
                         double false_found)
{
    struct watch_drift **judged = arena_array(arena, struct watch_drift *, worker_count);
    uint32_t count = 0;
    uint32_t alarms = 0;

    for (uint32_t worker = 0; worker < worker_count; worker++) {
        if (drifts[worker].has_drift) {
            judged[count++] = &drifts[worker];
        }
    }
    qsort(judged, count, sizeof(struct watch_drift *), by_p);
    for (uint32_t i = 0; i < count; i++) {
        alarms = judged[i]->p <= false_found * (i + 1) / count ? i + 1 : alarms;
    }
    for (uint32_t i = 0; i < alarms; i++) {
        judged[i]->alarm = true;
    }
}

static uint32_t largest_worker(const struct crowd *crowd)
{
    uint32_t most = 0;

    for (uint32_t worker = 0; worker < crowd->labels->worker_count; worker++) {
        uint32_t count = crowd->worker_starts[worker + 1] - crowd->worker_starts[worker];

        most = count > most ? count : most;
    }
    return most;
}

enum err watch_drift_find(struct arena *arena, const struct watch_labels *labels,
                          const struct watch_drift_options *options, struct watch_drift **out,
                          struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct crowd crowd;

    if (options->label_min < 2 || options->shuffles == 0 || !(options->slack >= 0) ||
        !(options->false_found > 0 && options->false_found < 1)) {
        return fail(fault, ERR_INVALID,
                    "drift needs at least two labels, a shuffle, a slack that is not negative and "
                    "a share of false alarms between 0 and 1");
    }
    TRY(crowd_gather(scratch, labels, &crowd, fault));
    uint32_t most = largest_worker(&crowd);
    size_t classes = labels->class_count;
    struct watch_drift *drifts = arena_array(arena, struct watch_drift, labels->worker_count);
    struct bench bench = {.surprise = arena_array(scratch, double, most),
                          .shuffled = arena_array(scratch, double, most),
                          .others = arena_array(scratch, double, classes),
                          .confusion = arena_array(scratch, double, classes *classes),
                          .seen = arena_array(scratch, double, classes)};

    for (uint32_t worker = 0; worker < labels->worker_count; worker++) {
        struct watch_drift *drift = &drifts[worker];

        collect(&crowd, worker, &bench, drift);
        if (drift->used_count >= options->label_min) {
            drift->has_spam = tells_classes(&bench, labels->class_count);
            drift->spam =
                drift->has_spam ? spam_score(&bench, labels->class_count, drift->used_count) : 0;
            judge(options, worker, &bench, drift);
        }
    }
    raise_alarms(scratch, drifts, labels->worker_count, options->false_found);
    *out = drifts;
    return OK;
}
