#include "base/json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"

struct json_out json_to(struct buffer *to)
{
    return (struct json_out){.to = to};
}

static void separate(struct json_out *out)
{
    if (out->comma) {
        buffer_char(out->to, ',');
    }
    out->comma = true;
}

void json_open(struct json_out *out, char bracket)
{
    separate(out);
    buffer_char(out->to, bracket);
    out->comma = false;
}

void json_close(struct json_out *out, char bracket)
{
    buffer_char(out->to, bracket);
    out->comma = true;
}

enum { WORD = sizeof(uint64_t) };

/* Is there a byte in the word that JSON escapes: below 0x20, a quote, a backslash? Bit tricks of
 * "Hacker's Delight" (Warren 2012, §6-1); bytes above 0x7f are none of these. */
static bool has_special(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = word ^ ones * '"';
    uint64_t backslash = word ^ ones * '\\';
    uint64_t found = (word - ones * 0x20) & ~word;

    found |= (quote - ones) & ~quote;
    found |= (backslash - ones) & ~backslash;
    return (found & ones * 0x80) != 0;
}

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, WORD);
    return word;
}

static bool is_special(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

/* Bytes from `at` on that can stand as they are. */
static size_t plain_size(const char *at, size_t size)
{
    size_t count = 0;

    while (count + WORD <= size && !has_special(word_at(at + count))) {
        count += WORD;
    }
    if (size >= WORD && count + WORD > size && !has_special(word_at(at + size - WORD))) {
        return size; /* the last word overlaps the one before it */
    }
    while (count < size && !is_special((unsigned char)at[count])) {
        count++;
    }
    return count;
}

static void write_escaped(struct buffer *to, unsigned char c)
{
    if (c == '"' || c == '\\') {
        buffer_char(to, '\\');
        buffer_char(to, (char)c);
    } else if (c == '\n') {
        buffer_string(to, "\\n");
    } else {
        buffer_print(to, "\\u%04x", c);
    }
}

static void write_pieces(struct buffer *to, struct text text)
{
    size_t at = 0;

    buffer_char(to, '"');
    while (at < text.size) {
        size_t plain = plain_size(text.at + at, text.size - at);

        buffer_put(to, text.at + at, plain);
        at += plain;
        if (at < text.size) {
            write_escaped(to, (unsigned char)text.at[at++]);
        }
    }
    buffer_char(to, '"');
}

static void write_string(struct buffer *to, struct text text)
{
    if (plain_size(text.at, text.size) < text.size) {
        write_pieces(to, text);
        return;
    }
    char *at = buffer_room(to, text.size + 2);

    at[0] = '"';
    if (text.size > 0) {
        memcpy(at + 1, text.at, text.size);
    }
    memcpy(at + 1 + text.size, "\"", 2);
    to->size += text.size + 2;
}

void json_name(struct json_out *out, const char *name)
{
    separate(out);
    write_string(out->to, text_of(name));
    buffer_char(out->to, ':');
    out->comma = false;
}

void json_text(struct json_out *out, const char *text)
{
    if (text == NULL) {
        json_null(out);
        return;
    }
    json_view(out, text_of(text));
}

void json_view(struct json_out *out, struct text text)
{
    separate(out);
    write_string(out->to, text);
}

void json_int(struct json_out *out, int64_t value)
{
    separate(out);
    buffer_int(out->to, value);
}

void json_real(struct json_out *out, double value)
{
    if (!isfinite(value)) {
        json_null(out);
        return;
    }
    separate(out);
    buffer_real(out->to, value);
}

void json_bool(struct json_out *out, bool value)
{
    json_raw(out, value ? "true" : "false");
}

void json_null(struct json_out *out)
{
    json_raw(out, "null");
}

void json_raw(struct json_out *out, const char *json)
{
    separate(out);
    buffer_string(out->to, json);
}

void json_time(struct json_out *out, int64_t micros)
{
    char text[TIME_TEXT_SIZE];

    time_print(micros, text);
    json_text(out, text);
}

static bool is_absent(const struct field *field, const char *at)
{
    const void *value = at;

    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_JSON:
        return *(const char *const *)value == NULL;
    case FIELD_INT:
    case FIELD_TIME:
        return *(const int64_t *)value == INT_ABSENT;
    case FIELD_REAL:
        return !isfinite(*(const double *)value);
    case FIELD_BOOL:
    case FIELD_OBJECT:
    case FIELD_LIST:
    case FIELD_TEXTS:
        return false;
    }
    return false;
}

