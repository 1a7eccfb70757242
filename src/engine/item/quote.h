#pragma once

/* The words of an answer that speak for a criterion. */

#include "engine/score/model.h"

struct arena;
struct text_analyser;

/* An answer by its sentences, each read once for all criteria. */
struct item_sentences {
    struct text answer;
    struct text *texts; /* views into the answer */
    struct score_reading *readings;
    size_t count;
};
struct item_sentences item_sentences_read(struct arena *arena, struct text_analyser *analyser,
                                          const struct score_lexicon *lexicon, struct text answer);

/* The sentence of the answer that shares most with the model answers, by rarity of the words, the
 * question's own left out; empty where it shares nothing. A view into the answer. */
struct text item_quote(const struct item_sentences *sentences, const struct score_asked *asked);
