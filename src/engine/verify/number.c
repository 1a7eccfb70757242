#include "engine/verify/number.h"

#include <math.h>
#include <string.h>

enum { DIGITS_MAX = 400 };

struct cursor {
    const char *at;
    const char *end;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool digit(const struct cursor *cursor, ptrdiff_t ahead)
{
    return cursor->end - cursor->at > ahead && is_digit(cursor->at[ahead]);
}

static bool is(const struct cursor *cursor, ptrdiff_t ahead, char c)
{
    return cursor->end - cursor->at > ahead && cursor->at[ahead] == c;
}

/* Digits with separators of thousands, a point and places, a power of ten. */
static bool read_plain(struct cursor *cursor, double *value, int *decimals)
{
    char digits[DIGITS_MAX + 8];
    size_t used = 0;

    *decimals = -1;
    while (used < DIGITS_MAX &&
           (digit(cursor, 0) || (is(cursor, 0, ',') && digit(cursor, 1) && used > 0))) {
        if (*cursor->at != ',') {
            digits[used++] = *cursor->at;
        }
        cursor->at++;
    }
    if (is(cursor, 0, '.') && digit(cursor, 1)) {
        if (used == 0) {
            digits[used++] = '0';
        }
        digits[used++] = '.';
        cursor->at++;
        for (*decimals = 0; used < DIGITS_MAX && digit(cursor, 0); (*decimals)++) {
            digits[used++] = *cursor->at++;
        }
    }
    bool power =
        (is(cursor, 0, 'e') || is(cursor, 0, 'E')) &&
        (digit(cursor, 1) || ((is(cursor, 1, '-') || is(cursor, 1, '+')) && digit(cursor, 2)));

    if (power && used > 0) {
        digits[used++] = 'e';
        cursor->at++;
        do {
            digits[used++] = *cursor->at++;
        } while (used < DIGITS_MAX && digit(cursor, 0));
        *decimals = -1;
    }
    return used > 0 && text_real((struct text){.at = digits, .size = used}, value);
}

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at == ' ') {
        cursor->at++;
    }
}

/* A number, a fraction, a mixed number; the sign was read before. */
static bool read_value(struct cursor *cursor, struct number *out)
{
    double above;
    double below;
    int places;

    if (!read_plain(cursor, &out->value, &out->decimals)) {
        return false;
    }
    struct cursor after = *cursor;

    skip_blanks(&after);
    if (after.at > cursor->at && out->decimals < 0 && digit(&after, 0)) {
        struct cursor slash = after;

        if (read_plain(&slash, &above, &places) && is(&slash, 0, '/') && digit(&slash, 1)) {
            slash.at++;
            if (read_plain(&slash, &below, &places) && below != 0) {
                out->value += above / below;
                *cursor = slash;
                return true;
            }
        }
    }
    if (is(&after, 0, '/') && digit(&after, 1)) {
        after.at++;
        if (read_plain(&after, &below, &places) && below != 0) {
            out->value /= below;
            out->decimals = -1;
            *cursor = after;
        }
    }
    return true;
}

static void read_tail(struct cursor *cursor, struct number *out)
{
    struct cursor after = *cursor;

    skip_blanks(&after);
    if (is(&after, 0, '\\') && is(&after, 1, '%')) {
        after.at++;
    }
    if (is(&after, 0, '%')) {
        after.at++;
        out->percent = true;
        *cursor = after;
        skip_blanks(&after);
    }
    const char *begin = after.at;

    while (after.at < after.end && is_letter(*after.at)) {
        after.at++;
    }
    out->unit = (struct text){.at = begin, .size = (size_t)(after.at - begin)};
    if (text_is(out->unit, "percent") || text_is(out->unit, "pct")) {
        out->percent = true;
        out->unit.size = 0;
        *cursor = after;
    }
}

/* Signs and currencies that may stand before a number. */
static const char *begin_of(struct text text, const char *at, bool *negative)
{
    const char *begin = at;

    while (begin > text.at && (begin[-1] == '$' || begin[-1] == ' ' || begin[-1] == '\\')) {
        begin--;
    }
    *negative =
        begin > text.at && begin[-1] == '-' &&
        (begin - 1 == text.at || (!is_digit(begin[-2]) && begin[-2] != ')' && begin[-2] != '-'));
    if (!*negative && begin >= text.at + 3 && memcmp(begin - 3, "\xe2\x88\x92", 3) == 0) {
        *negative = true; /* the minus sign of Unicode */
    }
    return begin;
}

static bool read_at(struct text text, const char *at, struct cursor *cursor, struct number *out)
{
    bool negative;

    *cursor = (struct cursor){.at = at, .end = text.at + text.size};
    *out = (struct number){.decimals = -1};
    (void)begin_of(text, at, &negative);
    if (!read_value(cursor, out)) {
        return false;
    }
    read_tail(cursor, out);
    out->value = negative ? -out->value : out->value;
    return isfinite(out->value);
}

/* Blanks, currencies and brackets aside, the gap is "or". */
static bool is_or(const char *begin, const char *end)
{
    while (begin < end && strchr(" ,$\\)", *begin) != NULL) {
        begin++;
    }
    while (end > begin && strchr(" ,$\\(-", end[-1]) != NULL) {
        end--;
    }
    return end - begin == 2 && memcmp(begin, "or", 2) == 0;
}

bool number_last(struct text text, struct number *out)
{
    const char *end = text.at + text.size;
    const char *last = text.at; /* where the number before ends */
    bool found = false;

    for (const char *at = text.at; at < end;) {
        bool begins = is_digit(*at) || (*at == '.' && at + 1 < end && is_digit(at[1]));
        struct cursor cursor = {.at = at, .end = end};
        struct number number;

        if (!begins) {
            at++;
            continue;
        }
        bool in_word = at > text.at && is_letter(at[-1]) && (unsigned char)at[-1] < 0x80;
        bool good = read_at(text, at, &cursor, &number);

        if (good && !in_word) {
            number.hedged = found && is_or(last, at);
            *out = number;
            found = true;
            last = cursor.at;
        }
        at = cursor.at > at ? cursor.at : at + 1;
    }
    return found;
}

bool number_whole(struct text text, struct number *out)
{
    struct text trimmed = text_trim(text);
    struct cursor cursor;
    const char *at = trimmed.at;
    const char *end = trimmed.at + trimmed.size;

    while (at < end && strchr("-+$ \\", *at) != NULL) {
        at++;
    }
    if (at == end || !(is_digit(*at) || *at == '.') || !read_at(trimmed, at, &cursor, out)) {
        return false;
    }
    const char *rest = cursor.at;

    while (rest < end && (*rest == ' ' || *rest == '.')) {
        rest++;
    }
    return rest == end ||
           (out->unit.size > 0 && out->unit.at == rest && out->unit.at + out->unit.size == end);
}
