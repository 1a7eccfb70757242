#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "engine/verify/math.h"
#include "engine/verify/math_tree.h"

enum { GAP_MAX = 60, WHOLE_MAX = 120 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *find(struct text in, const char *word)
{
    return in.size == 0 ? NULL : memmem(in.at, in.size, word, strlen(word));
}

static struct text after(struct text in, const char *at)
{
    return (struct text){.at = at, .size = in.size - (size_t)(at - in.at)};
}

/* Content of balanced braces; `at` stands on the first. Empty at NULL when they never close. */
static struct text braces(struct text in, const char *at)
{
    const char *end = in.at + in.size;
    int depth = 0;

    for (const char *c = at; c < end; c++) {
        depth += *c == '{' ? 1 : *c == '}' ? -1 : 0;
        if (depth == 0) {
            return (struct text){.at = at + 1, .size = (size_t)(c - at) - 1};
        }
    }
    return (struct text){.at = NULL, .size = 0};
}

static bool ends_sentence(struct text gap)
{
    if (gap.size > GAP_MAX) {
        return true;
    }
    for (size_t i = 0; i + 1 < gap.size; i++) {
        if (gap.at[i] == '\n' ||
            (gap.at[i] == '.' &&
             (gap.at[i + 1] == ' ' || gap.at[i + 1] == ',' || gap.at[i + 1] == '\n'))) {
            return true;
        }
    }
    return false;
}

/* All boxes of the last sentence that has any, with commas between; where they end, or NULL. */
static const char *boxed(struct arena *arena, struct text answer, struct text *out)
{
    struct buffer list = buffer_new(arena);
    struct text rest = answer;
    const char *last = NULL;
    const char *at;

    while ((at = find(rest, "\\boxed{")) != NULL) {
        struct text inner = braces(answer, at + 6);

        if (inner.at == NULL) {
            break;
        }
        if (last != NULL && ends_sentence((struct text){.at = last, .size = (size_t)(at - last)})) {
            buffer_reset(&list);
        }
        if (list.size > 0) {
            buffer_string(&list, ", ");
        }
        buffer_text(&list, inner);
        last = inner.at + inner.size + 1;
        rest = after(answer, last);
    }
    *out = buffer_view(&list);
    return last;
}

struct fence {
    const char *open;
    const char *close;
};

static const struct fence FENCES[] = {{"$$", "$$"}, {"\\[", "\\]"}, {"\\(", "\\)"}, {"$", "$"}};

/* The next formula from `from` on; false when there is none. */
static bool next_formula(struct text answer, size_t from, struct text *out, size_t *end)
{
    for (size_t i = from; i < answer.size; i++) {
        struct text here = {.at = answer.at + i, .size = answer.size - i};

        for (size_t k = 0; k < COUNT(FENCES); k++) {
            size_t size = strlen(FENCES[k].open);

            if (!text_starts(here, FENCES[k].open) || (i > 0 && answer.at[i - 1] == '\\')) {
                continue;
            }
            struct text inside = after(answer, here.at + size);
            const char *close = find(inside, FENCES[k].close);

            if (close != NULL) {
                *out = (struct text){.at = inside.at, .size = (size_t)(close - inside.at)};
                *end = (size_t)(close - answer.at) + strlen(FENCES[k].close);
                return true;
            }
        }
    }
    return false;
}

/* Nothing but fences, blanks, commas, "and" and "or". */
static bool only_joins(struct text gap)
{
    for (size_t at = 0; at < gap.size;) {
        struct text here = {.at = gap.at + at, .size = gap.size - at};
        size_t step = strchr(" ,;$\\([\n", *here.at) != NULL ? 1
                      : text_starts(here, "and")             ? 3
                      : text_starts(here, "or")              ? 2
                                                             : 0;

        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}

/* The last formula, joined with those that stand beside it with only "and", "or" or a comma
 * between. */
static bool formula(struct arena *arena, struct text answer, struct text *out)
{
    struct buffer list = buffer_new(arena);
    struct text one;
    size_t end = 0;
    size_t before = 0;
    bool found = false;

    while (next_formula(answer, end, &one, &end)) {
        struct text gap = {.at = answer.at + before,
                           .size = found ? (size_t)(one.at - answer.at) - before : 0};
        bool joined = found && only_joins(gap);

        if (joined) {
            buffer_string(&list, find(gap, "or") != NULL ? " or " : ", ");
        } else {
            buffer_reset(&list);
        }
        buffer_text(&list, one);
        before = end;
        found = true;
    }
    *out = buffer_view(&list);
    return found && text_trim(*out).size > 0;
}

/* Where the last announcement of a result ends. */
static bool announced(struct text answer, struct text *out)
{
    static const char *const WORDS[] = {
        "answer is", "answer:", "Answer:", "Answer is", "answer to the question is", "####"};
    const char *best = NULL;

    for (size_t i = 0; i < COUNT(WORDS); i++) {
        struct text rest = answer;
        const char *at;

        while ((at = find(rest, WORDS[i])) != NULL) {
            const char *end = at + strlen(WORDS[i]);

            best = best == NULL || end > best ? end : best;
            rest = after(answer, end);
        }
    }
    if (best != NULL) {
        *out = after(answer, best);
    }
    return best != NULL;
}

static bool continues_number(const char *at, const char *end)
{
    return is_digit(*at) ||
           ((*at == '.' || *at == ',' || *at == '/') && at + 1 < end && is_digit(at[1]));
}

/* What stands directly before `at`, quotes and brackets aside. */
static bool comes_after(struct text text, const char *at, const char *const *words, size_t count)
{
    while (at > text.at && strchr(" ([$\"'", at[-1]) != NULL) {
        at--;
    }
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i]);
        bool there = (size_t)(at - text.at) >= size && memcmp(at - size, words[i], size) == 0;

