#include "command/response_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/text.h"
#include "sys/file.h"

enum { NO_COLUMN = -1 };

static const size_t FILE_SIZE_MAX = (size_t)2 << 30;

/* What the header says. */
struct header {
    const char **names; /* of the items */
    uint32_t item_count;
    uint32_t field_count;
    int64_t count_column;
};

static bool is_count(struct text name)
{
    return text_is(name, "count") || text_is(name, "Count") || text_is(name, "freq") ||
           text_is(name, "Freq");
}

static enum err read_header(struct arena *arena, struct csv *csv, struct header *out,
                            struct fault *fault)
{
    struct csv_record record;
    struct map *seen = map_new(arena);
    struct header header = {.count_column = NO_COLUMN};

    TRY(csv_next(csv, arena, IRT_ITEM_MAX + 1, &record, fault));
    if (record.count == 0) {
        return fail(fault, ERR_INVALID, "the file is empty; its first line must name the items");
    }
    header.names = arena_array(arena, const char *, record.count);
    for (uint32_t i = 0; i < record.count; i++) {
        struct text name = text_trim(record.fields[i]);

        if (name.size == 0) {
            return fail_line(fault, ERR_INVALID, csv->line, "", "column %u has no name", i + 1);
        }
        const char *copy = arena_copy(arena, name.at, name.size);

        if (map_add(seen, name) != i) {
            return fail_line(fault, ERR_INVALID, csv->line, copy, "the column %s comes twice",
                             copy);
        }
        if (is_count(name) && header.count_column == NO_COLUMN) {
            header.count_column = i;
            continue;
        }
        header.names[header.item_count++] = copy;
    }
    if (header.item_count == 0) {
        return fail_line(fault, ERR_INVALID, csv->line, "", "the header names no items");
    }
    header.field_count = (uint32_t)record.count;
    *out = header;
    return OK;
}

static bool is_gap(struct text field)
{
    return field.size == 0 || text_is(field, "NA") || text_is(field, ".");
}

static enum err read_answer(struct text field, uint64_t line, const char *name, uint8_t *out,
                            struct fault *fault)
{
    int64_t answer;

    if (field.size == 1 && field.at[0] >= '0' && field.at[0] <= '9') {
        *out = (uint8_t)(field.at[0] - '0');
        return OK;
    }
    field = text_trim(field);
    if (is_gap(field)) {
        *out = IRT_MISSING;
        return OK;
    }
    if (!text_int(field, &answer) || answer < 0 || answer >= IRT_CATEGORY_MAX) {
        return fail_line(fault, ERR_INVALID, line, name,
                         "%s is \"%.*s\", but must be a whole number from 0 to %d, or empty", name,
                         (int)(field.size < 40 ? field.size : 40), field.at, IRT_CATEGORY_MAX - 1);
    }
    *out = (uint8_t)answer;
    return OK;
}

static enum err read_count(struct text field, uint64_t line, double *out, struct fault *fault)
{
    if (!text_real(text_trim(field), out) || *out < 0 || *out > 1e12) {
        return fail_line(fault, ERR_INVALID, line, "count",
                         "the count is \"%.*s\", but must be a number from 0 to 1e12",
                         (int)(field.size < 40 ? field.size : 40), field.at);
    }
    return OK;
}

static enum err read_row(const struct csv_record *record, const struct header *header,
                         uint64_t line, uint8_t *answers, double *count, struct fault *fault)
{
    uint32_t item = 0;

    if (record->count != header->field_count) {
        return fail_line(fault, ERR_INVALID, line, "",
                         "the row has %zu fields, but the header has %u", record->count,
                         header->field_count);
    }
    for (uint32_t i = 0; i < header->field_count; i++) {
        if (i == header->count_column) {
            TRY(read_count(record->fields[i], line, count, fault));
            continue;
        }
        TRY(read_answer(record->fields[i], line, header->names[item], &answers[item], fault));
        item++;
    }
    return OK;
}

enum err response_file_read(struct arena *arena, const char *path, struct irt_responses *out,
                            struct fault *fault)
{
    struct text input;
    struct header header = {0};
    uint32_t row_count = 0;

    TRY(file_read(arena, path, FILE_SIZE_MAX, &input, fault));
    struct csv csv = csv_open(input, ',');

    TRY(read_header(arena, &csv, &header, fault));
    size_t room = text_lines(csv.rest);

    if (room > IRT_ROW_MAX) {
        return fail(fault, ERR_LIMIT, "the file has more than %d rows", IRT_ROW_MAX);
    }
    uint8_t *answers = arena_array(arena, uint8_t, room * header.item_count);
    double *counts = arena_array(arena, double, room);

    for (;; row_count++) {
        struct arena_mark mark = arena_mark(arena);
        struct csv_record record;

        TRY(csv_next(&csv, arena, (size_t)header.field_count + 1, &record, fault));
        if (record.count == 0) {
            break;
        }
        TRY(read_row(&record, &header, csv.line, answers + (size_t)row_count * header.item_count,
                     &counts[row_count], fault));
        arena_undo(arena, mark);
    }
    if (row_count == 0) {
        return fail(fault, ERR_INVALID, "the file has a header, but no rows");
    }
    *out = (struct irt_responses){.at = answers,
                                  .weight = header.count_column == NO_COLUMN ? NULL : counts,
                                  .names = header.names,
                                  .row_count = row_count,
                                  .item_count = header.item_count};
    return OK;
}

void parameter_file_write(struct buffer *to, const char *const *names, const struct irt_fit *fit,
                          uint32_t item_count)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < item_count; i++) {
        most = fit->items[i].category_count > most ? fit->items[i].category_count : most;
    }
    buffer_string(to, "item,slope,guess");
    for (uint32_t k = 1; k < most; k++) {
        buffer_print(to, ",intercept_%u", k);
    }
    buffer_string(to, fit->errors == NULL ? "" : ",slope_se");
    for (uint32_t k = 1; fit->errors != NULL && k < most; k++) {
        buffer_print(to, ",intercept_%u_se", k);
    }
    for (uint32_t i = 0; i < item_count; i++) {
        const struct irt_item *item = &fit->items[i];

        buffer_char(to, '\n');
        buffer_csv(to, text_of(names[i]));
        buffer_print(to, ",%.10g,%.10g", item->slope, item->guess);
        for (uint32_t k = 1; k < most; k++) {
            buffer_char(to, ',');
            if (k < item->category_count) {
                buffer_print(to, "%.10g", item->intercept[k - 1]);
            }
        }
        if (fit->errors != NULL) {
            buffer_print(to, ",%.6g", fit->errors[i].slope);
        }
        for (uint32_t k = 1; fit->errors != NULL && k < most; k++) {
            buffer_char(to, ',');
            if (k < item->category_count) {
                buffer_print(to, "%.6g", fit->errors[i].intercept[k - 1]);
            }
        }
    }
    buffer_char(to, '\n');
}
