#pragma once

/* The words that a title is found by. */

#include <stddef.h>

#include "base/text.h"
#include "engine/text/analyser.h"

struct arena;

enum { TAXONOMY_WORD_MAX = 12 }; /* of a title */

extern const struct text_options TAXONOMY_WORDS;

/* The stems that a title is found by: distinct, and the words as they are where all are stop
 * words. `out` has room for TAXONOMY_WORD_MAX. */
size_t taxonomy_stems(struct arena *arena, struct text_analyser *analyser, const char *title,
                      struct text *out);
