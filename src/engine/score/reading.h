#pragma once

/*
 * Readings: a text prepared for comparison with others, made once.
 *
 * Words are hashes of their folded form and of their stem; distinct stems are sorted, so that
 * sets are compared by merging. Texts beyond the bounds are cut, and say so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;
struct text_analyser;

enum {
    SCORE_TEXT_SIZE_MAX = 1 << 16, /* bytes that are read of one text */
    SCORE_WORD_MAX = 400,          /* words that are compared of one text */
    SCORE_GRAM_LOW = 3,            /* orders of the character n-grams */
    SCORE_GRAM_ORDERS = 3,
};

/* How rare words are: inverse document frequencies by the hash of the stem. */
struct score_lexicon {
    const uint64_t *stems; /* rising */
    const float *weights;
    uint32_t count;
    float unseen; /* of a stem that is not there */
};

/* One word where it stands. */
struct score_word {
    uint64_t form;
    uint64_t stem;
    uint32_t piece_first; /* of its character n-grams, for likeness of words */
    uint16_t piece_count;
    uint16_t size; /* bytes of the form */
    float weight;
    bool content; /* no stop word */
    bool negation;
    bool number;
    char start[14]; /* first bytes of the form, for near misses in spelling */
};

/* One distinct stem. */
struct score_term {
    uint64_t stem;
    uint32_t word; /* where it stands first */
    uint32_t count;
    float weight;
    bool content;
};

/* Distinct keys that rise, with counts. */
struct score_bag {
    const uint64_t *keys;
    const uint32_t *counts;
    uint32_t size;
    uint32_t total;
};

struct score_reading {
    struct score_word *words;
    struct score_term *terms; /* by stem, rising */
    const uint32_t *pieces;   /* rising within a word */
    struct score_bag pairs;   /* runs of two stems, of three stems */
    struct score_bag triples;
    struct score_bag grams[SCORE_GRAM_ORDERS]; /* runs of characters over the whole text */
    uint32_t word_count;
    uint32_t term_count;
    bool cut; /* the text goes on beyond the bounds */
};

/* `text` is checked UTF-8; `lexicon` may be NULL: all words weigh the same. */
struct score_reading score_read(struct arena *arena, struct text_analyser *analyser,
                                const struct score_lexicon *lexicon, struct text text);

/* Weigh again, once a lexicon is known. */
void score_reweigh(const struct score_lexicon *lexicon, struct score_reading *reading);

float score_weight(const struct score_lexicon *lexicon, uint64_t stem);

/* Count in how many texts each stem stands, and weigh: log((texts + 1) / (count + 0.5)). */
struct score_lexicon score_lexicon_new(struct arena *arena, const struct score_reading *readings,
                                       size_t count);

/* Does the sorted array hold the key? */
bool score_holds(const uint64_t *keys, size_t count, uint64_t key);
bool score_has_stem(const struct score_reading *reading, uint64_t stem);
