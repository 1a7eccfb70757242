#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

static const char *const MONTHS[] = {
    "january|jan|janvier|janv|januar|jänner|enero|ene|gennaio|gen",
    "february|feb|février|févr|februar|febrero|febbraio",
    "march|mar|mars|märz|mrz|marzo",
    "april|apr|avril|avr|abril|abr|aprile",
    "may|mai|mayo|maggio",
    "june|jun|juin|juni|junio|giugno",
    "july|jul|juillet|juil|juli|julio|luglio",
    "august|aug|août|agosto|ago",
    "september|sep|sept|septembre|septiembre|settembre",
    "october|oct|octobre|oktober|okt|octubre|ottobre",
    "november|nov|novembre|noviembre",
    "december|dec|décembre|déc|dezember|dez|diciembre|dic|dicembre",
};
/* Seasons and quarters are their first month. */
static const char *const PARTS[] = {"winter|q1", "spring|q2", "summer|q3", "fall|autumn|q4"};

static const char NOWS[] = "present|now|today|current|currently|ongoing|till date|to date|till now|"
                           "heute|aujourd'hui|présent|presente|actualidad|actual|oggi";
static const char SINCES[] = "since|from|seit|depuis|desde";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* So many digits and no more at this place, as a number; false: there are others. */
static bool read_digits(struct text text, size_t at, size_t size, int *out)
{
    int number = 0;

    if (at + size > text.size || (at > 0 && is_digit(text.at[at - 1])) ||
        (at + size < text.size && is_digit(text.at[at + size]))) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(text.at[at + i])) {
            return false;
        }
        number = number * 10 + (text.at[at + i] - '0');
    }
    *out = number;
    return true;
}

/* Four digits that are a year of our time. */
static bool read_year(struct text text, size_t at, int *out)
{
    return read_digits(text, at, 4, out) && *out >= 1940 && *out <= 2100;
}

/* A month's or season's name with the signs that may follow it; its size, or zero. */
static size_t read_month(struct text text, size_t at, int *out)
{
    size_t size = 0;

    for (int i = 0; i < 12 && size == 0; i++) {
        size = resume_word_at(text, at, MONTHS[i]);
        *out = i + 1;
    }
    for (int i = 0; i < 4 && size == 0; i++) {
        size = resume_word_at(text, at, PARTS[i]);
        *out = 3 * i + (i == 0 ? 1 : 0);
    }
    if (size == 0) {
        return 0;
    }
    while (at + size < text.size && strchr(" .,/-", text.at[at + size]) != NULL) {
        size++;
    }
    return size;
}

/* "’15", as in "Jun ’15". */
static size_t read_short_year(struct text text, size_t at, int *out)
{
    static const char *const SIGNS[] = {"’", "'"};
    int year;

    for (size_t i = 0; i < 2; i++) {
        size_t size = strlen(SIGNS[i]);

        if (at + size + 2 <= text.size && memcmp(text.at + at, SIGNS[i], size) == 0 &&
            read_digits(text, at + size, 2, &year)) {
            *out = year < 50 ? 2000 + year : 1900 + year;
            return size + 2;
        }
    }
    return 0;
}

/* "May 2021", "May, 2021", "May 3, 2021", "Jun ’15". */
static size_t read_named(struct text text, size_t at, int *year, int *month)
{
    size_t next = at + read_month(text, at, month);
    int day;

    if (next == at) {
        return 0;
    }
    for (size_t digits = 1; digits <= 2; digits++) {
        if (read_digits(text, next, digits, &day) && next + digits + 2 < text.size &&
            text.at[next + digits] == ',') {
            next += digits + 2;
            break;
        }
    }
    size_t size = read_year(text, next, year) ? 4 : read_short_year(text, next, year);

    return size == 0 ? 0 : next + size - at;
}