        if (there && (!is_letter(*words[i]) || at - size == text.at ||
                      !is_letter(at[-1 - (ptrdiff_t)size]))) {
            return true;
        }
    }
    return false;
}

/* "5 or 6", "5 | 6", "5, 6": a second value beside the first, which ends at `last`. */
static bool is_joined(struct text text, const char *last, const char *at)
{
    static const char *const WORDS[] = {"or",    "Or",      "and",      "versus", "vs",
                                        "maybe", "perhaps", "possibly", "&",      "|"};
    bool bare = true;

    for (const char *c = last; c < at && bare; c++) {
        bare = strchr(" ,;/", *c) != NULL;
    }
    return bare || comes_after(text, at, WORDS, COUNT(WORDS));
}

/* "not 5", "more than 5": the number is no value of the answer. */
static bool is_denied(struct text text, const char *at)
{
    static const char *const WORDS[] = {"not", "n't", "than", "<", ">", "\xe2\x89\xa0"};

    return comes_after(text, at, WORDS, COUNT(WORDS));
}

/* A number of plain text that is not part of a word; the last one, or the first. False also where
 * the text denies it or names another beside it: who hedges has stated nothing. */
static bool number(struct text text, bool first, struct text *out)
{
    const char *end = text.at + text.size;
    const char *last = text.at; /* where the number before ends */
    bool found = false;
    bool plain = false;

    for (const char *at = text.at; at < end; at++) {
        bool begins = is_digit(*at) || (*at == '.' && at + 1 < end && is_digit(at[1]));

        if (!begins || (at > text.at && (is_letter(at[-1]) || is_digit(at[-1])))) {
            continue;
        }
        const char *begin = at;

        while (at < end && continues_number(at, end)) {
            at++;
        }
        const char *stop = at;

        while (stop < end && (*stop == ' ' || *stop == '%' || *stop == '\\')) {
            stop++;
        }
        bool percent = stop > at && stop[-1] == '%';

        begin -=
            begin > text.at && begin[-1] == '-' && (begin - 1 == text.at || !is_digit(begin[-2]));
        bool joined = found && is_joined(text, last, begin);

        if (first && found) {
            return plain && !joined;
        }
        *out = (struct text){.at = begin, .size = (size_t)((percent ? stop : at) - begin)};
        plain = !joined && !is_denied(text, begin);
        last = at;
        found = true;
    }
    return plain;
}

