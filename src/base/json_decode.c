#include "base/json.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/shape.h"
#include "base/time.h"

enum { PATH_MAX_SIZE = 96 };

struct decoder {
    struct arena *arena;
    struct fault *fault;
    char path[PATH_MAX_SIZE];
};

static enum err decode_object(struct decoder *decoder, const struct json *value,
                              const struct shape *shape, void *out);

static const char *kind_name(enum json_kind kind)
{
    static const char *const NAMES[] = {"null",   "a boolean", "an integer", "a number",
                                        "a text", "a list",    "an object"};

    return NAMES[kind];
}

static enum err wrong_kind(struct decoder *decoder, const char *want, const struct json *got)
{
    return fail_field(decoder->fault, ERR_INVALID, decoder->path, "%s must be %s, not %s",
                      decoder->path[0] == '\0' ? "the body" : decoder->path, want,
                      kind_name(got->kind));
}

static bool bounded(const struct field *field)
{
    return field->min != 0 || field->max != 0;
}

static enum err check_size(struct decoder *decoder, const struct field *field, double size,
                           const char *unit)
{
    if (bounded(field) && size < field->min && size == 0) {
        return fail_field(decoder->fault, ERR_INVALID, decoder->path, "%s must not be empty",
                          decoder->path);
    }
    if (bounded(field) && size < field->min) {
        return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                          "%s must have at least %.0f %s, not %.0f", decoder->path, field->min,
                          unit, size);
    }
    if (bounded(field) && field->max != 0 && size > field->max) {
        return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                          "%s must have at most %.0f %s, not %.0f", decoder->path, field->max, unit,
                          size);
    }
    return OK;
}

static enum err decode_text(struct decoder *decoder, const struct field *field,
                            const struct json *value, const char **out)
{
    if (value->kind != JSON_TEXT) {
        return wrong_kind(decoder, "a text", value);
    }
    if (field->choices != NULL && !shape_allows(field->choices, value->text)) {
        return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                          "%s is \"%.60s\", but must be one of: %s", decoder->path, value->text,
                          field->choices);
    }
    TRY(check_size(decoder, field, (double)text_length(text_of(value->text)), "characters"));
    *out = value->text;
    return OK;
}

static enum err check_range(struct decoder *decoder, const struct field *field, double value)
{
    if (bounded(field) && (value < field->min || value > field->max)) {
        return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                          "%s is %.15g, but must be from %.15g to %.15g", decoder->path, value,
                          field->min, field->max);
    }
    return OK;
}

static enum err decode_int(struct decoder *decoder, const struct field *field,
                           const struct json *value, int64_t *out)
{
    if (value->kind != JSON_INT) {
        return wrong_kind(decoder, "an integer", value);
    }
    TRY(check_range(decoder, field, (double)value->integer));
    *out = value->integer;
    return OK;
}

static enum err decode_real(struct decoder *decoder, const struct field *field,
                            const struct json *value, double *out)
{
    if (value->kind != JSON_INT && value->kind != JSON_REAL) {
        return wrong_kind(decoder, "a number", value);
    }
    TRY(check_range(decoder, field, value->real));
    *out = value->real;
    return OK;
}

static enum err decode_time(struct decoder *decoder, const struct json *value, int64_t *out)
{
    if (value->kind != JSON_TEXT) {
        return wrong_kind(decoder, "a time as text", value);
    }
    if (!time_parse(text_of(value->text), out)) {
        return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                          "%s must be a time such as 2026-03-01T09:30:00Z", decoder->path);
    }
    return OK;
}

static void index_path(struct decoder *decoder, size_t base, size_t index)
{
    (void)snprintf(decoder->path + base, sizeof(decoder->path) - base, "[%zu]", index);
}

static enum err decode_list(struct decoder *decoder, const struct field *field,
                            const struct json *value, struct list *out)
{
    size_t base = strlen(decoder->path);
    size_t index = 0;

    if (value->kind != JSON_LIST) {
        return wrong_kind(decoder, "a list", value);
    }
    TRY(check_size(decoder, field, value->count, "elements"));
    char *elements = arena_take(decoder->arena, value->count, field->of->size);

    for (const struct json *item = value->first; item != NULL; item = item->next, index++) {
        index_path(decoder, base, index);
        TRY(decode_object(decoder, item, field->of, elements + index * field->of->size));
    }
    *out = (struct list){.at = elements, .count = value->count};
    return OK;
}

