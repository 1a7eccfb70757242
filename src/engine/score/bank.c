#include "engine/score/bank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { NEAREST = 3 };

static const float PAIR_SHARE = 0.5F; /* weight of a pair beside its stems */
static const double SMOOTHING = 0.5;
static const double ODDS_MAX = 6; /* of one key, in nats */

struct entry {
    uint64_t key;
    float weight;
};

static int compare_entries(const void *left, const void *right)
{
    uint64_t a = ((const struct entry *)left)->key;
    uint64_t b = ((const struct entry *)right)->key;

    return (a > b) - (a < b);
}

struct score_graded score_grade(struct arena *arena, const struct score_reading *answer,
                                uint32_t class)
{
    uint32_t count = answer->term_count + answer->pairs.size;
    uint64_t *keys = arena_array(arena, uint64_t, count);
    float *weights = arena_array(arena, float, count);
    struct arena_mark mark = arena_mark(arena);
    struct entry *entries = arena_array(arena, struct entry, count);
    double square = 0;

    for (uint32_t i = 0; i < answer->term_count; i++) {
        const struct score_term *term = &answer->terms[i];
        float repeated = 1 + logf((float)term->count);

        entries[i] = (struct entry){.key = term->stem, .weight = term->weight * repeated};
    }
    for (uint32_t i = 0; i < answer->pairs.size; i++) {
        entries[answer->term_count + i] =
            (struct entry){.key = answer->pairs.keys[i], .weight = 5 * PAIR_SHARE};
    }
    qsort(entries, count, sizeof(*entries), compare_entries);
    for (uint32_t i = 0; i < count; i++) {
        square += (double)entries[i].weight * (double)entries[i].weight;
    }
    float scale = square > 0 ? (float)(1 / sqrt(square)) : 0;

    for (uint32_t i = 0; i < count; i++) {
        keys[i] = entries[i].key;
        weights[i] = entries[i].weight * scale;
    }
    arena_undo(arena, mark);
    return (struct score_graded){.keys = keys, .weights = weights, .count = count, .class = class};
}

const struct score_question *score_bank_find(const struct score_bank *bank, uint64_t id)
{
    uint32_t low = 0;
    uint32_t high = bank->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (bank->questions[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < bank->count && bank->questions[low].id == id &&
                   bank->questions[low].count >= SCORE_GRADED_MIN
               ? &bank->questions[low]
               : NULL;
}

uint32_t score_bin_count(uint32_t class_count)
{
    return class_count < SCORE_EVIDENCE_CLASSES ? class_count : SCORE_EVIDENCE_CLASSES;
}

uint32_t score_evidence_count(uint32_t class_count)
{
    return 5 * score_bin_count(class_count) + 2;
}

/* What is gathered over the graded answers. */
struct evidence {
    double near[SCORE_EVIDENCE_CLASSES][NEAREST]; /* largest cosines, falling */
    double votes[SCORE_EVIDENCE_CLASSES];
    double answers[SCORE_EVIDENCE_CLASSES];
    double pulls[SCORE_EVIDENCE_CLASSES];
    uint32_t (*hits)[SCORE_EVIDENCE_CLASSES]; /* by key of the answer: graded answers with it */
};

/* Returns the cosine. */
static double add_graded(const struct score_graded *answer, const struct score_graded *graded,
                         uint32_t bin, struct evidence *evidence)
{
    double cosine = 0;
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < answer->count && k < graded->count) {
        uint64_t own = answer->keys[i];
        uint64_t other = graded->keys[k];

        if (own == other) {
            cosine += (double)answer->weights[i] * (double)graded->weights[k];
            evidence->hits[i][bin]++;
        }
        i += own <= other; /* no branch: which key is lower cannot be foreseen */
        k += other <= own;
    }
    double *near = evidence->near[bin];
    double lower = cosine;

    evidence->answers[bin]++;
    evidence->votes[bin] += cosine * cosine * cosine;
    for (int place = 0; place < NEAREST; place++) {
        if (lower > near[place]) {
            double kept = near[place];

            near[place] = lower;
            lower = kept;
        }
    }
    return cosine;
}

static void add_pull(const struct score_graded *graded, uint32_t bins, double likeness,
                     struct evidence *evidence)
{
    for (uint32_t k = 0; k < bins; k++) {
        evidence->pulls[k] += (double)graded->pull[k] * likeness;
    }
}

/* Mean log-odds of the answer's keys between a class and the others. */
static double odds_of(const struct score_graded *answer, const struct evidence *evidence,
                      uint32_t bin, uint32_t bins, double total)
{
    double sum = 0;
    double weight = 0;

    for (uint32_t i = 0; i < answer->count; i++) {
        double with = 0;

        for (uint32_t k = 0; k < bins; k++) {
            with += evidence->hits[i][k];
        }
        if (with == 0) {
            continue;
        }
        double in = (evidence->hits[i][bin] + SMOOTHING) / (evidence->answers[bin] + 2 * SMOOTHING);
        double out = (with - evidence->hits[i][bin] + SMOOTHING) /
                     (total - evidence->answers[bin] + 2 * SMOOTHING);

        sum += fmax(-ODDS_MAX, fmin(ODDS_MAX, log(in / out))) * (double)answer->weights[i];
        weight += (double)answer->weights[i];
    }
    return weight > 0 ? sum / sqrt(weight) : 0;
}

void score_evidence(struct arena *arena, const struct score_question *question, uint32_t without,
                    const struct score_graded *answer, uint32_t class_count,
                    float out[static SCORE_EVIDENCE_FEATURES])
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t bins = score_bin_count(class_count);
    struct evidence evidence = {.hits =
                                    arena_take(arena, answer->count + 1, sizeof(*evidence.hits))};
    double votes = 1e-9;
    double total = 0;

    for (uint32_t i = 0; i < question->count; i++) {
        const struct score_graded *graded = &question->answers[i];

        if (i == without) {
            add_pull(graded, bins, (double)graded->own, &evidence);
            continue;
        }
        double cosine = add_graded(answer, graded, graded->class * bins / class_count, &evidence);

        add_pull(graded, bins, SCORE_LIKENESS_LEAST + cosine, &evidence);
        total++;
    }
    for (uint32_t k = 0; k < bins; k++) {
        votes += evidence.votes[k];
    }
    for (uint32_t k = 0; k < bins; k++) {
        const double *near = evidence.near[k];

        *out++ = (float)near[0];
        *out++ = (float)((near[0] + near[1] + near[2]) / NEAREST);
        *out++ = (float)(evidence.votes[k] / votes);
        *out++ = (float)odds_of(answer, &evidence, k, bins, total);
        *out++ = (float)evidence.pulls[k];
    }
    *out++ = (float)(total > 0 ? evidence.answers[bins - 1] / total : 0);
    *out = (float)log1p(total);
    arena_undo(arena, mark);
}
