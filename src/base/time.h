#pragma once

/* Times: microseconds since 1970-01-01T00:00:00 UTC, without leap seconds; RFC 3339 as text. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;

enum { TIME_TEXT_SIZE = 32 };

#define TIME_SECOND INT64_C(1000000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR   (60 * TIME_MINUTE)
#define TIME_DAY    (24 * TIME_HOUR)

/* As 2026-03-01T09:30:00Z, with a fraction only where there is one. Years 0001 to 9999. */
void time_print(int64_t micros, char out[static TIME_TEXT_SIZE]);

/* Reads RFC 3339 with any offset; false when it is none or no such day exists. */
bool time_parse(struct text text, int64_t *out);

/* Days since 1970-01-01 of a date in the Gregorian calendar, and back. */
int64_t time_days(int64_t year, unsigned month, unsigned day);
void time_date(int64_t days, int64_t *year, unsigned *month, unsigned *day);

/* Such a day as 2026-03-01, in the arena. */
const char *time_day_text(struct arena *arena, int64_t days);
