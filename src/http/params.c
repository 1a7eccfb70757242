#include "http/params.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/field.h"
#include "base/shape.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        return (c | 0x20) - 'a' + 10;
    }
    return -1;
}

static bool is_control(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

enum err percent_decode(struct arena *arena, struct text raw, bool plus, const char **out)
{
    char *to = arena_take(arena, raw.size + 1, 1);
    size_t size = 0;

    for (size_t i = 0; i < raw.size; i++) {
        if (raw.at[i] == '%') {
            if (raw.size - i < 3 || hex(raw.at[i + 1]) < 0 || hex(raw.at[i + 2]) < 0) {
                return ERR_INVALID;
            }
            to[size++] = (char)(hex(raw.at[i + 1]) * 16 + hex(raw.at[i + 2]));
            i += 2;
        } else {
            to[size++] = plus && raw.at[i] == '+' ? ' ' : raw.at[i];
        }
    }

    struct text text = {.at = to, .size = size};

    if (text_check(text) != size || (!plus && is_control(text))) {
        return ERR_INVALID;
    }
    *out = to;
    return OK;
}

static size_t find(const struct shape *shape, const char *name)
{
    size_t count = shape == NULL ? 0 : shape->field_count;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(shape->fields[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* "name=value" into its field; `seen` has a bit for each field. */
static enum err read_pair(struct arena *arena, struct text pair, const struct shape *shape,
                          void *out, uint64_t *seen, struct fault *fault)
{
    const char *equals = memchr(pair.at, '=', pair.size);
    size_t size = equals == NULL ? pair.size : (size_t)(equals - pair.at);
    struct text rest = {.at = pair.at + size, .size = pair.size - size};
    const char *name;
    const char *value = "";

    if (rest.size > 0) {
        rest = (struct text){.at = rest.at + 1, .size = rest.size - 1};
    }
    if (percent_decode(arena, (struct text){.at = pair.at, .size = size}, true, &name) != OK ||
        percent_decode(arena, rest, true, &value) != OK) {
        return fail(fault, ERR_INVALID,
                    "the query string has a broken escape or is not valid UTF-8");
    }
    size_t index = find(shape, name);

    if (index == SIZE_MAX) {
        return fail_field(fault, ERR_INVALID, name, "there is no query parameter %.60s here", name);
    }
    const struct field *field = &shape->fields[index];
    uint64_t bit = UINT64_C(1) << index;

    if ((*seen & bit) != 0 && field->kind != FIELD_TEXTS) {
        return fail_field(fault, ERR_INVALID, field->name, "%s is given twice", field->name);
    }
    *seen |= bit;
    return field_set(arena, field, value, out, fault);
}

static enum err check_missing(const struct shape *shape, uint64_t seen, struct fault *fault)
{
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];

        if (!field->optional && (seen & (UINT64_C(1) << i)) == 0) {
            return fail_field(fault, ERR_INVALID, field->name, "the query parameter %s is missing",
                              field->name);
        }
    }
    return OK;
}

enum err params_read(struct arena *arena, struct text query, const struct shape *shape, void *out,
                     struct fault *fault)
{
    uint64_t seen = 0;
    size_t count = 0;

    if (shape != NULL) {
        shape_clear(shape, out);
    }
    while (query.size > 0) {
        const char *ampersand = memchr(query.at, '&', query.size);
        size_t size = ampersand == NULL ? query.size : (size_t)(ampersand - query.at);
        size_t used = ampersand == NULL ? size : size + 1;

        if (++count > PARAMS_MAX) {
            return fail(fault, ERR_INVALID, "a query string has at most %d parameters", PARAMS_MAX);
        }
        if (size > 0) {
            TRY(read_pair(arena, (struct text){.at = query.at, .size = size}, shape, out, &seen,
                          fault));
        }
        query = (struct text){.at = query.at + used, .size = query.size - used};
    }
    return check_missing(shape, seen, fault);
}
