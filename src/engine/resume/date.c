#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

static const char *const MONTHS[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                     "jul", "aug", "sep", "oct", "nov", "dec"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool starts(struct text text, size_t at, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i < size; i++) {
        if (at + i >= text.size || lower(text.at[at + i]) != word[i]) {
            return false;
        }
    }
    return at + size == text.size || !is_letter(text.at[at + size]);
}

/* Four digits that are a year of our time. */
static bool read_year(struct text text, size_t at, int *out)
{
    if (at + 4 > text.size || (at > 0 && is_digit(text.at[at - 1])) ||
        (at + 4 < text.size && is_digit(text.at[at + 4]))) {
        return false;
    }
    int year = 0;

    for (size_t i = 0; i < 4; i++) {
        if (!is_digit(text.at[at + i])) {
            return false;
        }
        year = year * 10 + (text.at[at + i] - '0');
    }
    *out = year;
    return year >= 1940 && year <= 2100;
}

/* A month's name, whole or cut, with or without a point; its size, or zero. */
static size_t read_month(struct text text, size_t at, int *out)
{
    if (at > 0 && is_letter(text.at[at - 1])) {
        return 0;
    }
    for (int i = 0; i < 12; i++) {
        size_t size = 0;

        while (size < 3 && at + size < text.size && lower(text.at[at + size]) == MONTHS[i][size]) {
            size++;
        }
        if (size < 3) {
            continue;
        }
        while (at + size < text.size && is_letter(text.at[at + size])) {
            size++;
        }
        size += at + size < text.size && text.at[at + size] == '.';
        *out = i + 1;
        return size <= 10 ? size : 0;
    }
    return 0;
}

/* A date at this place: "May 2021", "2021-05", "05/2021", "2021"; its size, or zero. */
static size_t read_date(struct arena *arena, struct text text, size_t at, const char **out,
                        bool *exact)
{
    int month = 0;
    int year;
    size_t name = read_month(text, at, &month);
    size_t next = at + name;

    *exact = true;
    if (name > 0) {
        while (next < text.size && (text.at[next] == ' ' || text.at[next] == ',')) {
            next++;
        }
        if (!read_year(text, next, &year)) {
            return 0;
        }
        *out = arena_print(arena, "%04d-%02d", year, month);
        return next + 4 - at;
    }
    if (at + 7 <= text.size && is_digit(text.at[at]) && is_digit(text.at[at + 1]) &&
        text.at[at + 2] == '/' && read_year(text, at + 3, &year)) {
        month = (text.at[at] - '0') * 10 + (text.at[at + 1] - '0');
        *out = arena_print(arena, "%04d-%02d", year, month);
        return month >= 1 && month <= 12 ? 7 : 0;
    }
    if (!read_year(text, at, &year)) {
        return 0;
    }
    if (at + 7 <= text.size && text.at[at + 4] == '-' && is_digit(text.at[at + 5]) &&
        is_digit(text.at[at + 6]) && (at + 7 == text.size || !is_digit(text.at[at + 7]))) {
        month = (text.at[at + 5] - '0') * 10 + (text.at[at + 6] - '0');
        *out = arena_print(arena, "%04d-%02d", year, month);
        return month >= 1 && month <= 12 ? 7 : 0;
    }
    *exact = false;
    *out = arena_print(arena, "%04d", year);
    return 4;
}

/* What stands between two dates; its size, or zero. */
static size_t read_dash(struct text text, size_t at)
{
    static const char *const DASHES[] = {"–", "—", "-", "to", "until", "‒"};
    size_t blanks = 0;

    while (at + blanks < text.size && text.at[at + blanks] == ' ') {
        blanks++;
    }
    for (size_t i = 0; i < sizeof(DASHES) / sizeof(DASHES[0]); i++) {
        size_t size = strlen(DASHES[i]);

        if (at + blanks + size <= text.size &&
            memcmp(text.at + at + blanks, DASHES[i], size) == 0) {
            size += blanks;
            while (at + size < text.size && text.at[at + size] == ' ') {
                size++;
            }
            return size;
        }
    }
    return 0;
}

static size_t read_now(struct text text, size_t at)
{
    static const char *const NOWS[] = {"present", "now", "today", "current", "ongoing"};

    for (size_t i = 0; i < sizeof(NOWS) / sizeof(NOWS[0]); i++) {
        if (starts(text, at, NOWS[i])) {
            return strlen(NOWS[i]);
        }
    }
    return 0;
}

bool resume_span_find(struct arena *arena, struct text text, struct resume_span *out)
{
    for (size_t at = 0; at < text.size; at++) {
        struct resume_span span = {.at = at};
        bool exact_end = true;
        size_t first = read_date(arena, text, at, &span.end, &span.exact);

        if (first == 0) {
            continue;
        }
        size_t dash = read_dash(text, at + first);
        const char *end = NULL;
        size_t second = dash == 0 ? 0 : read_date(arena, text, at + first + dash, &end, &exact_end);
        size_t now = dash == 0 || second > 0 ? 0 : read_now(text, at + first + dash);

        span.size = first;
        if (second + now > 0) {
            span.start = span.end;
            span.end = now > 0 ? "present" : end;
            span.size = first + dash + second + now;
            span.exact = span.exact && exact_end;
        }
        *out = span;
        return true;
    }
    return false;
}
