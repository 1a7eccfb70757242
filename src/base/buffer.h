#pragma once

/* Buffers: bytes written one after the other, in an arena, always NUL-terminated. */

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;

struct buffer {
    struct arena *arena;
    char *at;
    size_t size;
    size_t room;
};

struct buffer buffer_new(struct arena *arena);
void buffer_reset(struct buffer *buffer); /* keeps the room */

void buffer_put(struct buffer *buffer, const void *bytes, size_t size);

/* Make room for so many more bytes and a NUL. */
void buffer_widen(struct buffer *buffer, size_t more);

/* Where so many bytes and a NUL may be written; what was is added to `size`. */
static inline char *buffer_room(struct buffer *buffer, size_t more)
{
    if (buffer->room - buffer->size <= more) {
        buffer_widen(buffer, more);
    }
    return buffer->at + buffer->size;
}

static inline void buffer_char(struct buffer *buffer, char c)
{
    char *to = buffer_room(buffer, 1);

    to[0] = c;
    to[1] = '\0';
    buffer->size++;
}

void buffer_string(struct buffer *buffer, const char *string);
void buffer_text(struct buffer *buffer, struct text text);
void buffer_int(struct buffer *buffer, int64_t value);
void buffer_real(struct buffer *buffer,
                 double value); /* shortest that reads back the same; finite */
[[gnu::format(printf, 2, 3)]] void buffer_print(struct buffer *buffer, const char *format, ...);

/* One CSV field (RFC 4180), quoted only where it must be. */
void buffer_csv(struct buffer *buffer, struct text field);

struct text buffer_view(const struct buffer *buffer);
