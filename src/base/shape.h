#pragma once

/*
 * Shapes: a struct described by a table.
 *
 * One table serves five readers: the JSON decoder (with its checks), the JSON
 * encoder, the settings loader, the command line and the OpenAPI writer. The C
 * type of a member is checked against its field kind when the table is compiled.
 *
 * Absent: an optional field that was not given holds what `defaults` says, else
 * NULL (text), INT_ABSENT, NaN, false, or an empty list. Absent values are
 * left out when encoded.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum field_kind {
    FIELD_TEXT,   /* const char *: checked UTF-8; min and max count characters */
    FIELD_INT,    /* int64_t; min and max bound the value */
    FIELD_REAL,   /* double, finite */
    FIELD_BOOL,   /* bool */
    FIELD_TIME,   /* int64_t: microseconds since 1970, UTC; RFC 3339 in JSON */
    FIELD_JSON,   /* const char *: any JSON value, kept as its text */
    FIELD_OBJECT, /* struct of the shape `of`, embedded */
    FIELD_LIST,   /* struct list: elements of the shape `of`; min and max count elements */
    FIELD_TEXTS,  /* struct texts; min and max count elements */
};

#define INT_ABSENT INT64_MIN

struct list {
    const void *at;
    size_t count;
};

struct texts {
    const char *const *at;
    size_t count;
};

struct field {
    const char *name;
    struct text label; /* the name as JSON writes it, with its colon; empty: made when needed */
    const char *doc;
    const char *choices; /* of a text: the allowed values, "exact|numeric|set"; NULL: any */
    const struct shape *of;
    size_t offset;
    enum field_kind kind;
    bool optional;
    bool secret; /* never logged or printed */
    double min;  /* both zero: no bound beyond the door's own */
    double max;
};

struct shape {
    const char *name;
    const char *doc;
    const struct field *fields;
    size_t field_count;
    size_t size;          /* of the struct */
    const void *defaults; /* such a struct, or NULL */
};

/* Adds nothing, but does not compile when the member has another type. */
#define SAME_TYPE(type, member, want) (0 * sizeof((want *)0 == &((struct type *)0)->member))

#define FIELD_(field_kind, want, type, member, ...)                                                \
    {                                                                                              \
        .name = #member, .label = {"\"" #member "\":", sizeof("\"" #member "\":") - 1},            \
        .kind = (field_kind),                                                                      \
        .offset = offsetof(struct type, member) + SAME_TYPE(type, member, want), __VA_ARGS__       \
    }
#define TEXT(type, member, ...)  FIELD_(FIELD_TEXT, const char *, type, member, __VA_ARGS__)
#define INT(type, member, ...)   FIELD_(FIELD_INT, int64_t, type, member, __VA_ARGS__)
#define REAL(type, member, ...)  FIELD_(FIELD_REAL, double, type, member, __VA_ARGS__)
#define BOOL(type, member, ...)  FIELD_(FIELD_BOOL, bool, type, member, __VA_ARGS__)
#define TIME(type, member, ...)  FIELD_(FIELD_TIME, int64_t, type, member, __VA_ARGS__)
#define JSON(type, member, ...)  FIELD_(FIELD_JSON, const char *, type, member, __VA_ARGS__)
#define LIST(type, member, ...)  FIELD_(FIELD_LIST, struct list, type, member, __VA_ARGS__)
#define TEXTS(type, member, ...) FIELD_(FIELD_TEXTS, struct texts, type, member, __VA_ARGS__)
#define OBJECT(type, member, inner, ...)                                                           \
    FIELD_(FIELD_OBJECT, struct inner, type, member, __VA_ARGS__)

#define SHAPE(type, rows, text, ...)                                                               \
    {                                                                                              \
        .name = #type, .doc = (text), .fields = (rows), .size = sizeof(struct type),               \
        .field_count = sizeof(rows) / sizeof((rows)[0]), __VA_ARGS__                               \
    }

/* Fill a struct with its shape's defaults and absences. */
void shape_clear(const struct shape *shape, void *out);

/* True when `choices` ("a|b|c") names `value`. */
bool shape_allows(const char *choices, const char *value);
