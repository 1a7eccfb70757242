#include "engine/score/guard.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/score/compare.h"
#include "num/interval.h"
#include "num/solve.h"

enum {
    ORDER_WORD_MIN = 4,
    VERBATIM_WORD_MIN = 6,
    EXAMPLE_MAX = 6000, /* answers that the order guard learns from */
    NEWTON_MAX = 25,
    LEARNT_WORD_MIN = 20000, /* fewer words do not show how sentences go */
};

static const double COPY_SHARE = 0.7;
static const double VERBATIM_SHARE = 0.9;
static const double NEGATED_SHARE = 0.7;
static const double REAL_SHARE = 0.985; /* of real answers that the order guard lets pass */
static const double DISORDER_LEAST = 0.5;
static const double RIDGE = 1;

static const uint64_t START = UINT64_C(0x5374617274000001); /* before the first word */
static const uint64_t END = UINT64_C(0x456E640000000001);   /* behind the last */

static uint64_t pair_key(uint64_t left, uint64_t right)
{
    uint64_t value = (left + UINT64_C(0x632BE59BD9B4E019)) * UINT64_C(0x9E3779B97F4A7C15) ^ right;

    return value ^ (value >> 29);
}

static int compare_keys(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* Sort, and count repetitions. Returns how many are distinct. */
static uint32_t count_keys(struct arena *arena, uint64_t *keys, uint32_t count,
                           const uint32_t **counts_out)
{
    uint32_t *counts = arena_array(arena, uint32_t, count);
    uint32_t distinct = 0;

    qsort(keys, count, sizeof(*keys), compare_keys);
    for (uint32_t i = 0; i < count; i++) {
        if (distinct == 0 || keys[distinct - 1] != keys[i]) {
            keys[distinct++] = keys[i];
        }
        counts[distinct - 1]++;
    }
    *counts_out = counts;
    return distinct;
}

static uint32_t count_of(const uint64_t *keys, const uint32_t *counts, uint32_t count, uint64_t key)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (keys[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && keys[low] == key ? counts[low] : 0;
}

/* The words of an answer in some order. */
struct sentence {
    const struct score_reading *reading;
    const uint32_t *order;
    uint32_t count;
};

static uint64_t form_at(const struct sentence *sentence, uint32_t i)
{
    return i == 0                ? START
           : i > sentence->count ? END
                                 : sentence->reading->words[sentence->order[i - 1]].form;
}

static bool is_content(const struct sentence *sentence, uint32_t i)
{
    return i > 0 && i <= sentence->count &&
           sentence->reading->words[sentence->order[i - 1]].content;
}

/* How an order of words looks to the model of pairs. */
static void describe(const struct score_guard *guard, const struct sentence *sentence,
                     double out[static SCORE_ORDER_FEATURES])
{
    double pairs = sentence->count + 1;
    double sum = 0;
    double square = 0;
    double least = 0;
    double seen = 0;
    double heavy = 0;
    double light = 0;
    double stops = 0;

    for (uint32_t i = 0; i + 1 <= sentence->count + 1; i++) {
        uint64_t left = form_at(sentence, i);
        uint64_t right = form_at(sentence, i + 1);
        double both =
            count_of(guard->pairs, guard->pair_counts, guard->pair_count, pair_key(left, right));
        double before = count_of(guard->words, guard->word_counts, guard->word_count, left);
        double behind = count_of(guard->words, guard->word_counts, guard->word_count, right);

        double alone = (behind + 0.5) / (guard->total + 0.5 * (guard->word_count + 1));
        double together = 0.75 * (before > 0 ? both / before : 0) + 0.25 * alone;
        double gain = log(together / alone);

        sum += gain;
        square += gain * gain;
        least = fmin(least, gain);
        seen += both > 0;
        heavy += is_content(sentence, i) && is_content(sentence, i + 1);
        light += i > 0 && i < sentence->count && !is_content(sentence, i) &&
                 !is_content(sentence, i + 1);
        stops += i < sentence->count && !is_content(sentence, i + 1);
    }
    out[0] = sum / pairs;
    out[1] = seen / pairs;
    out[2] = heavy / pairs;
    out[3] = light / pairs;
    out[4] = stops / pairs;
    out[5] = log(sentence->count);
    out[6] = sqrt(fmax(0, square / pairs - out[0] * out[0]));
    out[7] = least;
}

static double chance(const double *weights, const double *features)
{
    double sum = weights[SCORE_ORDER_FEATURES];

    for (int i = 0; i < SCORE_ORDER_FEATURES; i++) {
        sum += weights[i] * features[i];
    }
    return 1 / (1 + exp(-sum));
}

/* Logistic regression by Newton's method; the classes weigh the same. */
static void regress(const double *features, const uint8_t *shuffled, uint32_t count,
                    double weights[static SCORE_ORDER_FEATURES + 1])
{
    enum { SIZE = SCORE_ORDER_FEATURES + 1 };
    double ones = 0;

    for (uint32_t i = 0; i < count; i++) {
        ones += shuffled[i];
    }
    for (int step = 0; step < NEWTON_MAX && ones > 0 && ones < count; step++) {
        double matrix[SIZE * SIZE] = {0};
        double right[SIZE] = {0};
        double move = 0;

        for (uint32_t i = 0; i < count; i++) {
            const double *row = features + (size_t)i * SCORE_ORDER_FEATURES;
            double weight = shuffled[i] ? count / (2 * ones) : count / (2 * (count - ones));
            double p = chance(weights, row);
            double bend = weight * p * (1 - p);

            for (int a = 0; a < SIZE; a++) {
                double value = a < SCORE_ORDER_FEATURES ? row[a] : 1;

                right[a] += weight * (shuffled[i] - p) * value;
                for (int b = 0; b <= a; b++) {
                    matrix[a * SIZE + b] += bend * value * (b < SCORE_ORDER_FEATURES ? row[b] : 1);
                }
            }
        }
        for (int a = 0; a < SIZE; a++) {
            right[a] -= RIDGE * weights[a];
            matrix[a * SIZE + a] += RIDGE;
        }
        if (!num_cholesky(matrix, SIZE)) {
            return;
        }
        num_cholesky_solve(matrix, SIZE, right);
        for (int a = 0; a < SIZE; a++) {
            weights[a] += right[a];
            move = fmax(move, fabs(right[a]));
        }
        if (move < 1e-6) {
            return;
        }
    }
}

static void shuffle(uint32_t *order, uint32_t count, struct rng *rng)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t k = rng_below(rng, i);
        uint32_t kept = order[i - 1];

        order[i - 1] = order[k];
        order[k] = kept;
    }
}

