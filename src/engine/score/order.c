#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/score/guard.h"
#include "num/interval.h"
#include "num/solve.h"

enum {
    ORDER_WORD_MIN = 4,
    EXAMPLE_MAX = 6000, /* answers that the order guard learns from */
    KINDS = 4,          /* a real answer, and three that were made of it */
    NEWTON_MAX = 25,
    LEARNT_WORD_MIN = 20000, /* fewer words do not show how sentences go */
};

static const double REAL_SHARE = 0.979; /* of real answers that the order guard lets pass */
static const double DISORDER_LEAST = 0.5;
static const double RIDGE = 1;
static const double KEPT_SHARE = 0.25; /* of function words that a careless salad keeps */

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

/* Sums over the neighbours in a sentence. */
struct flow {
    double gain;
    double gain_square;
    double gain_least;
    double light_gain; /* of pairs with a function word or an end */
    double light_pairs;
    double seen;
    double heavy; /* two content words */
    double light; /* two function words */
    double run;   /* longest of content words */
    double echo;  /* a function word again behind one content word: this and that and those */
};

/* How much likelier a word is behind the one before it than anywhere, as a logarithm. */
static double gain_of(const struct score_guard *guard, uint64_t left, uint64_t right, bool *seen)
{
    double both =
        count_of(guard->pairs, guard->pair_counts, guard->pair_count, pair_key(left, right));
    double before = count_of(guard->words, guard->word_counts, guard->word_count, left);
    double behind = count_of(guard->words, guard->word_counts, guard->word_count, right);
    double alone = (behind + 0.5) / (guard->total + 0.5 * (guard->word_count + 1));
    double together = 0.75 * (before > 0 ? both / before : 0) + 0.25 * alone;

    *seen = both > 0;
    return log(together / alone);
}

static struct flow flow_of(const struct score_guard *guard, const struct sentence *sentence)
{
    struct flow flow = {0};
    double run = 0;

    for (uint32_t i = 0; i <= sentence->count; i++) {
        bool left = is_content(sentence, i);
        bool right = is_content(sentence, i + 1);
        bool seen;
        double gain = gain_of(guard, form_at(sentence, i), form_at(sentence, i + 1), &seen);

        flow.gain += gain;
        flow.gain_square += gain * gain;
        flow.gain_least = fmin(flow.gain_least, gain);
        flow.seen += seen;
        flow.heavy += left && right;
        flow.light += i > 0 && i < sentence->count && !left && !right;
        if (!left || !right) {
            flow.light_gain += gain;
            flow.light_pairs++;
        }
        flow.echo += i > 0 && !left && right && form_at(sentence, i) == form_at(sentence, i + 2);
        run = right ? run + 1 : 0;
        flow.run = fmax(flow.run, run);
    }
    return flow;
}

/* Function words, and how many distinct ones. */
static uint32_t count_light(const struct sentence *sentence, uint32_t *distinct)
{
    uint32_t count = 0;

    *distinct = 0;
    for (uint32_t i = 1; i <= sentence->count; i++) {
        bool again = is_content(sentence, i);

        count += !again;
        for (uint32_t k = 1; k < i && !again; k++) {
            again = form_at(sentence, k) == form_at(sentence, i);
        }
        *distinct += !again;
    }
    return count;
}

/* How an order of words looks to the model of pairs. */
static void describe(const struct score_guard *guard, const struct sentence *sentence,
                     double out[static SCORE_ORDER_FEATURES])
{
    struct flow flow = flow_of(guard, sentence);
    double words = sentence->count;
    double pairs = words + 1;
    double mean = flow.gain / pairs;
    uint32_t distinct;
    uint32_t light = count_light(sentence, &distinct);
    double values[SCORE_ORDER_FEATURES] = {
        mean,
        flow.seen / pairs,
        flow.heavy / pairs,
        flow.light / pairs,
        light / pairs,
        log(words),
        sqrt(fmax(0, flow.gain_square / pairs - mean * mean)),
        flow.gain_least,
        light == 0,
        light == 0 ? log(words) : 0,
        flow.run / words,
        light > 0 ? (double)distinct / light : 0,
        flow.light_pairs > 0 ? flow.light_gain / flow.light_pairs : 0,
        log1p(flow.run),
        (light / pairs) * (light / pairs),
        !is_content(sentence, 1),
        !is_content(sentence, sentence->count),
        distinct / words,
        flow.echo / words,
    };

    memcpy(out, values, sizeof(values));
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

/* Words of an answer without their order: content words alone, with a few function words that were
 * overlooked, or joined by one function word again and again. */
static uint32_t make_salad(const struct score_reading *reading, uint32_t kind, struct rng *rng,
                           uint32_t *order)
{
    uint32_t count = 0;
    uint32_t glue = UINT32_MAX;
    uint32_t lights = 0;

    for (uint32_t i = 0; i < reading->word_count; i++) {
        bool content = reading->words[i].content;

        if (!content && rng_below(rng, ++lights) == 0) {
            glue = i;
        }
        if (content || (kind == 2 && rng_unit(rng) < KEPT_SHARE)) {
            order[count++] = i;
        }
    }
    shuffle(order, count, rng);
    if (kind == 3 && glue != UINT32_MAX) {
        double share = 0.3 + 0.7 * rng_unit(rng);
        uint32_t content = count;

        for (uint32_t i = 1; i < content && count < 2 * reading->word_count; i++) {
            if (rng_unit(rng) < share) { /* in front of the words that are still to come */
                uint32_t place = count - (content - i);

                memmove(order + place + 1, order + place, (content - i) * sizeof(*order));
                order[place] = glue;
                count++;
            }
        }
    }
    return count;
}

/* A real answer, and salads of it. Returns rows written, at most KINDS. */
static uint32_t add_examples(struct arena *arena, const struct score_guard *guard,
                             const struct score_reading *reading, struct rng *rng, double *features,
                             uint8_t *shuffled)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t *order = arena_array(arena, uint32_t, 2 * (size_t)reading->word_count);
    struct sentence sentence = {.reading = reading, .order = order, .count = reading->word_count};
    uint32_t rows = 1;
    uint32_t content = 0;

    for (uint32_t i = 0; i < reading->word_count; i++) {
        order[i] = i;
        content += reading->words[i].content;
    }
    describe(guard, &sentence, features);
    shuffled[0] = 0;
    for (uint32_t kind = 1; kind < KINDS && content >= ORDER_WORD_MIN; kind++) {
        sentence.count = make_salad(reading, kind, rng, order);
        describe(guard, &sentence, features + (size_t)rows * SCORE_ORDER_FEATURES);
        shuffled[rows++] = 1;
    }
    arena_undo(arena, mark);
    return rows;
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
    size_t room = KINDS * ((size_t)count / stride + 1);
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
