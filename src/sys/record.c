#include "sys/record.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/json.h"
#include "sys/file.h"

enum format { FORMAT_JSONL, FORMAT_JSON, FORMAT_CSV };

struct record_reader {
    enum format format;
    FILE *file;
    char *line; /* getline's */
    size_t room;
    uint64_t line_count;  /* read so far */
    struct arena *arena;  /* what lives as long as the reader */
    const char **columns; /* CSV: the header */
    size_t column_count;
    const struct json *list; /* JSON: the record that comes next */
};

void record_close(struct record_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->file != NULL) {
        (void)fclose(reader->file);
    }
    free(reader->line);
    arena_free(reader->arena);
    free(reader);
}

/* One physical line; a line that is too long is read past. False: the end. */
static bool read_line(struct record_reader *reader, struct text *out, bool *too_long)
{
    ssize_t size = getline(&reader->line, &reader->room, reader->file);

    if (size < 0) {
        return false;
    }
    reader->line_count++;
    *too_long = size > RECORD_LINE_MAX;
    *out = (struct text){.at = reader->line, .size = (size_t)size};
    if (*too_long) { /* give the room back */
        free(reader->line);
        reader->line = NULL;
        reader->room = 0;
        out->size = 0;
    }
    return true;
}

static size_t count_quotes(struct text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++) {
        count += text.at[i] == '"';
    }
    return count;
}

/* The text of one CSV record: as many lines as its quotes span. `end`: there is none. */
static enum err read_record_text(struct record_reader *reader, struct arena *arena,
                                 struct text *out, bool *end, struct fault *fault)
{
    struct buffer buffer = buffer_new(arena);
    uint64_t first = reader->line_count + 1;
    size_t quotes = 0;
    struct text line;
    bool too_long = false;

    *end = false;
    do {
        if (!read_line(reader, &line, &too_long)) {
            *end = buffer.size == 0;
            break;
        }
        if (too_long || buffer.size + line.size > RECORD_LINE_MAX) {
            return fail_line(fault, ERR_INVALID, first, "", "the record is longer than %d bytes",
                             RECORD_LINE_MAX);
        }
        quotes += count_quotes(line);
        buffer_text(&buffer, line);
    } while (quotes % 2 == 1);
    *out = buffer_view(&buffer);
    return OK;
}

static enum err refuse_repeats(const struct record_reader *reader, struct fault *fault)
{
    for (size_t i = 0; i < reader->column_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(reader->columns[k], reader->columns[i]) == 0) {
                return fail_line(fault, ERR_INVALID, 1, reader->columns[i],
                                 "the column \"%.60s\" appears twice in the header",
                                 reader->columns[i]);
            }
        }
    }
    return OK;
}

static enum err read_header(struct record_reader *reader, struct fault *fault)
{
    struct csv_record record;
    struct text text = {0};
    bool end;

    TRY(read_record_text(reader, reader->arena, &text, &end, fault));
    struct csv csv = csv_open(text, ',');

    TRY(csv_next(&csv, reader->arena, RECORD_COLUMN_MAX, &record, fault));
    if (record.count == 0) {
        return fail_line(fault, ERR_INVALID, 1, "",
                         "the first line is empty; it must name the columns");
    }
    reader->columns = arena_array(reader->arena, const char *, record.count);
    reader->column_count = record.count;
    for (size_t i = 0; i < record.count; i++) {
        struct text name = text_trim(record.fields[i]);

        reader->columns[i] = arena_copy(reader->arena, name.at, name.size);
    }
    return refuse_repeats(reader, fault);
}

static enum err read_list(struct record_reader *reader, const char *path, struct fault *fault)
{
    struct text text;
    struct json *whole = NULL;

    TRY(file_read(reader->arena, path, RECORD_JSON_MAX, &text, fault));
    TRY(json_parse(reader->arena, text, &whole, fault));
    if (whole->kind != JSON_LIST) {
        return fail(fault, ERR_INVALID, "a JSON file must hold one list of objects");
    }
    reader->list = whole->first;
    return OK;
}

