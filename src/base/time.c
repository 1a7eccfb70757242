#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* Both after Howard Hinnant, "chrono-compatible low-level date algorithms" (2013). */
int64_t time_days(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

void time_date(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *day = (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* `width` digits and what follows them; where the next goes. */
static char *put_number(char *out, int64_t value, int width, char behind)
{
    out[width] = behind;
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width + 1;
}

void time_print(int64_t micros, char out[static TIME_TEXT_SIZE])
{
    int64_t days = micros / TIME_DAY - (micros % TIME_DAY < 0);
    int64_t rest = micros - days * TIME_DAY;
    int64_t year;
    unsigned month;
    unsigned day;

    time_date(days, &year, &month, &day);
    if (year >= 0 && year <= 9999) {
        out = put_number(out, year, 4, '-');
    } else {
        out += snprintf(out, TIME_TEXT_SIZE, "%04d-", (int)year);
    }
    out = put_number(out, month, 2, '-');
    out = put_number(out, day, 2, 'T');
    out = put_number(out, rest / TIME_HOUR, 2, ':');
    out = put_number(out, rest / TIME_MINUTE % 60, 2, ':');
    out = put_number(out, rest / TIME_SECOND % 60, 2, '.');
    if (rest % TIME_SECOND != 0) {
        out = put_number(out, rest % TIME_SECOND, 6, 'Z');
    } else {
        out[-1] = 'Z';
    }
    *out = '\0';
}

static bool number(struct text *text, size_t width, unsigned *out)
{
    unsigned value = 0;

    if (text->size < width) {
        return false;
    }
    for (size_t i = 0; i < width; i++) {
        if (text->at[i] < '0' || text->at[i] > '9') {
            return false;
        }
        value = value * 10 + (unsigned)(text->at[i] - '0');
    }
    text->at += width;
    text->size -= width;
    *out = value;
    return true;
}

static bool sign(struct text *text, const char *allowed, char *out)
{
    if (text->size == 0 || text->at[0] == '\0' || strchr(allowed, text->at[0]) == NULL) {
        return false;
    }
    *out = text->at[0];
    text->at++;
    text->size--;
    return true;
}

static unsigned fraction(struct text *text)
{
    unsigned value = 0;
    unsigned scale = 100000;

    while (text->size > 0 && text->at[0] >= '0' && text->at[0] <= '9') {
        value += (unsigned)(text->at[0] - '0') * scale;
        scale /= 10;
        text->at++;
        text->size--;
    }
    return value;
}

static bool offset(struct text *text, int64_t *out)
{
    char mark;
    unsigned hours = 0;
    unsigned minutes = 0;

    if (!sign(text, "Zz+-", &mark)) {
        return false;
    }
    if (mark == 'Z' || mark == 'z') {
        *out = 0;
        return text->size == 0;
    }
    char colon;

    if (!number(text, 2, &hours) || !sign(text, ":", &colon) || !number(text, 2, &minutes) ||
        hours > 23 || minutes > 59) {
        return false;
    }
    *out = ((int64_t)hours * 60 + minutes) * TIME_MINUTE * (mark == '-' ? -1 : 1);
    return text->size == 0;
}

static bool same_date(int64_t days, unsigned year, unsigned month, unsigned day)
{
    int64_t back_year;
    unsigned back_month;
    unsigned back_day;

    time_date(days, &back_year, &back_month, &back_day);
    return back_year == year && back_month == month && back_day == day;
}

bool time_parse(struct text text, int64_t *out)
{
    unsigned year, month, day, hour, minute, second;
    unsigned micros = 0;
    int64_t shift;
    char mark;

    if (!number(&text, 4, &year) || !sign(&text, "-", &mark) || !number(&text, 2, &month) ||
        !sign(&text, "-", &mark) || !number(&text, 2, &day) || !sign(&text, "Tt ", &mark) ||
        !number(&text, 2, &hour) || !sign(&text, ":", &mark) || !number(&text, 2, &minute) ||
        !sign(&text, ":", &mark) || !number(&text, 2, &second)) {
        return false;
    }
    if (text.size > 1 && text.at[0] == '.') {
        text.at++;
        text.size--;
        micros = fraction(&text);
    }
    if (!offset(&text, &shift) || year < 1 || month < 1 || month > 12 || hour > 23 || minute > 59 ||
        second > 59) {
        return false;
    }
    int64_t days = time_days(year, month, day);

    if (!same_date(days, year, month, day)) {
        return false;
    }
    *out = days * TIME_DAY + hour * TIME_HOUR + minute * TIME_MINUTE + second * TIME_SECOND +
           micros - shift;
    return true;
}

const char *time_day_text(struct arena *arena, int64_t days)
{
    int64_t year;
    unsigned month;
    unsigned day;

    time_date(days, &year, &month, &day);
    return arena_print(arena, "%04" PRId64 "-%02u-%02u", year, month, day);
}
