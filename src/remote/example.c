#include "remote/example.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/shape.h"
#include "http/route.h"

enum { LONG_TEXT = 1000 };

static void put_upper(struct buffer *to, const char *name, size_t size)
{
    buffer_char(to, '$');
    for (size_t i = 0; i < size; i++) {
        bool lower = name[i] >= 'a' && name[i] <= 'z';

        buffer_char(to, lower ? (char)(name[i] - 'a' + 'A') : name[i]);
    }
}

static void put_option(struct buffer *to, const char *name)
{
    buffer_string(to, " --");
    for (const char *at = name; *at != '\0'; at++) {
        buffer_char(to, *at == '_' ? '-' : *at);
    }
    buffer_char(to, ' ');
}

static bool ends_with(const char *name, const char *end)
{
    size_t size = strlen(name);
    size_t tail = strlen(end);

    return size >= tail && strcmp(name + size - tail, end) == 0;
}

/* What the field's own words begin with stands for a text. */
static void put_text(struct buffer *to, const struct field *field)
{
    if (ends_with(field->name, "_id")) {
        put_upper(to, field->name, strlen(field->name));
    } else if (ends_with(field->name, "email")) {
        buffer_string(to, "ada@example.org");
    } else if (field->max > LONG_TEXT) {
        buffer_print(to, "@%s.md", field->name);
    } else {
        buffer_print(to, "'%.*s'", (int)strcspn(field->doc, ";,:.'`\""), field->doc);
    }
}

static void put_value(struct buffer *to, const struct field *field)
{
    switch (field->kind) {
    case FIELD_INT:
        buffer_print(to, "%lld", (long long)(field->min > 1 ? field->min : 1));
        return;
    case FIELD_REAL:
        buffer_string(to, "0.5");
        return;
    case FIELD_BOOL:
        buffer_string(to, "true");
        return;
    case FIELD_TIME:
        buffer_string(to, "2027-01-31T17:00:00Z");
        return;
    case FIELD_JSON:
    case FIELD_OBJECT:
    case FIELD_LIST:
        buffer_print(to, "@%s.json", field->name);
        return;
    case FIELD_TEXT:
    case FIELD_TEXTS:
        break;
    }
    if (field->choices != NULL) {
        buffer_print(to, "%.*s", (int)strcspn(field->choices, "|"), field->choices);
    } else {
        put_text(to, field);
    }
}

static void put_needed(struct buffer *to, const struct shape *shape)
{
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        if (!shape->fields[i].optional) {
            put_option(to, shape->fields[i].name);
            put_value(to, &shape->fields[i]);
        }
    }
}

static const char *plain_use(struct arena *arena, const struct route *route)
{
    struct buffer to = buffer_new(arena);

    buffer_print(&to, "  periti %s", route->command);
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        buffer_char(&to, ' ');
        put_upper(&to, at + 1, strcspn(at + 1, "}"));
    }
    if (route->uploads) {
        buffer_string(&to, " file.jsonl");
    }
    put_needed(&to, route->query);
    put_needed(&to, route->uploads ? NULL : route->body);
    return to.at;
}

static bool has_pages(const struct route *route)
{
    for (size_t i = 0; route->query != NULL && i < route->query->field_count; i++) {
        if (strcmp(route->query->fields[i].name, "after") == 0) {
            return true;
        }
    }
    return false;
}

const char *example_of(struct arena *arena, const struct route *route)
{
    const char *use = plain_use(arena, route);
    const char *more = route->fills != NULL   ? " --wait"
                       : has_pages(route)     ? " --all"
                       : route->reply != NULL ? " --json"
                                              : NULL;

    return more == NULL ? use : arena_print(arena, "%s\n%s%s", use, use, more);
}