/* A real answer, and its content words alone in random order. Returns rows written. */
static uint32_t add_examples(struct arena *arena, const struct score_guard *guard,
                             const struct score_reading *reading, struct rng *rng, double *features,
                             uint8_t *shuffled)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t *order = arena_array(arena, uint32_t, reading->word_count);
    struct sentence sentence = {.reading = reading, .order = order, .count = reading->word_count};
    uint32_t content = 0;

    for (uint32_t i = 0; i < reading->word_count; i++) {
        order[i] = i;
    }
    describe(guard, &sentence, features);
    shuffled[0] = 0;
    for (uint32_t i = 0; i < reading->word_count; i++) {
        if (reading->words[i].content) {
            order[content++] = i;
        }
    }
    if (content >= ORDER_WORD_MIN) {
        shuffle(order, content, rng);
        sentence.count = content;
        describe(guard, &sentence, features + SCORE_ORDER_FEATURES);
        shuffled[1] = 1;
    }
    arena_undo(arena, mark);
    return content >= ORDER_WORD_MIN ? 2 : 1;
}

/* Which answers are counted: those of every second question, or all. */
enum part { PART_EVEN, PART_ODD, PART_ALL };

/* Answers that are learnt from. */
struct corpus {
    const struct score_reading *readings;
    const uint32_t *question;
    uint32_t count;
};