static enum err decode_texts(struct decoder *decoder, const struct field *field,
                             const struct json *value, struct texts *out)
{
    size_t base = strlen(decoder->path);
    size_t index = 0;

    if (value->kind != JSON_LIST) {
        return wrong_kind(decoder, "a list of texts", value);
    }
    TRY(check_size(decoder, field, value->count, "elements"));
    const char **elements = arena_array(decoder->arena, const char *, value->count);

    for (const struct json *item = value->first; item != NULL; item = item->next, index++) {
        index_path(decoder, base, index);
        if (item->kind != JSON_TEXT) {
            return wrong_kind(decoder, "a text", item);
        }
        if (field->choices != NULL && !shape_allows(field->choices, item->text)) {
            return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                              "%s is \"%.60s\", but must be one of: %s", decoder->path, item->text,
                              field->choices);
        }
        elements[index] = item->text;
    }
    *out = (struct texts){.at = elements, .count = value->count};
    return OK;
}

static enum err decode_field(struct decoder *decoder, const struct field *field,
                             const struct json *value, char *at)
{
    void *out = at;

    if (value->kind == JSON_NULL && field->optional && field->kind != FIELD_JSON) {
        return OK;
    }
    switch (field->kind) {
    case FIELD_TEXT:
        return decode_text(decoder, field, value, out);
    case FIELD_INT:
        return decode_int(decoder, field, value, out);
    case FIELD_REAL:
        return decode_real(decoder, field, value, out);
    case FIELD_BOOL:
        if (value->kind != JSON_BOOL) {
            return wrong_kind(decoder, "true or false", value);
        }
        *(bool *)out = value->yes;
        return OK;
    case FIELD_TIME:
        return decode_time(decoder, value, out);
    case FIELD_JSON:
        TRY(check_size(decoder, field, (double)value->source.size, "bytes"));
        *(const char **)out = arena_copy(decoder->arena, value->source.at, value->source.size);
        return OK;
    case FIELD_OBJECT:
        return decode_object(decoder, value, field->of, out);
    case FIELD_LIST:
        return decode_list(decoder, field, value, out);
    case FIELD_TEXTS:
        return decode_texts(decoder, field, value, out);
    }
    return fail(decoder->fault, ERR_INTERNAL, "unknown field kind");
}

static void extend_path(struct decoder *decoder, size_t base, const char *name)
{
    (void)snprintf(decoder->path + base, sizeof(decoder->path) - base, "%s%.60s",
                   base > 0 ? "." : "", name);
}

static enum err refuse_unknown(struct decoder *decoder, size_t base, const struct json *value,
                               const struct shape *shape)
{
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        bool known = false;

        for (size_t i = 0; i < shape->field_count && !known; i++) {
            known = strcmp(shape->fields[i].name, member->name) == 0;
        }
        if (!known) {
            extend_path(decoder, base, member->name);
            return fail_field(decoder->fault, ERR_INVALID, decoder->path,
                              "there is no field %s here", decoder->path);
        }
    }
    return OK;
}

static enum err decode_object(struct decoder *decoder, const struct json *value,
                              const struct shape *shape, void *out)
{
    size_t base = strlen(decoder->path);

    if (value->kind != JSON_OBJECT) {
        return wrong_kind(decoder, "an object", value);
    }
    TRY(refuse_unknown(decoder, base, value, shape));
    shape_clear(shape, out);
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        const struct json *member = json_member(value, field->name);

        extend_path(decoder, base, field->name);
        if (member != NULL) {
            TRY(decode_field(decoder, field, member, (char *)out + field->offset));
        } else if (!field->optional) {
            return fail_field(decoder->fault, ERR_INVALID, decoder->path, "%s is missing",
                              decoder->path);
        }
    }
    decoder->path[base] = '\0';
    return OK;
}

enum err json_decode(struct arena *arena, const struct json *value, const struct shape *shape,
                     void *out, struct fault *fault)
{
    struct decoder decoder = {.arena = arena, .fault = fault};

    return decode_object(&decoder, value, shape, out);
}
