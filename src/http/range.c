#include "http/range.h"

#include <stdbool.h>
#include <string.h>

/* Digits as a number; one that is too large stays at the largest. False: no digits. */
static bool read_number(const char **at, uint64_t *out)
{
    const char *start = *at;
    uint64_t value = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++) {
        uint64_t digit = (uint64_t)(**at - '0');

        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    *out = value;
    return *at != start;
}

/* "-500": the last ones. */
static enum range_outcome choose_last(const char *at, uint64_t size, struct range *out)
{
    uint64_t count;

    if (!read_number(&at, &count) || *at != '\0') {
        return RANGE_WHOLE;
    }
    if (count == 0 || size == 0) {
        return RANGE_BEYOND;
    }
    count = count < size ? count : size;
    *out = (struct range){.first = size - count, .size = count};
    return RANGE_PART;
}

/* "500-", "500-999". */
static enum range_outcome choose_from(const char *at, uint64_t size, struct range *out)
{
    uint64_t first;
    uint64_t last = UINT64_MAX;

    if (!read_number(&at, &first) || *at != '-') {
        return RANGE_WHOLE;
    }
    at++;
    if (*at != '\0' && (!read_number(&at, &last) || *at != '\0' || last < first)) {
        return RANGE_WHOLE;
    }
    if (first >= size) {
        return RANGE_BEYOND;
    }
    last = last < size ? last : size - 1;
    *out = (struct range){.first = first, .size = last - first + 1};
    return RANGE_PART;
}

enum range_outcome range_choose(const char *header, const char *if_range, const char *etag,
                                uint64_t size, struct range *out)
{
    static const char UNIT[] = "bytes=";

    if (header == NULL || strncmp(header, UNIT, sizeof(UNIT) - 1) != 0) {
        return RANGE_WHOLE;
    }
    if (if_range != NULL && (etag == NULL || strcmp(if_range, etag) != 0)) {
        return RANGE_WHOLE;
    }
    const char *at = header + sizeof(UNIT) - 1;

    return *at == '-' ? choose_last(at + 1, size, out) : choose_from(at, size, out);
}
