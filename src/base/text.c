#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 19 }; /* of a 64-bit number, whatever they are */

struct text text_of(const char *string)
{
    return (struct text){.at = string, .size = strlen(string)};
}

bool text_equal(struct text left, struct text right)
{
    return left.size == right.size && (left.size == 0 || memcmp(left.at, right.at, left.size) == 0);
}

bool text_is(struct text text, const char *string)
{
    return text_equal(text, text_of(string));
}

bool text_starts(struct text text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && memcmp(text.at, prefix, size) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text text)
{
    while (text.size > 0 && is_blank(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.at[text.size - 1])) {
        text.size--;
    }
    return text;
}

bool text_cut(struct text *rest, char mark, struct text *part)
{
    if (rest->size == 0) {
        return false;
    }
    const char *end = memchr(rest->at, mark, rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->at);

    *part = (struct text){rest->at, size};
    size += end != NULL;
    *rest = (struct text){rest->at + size, rest->size - size};
    return true;
}

size_t text_lines(struct text text)
{
    struct text line;
    size_t count = 0;

    while (text_cut(&text, '\n', &line)) {
        count++;
    }
    return count;
}

/* Bytes of the well-formed sequence at `at` (Unicode 15, table 3-7), or zero. */
static size_t sequence(const unsigned char *at, size_t left)
{
    unsigned char first = at[0];
    size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;

    if (size == 0 || size > left) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (first == 0xE0 && at[1] < 0xA0) || (first == 0xF0 && at[1] < 0x90);
    bool beyond = (first == 0xED && at[1] > 0x9F) || (first == 0xF4 && at[1] > 0x8F);

    return overlong || beyond ? 0 : size;
}

/* Sixteen bytes of ASCII without NUL. */
static bool sixteen_ascii(const unsigned char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word[2];

    memcpy(word, at, sizeof(word));
    return (((word[0] - ones) | word[0] | (word[1] - ones) | word[1]) & ones << 7) == 0;
}

size_t text_check(struct text text)
{
    const unsigned char *at = (const unsigned char *)text.at;
    size_t i = 0;

    while (i < text.size) {
        if (text.size - i >= 16 && sixteen_ascii(at + i)) {
            i += 16;
            continue;
        }
        if (at[i] != 0 && at[i] < 0x80) {
            i++;
            continue;
        }
        size_t size = sequence(at + i, text.size - i);

        if (size == 0) {
            return i;
        }
        i += size;
    }
    return text.size;
}

bool text_int(struct text text, int64_t *out)
{
    size_t i = text.size > 0 && text.at[0] == '-' ? 1 : 0;
    int64_t value = 0;

    if (i == text.size) {
        return false;
    }
    for (; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.at[i] - '0', &value)) {
            return false;
        }
    }
    if (text.at[0] != '-' && __builtin_sub_overflow(0, value, &value)) {
        return false;
    }
    *out = value;
    return true;
}

static bool looks_like_real(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') {
            return false;
        }
    }
    return text.size > 0;
}

/* `whole` over ten to the power `places`, rounded to nearest: both are moved to the top of their
 * words, so that the quotient has more bits than a double keeps; a rest shows in the lowest. */
static double quotient(uint64_t whole, size_t places)
{
    __extension__ typedef unsigned __int128 wide;
    uint64_t power = 1;

    if (whole == 0 || places == 0) {
        return (double)whole;
    }
    for (size_t i = 0; i < places; i++) {
        power *= 10;
    }
    int up = __builtin_clzll(whole);
    int down = __builtin_clzll(power);
    wide above = (wide)(whole << up) << 63;
    uint64_t below = power << down;
    uint64_t ratio = (uint64_t)(above / below);

    ratio |= (wide)ratio * below != above;
    return ldexp((double)ratio, down - up - 63);
}

/* A number as most are written: at most 19 digits, which 64 bits hold, and no power of ten. */
static bool short_real(struct text text, double *out)
{
    bool negative = text.size > 0 && text.at[0] == '-';
    bool point = false;
    uint64_t whole = 0;
    size_t digits = 0;
    size_t places = 0;

    for (size_t i = negative; i < text.size && digits <= DIGITS_MAX; i++) {
        char c = text.at[i];

        if (c >= '0' && c <= '9') {
            whole = whole * 10 + (uint64_t)(c - '0');
            digits++;
            places += point;
        } else if (c == '.' && !point) {
            point = true;
        } else {
            return false;
        }
    }
    if (digits == 0 || digits > DIGITS_MAX) {
        return false;
    }
    *out = negative ? -quotient(whole, places) : quotient(whole, places);
    return true;
}

bool text_real(struct text text, double *out)
{
    char copy[64];
    char *end;

    if (short_real(text, out)) {
        return true;
    }
    if (text.size >= sizeof(copy) || !looks_like_real(text)) {
        return false;
    }
    memcpy(copy, text.at, text.size);
    copy[text.size] = '\0';
    double value = strtod(copy, &end);

    if (end != copy + text.size || !isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

size_t text_length(struct text text)
{
    size_t length = 0;

    for (size_t i = 0; i < text.size; i++) {
        length += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    }
    return length;
}

uint32_t text_next(struct text text, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text.at + *at;
    uint32_t first = bytes[0];
    size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));

    for (size_t i = 1; i < size; i++) {
        code = code << 6 | (bytes[i] & 0x3FU);
    }
    *at += size;
    return code;
}

size_t text_put(char *to, uint32_t code)
{
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char LEAD[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = size - 1; i > 0; i--) {
        to[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    to[0] = (char)(LEAD[size] | code);
    return size;
}

uint64_t text_hash(struct text text)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.at[i]) * 0x100000001b3;
    }
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93;
    return hash ^ hash >> 32;
}