/* More than a value with its unit: words of two letters and more, commands aside. */
static bool is_prose(struct text text)
{
    int words = 0;

    for (size_t i = 0; i < text.size; i++) {
        size_t begin = i;

        while (i < text.size && is_letter(text.at[i])) {
            i++;
        }
        words += i - begin > 1 && (begin == 0 || text.at[begin - 1] != '\\');
    }
    return words > 2;
}

struct text math_extract(struct arena *arena, struct text answer)
{
    struct text found = {.at = "", .size = 0};
    struct text tail;
    struct text trimmed = text_trim(answer);

    const char *box = boxed(arena, answer, &found);
    bool told = announced(answer, &tail);

    if (box != NULL && !(told && tail.at > box && find(tail, "$") != NULL)) {
        return text_trim(found);
    }

    if (told && formula(arena, tail, &found)) {
        return text_trim(found);
    }
    if (told && number(tail, true, &found)) {
        return found;
    }
    if (formula(arena, answer, &found)) {
        return text_trim(found);
    }
    if (trimmed.size <= WHOLE_MAX && !is_prose(trimmed) && math_parse(arena, trimmed) != NULL) {
        return trimmed;
    }
    if (number(answer, false, &found)) {
        return found;
    }
    return (struct text){.at = trimmed.at, .size = trimmed.size <= WHOLE_MAX ? trimmed.size : 0};
}

/* What remains when everything for the eye is gone; for what cannot be read. */
static struct text bare(struct arena *arena, struct text text)
{
    static const char *const DROPPED[] = {"\\text", "\\mbox",  "\\mathrm", "\\textbf",
                                          "\\left", "\\right", "\\,",      "\\!",
                                          "\\;",    "\\quad",  "\\ ",      "\\mathbf"};
    char *out = arena_array(arena, char, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size;) {
        struct text here = {.at = text.at + i, .size = text.size - i};
        size_t skip = 0;

        for (size_t k = 0; k < COUNT(DROPPED) && skip == 0; k++) {
            skip = text_starts(here, DROPPED[k]) ? strlen(DROPPED[k]) : 0;
        }
        bool apart = size > 0 && is_digit(out[size - 1]) && *here.at == ' ' && here.size > 1 &&
                     is_digit(here.at[1]);

        if (skip == 0 && (apart || strchr("{}$ \t\n()", *here.at) == NULL)) {
            out[size++] = *here.at;
        }
        i += skip == 0 ? 1 : skip;
    }
    while (size > 0 && out[size - 1] == '.') {
        size--;
    }
    return (struct text){.at = out, .size = size};
}

static bool same_statement(struct arena *arena, struct text left, struct text right)
{
    struct math_node *left_tree = math_parse(arena, left);
    struct math_node *right_tree = math_parse(arena, right);

    if (text_equal(left, right)) {
        return left.size > 0;
    }
    if (left_tree != NULL && right_tree != NULL && math_same(arena, left_tree, right_tree)) {
        return true;
    }
    bool read = left_tree != NULL && right_tree != NULL && left_tree->kind != MATH_WORDS &&
                right_tree->kind != MATH_WORDS;
    struct text left_bare = bare(arena, left);

    return !read && left_bare.size > 0 && text_equal(left_bare, bare(arena, right));
}

/* 2,5 is read as two numbers; it may also be two and a half. With three digits behind the comma it
 * is a whole number. */
static bool read_comma(struct arena *arena, struct text text, struct text *out)
{
    size_t whole = text.size > 0 && text.at[0] == '-';
    size_t comma = whole;

    while (comma < text.size && is_digit(text.at[comma])) {
        comma++;
    }
    if (comma == whole || comma + 2 != text.size || text.at[comma] != ',' ||
        !is_digit(text.at[comma + 1])) {
        return false;
    }
    char *copy = arena_copy(arena, text.at, text.size);

    copy[comma] = '.';
    *out = (struct text){.at = copy, .size = text.size};
    return true;
}

bool math_equal(struct arena *arena, struct text answer, struct text reference)
{
    struct text left = math_extract(arena, answer);
    struct text right = math_extract(arena, reference);
    struct text decimal;

    return same_statement(arena, left, right) ||
           (read_comma(arena, left, &decimal) && same_statement(arena, decimal, right));
}
