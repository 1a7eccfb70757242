#include "command/label_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/map.h"
#include "sys/file.h"

enum { FILE_SIZE_MAX = 1 << 30 };

struct table {
    struct csv csv;
    struct arena *arena;
    const char *const *header;
    size_t width;
    struct fault *fault;
};

static enum err next(struct table *table, struct csv_record *out)
{
    TRY(csv_next(&table->csv, table->arena, table->width + 1, out, table->fault));
    if (out->count > 0 && out->count != table->width) {
        return fail_line(table->fault, ERR_INVALID, table->csv.line, table->header[0],
                         "%zu fields where %zu belong", out->count, table->width);
    }
    return OK;
}

static enum err open_table(struct table *table, const char *path)
{
    struct text content;
    struct csv_record record;

    TRY(file_read(table->arena, path, FILE_SIZE_MAX, &content, table->fault));
    table->csv = csv_open(content, ',');
    TRY(next(table, &record));
    for (size_t i = 0; i < table->width; i++) {
        if (record.count != table->width ||
            !text_is(text_trim(record.fields[i]), table->header[i])) {
            return fail_line(
                table->fault, ERR_INVALID, 1, table->header[i],
                "the first line of %s must name the columns, with \"%s\" as number %zu", path,
                table->header[i], i + 1);
        }
    }
    return OK;
}

static enum err next_row(struct table *table, struct csv_record *out)
{
    TRY(next(table, out));
    for (size_t i = 0; i < out->count; i++) {
        if (out->fields[i].size == 0) {
            return fail_line(table->fault, ERR_INVALID, table->csv.line, table->header[i],
                             "the field %s is empty", table->header[i]);
        }
    }
    return OK;
}

struct growing {
    struct truth_label *at;
    size_t count;
    size_t room;
};

static void append(struct arena *arena, struct growing *labels, struct truth_label label)
{
    if (labels->count == labels->room) {
        size_t room = labels->room == 0 ? 4096 : labels->room * 2;

        labels->at =
            arena_grow(arena, labels->at, labels->room * sizeof(label), room * sizeof(label));
        labels->room = room;
    }
    labels->at[labels->count++] = label;
}

static const char *const label_header[] = {"item", "worker", "label"};
static const char *const truth_header[] = {"item", "truth"};

static bool is_real(const char *text, double *out)
{
    return text_real(text_of(text), out);
}

