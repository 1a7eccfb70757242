#pragma once

/*
 * Words and n-grams: views into folded text.
 *
 * A word is a longest run of letters, marks and digits. An apostrophe between letters and a point
 * between digits belong to it ("don't", "3.14"); so do the signs of "c++", "c#". Scripts without
 * blanks (Han, kana) give one word a character.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;

struct text_words {
    const struct text *at;
    size_t count;
};

/* The words of text that `text_fold` made, in their order; views into it. Linear. */
struct text_words text_words(struct arena *arena, struct text folded);

/* All runs of `low` to `high` words, joined by one blank; by length, then by place. 1 <= low <=
 * high.
 */
struct text_words text_word_grams(struct arena *arena, struct text_words words, uint32_t low,
                                  uint32_t high);

/* All runs of `low` to `high` characters of each word with a blank put on both sides, so that " ab"
 * marks a beginning. A padded word that is shorter than a length gives nothing of that length. */
struct text_words text_char_grams(struct arena *arena, struct text_words words, uint32_t low,
                                  uint32_t high);
