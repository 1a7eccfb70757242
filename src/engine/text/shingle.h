#pragma once

/*
 * Near-duplicates: shingles, MinHash and SimHash over 64-bit XXH3 hashes.
 *
 * Broder 1997: the Jaccard resemblance of two sets of w-shingles, estimated by the share of equal
 * minima under random permutations; its standard error is sqrt(J (1 - J) / count). Charikar 2002:
 * one 64-bit sketch whose Hamming distance grows with the angle between two bags of words.
 */

#include <stddef.h>
#include <stdint.h>

#include "engine/text/words.h"

struct arena;

/* A set of hashes: rising, without repetitions. */
struct text_shingles {
    const uint64_t *hash;
    size_t count;
};

/* Hashes of all runs of `width` words, width >= 1; a shorter text has the one run of all its words,
 * an empty text none. The same on all machines. */
struct text_shingles text_shingles(struct arena *arena, struct text_words words, uint32_t width);

size_t text_shared(struct text_shingles left, struct text_shingles right); /* hashes in both */

/* |both| / |either|; 0 if both are empty. */
double text_resemblance(struct text_shingles left, struct text_shingles right);

/* |both| / |smaller|: near 1 where one text was pasted into another; 0 if one is empty. */
double text_containment(struct text_shingles left, struct text_shingles right);

/* `count` minima, one for each permutation drawn from `seed`; all ones for an empty set. */
void text_minhash(struct text_shingles shingles, uint64_t seed, size_t count, uint32_t *out);
double text_minhash_resemblance(const uint32_t *left, const uint32_t *right, size_t count);

/* Key of one band of `rows` minima, to find candidate pairs: two texts meet in some band with
 * probability 1 - (1 - J^rows)^bands. */
uint64_t text_minhash_band(const uint32_t *minima, size_t band, size_t rows);

/* Words weigh one each per occurrence; 0 for no words. */
uint64_t text_simhash(struct text_words words);
uint32_t text_hamming(uint64_t left, uint64_t right);
