#include "command/table.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"

enum { BLOCK_SIZE = 1 << 18, RECORD_SIZE_MAX = 1 << 24, FIELDS_MAX = 128 };

struct table {
    struct arena *arena;
    struct arena_mark mark; /* behind it lies only what the row read last needs */
    const char *path;
    const struct column *columns;
    size_t column_count;
    size_t places[TABLE_COLUMNS_MAX]; /* of each column in the file; FIELDS_MAX: missing */
    struct text fields[TABLE_COLUMNS_MAX];
    struct text cut[FIELDS_MAX];
    size_t width; /* columns in the file */
    struct csv csv;
    char *block; /* whole records, then the part of a record that the block ends with */
    size_t size;
    size_t room;
    size_t whole; /* bytes of whole records */
    int file;
    bool ended;
};

/* Behind the last line end that no quote encloses; zero if there is none. */
static size_t whole_records(const char *block, size_t size)
{
    size_t whole = 0;
    bool quoted = false;

    if (memchr(block, '"', size) == NULL) {
        const char *last = memrchr(block, '\n', size);

        return last == NULL ? 0 : (size_t)(last - block) + 1;
    }
    for (size_t i = 0; i < size; i++) {
        if (block[i] == '"') {
            quoted = !quoted;
        } else if (block[i] == '\n' && !quoted) {
            whole = i + 1;
        }
    }
    return whole;
}

static enum err read_some(struct table *table, struct fault *fault)
{
    for (;;) {
        ssize_t got = read(table->file, table->block + table->size, table->room - table->size);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(fault, ERR_INVALID, "cannot read %s: %s", table->path, strerror(errno));
        }
        table->ended = got == 0;
        table->size += (size_t)got;
        return OK;
    }
}

static enum err make_room(struct table *table, struct fault *fault)
{
    if (table->size < table->room) {
        return OK;
    }
    if (table->room >= RECORD_SIZE_MAX) {
        return fail_line(fault, ERR_INVALID, table->csv.line_next, "",
                         "the record is longer than %d bytes; is a quote left open?",
                         RECORD_SIZE_MAX);
    }
    char *wider = realloc(table->block, table->room * 2);

    if (wider == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "there is not enough memory to read %s", table->path);
    }
    table->block = wider;
    table->room *= 2;
    return OK;
}

/* Bring the next whole records into the block. */
static enum err refill(struct table *table, struct fault *fault)
{
    uint64_t line = table->csv.line_next;

    memmove(table->block, table->block + table->whole, table->size - table->whole);
    table->size -= table->whole;
    table->whole = 0;
    while (table->whole == 0 && !table->ended) {
        TRY(make_room(table, fault));
        TRY(read_some(table, fault));
        table->whole = table->ended ? table->size : whole_records(table->block, table->size);
    }
    table->csv = csv_open((struct text){.at = table->block, .size = table->whole}, ',');
    if (line > 0) {
        table->csv.rest = (struct text){.at = table->block, .size = table->whole};
        table->csv.line_next = line;
    }
    return OK;
}

/* Most lines hold no quotes: they are cut here, without copies. False: leave the line to csv_next.
 */
static bool cut_plain_line(struct table *table, struct csv_record *out)
{
    const char *at = table->csv.rest.at;
    const char *end = memchr(at, '\n', table->csv.rest.size);
    size_t size = end == NULL ? table->csv.rest.size : (size_t)(end - at);
    struct text line = {.at = at, .size = size};
    size_t count = 0;

    if (size > 0 && at[size - 1] == '\r') {
        line.size--;
    }
    if (line.size == 0 || memchr(at, '"', line.size) != NULL ||
        memchr(at, '\r', line.size) != NULL || text_check(line) != line.size) {
        return false;
    }
    for (const char *from = at; count < FIELDS_MAX; from += table->cut[count - 1].size + 1) {
        size_t left = line.size - (size_t)(from - at);
        const char *comma = memchr(from, ',', left);

        table->cut[count++] =
            (struct text){.at = from, .size = comma == NULL ? left : (size_t)(comma - from)};
        if (comma == NULL) {
            *out = (struct csv_record){.fields = table->cut, .count = count};
            table->csv.line = table->csv.line_next++;
            table->csv.rest.at += size + (end != NULL);
            table->csv.rest.size -= size + (end != NULL);
            return true;
        }
    }
    return false;
}

