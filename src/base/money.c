#include "base/money.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"

/* Three letters a code, sorted; what is not named otherwise has two digits. */
static const char CODES[] =
    "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBRLBSDBTNBWPBYNBZDCADCDFCHFCLFCLPCNYC"
    "OPCRC"
    "CUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHTGHUFIDRILSINRIQDIRRISKJ"
    "MDJOD"
    "JPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMYRMZNNADN"
    "GNNIO"
    "NOKNPRNZDOMRPABPENPGKPHPPKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLT"
    "HBTJS"
    "TMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUYIUYUUYWUZSVEDVESVNDVUVWSTXAFXCDXOFXPFYERZARZMWZWG";
static const char WITHOUT_DIGITS[] = "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF";
static const char THREE_DIGITS[] = "BHDIQDJODKWDLYDOMRTND";
static const char FOUR_DIGITS[] = "CLFUYW";

static bool lists(const char *codes, const char *code)
{
    for (; *codes != '\0'; codes += 3) {
        if (memcmp(codes, code, 3) == 0) {
            return true;
        }
    }
    return false;
}

int currency_digits(const char *code)
{
    if (strlen(code) != 3 || !lists(CODES, code)) {
        return -1;
    }
    return lists(WITHOUT_DIGITS, code) ? 0
           : lists(THREE_DIGITS, code) ? 3
           : lists(FOUR_DIGITS, code)  ? 4
                                       : 2;
}

static uint64_t power_of_ten(int digits)
{
    uint64_t power = 1;

    for (int i = 0; i < digits; i++) {
        power *= 10;
    }
    return power;
}

const char *money_print(struct arena *arena, int64_t minor, const char *code)
{
    int digits = currency_digits(code);
    uint64_t size = minor < 0 ? (uint64_t)0 - (uint64_t)minor : (uint64_t)minor;
    uint64_t unit = power_of_ten(digits);

    if (digits <= 0) {
        return arena_print(arena, "%" PRId64, minor);
    }
    return arena_print(arena, "%s%" PRIu64 ".%0*" PRIu64, minor < 0 ? "-" : "", size / unit, digits,
                       size % unit);
}

/* One more decimal digit of a number whose sign is known. */
static bool push_digit(int64_t *value, char c, bool negative)
{
    int64_t digit = c - '0';

    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, negative ? -digit : digit, value);
}

bool money_parse(struct text text, const char *code, int64_t *out)
{
    int digits = currency_digits(code);
    bool negative = text.size > 0 && text.at[0] == '-';
    bool behind_point = false;
    int behind = 0;
    size_t seen = 0;
    int64_t value = 0;

    for (size_t i = negative; i < text.size; i++) {
        if (text.at[i] == '.' && !behind_point && seen > 0) {
            behind_point = true;
            continue;
        }
        if (text.at[i] < '0' || text.at[i] > '9' || !push_digit(&value, text.at[i], negative)) {
            return false;
        }
        behind += behind_point;
        seen++;
    }
    if (digits < 0 || seen == 0 || behind > digits || (behind_point && behind == 0)) {
        return false;
    }
    for (; behind < digits; behind++) {
        if (!push_digit(&value, '0', negative)) {
            return false;
        }
    }
    *out = value;
    return true;
}

bool money_scale(int64_t amount, int64_t numerator, int64_t denominator, int64_t *out)
{
    if (denominator <= 0) {
        return false;
    }
    /* The product of two 64-bit numbers fits into 128 bits. */
    __extension__ typedef __int128 wide;
    wide product = (wide)amount * numerator;
    wide quotient = product / denominator;
    wide rest = product % denominator;
    wide twice = (rest < 0 ? -rest : rest) * 2;

    if (twice > denominator || (twice == denominator && quotient % 2 != 0)) {
        quotient += product < 0 ? -1 : 1;
    }
    if (quotient > INT64_MAX || quotient < INT64_MIN) {
        return false;
    }
    *out = (int64_t)quotient;
    return true;
}

bool money_add(int64_t left, int64_t right, int64_t *out)
{
    int64_t sum;

    if (__builtin_add_overflow(left, right, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}
