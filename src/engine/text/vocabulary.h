#pragma once

/*
 * Vocabularies: terms as dense numbers, how many documents hold each, and tf-idf vectors.
 *
 * Weights follow Salton and Buckley 1988: sublinear term frequency 1 + ln(count) times smoothed
 * inverse document frequency 1 + ln((1 + documents) / (1 + documents with the term)), then length
 * one. A term that was never learnt weighs nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/text/words.h"

struct arena;
struct text_vocabulary;

/* A document as a bag of terms: numbers rise, counts are positive. */
struct text_bag {
    const uint32_t *term;
    const uint32_t *count;
    size_t size;
    size_t length;  /* terms with repetitions, known ones only */
    size_t unknown; /* terms with repetitions that the vocabulary does not have */
};

/* A sparse vector: numbers rise. Length one, or no entries at all. */
struct text_vector {
    const uint32_t *term;
    const float *weight;
    size_t size;
};

struct text_vocabulary *text_vocabulary_new(struct arena *arena);

/* Count a document: new terms get numbers, each distinct term one document more. */
struct text_bag text_vocabulary_learn(struct text_vocabulary *vocabulary, struct arena *arena,
                                      struct text_words terms);

/* The same bag without learning. */
struct text_bag text_vocabulary_look(const struct text_vocabulary *vocabulary, struct arena *arena,
                                     struct text_words terms);

bool text_vocabulary_find(const struct text_vocabulary *vocabulary, struct text term,
                          uint32_t *out);
struct text text_vocabulary_term(const struct text_vocabulary *vocabulary, uint32_t term);
uint32_t text_vocabulary_size(const struct text_vocabulary *vocabulary);
uint32_t text_document_count(const struct text_vocabulary *vocabulary);
uint32_t text_document_frequency(const struct text_vocabulary *vocabulary, uint32_t term);

/* Smoothed, at least 1; a term that nobody learnt (SIZE and above) counts as in no document. */
double text_idf(const struct text_vocabulary *vocabulary, uint32_t term);

struct text_vector text_weigh(const struct text_vocabulary *vocabulary, struct arena *arena,
                              struct text_bag bag);

/* In [0, 1]; 0 where one side is empty. Linear in both sizes. */
double text_cosine(struct text_vector left, struct text_vector right);