static void encode_list(struct json_out *out, const struct shape *of, const struct list *list)
{
    json_open(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_encode(out, of, (const char *)list->at + i * of->size);
    }
    json_close(out, ']');
}

static void encode_texts(struct json_out *out, const struct texts *texts)
{
    json_open(out, '[');
    for (size_t i = 0; i < texts->count; i++) {
        json_text(out, texts->at[i]);
    }
    json_close(out, ']');
}

static void encode_field(struct json_out *out, const struct field *field, const char *at)
{
    const void *value = at;

    switch (field->kind) {
    case FIELD_TEXT:
        json_text(out, *(const char *const *)value);
        break;
    case FIELD_JSON:
        json_raw(out, *(const char *const *)value);
        break;
    case FIELD_INT:
        json_int(out, *(const int64_t *)value);
        break;
    case FIELD_TIME:
        json_time(out, *(const int64_t *)value);
        break;
    case FIELD_REAL:
        json_real(out, *(const double *)value);
        break;
    case FIELD_BOOL:
        json_bool(out, *(const bool *)value);
        break;
    case FIELD_OBJECT:
        json_encode(out, field->of, value);
        break;
    case FIELD_LIST:
        encode_list(out, field->of, value);
        break;
    case FIELD_TEXTS:
        encode_texts(out, value);
        break;
    }
}

/* The same as json_name, from what the shape has ready. */
static void put_label(struct json_out *out, const struct field *field)
{
    if (field->label.size == 0) {
        json_name(out, field->name);
        return;
    }
    char *to = buffer_room(out->to, field->label.size + 1);

    if (out->comma) {
        *to++ = ',';
        out->to->size++;
    }
    memcpy(to, field->label.at, field->label.size + 1);
    out->to->size += field->label.size;
    out->comma = false;
}

void json_encode(struct json_out *out, const struct shape *shape, const void *from)
{
    json_open(out, '{');
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        const char *at = (const char *)from + field->offset;

        if (!is_absent(field, at)) {
            put_label(out, field);
            encode_field(out, field, at);
        }
    }
    json_close(out, '}');
}

static int by_name(const void *left, const void *right)
{
    return strcmp((*(const struct json *const *)left)->name,
                  (*(const struct json *const *)right)->name);
}

static void canonical_object(struct json_out *out, const struct json *value)
{
    struct arena *arena = out->to->arena;
    const struct json **members = arena_array(arena, const struct json *, value->count);
    size_t count = 0;

    for (const struct json *member = value->first; member != NULL; member = member->next) {
        members[count++] = member;
    }
    qsort(members, count, sizeof(const struct json *), by_name);
    json_open(out, '{');
    for (size_t i = 0; i < count; i++) {
        json_name(out, members[i]->name);
        json_canonical(out, members[i]);
    }
    json_close(out, '}');
}

void json_canonical(struct json_out *out, const struct json *value)
{
    switch (value->kind) {
    case JSON_NULL:
        json_null(out);
        break;
    case JSON_BOOL:
        json_bool(out, value->yes);
        break;
    case JSON_INT:
        json_int(out, value->integer);
        break;
    case JSON_REAL:
        json_real(out,
                  value->real == 0 ? 0 : value->real); /* "-0" would be read as the integer 0 */
        break;
    case JSON_TEXT:
        json_text(out, value->text);
        break;
    case JSON_LIST:
        json_open(out, '[');
        for (const struct json *item = value->first; item != NULL; item = item->next) {
            json_canonical(out, item);
        }
        json_close(out, ']');
        break;
    case JSON_OBJECT:
        canonical_object(out, value);
        break;
    }
}
