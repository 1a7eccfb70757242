#include "engine/text/analyser.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/text/fold.h"

enum { STEM_SIZE_MAX = 64, ORDER_MAX = 16 };

struct text_analyser {
    struct text_options options;
    struct sb_stemmer *stemmer; /* NULL: words keep their forms */
};

const struct text_options TEXT_ENGLISH = {.language = "en", .word_low = 1, .word_high = 2};

/* Sorted. Function words only: whatever may tell two skills apart is no stop word. */
static const char *const ENGLISH[] = {
    "a",     "about", "after", "again",  "all",     "also",  "am",     "an",     "and",    "any",
    "are",   "as",    "at",    "be",     "because", "been",  "before", "being",  "both",   "but",
    "by",    "can",   "could", "did",    "do",      "does",  "doing",  "done",   "each",   "either",
    "etc",   "few",   "for",   "from",   "had",     "has",   "have",   "having", "he",     "her",
    "here",  "hers",  "him",   "his",    "how",     "i",     "if",     "in",     "into",   "is",
    "it",    "it's",  "its",   "itself", "just",    "may",   "me",     "might",  "more",   "most",
    "must",  "my",    "of",    "off",    "on",      "once",  "only",   "or",     "other",  "our",
    "ours",  "out",   "over",  "own",    "per",     "same",  "shall",  "she",    "should", "so",
    "some",  "such",  "than",  "that",   "the",     "their", "theirs", "them",   "then",   "there",
    "these", "they",  "this",  "those",  "through", "thus",  "to",     "too",    "under",  "until",
    "up",    "upon",  "us",    "very",   "via",     "was",   "we",     "were",   "what",   "when",
    "where", "which", "while", "who",    "whom",    "whose", "why",    "will",   "with",   "would",
    "you",   "your",  "yours",
};

static int compare_stop_word(const void *key, const void *entry)
{
    const struct text *word = key;
    const char *stop = *(const char *const *)entry;
    int order = strncmp(word->at, stop, word->size);

    return order != 0 ? order : stop[word->size] == '\0' ? 0 : -1;
}

bool text_is_stop_word(const char *language, struct text folded_word)
{
    return language != NULL && strcmp(language, "en") == 0 &&
           bsearch(&folded_word, ENGLISH, COUNT(ENGLISH), sizeof(ENGLISH[0]), compare_stop_word) !=
               NULL;
}

static enum err check_orders(uint32_t low, uint32_t high, const char *field, struct fault *fault)
{
    bool none = low == 0 && high == 0;

    if (!none && (low < 1 || low > high || high > ORDER_MAX)) {
        return fail_field(fault, ERR_INVALID, field,
                          "the n-gram orders are %u to %u, but must rise within 1 to %d", low, high,
                          ORDER_MAX);
    }
    return OK;
}

enum err text_analyser_new(const struct text_options *options, struct text_analyser **out,
                           struct fault *fault)
{
    struct sb_stemmer *stemmer = NULL;

    TRY(check_orders(options->word_low, options->word_high, "word", fault));
    TRY(check_orders(options->char_low, options->char_high, "char", fault));
    if (options->language != NULL && !options->keep_forms) {
        stemmer = sb_stemmer_new(options->language, "UTF_8");
        if (stemmer == NULL) {
            return fail_field(fault, ERR_INVALID, "language",
                              "there is no stemmer for language %s; give an ISO 639-1 code as en, "
                              "de, fr, es",
                              options->language);
        }
    }
    struct text_analyser *analyser = malloc(sizeof(*analyser));

    if (analyser == NULL) {
        abort();
    }
    *analyser = (struct text_analyser){.options = *options, .stemmer = stemmer};
    if (options->word_low == 0 && options->char_low == 0) {
        analyser->options.word_low = analyser->options.word_high = 1;
    }
    *out = analyser;
    return OK;
}

void text_analyser_free(struct text_analyser *analyser)
{
    if (analyser != NULL) {
        sb_stemmer_delete(analyser->stemmer);
        free(analyser);
    }
}

struct text text_stem(struct text_analyser *analyser, struct arena *arena, struct text word)
{
    if (analyser->stemmer == NULL || word.size > STEM_SIZE_MAX) {
        return word;
    }
    const sb_symbol *stem =
        sb_stemmer_stem(analyser->stemmer, (const sb_symbol *)word.at, (int)word.size);

    if (stem == NULL) {
        abort(); /* out of memory */
    }
    size_t size = (size_t)sb_stemmer_length(analyser->stemmer);

    /* The stemmer reuses its buffer. */
    return (struct text){.at = arena_copy(arena, (const char *)stem, size), .size = size};
}

static struct text_words stems_of(struct text_analyser *analyser, struct arena *arena,
                                  struct text_words words)
{
    const struct text_options *options = &analyser->options;
    struct text *kept = arena_array(arena, struct text, words.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < words.count; i++) {
        if (options->keep_stop_words || !text_is_stop_word(options->language, words.at[i])) {
            kept[count++] = text_stem(analyser, arena, words.at[i]);
        }
    }
    return (struct text_words){.at = kept, .count = count};
}

static struct text_words concatenate(struct arena *arena, struct text_words left,
                                     struct text_words right)
{
    struct text *all = arena_array(arena, struct text, left.count + right.count + 1);

    for (size_t i = 0; i < left.count; i++) {
        all[i] = left.at[i];
    }
    for (size_t i = 0; i < right.count; i++) {
        all[left.count + i] = right.at[i];
    }
    return (struct text_words){.at = all, .count = left.count + right.count};
}

struct text_words text_analyse(struct text_analyser *analyser, struct arena *arena,
                               struct text text)
{
    const struct text_options *options = &analyser->options;
    struct text folded = text_fold(arena, text, !options->keep_marks);
    struct text_words words = stems_of(analyser, arena, text_words(arena, folded));
    struct text_words terms = {0};

    if (options->word_high == 1) {
        terms = words;
    } else if (options->word_low > 0) {
        terms = text_word_grams(arena, words, options->word_low, options->word_high);
    }
    if (options->char_low > 0) {
        terms = concatenate(arena, terms,
                            text_char_grams(arena, words, options->char_low, options->char_high));
    }
    return terms;
}
