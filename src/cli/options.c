#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"

/* `--rounds-max` names the field `rounds_max`; `size` leaves out what follows an equals sign. */
static bool names(const char *option, size_t size, const char *field)
{
    if (strlen(field) != size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (option[i] != (field[i] == '_' ? '-' : field[i])) {
            return false;
        }
    }
    return true;
}

static const struct field *find(const struct shape *shape, const char *option, size_t size)
{
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        if (names(option, size, shape->fields[i].name)) {
            return &shape->fields[i];
        }
    }
    return NULL;
}

static enum err check_range(const struct field *field, double value, struct fault *fault)
{
    if ((field->min != 0 || field->max != 0) && (value < field->min || value > field->max)) {
        return fail_field(fault, ERR_INVALID, field->name,
                          "%s is %.15g, but must be from %.15g to %.15g", field->name, value,
                          field->min, field->max);
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
    *out = arena_copy(arena, text, strlen(text));
    return OK;
}

static void append(struct arena *arena, struct texts *list, const char *text)
{
    const char **longer = arena_array(arena, const char *, list->count + 1);

    for (size_t i = 0; i < list->count; i++) {
        longer[i] = list->at[i];
    }
    longer[list->count] = text;
    *list = (struct texts){.at = longer, .count = list->count + 1};
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

enum err option_set(struct arena *arena, const struct field *field, const char *text, void *out,
                    struct fault *fault)
{
    void *at = (char *)out + field->offset;
    const char *element;

    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_JSON:
        return set_text(arena, field, text, at, fault);
    case FIELD_TEXTS:
        TRY(set_text(arena, field, text, &element, fault));
        append(arena, at, element);
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

/* One word that starts with two dashes, and the next one where it is the value. */
static enum err read_option(struct arena *arena, const struct shape *shape, char **words,
                            size_t left, void *out, size_t *used, struct fault *fault)
{
    const char *option = words[0] + 2;
    size_t size = strcspn(option, "=");
    const struct field *field = find(shape, option, size);

    *used = 1;
    if (field == NULL) {
        return fail(fault, ERR_INVALID, "there is no option --%.*s; try --help", (int)size, option);
    }
    if (option[size] == '=') {
        return option_set(arena, field, option + size + 1, out, fault);
    }
    if (field->kind == FIELD_BOOL) {
        return option_set(arena, field, "true", out, fault);
    }
    if (left < 2) {
        return fail_field(fault, ERR_INVALID, field->name, "--%s needs a value", option);
    }
    *used = 2;
    return option_set(arena, field, words[1], out, fault);
}

enum err options_read(struct arena *arena, const struct shape *shape, char **words,
                      size_t word_count, void *out, struct texts *rest, struct fault *fault)
{
    bool only_words = false;

    if (shape != NULL) {
        shape_clear(shape, out);
    }
    *rest = (struct texts){0};
    for (size_t i = 0; i < word_count;) {
        size_t used = 1;

        if (!only_words && strcmp(words[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && strncmp(words[i], "--", 2) == 0) {
            TRY(read_option(arena, shape, words + i, word_count - i, out, &used, fault));
        } else {
            append(arena, rest, words[i]);
        }
        i += used;
    }
    return OK;
}
