#pragma once

/*
 * Distances between sequences of symbols: characters of a text, or numbers of words.
 *
 * Levenshtein's edit distance by Myers' bit vectors (1999, Hyyro's formulation) and the longest
 * common subsequence by Hyyro's (2004), where one side has at most 64 symbols; else by rows of the
 * table. Time is the product of the lengths, over 64 in the first case.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/text/words.h"

struct arena;

struct text_symbols {
    const uint32_t *at;
    size_t count;
};

/* The code points of checked UTF-8. */
struct text_symbols text_symbols(struct arena *arena, struct text text);

/* Equal words get equal numbers, over both sides. */
void text_number_words(struct arena *arena, struct text_words left, struct text_words right,
                       struct text_symbols *left_out, struct text_symbols *right_out);

/* Least insertions, deletions and replacements that turn one into the other. Symmetric. The arena
 * is used for scratch memory and left as it was. */
size_t text_edit_distance(struct arena *arena, struct text_symbols left, struct text_symbols right);

/* 1 - distance / longer length, in [0, 1]; 1 if both are empty. */
double text_edit_similarity(struct arena *arena, struct text_symbols left,
                            struct text_symbols right);

/* Length of the longest common subsequence. */
size_t text_common_subsequence(struct arena *arena, struct text_symbols left,
                               struct text_symbols right);
