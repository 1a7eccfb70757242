#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/verify/measure_internal.h"
#include "num/random.h"

enum { ROUNDS = 1000, DEFINED_MIN = 900, ANSWERS_MIN = 3 };

static int by_counts(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct confusion));
}

/* Answers whose pairs came out alike, and how many there are: what is drawn for them together is
 * the sum of what would be drawn for each, and costs one draw. */
struct pattern {
    struct confusion counts;
    double answers;
};

static size_t fold(struct confusion *answers, size_t count, struct pattern *out)
{
    size_t kinds = 0;

    if (count > 0) {
        qsort(answers, count, sizeof(*answers), by_counts);
    }
    for (size_t i = 0; i < count; i++) {
        if (kinds == 0 || by_counts(&out[kinds - 1].counts, &answers[i]) != 0) {
            out[kinds++] = (struct pattern){.counts = answers[i]};
        }
        out[kinds - 1].answers++;
    }
    return kinds;
}

static struct confusion draw(const struct pattern *patterns, size_t kinds, struct rng *rng)
{
    struct confusion sum = {0};

    for (size_t i = 0; i < kinds; i++) {
        uint32_t weight = num_poisson(rng, patterns[i].answers);

        sum.both += weight * patterns[i].counts.both;
        sum.judge_only += weight * patterns[i].counts.judge_only;
        sum.expert_only += weight * patterns[i].counts.expert_only;
        sum.neither += weight * patterns[i].counts.neither;
    }
    return sum;
}

static bool varies(const struct confusion *counts)
{
    return counts->both + counts->judge_only + counts->expert_only > 0 &&
           counts->neither + counts->judge_only + counts->expert_only > 0;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static struct interval percentiles(double *values, size_t count, double level)
{
    double tail = (1 - level) / 2;

    if (count < DEFINED_MIN) {
        return (struct interval){(double)NAN, (double)NAN};
    }
    qsort(values, count, sizeof(*values), by_value);
    return (struct interval){values[(size_t)(tail * (double)(count - 1))],
                             values[(size_t)ceil((1 - tail) * (double)(count - 1))]};
}

static double kappa_of(const struct confusion *counts)
{
    struct fault ignored;
    double value;

    return varies(counts) && confusion_kappa(counts, &value, &ignored) == OK ? value : (double)NAN;
}

static double f1_of(const struct confusion *counts)
{
    struct fault ignored;
    double value;

    return varies(counts) && balanced_f1(counts, &value, &ignored) == OK ? value : (double)NAN;
}

void measure_agreement(struct arena *arena, struct confusion *answers, size_t count,
                       const struct measure_options *options, uint64_t stream,
                       struct measured_agreement *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct pattern *patterns = arena_array(arena, struct pattern, count + 1);
    double *kappas = arena_array(arena, double, ROUNDS);
    double *f1s = arena_array(arena, double, ROUNDS);
    struct rng rng = rng_stream(options->seed, stream);
    size_t kinds = fold(answers, count, patterns);
    size_t kept = 0;

    out->answers = count;
    out->kappa = kappa_of(&out->pairs);
    out->f1 = f1_of(&out->pairs);
    for (size_t round = 0; count >= ANSWERS_MIN && round < ROUNDS; round++) {
        struct confusion sum = draw(patterns, kinds, &rng);

        if (varies(&sum)) {
            kappas[kept] = kappa_of(&sum);
            f1s[kept++] = f1_of(&sum);
        }
    }
    out->kappa_interval = percentiles(kappas, kept, options->level);
    out->f1_interval = percentiles(f1s, kept, options->level);
    arena_undo(arena, mark);
}