/* "05/2021", "5.2021", "01.05.2021": of a day and a month, the month where only one can be it. */
static size_t read_month_first(struct text text, size_t at, int *year, int *month)
{
    int numbers[2] = {0, 0};
    size_t count = 0;
    size_t next = at;

    while (count < 2) {
        size_t digits = read_digits(text, next, 2, &numbers[count])   ? 2
                        : read_digits(text, next, 1, &numbers[count]) ? 1
                                                                      : 0;

        if (digits == 0 || next + digits >= text.size ||
            strchr("/.-", text.at[next + digits]) == NULL) {
            break;
        }
        next += digits + 1;
        count++;
    }
    if (count == 0 || !read_year(text, next, year)) {
        return 0;
    }
    int last = numbers[count - 1];

    *month = count == 1                                     ? last
             : text.at[next - 1] == '/' && last > 12        ? numbers[0]
             : text.at[next - 1] == '/' && numbers[0] <= 12 ? 0 /* either may be the month */
                                                            : last;
    if (count == 2 && text.at[next - 1] == '/' && numbers[0] == last) {
        *month = last;
    }
    return last >= 1 && last <= 31 && *month <= 12 ? next + 4 - at : 0;
}

/* "2021-05", "2021/05", "2021-05-01", "2021". */
static size_t read_year_first(struct text text, size_t at, int *year, int *month)
{
    int day;

    if (!read_year(text, at, year)) {
        return 0;
    }
    if (at + 7 <= text.size && strchr("-/.", text.at[at + 4]) != NULL &&
        read_digits(text, at + 5, 2, month) && *month >= 1 && *month <= 12) {
        return at + 10 <= text.size && text.at[at + 7] == text.at[at + 4] &&
                       read_digits(text, at + 8, 2, &day)
                   ? 10
                   : 7;
    }
    *month = 0;
    return 4;
}

/* A date at this place; its size, or zero. */
static size_t read_date(struct arena *arena, struct text text, size_t at, const char **out,
                        bool *exact)
{
    int month = 0;
    int year = 0;
    size_t size = read_named(text, at, &year, &month);

    size = size > 0 ? size : read_month_first(text, at, &year, &month);
    size = size > 0 ? size : read_year_first(text, at, &year, &month);
    if (size == 0) {
        return 0;
    }
    *exact = month > 0;
    *out =
        month > 0 ? arena_print(arena, "%04d-%02d", year, month) : arena_print(arena, "%04d", year);
    return size;
}

/* What stands between two dates; its size, or zero. */
static size_t read_dash(struct text text, size_t at)
{
    static const char *const DASHES[] = {"–",        "—",   "-",      "‒",     "−",
                                         "~",        "to ", "until ", "till ", "bis ",
                                         "through ", "au ", "à ",     "a ",    "al "};
    size_t blanks = 0;

    while (at + blanks < text.size && strchr(" ,.", text.at[at + blanks]) != NULL) {
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

/* What follows the first date: a dash with a date, "present", or nothing at all. */
static void read_end(struct arena *arena, struct text text, struct resume_span *span)
{
    size_t next = span->at + span->size;
    size_t dash = read_dash(text, next);
    const char *end = "present";
    bool exact = true;

    if (dash == 0) {
        return;
    }
    size_t size = read_date(arena, text, next + dash, &end, &exact);

    size = size > 0 ? size : resume_word_at(text, next + dash, NOWS);
    if (size == 0 && next + dash < text.size && text.at[next + dash] != ')') {
        return; /* a dash before other words */
    }
    span->start = span->end;
    span->end = end;
    span->size += dash + size;
    span->exact = span->exact && exact && size > 0;
}

bool resume_span_find(struct arena *arena, struct text text, struct resume_span *out)
{
    for (size_t at = 0; at < text.size; at++) {
        struct resume_span span = {.at = at};
        size_t since = resume_word_at(text, at, SINCES);

        since += since > 0;
        span.size = read_date(arena, text, at + since, &span.end, &span.exact);
        if (span.size == 0) {
            continue;
        }
        span.size += since;
        span.told = since > 0;
        read_end(arena, text, &span);
        if (since > 0 && span.start == NULL) {
            span.start = span.end;
            span.end = "present";
        }
        *out = span;
        return true;
    }
    return false;
}

struct text resume_without(struct text text, const struct resume_span *span)
{
    static const char SIGNS[] = "()[],|:;-";
    struct text before = resume_strip((struct text){text.at, span->at}, SIGNS);
    struct text after = resume_strip(resume_after(text, span->at + span->size), SIGNS);

    return before.size >= after.size ? before : after;
}

bool resume_is_duration(struct text text)
{
    static const char UNITS[] = "month|months|mos|mo|year|years|yrs|yr|jahre|monate|ans|mois";

    return text.size > 0 && text.size < 24 && text.at[0] >= '0' && text.at[0] <= '9' &&
           resume_has_word(text, UNITS);
}
