#include "slice/expert/expert_record.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/text.h"

static struct json *new_of(struct arena *arena, enum json_kind kind)
{
    struct json *value = arena_new_of(arena, struct json);

    value->kind = kind;
    return value;
}

static struct json *text_value(struct arena *arena, const char *name, struct text text)
{
    struct json *value = new_of(arena, JSON_TEXT);

    value->name = name;
    value->text = arena_copy(arena, text.at, text.size);
    return value;
}

/* A number if it is one; else the text, for the decoder to refuse. */
static struct json *number_value(struct arena *arena, const char *name, struct text text)
{
    struct json *value = text_value(arena, name, text);
    int64_t integer;
    double real;

    if (text_int(text, &integer)) {
        value->kind = JSON_INT;
        value->integer = integer;
        value->real = (double)integer;
    } else if (text_real(text, &real)) {
        value->kind = JSON_REAL;
        value->real = real;
    }
    return value;
}

static struct json *bool_value(struct arena *arena, const char *name, struct text text)
{
    struct json *value = text_value(arena, name, text);
    bool yes = text_is(text, "yes") || text_is(text, "true") || text_is(text, "1");

    if (yes || text_is(text, "no") || text_is(text, "false") || text_is(text, "0")) {
        value->kind = JSON_BOOL;
        value->yes = yes;
    }
    return value;
}

/* "contract law: 7" as an object of name and level; without a colon, of a name. */
static struct json *object_value(struct arena *arena, struct text part, bool levels)
{
    const char *colon = levels ? memchr(part.at, ':', part.size) : NULL;
    struct text name = {.at = part.at,
                        .size = colon == NULL ? part.size : (size_t)(colon - part.at)};
    struct json *object = new_of(arena, JSON_OBJECT);

    object->count = 1;
    object->first = text_value(arena, "name", text_trim(name));
    if (colon != NULL) {
        struct text level = {.at = colon + 1, .size = part.size - name.size - 1};

        object->first->next = number_value(arena, "level", text_trim(level));
        object->count = 2;
    }
    return object;
}

static struct json *list_value(struct arena *arena, const struct field *field, struct text text)
{
    struct json *list = new_of(arena, JSON_LIST);
    struct json **tail = &list->first;
    bool levels = strcmp(field->name, "skills") == 0;

    list->name = field->name;
    while (text.size > 0) {
        const char *end = memchr(text.at, ';', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.at);
        struct text part = text_trim((struct text){.at = text.at, .size = size});
        size_t used = end == NULL ? size : size + 1;

        if (part.size > 0) {
            *tail = field->kind == FIELD_TEXTS ? text_value(arena, NULL, part)
                                               : object_value(arena, part, levels);
            tail = &(*tail)->next;
            list->count++;
        }
        text.at += used;
        text.size -= used;
    }
    return list;
}

static const struct field *field_of(const char *name)
{
    for (size_t i = 0; i < profile_shape.field_count; i++) {
        if (strcmp(profile_shape.fields[i].name, name) == 0) {
            return &profile_shape.fields[i];
        }
    }
    return NULL;
}

/* What a text of CSV means to a field; NULL: nothing was said. */
static struct json *meaning(struct arena *arena, const struct json *column)
{
    const struct field *field = field_of(column->name);
    struct text text =
        column->kind == JSON_TEXT ? text_trim(text_of(column->text)) : (struct text){0};

    if (column->kind != JSON_TEXT) {
        struct json *same = new_of(arena, column->kind);

        *same = *column;
        same->next = NULL;
        return column->kind == JSON_NULL ? NULL : same;
    }
    if (text.size == 0) {
        return NULL;
    }
    enum field_kind kind = field == NULL ? FIELD_TEXT : field->kind;

    switch (kind) {
    case FIELD_INT:
    case FIELD_REAL:
        return number_value(arena, column->name, text);
    case FIELD_BOOL:
        return bool_value(arena, column->name, text);
    case FIELD_LIST:
    case FIELD_TEXTS:
        return list_value(arena, field, text);
    case FIELD_TEXT:
    case FIELD_TIME:
    case FIELD_JSON:
    case FIELD_OBJECT:
        break;
    }
    return text_value(arena, column->name, text);
}

enum err expert_record_read(struct arena *arena, const struct json *columns,
                            struct expert_record *out, struct fault *fault)
{
    struct json *object = new_of(arena, JSON_OBJECT);
    struct json **tail = &object->first;

    *out = (struct expert_record){0};
    for (const struct json *column = columns->first; column != NULL; column = column->next) {
        struct json *value = meaning(arena, column);
        bool email = strcmp(column->name, "email") == 0;

        if (email || strcmp(column->name, "name") == 0) {
            if (value != NULL && value->kind != JSON_TEXT) {
                return fail_field(fault, ERR_INVALID, column->name, "must be a text");
            }
            *(email ? &out->email : &out->name) = value == NULL ? NULL : value->text;
        } else if (value != NULL) {
            *tail = value;
            tail = &value->next;
            object->count++;
        }
    }
    if (out->email == NULL) {
        return fail_field(fault, ERR_INVALID, "email", "every expert needs an e-mail address");
    }
    if (out->name != NULL && text_length(text_of(out->name)) > 120) {
        return fail_field(fault, ERR_INVALID, "name", "a name has at most 120 characters");
    }
    return json_decode(arena, object, &profile_shape, &out->profile, fault);
}
