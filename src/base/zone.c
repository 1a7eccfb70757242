#include "base/zone.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"

enum {
    HEADER_SIZE = 44,
    TYPE_SIZE = 6,
    NAME_SIZE_MAX = 60,
    DAY_S = 86400,
    OFFSET_MAX_S = 26 * 3600
};

struct zone {
    const int64_t *from_s; /* of each transition */
    const int64_t *offset_s;
    size_t count;
    int64_t first_offset_s; /* before the first */
};

bool zone_name_is_sound(const char *name)
{
    static const char ALLOWED[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    size_t size = strlen(name);

    return size > 0 && size <= NAME_SIZE_MAX && strspn(name, ALLOWED) == size && name[0] != '/' &&
           name[size - 1] != '/' && strstr(name, "//") == NULL;
}

static int64_t read_number(const char *at, size_t size)
{
    uint64_t value = (unsigned char)at[0] >= 128 ? UINT64_MAX : 0;

    for (size_t i = 0; i < size; i++) {
        value = value << 8 | (unsigned char)at[i];
    }
    return (int64_t)value;
}

struct block {
    size_t type_count;
    size_t transition_count;
    size_t leap_count;
    size_t char_count;
    size_t size; /* of what follows the header, with times of `width` bytes */
};

static bool read_header(struct text bytes, size_t width, struct block *out)
{
    size_t counts[6];

    if (bytes.size < HEADER_SIZE || memcmp(bytes.at, "TZif", 4) != 0 || bytes.at[4] < '2') {
        return false;
    }
    for (size_t i = 0; i < COUNT(counts); i++) {
        counts[i] = (size_t)(uint32_t)read_number(bytes.at + 20 + 4 * i, 4);
        if (counts[i] > 100000) {
            return false;
        }
    }
    *out = (struct block){.leap_count = counts[2],
                          .transition_count = counts[3],
                          .type_count = counts[4],
                          .char_count = counts[5]};
    out->size = out->transition_count * (width + 1) + out->type_count * TYPE_SIZE +
                out->char_count + out->leap_count * (width + 4) + counts[1] + counts[0];
    return out->type_count > 0 && bytes.size - HEADER_SIZE >= out->size;
}

static enum err no_zone(struct fault *fault)
{
    return fail(fault, ERR_INVALID, "this is no TZif file of version 2 or later");
}

static enum err fill(struct arena *arena, struct text body, const struct block *block,
                     struct zone *zone, struct fault *fault)
{
    const char *times = body.at;
    const char *kinds = times + block->transition_count * 8;
    const char *types = kinds + block->transition_count;
    int64_t *from = arena_array(arena, int64_t, block->transition_count);
    int64_t *offset = arena_array(arena, int64_t, block->transition_count);

    for (size_t i = 0; i < block->transition_count; i++) {
        size_t kind = (unsigned char)kinds[i];

        if (kind >= block->type_count) {
            return no_zone(fault);
        }
        from[i] = read_number(times + 8 * i, 8);
        offset[i] = read_number(types + TYPE_SIZE * kind, 4);
        if ((i > 0 && from[i] <= from[i - 1]) || offset[i] > OFFSET_MAX_S ||
            offset[i] < -OFFSET_MAX_S) {
            return no_zone(fault);
        }
    }
    *zone = (struct zone){.from_s = from,
                          .offset_s = offset,
                          .count = block->transition_count,
                          .first_offset_s = read_number(types, 4)};
    return OK;
}

enum err zone_read(struct arena *arena, struct text bytes, struct zone **out, struct fault *fault)
{
    struct zone *zone = arena_new_of(arena, struct zone);
    struct block block;

    if (!read_header(bytes, 4, &block)) {
        return no_zone(fault);
    }
    bytes.at += HEADER_SIZE + block.size;
    bytes.size -= HEADER_SIZE + block.size;
    if (!read_header(bytes, 8, &block)) {
        return no_zone(fault);
    }
    struct text body = {.at = bytes.at + HEADER_SIZE, .size = block.size};
    struct text footer = {.at = body.at + body.size, .size = bytes.size - HEADER_SIZE - body.size};
    /* A comma stands before the rules of daily saving. */
    bool saves = footer.size > 0 && memchr(footer.at, ',', footer.size) != NULL;
    int64_t horizon_s = time_days(2037, 1, 1) * DAY_S;

    TRY(fill(arena, body, &block, zone, fault));
    if (saves && (zone->count == 0 || zone->from_s[zone->count - 1] < horizon_s)) {
        return fail(fault, ERR_INVALID,
                    "this time zone file ends before 2037; install the full tzdata (zic -b fat)");
    }
    *out = zone;
    return OK;
}

const struct zone *zone_utc(void)
{
    static const struct zone utc = {0};

    return &utc;
}

/* Whole seconds, rounded down. */
static int64_t seconds_of(int64_t at_us)
{
    return at_us / TIME_SECOND - (at_us % TIME_SECOND < 0);
}

int64_t zone_offset_s(const struct zone *zone, int64_t at_us)
{
    int64_t at_s = seconds_of(at_us);
    size_t low = 0;
    size_t high = zone->count;

    while (low < high) { /* how many transitions lie at or before it */
        size_t middle = low + (high - low) / 2;

        if (zone->from_s[middle] <= at_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? zone->first_offset_s : zone->offset_s[low - 1];
}

static int64_t floor_day(int64_t seconds)
{
    return seconds / DAY_S - (seconds % DAY_S < 0);
}

int64_t zone_day(const struct zone *zone, int64_t at_us)
{
    return floor_day(seconds_of(at_us) + zone_offset_s(zone, at_us));
}

int64_t zone_day_start(const struct zone *zone, int64_t day)
{
    int64_t low = (day * DAY_S - OFFSET_MAX_S) * TIME_SECOND;
    int64_t high = (day * DAY_S + OFFSET_MAX_S) * TIME_SECOND;

    /* Whole seconds, halved: the wall never goes back past a midnight by more than it went on. */
    while (low < high) {
        int64_t middle = low + (high - low) / (2 * TIME_SECOND) * TIME_SECOND;

        if (zone_day(zone, middle) < day) {
            low = middle + TIME_SECOND;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t week_start_day(int64_t day)
{
    int64_t since_monday = (day + 3) % 7; /* 1970-01-01 was a Thursday */

    return day - (since_monday < 0 ? since_monday + 7 : since_monday);
}