static bool in_part(const struct corpus *corpus, uint32_t i, enum part part)
{
    return part == PART_ALL || corpus->question[i] % 2 == (uint32_t)part;
}

static struct score_guard count_words(struct arena *arena, const struct corpus *corpus,
                                      enum part part)
{
    struct score_guard guard = {0};
    uint32_t total = 0;
    uint32_t used = 0;

    for (uint32_t i = 0; i < corpus->count; i++) {
        total += in_part(corpus, i, part) ? corpus->readings[i].word_count + 1 : 0;
    }
    uint64_t *pairs = arena_array(arena, uint64_t, total);
    uint64_t *words = arena_array(arena, uint64_t, total);

    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct score_reading *reading = &corpus->readings[i];
        uint64_t left = START;

        for (uint32_t k = 0; in_part(corpus, i, part) && k <= reading->word_count; k++) {
            uint64_t right = k < reading->word_count ? reading->words[k].form : END;

            pairs[used] = pair_key(left, right);
            words[used++] = left;
            left = right;
        }
    }
    guard.total = total;
    guard.pair_count = count_keys(arena, pairs, total, &guard.pair_counts);
    guard.word_count = count_keys(arena, words, total, &guard.word_counts);
    guard.pairs = pairs;
    guard.words = words;
    return guard;
}

static int compare_reals(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* A limit that nearly all real answers stay below. */
static double find_limit(struct arena *arena, const struct score_guard *guard,
                         const double *features, const uint8_t *shuffled, uint32_t count)
{
    double *real = arena_array(arena, double, count);
    uint32_t used = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (!shuffled[i]) {
            real[used++] = chance(guard->weights, features + (size_t)i * SCORE_ORDER_FEATURES);
        }
    }
    qsort(real, used, sizeof(*real), compare_reals);
    return used == 0 ? 1 : fmax(DISORDER_LEAST, quantile_of_sorted(real, used, REAL_SHARE));
}

struct score_guard score_guard_learn(struct arena *arena, const struct score_reading *readings,
                                     const uint32_t *question, uint32_t count, uint64_t seed)
{
    struct corpus corpus = {.readings = readings, .question = question, .count = count};
    struct score_guard guard = count_words(arena, &corpus, PART_ALL);
    struct arena_mark mark = arena_mark(arena);
    struct score_guard halves[] = {count_words(arena, &corpus, PART_ODD),
                                   count_words(arena, &corpus, PART_EVEN)};
    struct rng rng = rng_new(seed);
    uint32_t stride = count / EXAMPLE_MAX + 1;
    uint32_t rows = 0;
    size_t room = 2 * ((size_t)count / stride + 1);
    double *features = arena_array(arena, double, room *SCORE_ORDER_FEATURES);
    uint8_t *shuffled = arena_array(arena, uint8_t, room);
    bool learns = guard.total >= LEARNT_WORD_MIN && halves[0].total > 0 && halves[1].total > 0;

    for (uint32_t i = 0; learns && i < count; i += stride) {
        if (readings[i].word_count >= ORDER_WORD_MIN) {
            rows += add_examples(arena, &halves[question[i] % 2], &readings[i], &rng,
                                 features + (size_t)rows * SCORE_ORDER_FEATURES, shuffled + rows);
        }
    }
    if (learns) {
        regress(features, shuffled, rows, guard.weights);
        guard.disorder_max = find_limit(arena, &guard, features, shuffled, rows);
    }
    arena_undo(arena, mark);
    return guard;
}

double score_disorder(const struct score_guard *guard, const struct score_reading *answer)
{
    uint32_t order[SCORE_WORD_MAX];
    double features[SCORE_ORDER_FEATURES];
    struct sentence sentence = {.reading = answer, .order = order, .count = answer->word_count};
    double size = 0;

    for (int i = 0; i <= SCORE_ORDER_FEATURES; i++) {
        size += fabs(guard->weights[i]);
    }
    if (answer->word_count < ORDER_WORD_MIN || size == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < answer->word_count; i++) {
        order[i] = i;
    }
    describe(guard, &sentence, features);
    return chance(guard->weights, features);
}

