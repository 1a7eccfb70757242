#include "engine/text/title.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

enum { CONJUNCT_MAX = TEXT_TITLE_VARIANTS_MAX };

static bool is_one_of(struct text word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(word, list[i])) {
            return true;
        }
    }
    return false;
}

static bool ends_title(struct text word)
{
    static const char *const WORDS[] = {"except", "excluding", "including"};

    return is_one_of(word, WORDS, COUNT(WORDS));
}

static bool connects(struct text word)
{
    static const char *const WORDS[] = {"and", "or"};

    return is_one_of(word, WORDS, COUNT(WORDS));
}

/* A copy in which brackets with their content are blanks. */
static struct text without_brackets(struct arena *arena, struct text title)
{
    char *copy = arena_copy(arena, title.at, title.size);
    size_t depth = 0;

    for (size_t i = 0; i < title.size; i++) {
        depth += copy[i] == '(' || copy[i] == '[';
        bool closes = copy[i] == ')' || copy[i] == ']';

        if (depth > 0 || closes) {
            copy[i] = ' ';
        }
        depth -= closes && depth > 0;
    }
    return (struct text){.at = copy, .size = title.size};
}

static bool separates(const char *from, const char *to)
{
    for (; from < to; from++) {
        if (*from == ',' || *from == ';' || *from == '/' || *from == '&') {
            return true;
        }
    }
    return false;
}

/* Cut the words of a title at commas, slashes and connectives. */
static size_t conjuncts_of(struct text_words words, struct text_words *out)
{
    size_t count = 0;
    size_t start = 0;

    for (size_t i = 0; i <= words.count; i++) {
        bool done = i == words.count || ends_title(words.at[i]);
        bool cut = done || connects(words.at[i]);
        bool sign = !cut && i > start &&
                    separates(words.at[i - 1].at + words.at[i - 1].size, words.at[i].at);

        if ((cut || sign) && i > start && count < CONJUNCT_MAX) {
            out[count++] = (struct text_words){.at = words.at + start, .count = i - start};
        }
        if (done) {
            break;
        }
        start = cut ? i + 1 : sign ? i : start;
    }
    return count;
}

static bool is_plural(struct text word)
{
    return word.size > 2 && word.at[word.size - 1] == 's' && word.at[word.size - 2] != 's';
}

static void put_words(struct buffer *buffer, const struct text *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (buffer->size > 0) {
            buffer_char(buffer, ' ');
        }
        buffer_text(buffer, words[i]);
    }
}

/* One conjunct with what it borrows from the first and the last one. */
static struct text complete(struct arena *arena, struct text_words part, struct text_words first,
                            struct text_words last)
{
    struct buffer buffer = buffer_new(arena);
    bool whole = is_plural(part.at[part.count - 1]) == is_plural(last.at[last.count - 1]);

    if (whole && part.count == 1 && part.at != first.at) {
        put_words(&buffer, first.at, first.count - 1);
    }
    put_words(&buffer, part.at, part.count);
    if (!whole) {
        put_words(&buffer, last.at + (last.count > 1), last.count - (last.count > 1));
    }
    return buffer_view(&buffer);
}

struct text_words text_title_variants(struct arena *arena, struct text folded)
{
    struct text_words words = text_words(arena, without_brackets(arena, folded));
    struct text_words *parts = arena_array(arena, struct text_words, CONJUNCT_MAX);
    struct text *variants = arena_array(arena, struct text, CONJUNCT_MAX);
    size_t count = conjuncts_of(words, parts);

    for (size_t i = 0; i < count; i++) {
        variants[i] = complete(arena, parts[i], parts[0], parts[count - 1]);
    }
    return (struct text_words){.at = variants, .count = count};
}
