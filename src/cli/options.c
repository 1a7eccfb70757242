#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/field.h"

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

enum err option_set(struct arena *arena, const struct field *field, const char *text, void *out,
                    struct fault *fault)
{
    return field_set(arena, field, text, out, fault);
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
            texts_add(arena, rest, words[i]);
        }
        i += used;
    }
    return OK;
}
