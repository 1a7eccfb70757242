#include "http/schema.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"

static size_t find(const struct schemas *schemas, const struct shape *shape)
{
    for (size_t i = 0; i < schemas->count; i++) {
        if (schemas->shapes[i] == shape) {
            return i;
        }
    }
    return schemas->count;
}

static bool is_named(const struct schemas *schemas, const char *name)
{
    for (size_t i = 0; i < schemas->count; i++) {
        if (strcmp(schemas->shapes[i]->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void make_room(struct schemas *schemas)
{
    size_t room = schemas->room == 0 ? 64 : schemas->room * 2;

    if (schemas->count < schemas->room) {
        return;
    }
    const struct shape **shapes = arena_array(schemas->arena, const struct shape *, room);
    const char **names = arena_array(schemas->arena, const char *, room);

    for (size_t i = 0; i < schemas->count; i++) {
        shapes[i] = schemas->shapes[i];
        names[i] = schemas->names[i];
    }
    schemas->shapes = shapes;
    schemas->names = names;
    schemas->room = room;
}

void schemas_add(struct schemas *schemas, const struct shape *shape)
{
    if (shape == NULL || find(schemas, shape) < schemas->count) {
        return;
    }
    /* Clients know a shape by its name: two of one name would change places with the routes. */
    assert(!is_named(schemas, shape->name));
    make_room(schemas);
    schemas->shapes[schemas->count] = shape;
    schemas->names[schemas->count] = shape->name;
    schemas->count++;
    for (size_t i = 0; i < shape->field_count; i++) {
        schemas_add(schemas, shape->fields[i].of);
    }
}

const char *schemas_name(const struct schemas *schemas, const struct shape *shape)
{
    return schemas->names[find(schemas, shape)];
}

static void member_text(struct json_out *out, const char *name, const char *text)
{
    json_name(out, name);
    json_text(out, text);
}

static void member_number(struct json_out *out, const char *name, double value)
{
    json_name(out, name);
    if (value == floor(value) && fabs(value) < 9e15) {
        json_int(out, (int64_t)value);
    } else {
        json_real(out, value);
    }
}

static void write_bounds(struct json_out *out, const struct field *field, const char *least,
                         const char *most)
{
    bool counts = field->kind != FIELD_INT && field->kind != FIELD_REAL;

    if (field->min == 0 && field->max == 0) {
        return;
    }
    if (!counts || field->min != 0) {
        member_number(out, least, field->min);
    }
    if (!counts || field->max != 0) {
        member_number(out, most, field->max);
    }
}

static void write_choices(struct json_out *out, const char *choices)
{
    json_name(out, "enum");
    json_open(out, '[');
    for (const char *at = choices;;) {
        size_t width = strcspn(at, "|");

        json_view(out, (struct text){.at = at, .size = width});
        if (at[width] == '\0') {
            break;
        }
        at += width + 1;
    }
    json_close(out, ']');
}

static void write_reference(struct json_out *out, const struct schemas *schemas,
                            const struct shape *shape)
{
    member_text(
        out, "$ref",
        arena_print(schemas->arena, "#/components/schemas/%s", schemas_name(schemas, shape)));
}

static void write_text(struct json_out *out, const struct field *field)
{
    member_text(out, "type", "string");
    if (field->choices != NULL) {
        write_choices(out, field->choices);
    }
}

static void write_list(struct json_out *out, const struct schemas *schemas,
                       const struct field *field)
{
    member_text(out, "type", "array");
    write_bounds(out, field, "minItems", "maxItems");
    json_name(out, "items");
    json_open(out, '{');
    if (field->kind == FIELD_LIST) {
        write_reference(out, schemas, field->of);
    } else {
        write_text(out, field);
    }
    json_close(out, '}');
}

static void write_type(struct json_out *out, const struct schemas *schemas,
                       const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
        write_text(out, field);
        write_bounds(out, field, "minLength", "maxLength");
        break;
    case FIELD_INT:
        member_text(out, "type", "integer");
        member_text(out, "format", "int64");
        write_bounds(out, field, "minimum", "maximum");
        break;
    case FIELD_REAL:
        member_text(out, "type", "number");
        write_bounds(out, field, "minimum", "maximum");
        break;
    case FIELD_BOOL:
        member_text(out, "type", "boolean");
        break;
    case FIELD_TIME:
        member_text(out, "type", "string");
        member_text(out, "format", "date-time");
        break;
    case FIELD_JSON:
        break; /* any value */
    case FIELD_OBJECT:
        write_reference(out, schemas, field->of);
        break;
    case FIELD_LIST:
    case FIELD_TEXTS:
        write_list(out, schemas, field);
        break;
    }
}

void schema_field(struct json_out *out, const struct schemas *schemas, const struct field *field)
{
    json_open(out, '{');
    write_type(out, schemas, field);
    if (field->doc != NULL) {
        member_text(out, "description", field->doc);
    }
    if (field->secret) {
        member_text(out, "format", "password");
    }
    json_close(out, '}');
}

static void write_required(struct json_out *out, const struct shape *shape)
{
    json_name(out, "required");
    json_open(out, '[');
    for (size_t i = 0; i < shape->field_count; i++) {
        if (!shape->fields[i].optional) {
            json_text(out, shape->fields[i].name);
        }
    }
    json_close(out, ']');
}

static void write_shape(struct json_out *out, const struct schemas *schemas,
                        const struct shape *shape)
{
    json_open(out, '{');
    member_text(out, "type", "object");
    member_text(out, "description", shape->doc);
    json_name(out, "properties");
    json_open(out, '{');
    for (size_t i = 0; i < shape->field_count; i++) {
        json_name(out, shape->fields[i].name);
        schema_field(out, schemas, &shape->fields[i]);
    }
    json_close(out, '}');
    write_required(out, shape);
    json_name(out, "additionalProperties");
    json_bool(out, false);
    json_close(out, '}');
}

/* The first name behind `last` in the order of the alphabet; the count if there is none. */
static size_t next_name(const struct schemas *schemas, const char *last)
{
    size_t best = schemas->count;

    for (size_t i = 0; i < schemas->count; i++) {
        if ((last == NULL || strcmp(schemas->names[i], last) > 0) &&
            (best == schemas->count || strcmp(schemas->names[i], schemas->names[best]) < 0)) {
            best = i;
        }
    }
    return best;
}

void schema_line(struct json_out *out)
{
    if (out->comma) {
        buffer_char(out->to, ',');
    }
    buffer_char(out->to, '\n');
    out->comma = false;
}

void schemas_write(struct json_out *out, const struct schemas *schemas)
{
    for (size_t i = next_name(schemas, NULL); i < schemas->count;
         i = next_name(schemas, schemas->names[i])) {
        schema_line(out);
        json_name(out, schemas->names[i]);
        write_shape(out, schemas, schemas->shapes[i]);
    }
}