static int by_number(const void *left, const void *right)
{
    double a = 0;
    double b = 0;

    (void)is_real(*(const char *const *)left, &a);
    (void)is_real(*(const char *const *)right, &b);
    return (a > b) - (a < b);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted names; `to` maps the number of arrival to the sorted one. */
static const char **sort_classes(struct arena *arena, const struct map *names, uint32_t *to)
{
    uint32_t count = map_count(names);
    const char **sorted = arena_array(arena, const char *, count);
    bool numeric = true;
    double value;

    for (uint32_t k = 0; k < count; k++) {
        sorted[k] = map_key(names, k).at;
        numeric = numeric && is_real(sorted[k], &value);
    }
    qsort(sorted, count, sizeof(*sorted), by_bytes);
    if (numeric) {
        qsort(sorted, count, sizeof(*sorted), by_number);
    }
    for (uint32_t k = 0; k < count; k++) {
        uint32_t number = 0;

        (void)map_find(names, text_of(sorted[k]), &number);
        to[number] = k;
    }
    return sorted;
}

struct pairs {
    uint32_t *item;
    uint32_t *class;
    uint32_t count;
};

/* Rows item,truth whose item has labels; `classes` grows by new answers. */
static enum err read_pairs(struct arena *arena, const char *path, const struct map *items,
                           struct map *classes, struct pairs *out, struct fault *fault)
{
    struct table table = {.arena = arena, .header = truth_header, .width = 2, .fault = fault};
    struct csv_record record;
    uint32_t item;
    uint8_t *seen = arena_array(arena, uint8_t, map_count(items));
    struct pairs pairs = {.item = arena_array(arena, uint32_t, map_count(items)),
                          .class = arena_array(arena, uint32_t, map_count(items))};

    TRY(open_table(&table, path));
    for (;;) {
        TRY(next_row(&table, &record));
        if (record.count == 0) {
            break;
        }
        if (!map_find(items, record.fields[0], &item)) {
            continue;
        }
        if (seen[item]) {
            return fail_line(fault, ERR_INVALID, table.csv.line, "item",
                             "item %s has an answer already", map_key(items, item).at);
        }
        seen[item] = 1;
        pairs.item[pairs.count] = item;
        pairs.class[pairs.count++] = map_add(classes, record.fields[1]);
    }
    *out = pairs;
    return OK;
}

static enum err read_labels(struct arena *arena, const char *path, struct label_file *file,
                            struct map *classes, struct growing *labels, struct fault *fault)
{
    struct table table = {.arena = arena, .header = label_header, .width = 3, .fault = fault};
    struct csv_record record;

    TRY(open_table(&table, path));
    for (;;) {
        TRY(next_row(&table, &record));
        if (record.count == 0) {
            break;
        }
        append(arena, labels,
               (struct truth_label){.item = map_add(file->items, record.fields[0]),
                                    .worker = map_add(file->workers, record.fields[1]),
                                    .class = map_add(classes, record.fields[2])});
    }
    if (labels->count == 0) {
        return fail(fault, ERR_INVALID, "%s has no rows below its header", path);
    }
    return OK;
}

enum err label_file_read(struct arena *arena, const char *path, const char *gold_path,
                         enum truth_repeats repeats, struct label_file *out, struct fault *fault)
{
    struct label_file file = {.items = map_new(arena), .workers = map_new(arena)};
    struct map *classes = map_new(arena);
    struct growing labels = {0};
    struct pairs gold = {0};

    TRY(read_labels(arena, path, &file, classes, &labels, fault));
    if (gold_path != NULL) {
        TRY(read_pairs(arena, gold_path, file.items, classes, &gold, fault));
    }
    uint32_t *to = arena_array(arena, uint32_t, map_count(classes));

    file.classes = sort_classes(arena, classes, to);
    for (size_t i = 0; i < labels.count; i++) {
        labels.at[i].class = to[labels.at[i].class];
    }
    struct truth_labels all = {.at = labels.at,
                               .count = labels.count,
                               .item_count = map_count(file.items),
                               .worker_count = map_count(file.workers),
                               .class_count = map_count(classes),
                               .repeats = repeats};

    TRY(truth_index(arena, &all, &file.input, fault));
    if (gold_path != NULL) {
        uint32_t *known = arena_array(arena, uint32_t, all.item_count);

        memset(known, 0xFF, all.item_count * sizeof(*known));
        for (uint32_t i = 0; i < gold.count; i++) {
            known[gold.item[i]] = to[gold.class[i]];
        }
        file.input.gold = known;
    }
    *out = file;
    return OK;
}

enum err label_file_truth(struct arena *arena, const char *path, const struct label_file *file,
                          uint32_t **out, struct fault *fault)
{
    struct map *answers = map_new(arena);
    struct pairs pairs;

    for (uint32_t k = 0; k < file->input.class_count; k++) {
        (void)map_add(answers, text_of(file->classes[k]));
    }
    TRY(read_pairs(arena, path, file->items, answers, &pairs, fault));
    uint32_t *truth = arena_array(arena, uint32_t, file->input.item_count);

    memset(truth, 0xFF, file->input.item_count * sizeof(*truth));
    for (uint32_t i = 0; i < pairs.count; i++) {
        truth[pairs.item[i]] =
            pairs.class[i] < file->input.class_count ? pairs.class[i] : file->input.class_count;
    }
    *out = truth;
    return OK;
}