static enum err next_record(struct table *table, struct csv_record *out, struct fault *fault)
{
    for (;;) {
        if (table->csv.rest.size > 0 && cut_plain_line(table, out)) {
            return OK;
        }
        arena_undo(table->arena, table->mark);
        TRY(csv_next(&table->csv, table->arena, FIELDS_MAX, out, fault));
        if (out->count > 0 || (table->ended && table->whole == table->size)) {
            return OK;
        }
        TRY(refill(table, fault));
    }
}

static size_t place_of(const struct csv_record *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        if (text_is(text_trim(header->fields[i]), name)) {
            return i;
        }
    }
    return FIELDS_MAX;
}

static enum err read_header(struct table *table, struct fault *fault)
{
    struct csv_record header;

    TRY(next_record(table, &header, fault));
    table->width = header.count;
    for (size_t i = 0; i < table->column_count; i++) {
        table->places[i] = place_of(&header, table->columns[i].name);
        if (table->places[i] == FIELDS_MAX && !table->columns[i].optional) {
            return fail_line(fault, ERR_INVALID, 1, table->columns[i].name,
                             "the first line of %s must name the column %s", table->path,
                             table->columns[i].name);
        }
    }
    return OK;
}

static enum err open_file(struct table *table, struct fault *fault)
{
    table->file =
        strcmp(table->path, "-") == 0 ? STDIN_FILENO : open(table->path, O_RDONLY | O_CLOEXEC);
    if (table->file < 0) {
        return fail(fault, ERR_INVALID, "cannot open %s: %s", table->path, strerror(errno));
    }
    return OK;
}

enum err table_open(const char *path, const struct column *columns, size_t column_count,
                    struct table **out, struct fault *fault)
{
    struct arena *arena = arena_new();
    struct table *table = arena_new_of(arena, struct table);

    assert(column_count <= TABLE_COLUMNS_MAX);
    *table = (struct table){.arena = arena,
                            .mark = arena_mark(arena),
                            .path = arena_copy(arena, path, strlen(path)),
                            .columns = columns,
                            .column_count = column_count,
                            .block = malloc(BLOCK_SIZE),
                            .room = BLOCK_SIZE,
                            .file = -1};
    table->mark = arena_mark(arena);
    enum err err = table->block == NULL
                       ? fail(fault, ERR_UNAVAILABLE, "there is not enough memory to read %s", path)
                       : open_file(table, fault);

    if (err == OK) {
        err = read_header(table, fault);
    }
    if (err != OK) {
        table_close(table);
        return err;
    }
    *out = table;
    return OK;
}

void table_close(struct table *table)
{
    if (table == NULL) {
        return;
    }
    if (table->file > STDIN_FILENO) {
        (void)close(table->file);
    }
    free(table->block);
    arena_free(table->arena);
}

enum err table_next(struct table *table, const struct text **fields, bool *more,
                    struct fault *fault)
{
    struct csv_record record;

    TRY(next_record(table, &record, fault));
    *more = record.count > 0;
    if (*more && record.count != table->width) {
        return fail_line(fault, ERR_INVALID, table->csv.line, "",
                         "the row has %zu fields, but the header names %zu", record.count,
                         table->width);
    }
    for (size_t i = 0; *more && i < table->column_count; i++) {
        table->fields[i] = table->places[i] == FIELDS_MAX ? (struct text){.at = ""}
                                                          : record.fields[table->places[i]];
        if (table->fields[i].size == 0 && !table->columns[i].optional) {
            return fail_line(fault, ERR_INVALID, table->csv.line, table->columns[i].name,
                             "the field %s is empty", table->columns[i].name);
        }
    }
    *fields = table->fields;
    return OK;
}

uint64_t table_line(const struct table *table)
{
    return table->csv.line;
}

bool table_has(const struct table *table, size_t column)
{
    return table->places[column] != FIELDS_MAX;
}
