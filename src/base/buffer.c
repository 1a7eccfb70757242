#include "base/buffer.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { ROOM_FIRST = 256 };

struct buffer buffer_new(struct arena *arena)
{
    return (struct buffer){
        .arena = arena, .at = arena_take(arena, ROOM_FIRST, 1), .room = ROOM_FIRST};
}

void buffer_reset(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->at[0] = '\0';
}

void buffer_widen(struct buffer *buffer, size_t more)
{
    size_t room = buffer->room;

    while (room - buffer->size <= more) {
        room *= 2;
    }
    buffer->at = arena_grow(buffer->arena, buffer->at, buffer->room, room);
    buffer->room = room;
}

void buffer_put(struct buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0) {
        return;
    }
    char *to = buffer_room(buffer, size);

    memcpy(to, bytes, size);
    to[size] = '\0';
    buffer->size += size;
}

void buffer_string(struct buffer *buffer, const char *string)
{
    buffer_put(buffer, string, strlen(string));
}

void buffer_text(struct buffer *buffer, struct text text)
{
    buffer_put(buffer, text.at, text.size);
}

void buffer_int(struct buffer *buffer, int64_t value)
{
    char digits[20]; /* of the largest magnitude, with a sign */
    size_t start = sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do {
        digits[--start] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        digits[--start] = '-';
    }
    buffer_put(buffer, digits + start, sizeof(digits) - start);
}

void buffer_real(struct buffer *buffer, double value)
{
    char digits[32];

    assert(isfinite(value));
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof(digits), "%.*g", precision, value);
        if (strtod(digits, NULL) == value) {
            break;
        }
    }
    buffer_string(buffer, digits);
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);

    assert(size >= 0);
    (void)buffer_room(buffer, (size_t)size);
    (void)vsnprintf(buffer->at + buffer->size, (size_t)size + 1, format, again);
    buffer->size += (size_t)size;
    va_end(again);
    va_end(arguments);
}

void buffer_csv(struct buffer *buffer, struct text field)
{
    bool quote = false;

    for (size_t i = 0; i < field.size && !quote; i++) {
        char c = field.at[i];

        quote = c == ',' || c == '"' || c == '\r' || c == '\n';
    }
    if (!quote) {
        buffer_text(buffer, field);
        return;
    }
    buffer_char(buffer, '"');
    for (size_t i = 0; i < field.size; i++) {
        if (field.at[i] == '"') {
            buffer_char(buffer, '"');
        }
        buffer_char(buffer, field.at[i]);
    }
    buffer_char(buffer, '"');
}

struct text buffer_view(const struct buffer *buffer)
{
    return (struct text){.at = buffer->at, .size = buffer->size};
}
