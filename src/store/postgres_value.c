#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "store/postgres.h"

static const char DIGITS[] = "0123456789abcdef";

static const char *to_hex(struct arena *arena, struct text blob)
{
    char *hex = arena_take(arena, 2 * blob.size + 3, 1);

    hex[0] = '\\';
    hex[1] = 'x';
    for (size_t i = 0; i < blob.size; i++) {
        unsigned char byte = (unsigned char)blob.at[i];

        hex[2 + 2 * i] = DIGITS[byte >> 4];
        hex[3 + 2 * i] = DIGITS[byte & 15];
    }
    return hex;
}

static unsigned nibble(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static struct text from_hex(struct arena *arena, const char *hex)
{
    size_t size = (strlen(hex) - 2) / 2;
    char *bytes = arena_take(arena, size + 1, 1);

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(nibble(hex[2 + 2 * i]) << 4 | nibble(hex[3 + 2 * i]));
    }
    return (struct text){.at = bytes, .size = size};
}

const char *postgres_from_slot(struct arena *arena, const struct query_slot *slot, const char *args)
{
    const char *at = args + slot->offset;
    struct text blob;
    const char *text = NULL;
    int64_t integer;
    double real;

    switch (slot->kind) {
    case QUERY_INT:
        memcpy(&integer, at, sizeof(integer));
        return integer == INT_ABSENT ? NULL : arena_print(arena, "%lld", (long long)integer);
    case QUERY_REAL:
        memcpy(&real, at, sizeof(real));
        return isnan(real) ? NULL : arena_print(arena, "%.17g", real);
    case QUERY_TEXT:
        memcpy(&text, at, sizeof(text));
        return text;
    case QUERY_BLOB:
        memcpy(&blob, at, sizeof(blob));
        return blob.at == NULL ? NULL : to_hex(arena, blob);
    }
    return text;
}

/* A condition is t or f here, and 1 or 0 in SQLite. */
static int64_t to_int(const char *value)
{
    if (value[0] == 't' || value[0] == 'f') {
        return value[0] == 't';
    }
    return strtoll(value, NULL, 10);
}

void postgres_to_slot(struct arena *arena, const struct query_slot *slot, const char *value,
                      char *row)
{
    char *at = row + slot->offset;
    struct text blob = {0};
    int64_t integer;
    double real;

    switch (slot->kind) {
    case QUERY_INT:
        integer = value == NULL ? INT_ABSENT : to_int(value);
        memcpy(at, &integer, sizeof(integer));
        return;
    case QUERY_REAL:
        real = (double)NAN;
        if (value != NULL && !text_real(text_of(value), &real)) {
            real = strtod(value, NULL); /* an infinity */
        }
        memcpy(at, &real, sizeof(real));
        return;
    case QUERY_TEXT:
        memcpy(at, &value, sizeof(value));
        return;
    case QUERY_BLOB:
        if (value != NULL) {
            blob = from_hex(arena, value);
        }
        memcpy(at, &blob, sizeof(blob));
        return;
    }
}
