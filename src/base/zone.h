#pragma once

/*
 * Time zones: what a clock on the wall shows, from the bytes of a TZif file (RFC 8536).
 *
 * The transitions of the file are used as they are; after its last one the last rule goes on. A
 * file that leaves daily saving of coming years to its footer alone is refused.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct zone;

/* "Europe/Berlin": letters, digits, _ + - and slashes, no dots; at most 60 bytes. */
bool zone_name_is_sound(const char *name);

/* ERR_INVALID: the bytes are no TZif file of version 2 or later, or leave the future open. */
enum err zone_read(struct arena *arena, struct text bytes, struct zone **out, struct fault *fault);

const struct zone *zone_utc(void);

/* Seconds that local time is ahead of UTC at a moment. */
int64_t zone_offset_s(const struct zone *zone, int64_t at_us);

/* The day (since 1970) that the wall shows. */
int64_t zone_day(const struct zone *zone, int64_t at_us);

/* The first moment at which the wall shows this day or a later one. */
int64_t zone_day_start(const struct zone *zone, int64_t day);

/* The Monday on or before a day. */
int64_t week_start_day(int64_t day);
