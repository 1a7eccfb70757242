#pragma once

/* The words of an answer that speak for a criterion. */

#include "engine/score/model.h"

struct arena;
struct text_analyser;

/* The sentence of the answer that shares most with the model answers of the example, by rarity of
 * the words, the question's own left out; empty where it shares nothing. A view into the answer. */
struct text item_quote(struct arena *arena, struct text_analyser *analyser,
                       const struct score_lexicon *lexicon, const struct score_example *example,
                       struct text answer);
