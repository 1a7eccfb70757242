#pragma once

/*
 * Folding: one spelling for texts that mean the same characters.
 *
 * Unicode NFKC with full case folding and without default-ignorable code points (UAX 15 and the
 * NFKC_Casefold mapping, Unicode 14 or later as built into libutf8proc). Typographic apostrophes,
 * dashes and minus signs become their ASCII forms. Folding twice gives what folding once gives.
 */

#include <stdbool.h>

#include "base/text.h"

struct arena;

/* `in` is checked UTF-8. With `strip_marks`, accents go too ("café" is "cafe"). At most 18 times as
 * many code points as `in` has, usually as many. */
struct text text_fold(struct arena *arena, struct text in, bool strip_marks);