static enum err prepare(struct record_reader *reader, const char *path, struct fault *fault)
{
    if (reader->format == FORMAT_JSON) {
        return read_list(reader, path, fault);
    }
    reader->file = fopen(path, "rbe");
    if (reader->file == NULL) {
        return fail(fault, ERR_INVALID, "cannot open %s: %s", path, strerror(errno));
    }
    return reader->format == FORMAT_CSV ? read_header(reader, fault) : OK;
}

enum err record_open(const char *path, const char *format, struct record_reader **out,
                     struct fault *fault)
{
    struct record_reader *reader = calloc(1, sizeof(*reader));

    if (reader == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "out of memory");
    }
    reader->arena = arena_new();
    reader->format = strcmp(format, "csv") == 0    ? FORMAT_CSV
                     : strcmp(format, "json") == 0 ? FORMAT_JSON
                                                   : FORMAT_JSONL;
    enum err err = prepare(reader, path, fault);

    if (err != OK) {
        record_close(reader);
        return err;
    }
    *out = reader;
    return OK;
}

static enum err next_jsonl(struct record_reader *reader, struct arena *arena, struct record *out,
                           struct fault *fault)
{
    struct text line;
    bool too_long = false;
    struct json *value = NULL;

    do {
        if (!read_line(reader, &line, &too_long)) {
            return OK;
        }
        if (too_long) {
            return fail_line(fault, ERR_INVALID, reader->line_count, "",
                             "the line is longer than %d bytes", RECORD_LINE_MAX);
        }
        line = text_trim(line);
    } while (line.size == 0);
    line.at = arena_copy(arena, line.at, line.size);
    enum err err = json_parse(arena, line, &value, fault);

    fault->line = reader->line_count;
    TRY(err);
    *out = (struct record){.columns = value, .line = reader->line_count};
    return OK;
}

static struct json *object_of(struct arena *arena, const struct record_reader *reader,
                              const struct csv_record *record)
{
    struct json *object = arena_new_of(arena, struct json);
    struct json **tail = &object->first;

    object->kind = JSON_OBJECT;
    object->count = (uint32_t)record->count;
    for (size_t i = 0; i < record->count; i++) {
        struct json *member = arena_new_of(arena, struct json);

        member->kind = JSON_TEXT;
        member->name = reader->columns[i];
        member->text = arena_copy(arena, record->fields[i].at, record->fields[i].size);
        member->source = record->fields[i];
        *tail = member;
        tail = &member->next;
    }
    return object;
}

static enum err next_csv(struct record_reader *reader, struct arena *arena, struct record *out,
                         struct fault *fault)
{
    struct csv_record record = {0};
    uint64_t first = 0;

    while (record.count == 0) { /* blank lines are no records */
        struct text text = {0};
        bool end = false;

        first = reader->line_count + 1;
        TRY(read_record_text(reader, arena, &text, &end, fault));
        if (end) {
            return OK;
        }
        struct csv csv = csv_open(text, ',');
        enum err err = csv_next(&csv, arena, RECORD_COLUMN_MAX, &record, fault);

        fault->line = first;
        TRY(err);
    }
    if (record.count != reader->column_count) {
        return fail_line(fault, ERR_INVALID, first, "", "the record has %zu fields, the header %zu",
                         record.count, reader->column_count);
    }
    *out = (struct record){.columns = object_of(arena, reader, &record), .line = first};
    return OK;
}

static void next_in_list(struct record_reader *reader, struct record *out)
{
    *out = (struct record){.columns = reader->list, .line = ++reader->line_count};
    if (reader->list != NULL) {
        reader->list = reader->list->next;
    }
}

enum err record_next(struct record_reader *reader, struct arena *arena, struct record *out,
                     struct fault *fault)
{
    struct record record = {0};

    switch (reader->format) {
    case FORMAT_JSONL:
        TRY(next_jsonl(reader, arena, &record, fault));
        break;
    case FORMAT_JSON:
        next_in_list(reader, &record);
        break;
    case FORMAT_CSV:
        TRY(next_csv(reader, arena, &record, fault));
        break;
    }
    if (record.columns != NULL && record.columns->kind != JSON_OBJECT) {
        return fail_line(fault, ERR_INVALID, record.line, "", "a record must be an object");
    }
    *out = record;
    return OK;
}
