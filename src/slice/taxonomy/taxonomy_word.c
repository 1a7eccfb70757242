#include "slice/taxonomy/taxonomy_word.h"

#include "engine/text/fold.h"
#include "engine/text/words.h"

const struct text_options TAXONOMY_WORDS = {.language = "en", .word_low = 1, .word_high = 1};

size_t taxonomy_stems(struct arena *arena, struct text_analyser *analyser, const char *title,
                      struct text *out)
{
    struct text_words stems = text_analyse(analyser, arena, text_of(title));
    size_t count = 0;

    if (stems.count == 0) {
        stems = text_words(arena, text_fold(arena, text_of(title), true));
    }
    for (size_t i = 0; i < stems.count && count < TAXONOMY_WORD_MAX; i++) {
        bool known = false;

        for (size_t k = 0; k < count && !known; k++) {
            known = text_equal(out[k], stems.at[i]);
        }
        if (!known) {
            out[count++] = stems.at[i];
        }
    }
    return count;
}
