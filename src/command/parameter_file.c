#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/text.h"
#include "command/response_file.h"
#include "sys/file.h"

enum { COLUMN_MAX = 64, NO_COLUMN = COLUMN_MAX };

static const size_t FILE_SIZE_MAX = (size_t)64 << 20;

struct columns {
    size_t item;
    size_t slope;
    size_t guess;
    size_t block;
    size_t intercept[IRT_STEP_MAX];
    size_t field_count;
};

static bool ends_with(struct text name, const char *end)
{
    size_t size = strlen(end);

    return name.size >= size && memcmp(name.at + name.size - size, end, size) == 0;
}

static size_t *column_of(struct columns *columns, struct text name)
{
    if (text_is(name, "item")) {
        return &columns->item;
    }
    if (text_is(name, "slope")) {
        return &columns->slope;
    }
    if (text_is(name, "guess")) {
        return &columns->guess;
    }
    if (text_is(name, "block")) {
        return &columns->block;
    }
    for (size_t k = 0; k < IRT_STEP_MAX; k++) {
        char wanted[24];

        (void)snprintf(wanted, sizeof(wanted), "intercept_%zu", k + 1);
        if (text_is(name, wanted)) {
            return &columns->intercept[k];
        }
    }
    return NULL;
}

static enum err read_columns(struct arena *arena, struct csv *csv, struct columns *out,
                             struct fault *fault)
{
    struct csv_record record;

    TRY(csv_next(csv, arena, COLUMN_MAX, &record, fault));
    struct columns columns = {.item = NO_COLUMN,
                              .slope = NO_COLUMN,
                              .guess = NO_COLUMN,
                              .block = NO_COLUMN,
                              .field_count = record.count};

    for (size_t k = 0; k < IRT_STEP_MAX; k++) {
        columns.intercept[k] = NO_COLUMN;
    }
    for (size_t i = 0; i < record.count; i++) {
        struct text name = text_trim(record.fields[i]);
        size_t *column = column_of(&columns, name);

        if (column == NULL && !ends_with(name, "_se")) {
            return fail_line(fault, ERR_INVALID, csv->line, "",
                             "there is no column \"%.*s\"; known are item, slope, guess, block, "
                             "intercept_1 and so on",
                             (int)(name.size < 40 ? name.size : 40), name.at);
        }
        if (column != NULL) {
            *column = i;
        }
    }
    if (columns.item == NO_COLUMN || columns.slope == NO_COLUMN ||
        columns.intercept[0] == NO_COLUMN) {
        return fail_line(fault, ERR_INVALID, csv->line, "",
                         "the header must name item, slope and intercept_1");
    }
    *out = columns;
    return OK;
}

static enum err read_real(struct text field, uint64_t line, const char *name, double *out,
                          struct fault *fault)
{
    if (!text_real(text_trim(field), out)) {
        return fail_line(fault, ERR_INVALID, line, name, "the %s is \"%.*s\", but must be a number",
                         name, (int)(field.size < 40 ? field.size : 40), field.at);
    }
    return OK;
}

static enum err read_item(const struct csv_record *record, const struct columns *columns,
                          uint64_t line, const char *name, struct irt_item *out,
                          struct fault *fault)
{
    TRY(read_real(record->fields[columns->slope], line, "slope", &out->slope, fault));
    if (columns->guess != NO_COLUMN && record->fields[columns->guess].size > 0) {
        TRY(read_real(record->fields[columns->guess], line, "guess", &out->guess, fault));
    }
    out->category_count = 1;
    for (size_t k = 0; k < IRT_STEP_MAX && columns->intercept[k] != NO_COLUMN; k++) {
        struct text field = record->fields[columns->intercept[k]];

        if (text_trim(field).size == 0) {
            break;
        }
        TRY(read_real(field, line, "intercept", &out->intercept[k], fault));
        out->category_count++;
    }
    enum err err = irt_item_check(out, name, fault);

    if (err != OK) {
        fault->line = line;
    }
    return err;
}

/* Number the blocks in order of appearance. */
static enum err read_block(struct text field, uint64_t line, struct map *blocks, uint32_t *out,
                           struct fault *fault)
{
    *out = map_add(blocks, text_trim(field));
    if (*out >= IRT_BLOCK_MAX) {
        return fail_line(fault, ERR_LIMIT, line, "block", "there are more than %d blocks",
                         IRT_BLOCK_MAX);
    }
    return OK;
}

static enum err read_rows(struct arena *arena, struct csv *csv, const struct columns *columns,
                          struct map *names, struct map *blocks, struct irt_entry *entries,
                          struct fault *fault)
{
    for (uint32_t count = 0;; count++) {
        struct csv_record record;

        TRY(csv_next(csv, arena, columns->field_count + 1, &record, fault));
        if (record.count == 0) {
            return OK;
        }
        if (count == IRT_ITEM_MAX) {
            return fail_line(fault, ERR_LIMIT, csv->line, "", "there are more than %d items",
                             IRT_ITEM_MAX);
        }
        if (record.count != columns->field_count) {
            return fail_line(fault, ERR_INVALID, csv->line, "",
                             "the row has %zu fields, but the header has %zu", record.count,
                             columns->field_count);
        }
        struct text name = text_trim(record.fields[columns->item]);
        const char *copy = arena_copy(arena, name.at, name.size);

        if (name.size == 0 || map_add(names, name) != count) {
            return fail_line(fault, ERR_INVALID, csv->line, "item",
                             "the item \"%s\" is empty or comes twice", copy);
        }
        TRY(read_item(&record, columns, csv->line, copy, &entries[count].item, fault));
        struct text block =
            columns->block == NO_COLUMN ? (struct text){"", 0} : record.fields[columns->block];

        TRY(read_block(block, csv->line, blocks, &entries[count].block, fault));
    }
}

static const char **keys_of(struct arena *arena, const struct map *map)
{
    const char **keys = arena_array(arena, const char *, map_count(map));

    for (uint32_t i = 0; i < map_count(map); i++) {
        keys[i] = map_key(map, i).at;
    }
    return keys;
}

enum err parameter_file_read(struct arena *arena, const char *path, struct parameter_file *out,
                             struct fault *fault)
{
    struct map *names = map_new(arena);
    struct map *blocks = map_new(arena);
    struct irt_entry *entries = arena_array(arena, struct irt_entry, IRT_ITEM_MAX);
    struct columns columns = {0};
    struct text input;

    TRY(file_read(arena, path, FILE_SIZE_MAX, &input, fault));
    struct csv csv = csv_open(input, ',');

    TRY(read_columns(arena, &csv, &columns, fault));
    TRY(read_rows(arena, &csv, &columns, names, blocks, entries, fault));
    if (map_count(names) == 0) {
        return fail(fault, ERR_INVALID, "the file has a header, but no items");
    }
    *out = (struct parameter_file){.entries = entries,
                                   .names = keys_of(arena, names),
                                   .blocks = keys_of(arena, blocks),
                                   .item_count = map_count(names),
                                   .block_count = map_count(blocks)};
    return OK;
}