static uint32_t count_fresh(const struct score_reading *question,
                            const struct score_reading *answer)
{
    uint32_t fresh = 0;

    for (uint32_t i = 0; i < answer->term_count; i++) {
        fresh += answer->terms[i].content && !score_has_stem(question, answer->terms[i].stem);
    }
    return fresh;
}

static bool is_copy(struct arena *arena, const struct score_reading *question,
                    const struct score_reading *answer)
{
    struct score_common common = score_common(arena, question, answer);

    return common.run >= 4 && common.run >= COPY_SHARE * answer->word_count &&
           count_fresh(question, answer) <= 1;
}

static bool is_verbatim(struct arena *arena, const struct score_reading *reference,
                        const struct score_reading *answer)
{
    struct score_common common = score_common(arena, reference, answer);

    return common.run >= VERBATIM_WORD_MIN && common.run >= VERBATIM_SHARE * answer->word_count &&
           common.run >= VERBATIM_SHARE * reference->word_count;
}

/* Share of the content stems of the model answer that the answer has. */
static double share_met(const struct score_reading *reference, const struct score_reading *answer)
{
    double wanted = 0;
    double met = 0;

    for (uint32_t i = 0; i < reference->term_count; i++) {
        if (reference->terms[i].content) {
            wanted++;
            met += score_has_stem(answer, reference->terms[i].stem);
        }
    }
    return wanted > 0 ? met / wanted : 0;
}

static uint32_t count_denials(const struct score_reading *reading)
{
    static const char *const DENIALS[] = {"false", "wrong", "incorrect", "untrue", "opposite"};
    uint32_t count = 0;

    for (uint32_t i = 0; i < reading->word_count; i++) {
        count += reading->words[i].negation;
        for (size_t k = 0; k < sizeof(DENIALS) / sizeof(DENIALS[0]); k++) {
            count += reading->words[i].form == text_hash(text_of(DENIALS[k]));
        }
    }
    return count;
}

/* Every model answer that is met stands the other way round. */
static bool is_negated(const struct score_reading *references, uint32_t reference_count,
                       const struct score_reading *answer)
{
    uint32_t denials = count_denials(answer);
    bool met = false;

    for (uint32_t i = 0; i < reference_count; i++) {
        if (share_met(&references[i], answer) < NEGATED_SHARE) {
            continue;
        }
        if ((count_denials(&references[i]) + denials) % 2 == 0) {
            return false;
        }
        met = true;
    }
    return met;
}

enum score_alarm score_alarm(struct arena *arena, const struct score_guard *guard,
                             const struct score_reading *question,
                             const struct score_reading *references, uint32_t reference_count,
                             const struct score_reading *answer)
{
    if (answer->word_count == 0) {
        return SCORE_EMPTY;
    }
    if (answer->cut) {
        return SCORE_CUT;
    }
    for (uint32_t i = 0; i < reference_count; i++) {
        if (is_verbatim(arena, &references[i], answer)) {
            return SCORE_VERBATIM;
        }
    }
    if (is_copy(arena, question, answer)) {
        return SCORE_COPY;
    }
    if (is_negated(references, reference_count, answer)) {
        return SCORE_NEGATED;
    }
    return score_disorder(guard, answer) > guard->disorder_max ? SCORE_SALAD : SCORE_CALM;
}

const char *score_alarm_name(enum score_alarm alarm)
{
    static const char *const NAMES[] = {"none",    "empty", "copied-question", "verbatim-reference",
                                        "negated", "salad", "too-long"};

    return NAMES[alarm];
}

const char *score_alarm_reason(enum score_alarm alarm)
{
    static const char *const REASONS[] = {
        "",
        "the answer has no words",
        "most of the answer repeats the question",
        "the answer is a model answer word for word",
        "the answer has the words of a model answer, but the opposite negation",
        "the words stand in no usual order",
        "the answer is longer than what is compared",
    };

    return REASONS[alarm];
}
