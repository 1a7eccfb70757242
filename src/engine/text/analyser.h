#pragma once

/*
 * Analysers: from raw text to terms.
 *
 * Fold, cut into words, drop stop words, reduce to stems (Porter's Snowball algorithms; "en" is
 * Porter 2), make n-grams. An analyser is used by one thread at a time.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/text/words.h"

struct arena;
struct fault;
struct text_analyser;

struct text_options {
    const char *language; /* ISO 639-1 ("en", "de", ...); NULL: neither stems nor stop words */
    bool keep_stop_words; /* else those of the language are dropped; there is a list for "en" */
    bool keep_forms;      /* do not stem */
    bool keep_marks;      /* else accents are removed */
    uint32_t word_low;    /* orders of the word n-grams; both zero: single words */
    uint32_t word_high;
    uint32_t char_low; /* orders of the character n-grams, added behind; both zero: none */
    uint32_t char_high;
};

/* English, stems, 1- and 2-grams of words: what similarity and search use. */
extern const struct text_options TEXT_ENGLISH;

/* ERR_INVALID: there is no stemmer for the language, or the orders are empty or above 16. */
enum err text_analyser_new(const struct text_options *options, struct text_analyser **out,
                           struct fault *fault);
void text_analyser_free(struct text_analyser *analyser); /* NULL is fine */

/* Terms of checked UTF-8, in order of appearance with repetitions; they live in the arena. */
struct text_words text_analyse(struct text_analyser *analyser, struct arena *arena,
                               struct text text);

/* The steps alone. A word above 64 bytes keeps its form. */
struct text text_stem(struct text_analyser *analyser, struct arena *arena, struct text word);
bool text_is_stop_word(const char *language, struct text folded_word);

static inline void text_analyser_freep(struct text_analyser **analyser)
{
    text_analyser_free(*analyser);
}
#define TEXT_ANALYSER_SCOPE [[gnu::cleanup(text_analyser_freep)]] struct text_analyser *
