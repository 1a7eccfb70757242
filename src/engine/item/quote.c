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

struct item_sentences item_sentences_read(struct arena *arena, struct text_analyser *analyser,
                                          const struct score_lexicon *lexicon, struct text answer)
{
    struct item_sentences sentences = {.answer = answer};
    size_t room = 0;

    for (size_t at = 0; at < answer.size; at = sentence_end(answer, at)) {
        room++;
    }
    sentences.texts = arena_array(arena, struct text, room);
    sentences.readings = arena_array(arena, struct score_reading, room);
    for (size_t at = 0; at < answer.size;) {
        size_t end = sentence_end(answer, at);
        struct text sentence = text_trim((struct text){answer.at + at, end - at});

        sentences.texts[sentences.count] = sentence;
        sentences.readings[sentences.count++] = score_read(arena, analyser, lexicon, sentence);
        at = end;
    }
    return sentences;
}

struct text item_quote(const struct item_sentences *sentences, const struct score_asked *asked)
{
    struct text quote = {sentences->answer.at, 0};
    double best = 0;

    for (size_t i = 0; i < sentences->count; i++) {
        double weight = shared_weight(&sentences->readings[i], asked->references,
                                      asked->reference_count, &asked->question);

        if (weight > best) {
            best = weight;
            quote = sentences->texts[i];
        }
    }
    return quote;
}
