#include "remote/show.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"

enum {
    COLUMNS_MAX = 12,
    CELL_MAX = 64 /* a SHA-256 */,
    LAST_CELL_MAX = 200,
    FEW_COLUMNS = 4,
    FEW_MEMBERS = 5
};

/* C0, DEL and C1 controls, and the marks that turn the direction of writing. */
static bool is_harmless(uint32_t code)
{
    return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) && !(code >= 0x202a && code <= 0x202e) &&
           !(code >= 0x2066 && code <= 0x2069);
}

static const char *printable(struct arena *arena, const char *value, size_t most)
{
    struct text text = text_of(value);
    struct buffer to = buffer_new(arena);
    size_t count = 0;

    buffer_string(&to, "");
    for (size_t at = 0; at < text.size; count++) {
        size_t start = at;
        uint32_t code = text_next(text, &at);

        if (most > 0 && count + 1 == most && at < text.size) {
            buffer_string(&to, "…");
            break;
        }
        if (is_harmless(code)) {
            buffer_put(&to, text.at + start, at - start);
        } else {
            buffer_char(&to, ' ');
        }
    }
    return to.at;
}

static const char *cell(struct arena *arena, const struct json *value, size_t most)
{
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);

    if (value == NULL || value->kind == JSON_NULL) {
        return "";
    }
    if (value->kind == JSON_TEXT) {
        return printable(arena, value->text, most);
    }
    json_canonical(&out, value);
    return printable(arena, to.at, most);
}

static void print_cell(FILE *to, const char *value, size_t width, bool last)
{
    size_t length = text_length(text_of(value));

    fprintf(to, "%s%*s", value, last || length >= width ? 0 : (int)(width - length), "");
    fputs(last ? "\n" : "  ", to);
}

struct columns {
    const char *names[COLUMNS_MAX];
    size_t widths[COLUMNS_MAX];
    size_t count;
};

static void add_column(struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->names[i], name) == 0) {
            return;
        }
    }
    if (columns->count < COLUMNS_MAX) {
        columns->names[columns->count++] = name;
    }
}

/* The members of the rows that hold one value each; where those are few, the others as well. */
static void choose_columns(const struct json *rows, struct columns *columns)
{
    bool whole = rows->first->count <= FEW_COLUMNS;

    columns->count = 0;
    for (const struct json *row = rows->first; row != NULL; row = row->next) {
        for (const struct json *member = row->first; member != NULL; member = member->next) {
            if (whole || (member->kind != JSON_OBJECT && member->kind != JSON_LIST)) {
                add_column(columns, member->name);
            }
        }
    }
}

static size_t width_of(struct arena *arena, const struct json *rows, const char *name)
{
    size_t width = strlen(name);

    for (const struct json *row = rows->first; row != NULL; row = row->next) {
        size_t length = text_length(text_of(cell(arena, json_member(row, name), CELL_MAX)));

        width = length > width ? length : width;
    }
    return width;
}

static void show_table(FILE *to, struct arena *arena, const struct json *rows)
{
    struct columns columns;

    choose_columns(rows, &columns);
    for (size_t i = 0; i < columns.count; i++) {
        columns.widths[i] = width_of(arena, rows, columns.names[i]);
        print_cell(to, columns.names[i], columns.widths[i], i + 1 == columns.count);
    }
    for (const struct json *row = rows->first; row != NULL; row = row->next) {
        for (size_t i = 0; i < columns.count; i++) {
            bool last = i + 1 == columns.count;
            const struct json *value = json_member(row, columns.names[i]);

            print_cell(to, cell(arena, value, last ? LAST_CELL_MAX : CELL_MAX), columns.widths[i],
                       last);
        }
    }
}

static bool is_table(const struct json *value)
{
    return value->kind == JSON_LIST && value->first != NULL && value->first->kind == JSON_OBJECT;
}

/* An object of many members reads better line by line. */
static bool is_block(const struct json *value)
{
    return value->kind == JSON_OBJECT && value->count > FEW_MEMBERS;
}

static void show_members(FILE *to, struct arena *arena, const struct json *object)
{
    size_t width = 0;

    for (const struct json *member = object->first; member != NULL; member = member->next) {
        size_t length = strlen(member->name);

        width = length > width ? length : width;
    }
    for (const struct json *member = object->first; member != NULL; member = member->next) {
        if (is_table(member)) {
            fprintf(to, "\n%s:\n", member->name);
            show_table(to, arena, member);
        } else if (is_block(member) && !is_block(object)) {
            fprintf(to, "\n%s:\n", member->name);
            show_members(to, arena, member);
        } else if (member->kind != JSON_LIST || member->count > 0) {
            print_cell(to, member->name, width, false);
            print_cell(to, cell(arena, member, 0), 0, true);
        }
    }
}

void show_answer(FILE *to, struct arena *arena, const struct json *answer)
{
    const struct json *items = answer->kind == JSON_OBJECT ? json_member(answer, "items") : NULL;

    if (items != NULL && is_table(items)) {
        show_table(to, arena, items);
    } else if (items != NULL && items->kind == JSON_LIST && items->count == 0) {
        fputs("None.\n", to);
    } else if (answer->kind == JSON_OBJECT) {
        show_members(to, arena, answer);
    } else {
        fprintf(to, "%s\n", cell(arena, answer, 0));
    }
}
