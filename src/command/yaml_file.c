#include "command/yaml_file.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"

enum { DEPTH_MAX = 32 };

struct level {
    size_t indent;
    const char *key; /* NULL: a list */
    int index;
};

struct reader {
    struct arena *arena;
    struct level levels[DEPTH_MAX];
    size_t depth;
    struct yaml_value *values;
    size_t count;
};

static void climb(struct reader *reader, size_t indent, bool item)
{
    while (reader->depth > 0) {
        const struct level *top = &reader->levels[reader->depth - 1];
        bool stays = item && top->key == NULL && top->indent == indent;

        if (top->indent < indent || stays) {
            return;
        }
        /* A list may stand as deep as the key that holds it. */
        if (item && top->key != NULL && top->indent == indent) {
            return;
        }
        reader->depth--;
    }
}

static const char *path_of(const struct reader *reader)
{
    struct buffer buffer = buffer_new(reader->arena);

    for (size_t i = 0; i < reader->depth; i++) {
        if (reader->levels[i].key == NULL) {
            buffer_print(&buffer, "[%d]", reader->levels[i].index);
        } else {
            buffer_print(&buffer, "%s%s", buffer.size == 0 ? "" : ".", reader->levels[i].key);
        }
    }
    return buffer.at == NULL ? "" : buffer.at;
}

static const char *unquoted(struct arena *arena, struct text text)
{
    struct buffer buffer = buffer_new(arena);
    char quote = text.at[0];

    if (text.size < 2 || (quote != '\'' && quote != '"') || text.at[text.size - 1] != quote) {
        return arena_copy(arena, text.at, text.size);
    }
    for (size_t i = 1; i + 1 < text.size; i++) {
        i += text.at[i] == quote && text.at[i + 1] == quote && i + 2 < text.size;
        buffer_char(&buffer, text.at[i]);
    }
    return buffer.at == NULL ? "" : buffer.at;
}

static void add(struct reader *reader, struct text text)
{
    text = text_trim(text);
    if (text.size > 0) {
        reader->values[reader->count++] =
            (struct yaml_value){.path = path_of(reader), .value = unquoted(reader->arena, text)};
    }
}

/* The colon behind a key: followed by a blank or the end, outside of quotes. */
static const char *find_colon(struct text text)
{
    if (text.size > 0 && (text.at[0] == '\'' || text.at[0] == '"')) {
        return NULL;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == ':' && (i + 1 == text.size || text.at[i + 1] == ' ')) {
            return text.at + i;
        }
    }
    return NULL;
}

static enum err push(struct reader *reader, struct level level, struct fault *fault)
{
    if (reader->depth == DEPTH_MAX) {
        return fail(fault, ERR_INVALID, "the YAML is nested deeper than %d levels", DEPTH_MAX);
    }
    reader->levels[reader->depth++] = level;
    return OK;
}

static enum err read_rest(struct reader *reader, size_t indent, struct text rest,
                          struct fault *fault)
{
    const char *colon = find_colon(rest);

    if (colon == NULL) {
        add(reader, rest);
        return OK;
    }
    size_t size = (size_t)(colon - rest.at);
    struct text value = text_trim((struct text){colon + 1, rest.size - size - 1});

    TRY(push(reader,
             (struct level){.indent = indent, .key = arena_copy(reader->arena, rest.at, size)},
             fault));
    add(reader, value);
    return OK;
}

static enum err read_line(struct reader *reader, struct text line, struct fault *fault)
{
    size_t indent = 0;

    while (indent < line.size && line.at[indent] == ' ') {
        indent++;
    }
    struct text rest = text_trim((struct text){line.at + indent, line.size - indent});

    if (rest.size == 0 || rest.at[0] == '#') {
        return OK;
    }
    bool item = rest.size > 1 && rest.at[0] == '-' && rest.at[1] == ' ';

    climb(reader, indent, item);
    while (item) {
        struct level *top = reader->depth == 0 ? NULL : &reader->levels[reader->depth - 1];

        if (top != NULL && top->key == NULL && top->indent == indent) {
            top->index++;
        } else {
            TRY(push(reader, (struct level){.indent = indent}, fault));
        }
        rest = text_trim((struct text){rest.at + 2, rest.size - 2});
        indent += 2;
        item = rest.size > 1 && rest.at[0] == '-' && rest.at[1] == ' ';
    }
    return read_rest(reader, indent, rest, fault);
}

enum err yaml_file_read(struct arena *arena, struct text text, struct yaml_value **out,
                        size_t *count, struct fault *fault)
{
    struct reader reader = {.arena = arena};
    struct text line;

    reader.values = arena_array(arena, struct yaml_value, text_lines(text));
    while (text_cut(&text, '\n', &line)) {
        TRY(read_line(&reader, line, fault));
    }
    *out = reader.values;
    *count = reader.count;
    return OK;
}
