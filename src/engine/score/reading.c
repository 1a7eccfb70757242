#include "engine/score/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "engine/text/analyser.h"
#include "engine/text/fold.h"
#include "engine/text/words.h"

enum { PIECE_LOW = 2, PIECE_HIGH = 4, PIECE_STEM_MAX = 40 };

static const char *const NEGATIONS[] = {
    "cannot", "cant", "hardly", "neither", "never", "no",     "nobody",
    "none",   "nor",  "not",    "nothing", "nt",    "untrue", "without",
};

static bool is_negation(struct text form)
{
    static const char *const STEMS[] = {"is",   "does",  "do",    "did", "wo",   "are", "was",
                                        "were", "could", "would", "has", "have", "had", "should"};

    for (size_t i = 0; i < COUNT(NEGATIONS); i++) {
        if (text_is(form, NEGATIONS[i])) {
            return true;
        }
    }
    if (form.size > 3 && memcmp(form.at + form.size - 3, "n't", 3) == 0) {
        return true;
    }
    for (size_t i = 0; i < COUNT(STEMS); i++) { /* "dont", written without the apostrophe */
        size_t size = strlen(STEMS[i]);

        if (form.size == size + 2 && memcmp(form.at, STEMS[i], size) == 0 &&
            memcmp(form.at + size, "nt", 2) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_keys(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static int compare_pieces(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static struct score_bag bag_of(struct arena *arena, uint64_t *keys, uint32_t count)
{
    uint32_t *counts = arena_array(arena, uint32_t, count);
    struct score_bag bag = {.keys = keys, .counts = counts, .total = count};

    qsort(keys, count, sizeof(*keys), compare_keys);
    for (uint32_t i = 0; i < count; i++) {
        if (bag.size == 0 || keys[bag.size - 1] != keys[i]) {
            keys[bag.size++] = keys[i];
        }
        counts[bag.size - 1]++;
    }
    return bag;
}

static uint64_t mix(uint64_t left, uint64_t right)
{
    uint64_t value = (left ^ (right * UINT64_C(0x9E3779B97F4A7C15))) * UINT64_C(0xD6E8FEB86659FD93);

    return value ^ (value >> 32);
}

static struct score_bag runs_of(struct arena *arena, const struct score_reading *reading,
                                uint32_t length)
{
    uint32_t count = reading->word_count >= length ? reading->word_count - length + 1 : 0;
    uint64_t *keys = arena_array(arena, uint64_t, count);

    for (uint32_t i = 0; i < count; i++) {
        keys[i] = reading->words[i].stem;
        for (uint32_t k = 1; k < length; k++) {
            keys[i] = mix(keys[i], reading->words[i + k].stem);
        }
    }
    return bag_of(arena, keys, count);
}

/* Runs of bytes over the words with blanks between; up to five bytes are their own key. */
static struct score_bag grams_of(struct arena *arena, struct text joined, uint32_t length)
{
    uint32_t count = joined.size >= length ? (uint32_t)(joined.size - length + 1) : 0;
    uint64_t *keys = arena_array(arena, uint64_t, count);

    for (uint32_t i = 0; i < count; i++) {
        memcpy(&keys[i], joined.at + i, length);
    }
    return bag_of(arena, keys, count);
}

static struct text join(struct arena *arena, struct text_words words)
{
    size_t size = 1;

    for (size_t i = 0; i < words.count; i++) {
        size += words.at[i].size + 1;
    }
    char *joined = arena_take(arena, size + 1, 1);
    size_t used = 1;

    joined[0] = ' ';
    for (size_t i = 0; i < words.count; i++) {
        memcpy(joined + used, words.at[i].at, words.at[i].size);
        used += words.at[i].size;
        joined[used++] = ' ';
    }
    return (struct text){.at = joined, .size = size};
}

/* The distinct runs of two to four bytes of a stem with marks put at both ends, rising. */
static uint16_t cut_pieces(struct text stem, uint32_t *out)
{
    char marked[PIECE_STEM_MAX + 2] = "^";
    size_t size = stem.size < PIECE_STEM_MAX ? stem.size : PIECE_STEM_MAX;
    uint16_t count = 0;
    uint16_t distinct = 0;

    memcpy(marked + 1, stem.at, size);
    marked[size + 1] = '$';
    for (size_t length = PIECE_LOW; length <= PIECE_HIGH; length++) {
        for (size_t i = 0; i + length <= size + 2; i++) {
            out[count] = 0;
            memcpy(&out[count++], marked + i, length);
        }
    }
    qsort(out, count, sizeof(*out), compare_pieces);
    for (uint16_t i = 0; i < count; i++) {
        if (distinct == 0 || out[distinct - 1] != out[i]) {
            out[distinct++] = out[i];
        }
    }
    return distinct;
}

static int compare_terms(const void *left, const void *right)
{
    const struct score_term *a = left;
    const struct score_term *b = right;

    return a->stem != b->stem ? (a->stem > b->stem) - (a->stem < b->stem)
                              : (a->word > b->word) - (a->word < b->word);
}

static void gather_terms(struct arena *arena, struct score_reading *reading)
{
    struct score_term *terms = arena_array(arena, struct score_term, reading->word_count);

    for (uint32_t i = 0; i < reading->word_count; i++) {
        const struct score_word *word = &reading->words[i];

        terms[i] = (struct score_term){.stem = word->stem,
                                       .word = i,
                                       .count = 1,
                                       .weight = word->weight,
                                       .content = word->content};
    }
    qsort(terms, reading->word_count, sizeof(*terms), compare_terms);
    for (uint32_t i = 0; i < reading->word_count; i++) {
        struct score_term *last = &terms[reading->term_count - (reading->term_count > 0)];

        if (reading->term_count > 0 && last->stem == terms[i].stem) {
            last->count++;
            last->content |= terms[i].content;
        } else {
            terms[reading->term_count++] = terms[i];
        }
    }
    reading->terms = terms;
}

static void read_words(struct arena *arena, struct text_analyser *analyser,
                       const struct score_lexicon *lexicon, struct text_words forms,
                       struct score_reading *reading)
{
    struct score_word *words = arena_array(arena, struct score_word, forms.count);
    uint32_t *pieces = arena_array(arena, uint32_t, forms.count * PIECE_STEM_MAX * 4);
    uint32_t used = 0;

    for (size_t i = 0; i < forms.count; i++) {
        struct text form = forms.at[i];
        struct text stem = text_stem(analyser, arena, form);
        uint64_t key = text_hash(stem);
        struct score_word *word = &words[i];

        *word = (struct score_word){
            .form = text_hash(form),
            .stem = key,
            .piece_first = used,
            .piece_count = cut_pieces(stem, pieces + used),
            .size = (uint16_t)(form.size < UINT16_MAX ? form.size : UINT16_MAX),
            .weight = score_weight(lexicon, key),
            .negation = is_negation(form),
            .number = form.at[0] >= '0' && form.at[0] <= '9',
        };
        word->content = !word->negation && !text_is_stop_word("en", form);
        memcpy(word->start, form.at,
               form.size < sizeof(word->start) ? form.size : sizeof(word->start));
        used += word->piece_count;
    }
    reading->words = words;
    reading->pieces = pieces;
    reading->word_count = (uint32_t)forms.count;
}

/* The end of a text that is too long moves back to a whole character. */
static struct text cut_text(struct text text, bool *cut)
{
    if (text.size <= SCORE_TEXT_SIZE_MAX) {
        return text;
    }
    *cut = true;
    text.size = SCORE_TEXT_SIZE_MAX;
    while (text.size > 0 && ((unsigned char)text.at[text.size] & 0xC0) == 0x80) {
        text.size--;
    }
    return text;
}

struct score_reading score_read(struct arena *arena, struct text_analyser *analyser,
                                const struct score_lexicon *lexicon, struct text text)
{
    struct score_reading reading = {0};
    struct text folded = text_fold(arena, cut_text(text, &reading.cut), true);
    struct text_words forms = text_words(arena, folded);

    if (forms.count > SCORE_WORD_MAX) {
        forms.count = SCORE_WORD_MAX;
        reading.cut = true;
    }
    read_words(arena, analyser, lexicon, forms, &reading);
    gather_terms(arena, &reading);
    reading.pairs = runs_of(arena, &reading, 2);
    reading.triples = runs_of(arena, &reading, 3);
    struct text joined = join(arena, forms);

    for (uint32_t k = 0; k < SCORE_GRAM_ORDERS; k++) {
        reading.grams[k] = grams_of(arena, joined, SCORE_GRAM_LOW + k);
    }
    return reading;
}

static size_t place_of(const uint64_t *keys, size_t count, uint64_t key)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (keys[middle] < key) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

bool score_holds(const uint64_t *keys, size_t count, uint64_t key)
{
    size_t place = place_of(keys, count, key);

    return place < count && keys[place] == key;
}

bool score_has_stem(const struct score_reading *reading, uint64_t stem)
{
    size_t low = 0;
    size_t high = reading->term_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reading->terms[middle].stem < stem) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < reading->term_count && reading->terms[low].stem == stem;
}

float score_weight(const struct score_lexicon *lexicon, uint64_t stem)
{
    if (lexicon == NULL) {
        return 1;
    }
    size_t place = place_of(lexicon->stems, lexicon->count, stem);

    return place < lexicon->count && lexicon->stems[place] == stem ? lexicon->weights[place]
                                                                   : lexicon->unseen;
}

void score_reweigh(const struct score_lexicon *lexicon, struct score_reading *reading)
{
    for (uint32_t i = 0; i < reading->term_count; i++) {
        reading->terms[i].weight = score_weight(lexicon, reading->terms[i].stem);
    }
    for (uint32_t i = 0; i < reading->word_count; i++) {
        reading->words[i].weight = score_weight(lexicon, reading->words[i].stem);
    }
}

struct score_lexicon score_lexicon_new(struct arena *arena, const struct score_reading *readings,
                                       size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += readings[i].term_count;
    }
    uint64_t *keys = arena_array(arena, uint64_t, total);
    float *weights = arena_array(arena, float, total);

    total = 0;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < readings[i].term_count; k++) {
            keys[total++] = readings[i].terms[k].stem;
        }
    }
    struct score_bag bag = bag_of(arena, keys, (uint32_t)total);

    for (uint32_t i = 0; i < bag.size; i++) {
        weights[i] = (float)log(((double)count + 1) / (bag.counts[i] + 0.5));
    }
    return (struct score_lexicon){.stems = bag.keys,
                                  .weights = weights,
                                  .count = bag.size,
                                  .unseen = (float)log(((double)count + 1) / 0.5)};
}
