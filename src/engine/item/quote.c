#include "engine/item/quote.h"

#include <stdbool.h>

#include "base/arena.h"

/* Where the sentence that begins at `at` ends: behind its stop, or at the end. */
static size_t sentence_end(struct text answer, size_t at)
{
    for (; at < answer.size; at++) {
        char c = answer.at[at];
        bool stop = c == '.' || c == '!' || c == '?' || c == ';';

        if (c == '\n' || (stop && (at + 1 == answer.size || answer.at[at + 1] == ' ' ||
                                   answer.at[at + 1] == '\n'))) {
            return at + 1;
        }
    }
    return answer.size;
}

/* The largest weight that the sentence shares with one of the model answers. */
static double shared_weight(const struct score_reading *sentence,
                            const struct score_reading *references, uint32_t count,
                            const struct score_reading *question)
{
    double best = 0;

    for (uint32_t r = 0; r < count; r++) {
        double sum = 0;

        for (uint32_t i = 0; i < references[r].term_count; i++) {
            const struct score_term *term = &references[r].terms[i];

            if (term->content && score_has_stem(sentence, term->stem)) {
                sum += score_has_stem(question, term->stem) ? (double)term->weight / 4
                                                            : (double)term->weight;
            }
        }
        best = sum > best ? sum : best;
    }
    return best;
}

struct text item_quote(struct arena *arena, struct text_analyser *analyser,
                       const struct score_lexicon *lexicon, const struct score_example *example,
                       struct text answer)
{
    struct score_reading *references =
        arena_array(arena, struct score_reading, example->reference_count);
    struct score_reading question = score_read(arena, analyser, lexicon, example->question);
    struct text quote = {answer.at, 0};
    double best = 0;

    for (uint32_t i = 0; i < example->reference_count; i++) {
        references[i] = score_read(arena, analyser, lexicon, example->references[i]);
    }
    for (size_t at = 0; at < answer.size;) {
        size_t end = sentence_end(answer, at);
        struct text sentence = text_trim((struct text){answer.at + at, end - at});
        struct score_reading reading = score_read(arena, analyser, lexicon, sentence);
        double weight = shared_weight(&reading, references, example->reference_count, &question);

        if (weight > best) {
            best = weight;
            quote = sentence;
        }
        at = end;
    }
    return quote;
}
