#include "engine/text/number.h"

#include <math.h>

#include "base/arena.h"
#include "base/err.h"

enum { DIGITS_MAX = 40 };

struct word_value {
    const char *word;
    double value;
};

static const struct word_value UNITS[] = {
    {"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
    {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
    {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
    {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
    {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
    {"seventy", 70}, {"eighty", 80},  {"ninety", 90},
};
static const struct word_value SCALES[] = {
    {"hundred", 1e2},
    {"thousand", 1e3},
    {"million", 1e6},
    {"billion", 1e9},
};

static bool is_digit(struct text text, size_t at)
{
    return at < text.size && text.at[at] >= '0' && text.at[at] <= '9';
}

/* Bytes of other scripts count as letters: what touches them is part of a word. */
static bool is_letter(struct text text, size_t at)
{
    return at < text.size &&
           ((text.at[at] >= 'a' && text.at[at] <= 'z') ||
            (text.at[at] >= 'A' && text.at[at] <= 'Z') || (unsigned char)text.at[at] >= 0x80);
}

static size_t skip_digits(struct text text, size_t at)
{
    while (is_digit(text, at)) {
        at++;
    }
    return at;
}

/* A comma and exactly three digits. */
static bool is_group(struct text text, size_t at)
{
    return at < text.size && text.at[at] == ',' && skip_digits(text, at + 1) == at + 4;
}

static size_t exponent_end(struct text text, size_t at)
{
    size_t digits = at + 1;

    if (at >= text.size || text.at[at] != 'e') {
        return at;
    }
    if (digits < text.size && (text.at[digits] == '-' || text.at[digits] == '+')) {
        digits++;
    }
    size_t end = skip_digits(text, digits);

    return end == digits ? at : end;
}

/* `at` stands on a digit. Returns the end and copies what strtod understands. */
static size_t digits_end(struct text text, size_t at, double *value, bool *readable)
{
    char plain[DIGITS_MAX];
    size_t used = 0;
    size_t end = skip_digits(text, at);

    if (end - at <= 3) {
        while (is_group(text, end)) {
            end += 4;
        }
    }
    if (end < text.size && text.at[end] == '.' && is_digit(text, end + 1)) {
        end = skip_digits(text, end + 1);
    }
    end = exponent_end(text, end);
    *readable = end - at <= DIGITS_MAX;
    for (size_t i = at; i < end && *readable; i++) {
        if (text.at[i] != ',') {
            plain[used++] = text.at[i];
        }
    }
    *readable = *readable && text_real((struct text){.at = plain, .size = used}, value);
    return end;
}

static size_t word_end(struct text text, size_t at)
{
    while (is_letter(text, at)) {
        at++;
    }
    return at;
}

static bool value_of(struct text word, const struct word_value *table, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(word, table[i].word)) {
            *out = table[i].value;
            return true;
        }
    }
    return false;
}

static size_t skip_blanks(struct text text, size_t at)
{
    while (at < text.size && (text.at[at] == ' ' || text.at[at] == '-')) {
        at++;
    }
    return at;
}

static struct text word_at(struct text text, size_t at)
{
    return (struct text){.at = text.at + at, .size = word_end(text, at) - at};
}

/* "five" behind "twenty", "thousand" behind anything. */
static void read_tail(struct text text, bool in_words, struct text_number *number)
{
    size_t at = skip_blanks(text, number->end);
    struct text word = word_at(text, at);
    double value;

    if (in_words && number->value >= 20 && number->value < 100 &&
        value_of(word, UNITS, 10, &value) && value > 0) {
        number->value += value;
        number->end = at + word.size;
        at = skip_blanks(text, number->end);
        word = word_at(text, at);
    }
    while (value_of(word, SCALES, COUNT(SCALES), &value)) {
        number->value *= value;
        number->end = at + word.size;
        at = skip_blanks(text, number->end);
        word = word_at(text, at);
    }
}

static void read_percent(struct text text, struct text_number *number)
{
    size_t at = number->end;

    while (at < text.size && text.at[at] == ' ') {
        at++;
    }
    if (at < text.size && text.at[at] == '%') {
        number->percent = true;
        number->end = at + 1;
    } else if (text_starts(word_at(text, at), "percent")) {
        number->percent = true;
        number->end = word_end(text, at);
    }
}

/* Read what stands at `at`; false with `*end` behind it where it is no number. */
static bool read_number(struct text text, size_t at, struct text_number *number, size_t *end)
{
    bool found;
    bool in_words = !is_digit(text, at);

    *number = (struct text_number){.start = at};
    if (in_words) {
        struct text word = word_at(text, at);

        *end = at + word.size;
        found = value_of(word, UNITS, COUNT(UNITS), &number->value);
    } else {
        *end = digits_end(text, at, &number->value, &found);
        found = found && !(at > 0 && is_letter(text, at - 1)); /* "b12" is a name, "5kg" is not */
    }
    if (!found) {
        return false;
    }
    if (at > 0 && text.at[at - 1] == '-' && !in_words &&
        !(at > 1 && (is_digit(text, at - 2) || is_letter(text, at - 2)))) {
        number->value = -number->value;
        number->start = at - 1;
    }
    number->end = *end;
    read_tail(text, in_words, number);
    read_percent(text, number);
    *end = number->end;
    return isfinite(number->value);
}

struct text_numbers text_numbers(struct arena *arena, struct text folded)
{
    size_t room = 0;
    size_t count = 0;
    struct text_number *numbers = NULL;

    for (size_t at = 0; at < folded.size;) {
        struct text_number number;

        if (!is_digit(folded, at) && !is_letter(folded, at)) {
            at++;
            continue;
        }
        if (read_number(folded, at, &number, &at)) {
            if (count == room) {
                numbers = arena_grow(arena, numbers, room * sizeof(number),
                                     (room * 2 + 8) * sizeof(number));
                room = room * 2 + 8;
            }
            numbers[count++] = number;
        }
    }
    return (struct text_numbers){.at = numbers, .count = count};
}
