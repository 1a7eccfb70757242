#pragma once

/*
 * JSON (RFC 8259): parsed into a tree in an arena, and written piece by piece.
 *
 * Strict: one value and nothing behind it, valid UTF-8, no NUL (not even \u0000),
 * no duplicate names in an object, at most 64 levels, integers within 64 bits
 * or finite reals. A refusal names the line and column.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct shape;

enum json_kind {
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,  /* written without point or exponent, and within int64_t */
    JSON_REAL, /* any other finite number */
    JSON_TEXT,
    JSON_LIST,
    JSON_OBJECT,
};

struct json {
    enum json_kind kind;
    bool yes;
    uint32_t count; /* of elements or members */
    int64_t integer;
    double real;        /* also set for JSON_INT */
    const char *text;   /* unescaped, terminated */
    const char *name;   /* of a member of an object, else NULL */
    struct text source; /* the bytes it was read from */
    struct json *first; /* element or member */
    struct json *next;  /* sibling */
};

/* The tree points into `input` and `arena`; both must outlive it. ERR_INVALID with line and place.
 */
enum err json_parse(struct arena *arena, struct text input, struct json **out, struct fault *fault);

/* JSON lines: one value a line, blank lines between them. */
struct json_lines {
    struct text rest;
    uint64_t line; /* of the value read last, from one */
};

/* The next value; NULL behind the last. A refusal has the line's number. */
enum err json_next(struct arena *arena, struct json_lines *lines, struct json **out,
                   struct fault *fault);

const struct json *json_member(const struct json *object, const char *name); /* NULL: none */

/* Member as text, or NULL if it is absent or no text. */
const char *json_text_of(const struct json *object, const char *name);

/* Fill the struct that `shape` describes. Unknown members, wrong types and broken bounds are
 * ERR_INVALID; the fault's field is the path, as `rows[3].rate`. */
enum err json_decode(struct arena *arena, const struct json *value, const struct shape *shape,
                     void *out, struct fault *fault);

/* Writing: commas and escapes are the writer's business. Reals that are not finite become null. */
struct json_out {
    struct buffer *to;
    bool comma;
};

struct json_out json_to(struct buffer *to);
void json_open(struct json_out *out, char bracket);  /* '{' or '[' */
void json_close(struct json_out *out, char bracket); /* '}' or ']' */
void json_name(struct json_out *out, const char *name);
void json_text(struct json_out *out, const char *text); /* NULL becomes null */
void json_view(struct json_out *out, struct text text);
void json_int(struct json_out *out, int64_t value);
void json_real(struct json_out *out, double value);
void json_bool(struct json_out *out, bool value);
void json_null(struct json_out *out);
void json_raw(struct json_out *out, const char *json); /* already JSON */
void json_time(struct json_out *out, int64_t micros);  /* RFC 3339 */

/* The struct that `shape` describes; absent fields are left out. */
void json_encode(struct json_out *out, const struct shape *shape, const void *from);

/* A parsed value in canonical form (members sorted by name, no blanks): for hashes. */
void json_canonical(struct json_out *out, const struct json *value);
