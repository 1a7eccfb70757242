#include "base/field.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"
#include "base/text.h"
#include "base/time.h"

static enum err check_range(const struct field *field, double value, struct fault *fault)
{
    if ((field->min != 0 || field->max != 0) && (value < field->min || value > field->max)) {
        return fail_field(fault, ERR_INVALID, field->name,
                          "%s is %.15g, but must be from %.15g to %.15g", field->name, value,
                          field->min, field->max);
    }
    return OK;
}

void texts_add(struct arena *arena, struct texts *list, const char *text)
{
    const char **longer = arena_array(arena, const char *, list->count + 1);

    for (size_t i = 0; i < list->count; i++) {
        longer[i] = list->at[i];
    }
    longer[list->count] = text;
    *list = (struct texts){.at = longer, .count = list->count + 1};
}

static enum err check_length(const struct field *field, const char *text, struct fault *fault)
{
    double length = (double)text_length(text_of(text));

    if (field->kind != FIELD_TEXT) {
        return OK;
    }
    if (length == 0 && field->min > 0) {
        return fail_field(fault, ERR_INVALID, field->name, "%s must not be empty", field->name);
    }
    if (length < field->min) {
        return fail_field(fault, ERR_INVALID, field->name,
                          "%s must have at least %.0f characters, not %.0f", field->name,
                          field->min, length);
    }
    if (field->max != 0 && length > field->max) {
        return fail_field(fault, ERR_INVALID, field->name,
                          "%s must have at most %.0f characters, not %.0f", field->name, field->max,
                          length);
    }
    return OK;
}

static enum err set_text(struct arena *arena, const struct field *field, const char *text,
                         const char **out, struct fault *fault)
{
    if (text_check(text_of(text)) != strlen(text)) {
        return fail_field(fault, ERR_INVALID, field->name, "%s is not valid UTF-8", field->name);
    }
    if (field->choices != NULL && !shape_allows(field->choices, text)) {
        return fail_field(fault, ERR_INVALID, field->name, "%s is \"%s\", but must be one of: %s",
                          field->name, text, field->choices);
    }
    TRY(check_length(field, text, fault));
    *out = arena_copy(arena, text, strlen(text));
    return OK;
}

static enum err set_json(struct arena *arena, const struct field *field, const char *text,
                         const char **out, struct fault *fault)
{
    struct json *ignored;

    if (json_parse(arena, text_of(text), &ignored, fault) != OK) {
        (void)snprintf(fault->field, sizeof(fault->field), "%s", field->name);
        return fault->kind;
    }
    *out = arena_copy(arena, text, strlen(text));
    return OK;
}

static enum err set_number(const struct field *field, const char *text, void *out,
                           struct fault *fault)
{
    int64_t integer;
    double real;

    if (field->kind == FIELD_REAL) {
        if (!text_real(text_of(text), &real)) {
            return fail_field(fault, ERR_INVALID, field->name, "%s is \"%s\", but must be a number",
                              field->name, text);
        }
        TRY(check_range(field, real, fault));
        *(double *)out = real;
        return OK;
    }
    if (!text_int(text_of(text), &integer)) {
        return fail_field(fault, ERR_INVALID, field->name,
                          "%s is \"%s\", but must be a whole number", field->name, text);
    }
    TRY(check_range(field, (double)integer, fault));
    *(int64_t *)out = integer;
    return OK;
}

enum err field_set(struct arena *arena, const struct field *field, const char *text, void *out,
                   struct fault *fault)
{
    void *at = (char *)out + field->offset;
    const char *element;

    switch (field->kind) {
    case FIELD_TEXT:
        return set_text(arena, field, text, at, fault);
    case FIELD_JSON:
        return set_json(arena, field, text, at, fault);
    case FIELD_TEXTS:
        TRY(set_text(arena, field, text, &element, fault));
        texts_add(arena, at, element);
        return OK;
    case FIELD_INT:
    case FIELD_REAL:
        return set_number(field, text, at, fault);
    case FIELD_BOOL:
        if (!shape_allows("true|false|yes|no|1|0", text)) {
            return fail_field(fault, ERR_INVALID, field->name,
                              "%s is \"%s\", but must be true or false", field->name, text);
        }
        *(bool *)at = shape_allows("true|yes|1", text);
        return OK;
    case FIELD_TIME:
        if (!time_parse(text_of(text), at)) {
            return fail_field(fault, ERR_INVALID, field->name,
                              "%s must be a time such as 2026-03-01T09:30:00Z", field->name);
        }
        return OK;
    case FIELD_OBJECT:
    case FIELD_LIST:
        break;
    }
    return fail_field(fault, ERR_INVALID, field->name, "%s cannot be given here", field->name);
}
