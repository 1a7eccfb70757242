#include "engine/text/words.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"

struct list {
    struct arena *arena;
    struct text *at;
    size_t count;
    size_t room;
};

static void append(struct list *list, struct text item)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 32 : list->room * 2;

        list->at = arena_grow(list->arena, list->at, list->room * sizeof(*list->at),
                              room * sizeof(*list->at));
        list->room = room;
    }
    list->at[list->count++] = item;
}

enum kind { KIND_OTHER, KIND_LETTER, KIND_DIGIT, KIND_ALONE };

static bool stands_alone(uint32_t code)
{
    return (code >= 0x3041 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x4DBF) ||
           (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0x20000 && code <= 0x3FFFF);
}

static enum kind kind_of(uint32_t code)
{
    if (code < 0x80) {
        bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');

        return letter ? KIND_LETTER : code >= '0' && code <= '9' ? KIND_DIGIT : KIND_OTHER;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);

    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME) {
        return stands_alone(code) ? KIND_ALONE : KIND_LETTER;
    }
    return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO ? KIND_DIGIT
                                                                                : KIND_OTHER;
}

static enum kind kind_at(struct text text, size_t at)
{
    return at < text.size ? kind_of(text_next(text, &at)) : KIND_OTHER;
}

/* Does the sign at `at`, behind a character of kind `before`, belong to the word? */
static bool joins(struct text text, size_t at, enum kind before)
{
    char sign = text.at[at];

    return (sign == '\'' && before == KIND_LETTER && kind_at(text, at + 1) == KIND_LETTER) ||
           (sign == '.' && before == KIND_DIGIT && kind_at(text, at + 1) == KIND_DIGIT);
}

/* The end of "++" or "#" behind a single letter, as in the names of programming languages. */
static size_t sign_end(struct text text, size_t start, size_t at)
{
    size_t end = at;

    if (at != start + 1 || at >= text.size) {
        return at;
    }
    while (end < text.size && end < at + 2 && text.at[end] == text.at[at] &&
           (text.at[at] == '+' || text.at[at] == '#')) {
        end++;
    }
    return kind_at(text, end) == KIND_OTHER && (text.at[at] == '#' || end == at + 2) ? end : at;
}

static size_t word_end(struct text text, size_t start, enum kind first)
{
    size_t at = start;
    enum kind before = first;

    (void)text_next(text, &at);
    while (first != KIND_ALONE && at < text.size) {
        size_t next = at;
        enum kind kind = kind_of(text_next(text, &next));

        if (kind == KIND_ALONE || (kind == KIND_OTHER && !joins(text, at, before))) {
            break;
        }
        before = kind;
        at = next;
    }
    return first == KIND_LETTER ? sign_end(text, start, at) : at;
}

struct text_words text_words(struct arena *arena, struct text folded)
{
    struct list list = {.arena = arena};

    for (size_t at = 0; at < folded.size;) {
        size_t start = at;
        enum kind kind = kind_of(text_next(folded, &at));

        if (kind != KIND_OTHER) {
            at = word_end(folded, start, kind);
            append(&list, (struct text){.at = folded.at + start, .size = at - start});
        }
    }
    return (struct text_words){.at = list.at, .count = list.count};
}

/* All words behind one another with blanks between, and where each begins. */
static char *join(struct arena *arena, struct text_words words, size_t *starts)
{
    size_t size = 0;

    for (size_t i = 0; i < words.count; i++) {
        starts[i] = size;
        size += words.at[i].size + 1;
    }
    starts[words.count] = size;
    char *joined = arena_take(arena, size + 1, 1);

    for (size_t i = 0; i < words.count; i++) {
        memcpy(joined + starts[i], words.at[i].at, words.at[i].size);
        joined[starts[i] + words.at[i].size] = ' ';
    }
    return joined;
}

struct text_words text_word_grams(struct arena *arena, struct text_words words, uint32_t low,
                                  uint32_t high)
{
    size_t *starts = arena_array(arena, size_t, words.count + 1);
    char *joined = join(arena, words, starts);
    struct list list = {.arena = arena};

    assert(low >= 1 && low <= high);
    for (size_t order = low; order <= high; order++) {
        for (size_t i = 0; i + order <= words.count; i++) {
            append(&list, (struct text){.at = joined + starts[i],
                                        .size = starts[i + order] - starts[i] - 1});
        }
    }
    return (struct text_words){.at = list.at, .count = list.count};
}

/* Offsets of the characters of a padded word; returns how many there are. */
static size_t places_of(struct text padded, size_t *places)
{
    size_t count = 0;

    for (size_t at = 0; at < padded.size;) {
        places[count++] = at;
        (void)text_next(padded, &at);
    }
    places[count] = padded.size;
    return count;
}

struct text_words text_char_grams(struct arena *arena, struct text_words words, uint32_t low,
                                  uint32_t high)
{
    size_t longest = 0;
    size_t size = 1;

    assert(low >= 1 && low <= high);
    for (size_t i = 0; i < words.count; i++) {
        longest = words.at[i].size > longest ? words.at[i].size : longest;
        size += words.at[i].size + 1;
    }
    size_t *places = arena_array(arena, size_t, longest + 3);
    char *joined = arena_take(arena, size + 1, 1);
    size_t used = 1;
    struct list list = {.arena = arena};

    joined[0] = ' ';
    for (size_t i = 0; i < words.count; i++) {
        memcpy(joined + used, words.at[i].at, words.at[i].size);
        joined[used + words.at[i].size] = ' ';
        struct text padded = {.at = joined + used - 1, .size = words.at[i].size + 2};
        size_t length = places_of(padded, places);

        for (size_t order = low; order <= high; order++) {
            for (size_t k = 0; k + order <= length; k++) {
                append(&list, (struct text){.at = padded.at + places[k],
                                            .size = places[k + order] - places[k]});
            }
        }
        used += words.at[i].size + 1;
    }
    return (struct text_words){.at = list.at, .count = list.count};
}
