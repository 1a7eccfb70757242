#include "command/label_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/label_intake.h"
#include "command/table.h"
#include "engine/truth/numeric.h"

static const struct column label_header[] = {
    {.name = "item"}, {.name = "worker"}, {.name = "label"}};
static const struct column truth_header[] = {{.name = "item"}, {.name = "truth"}};

static int by_number(const void *left, const void *right)
{
    double a = 0;
    double b = 0;

    (void)text_real(text_of(*(const char *const *)left), &a);
    (void)text_real(text_of(*(const char *const *)right), &b);
    return a != b ? (a > b) - (a < b)
                  : strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted names; `to` maps the number of arrival to the sorted one. */
static void sort_classes(struct arena *arena, const struct map *names, uint32_t *to,
                         struct label_file *file)
{
    uint32_t count = map_count(names);
    double value;

    file->classes = arena_array(arena, const char *, count);
    file->numeric = true;
    for (uint32_t k = 0; k < count; k++) {
        file->classes[k] = map_key(names, k).at;
        file->numeric = file->numeric && text_real(map_key(names, k), &value);
    }
    qsort(file->classes, count, sizeof(*file->classes), file->numeric ? by_number : by_bytes);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t number = 0;

        (void)map_find(names, text_of(file->classes[k]), &number);
        to[number] = k;
    }
}

struct pairs {
    uint32_t *item;
    uint32_t *class;
    uint32_t count;
};

/* Rows item,truth whose item has labels; `classes` grows by new answers. */
static enum err take_pairs(struct table *rows, struct names *items, struct map *classes,
                           uint8_t *seen, struct pairs *pairs, struct fault *fault)
{
    const struct text *fields;
    uint32_t item;

    for (;;) {
        bool more;

        TRY(table_next(rows, &fields, &more, fault));
        if (!more) {
            return OK;
        }
        if (!names_find(items, fields[0], &item)) {
            continue;
        }
        if (seen[item]) {
            return fail_line(fault, ERR_INVALID, table_line(rows), "item",
                             "item %.*s has an answer already", (int)fields[0].size, fields[0].at);
        }
        seen[item] = 1;
        pairs->item[pairs->count] = item;
        pairs->class[pairs->count++] = map_add(classes, fields[1]);
    }
}

static enum err read_pairs(struct arena *arena, const char *path, struct names *items,
                           struct map *classes, struct pairs *out, struct fault *fault)
{
    uint32_t item_count = names_count(items);
    struct pairs pairs = {.item = arena_array(arena, uint32_t, item_count),
                          .class = arena_array(arena, uint32_t, item_count)};
    uint8_t *seen = arena_array(arena, uint8_t, item_count);
    TABLE_SCOPE rows = NULL;

    TRY(table_open(path, truth_header, COUNT(truth_header), &rows, fault));
    TRY(take_pairs(rows, items, classes, seen, &pairs, fault));
    names_rest(items);
    *out = pairs;
    return OK;
}

/* Read once more up to the label that repeats an earlier one, to name its line. */
static enum err refuse_repeat(const char *path, const struct label_file *file, uint32_t item,
                              uint32_t worker, struct fault *fault)
{
    TABLE_SCOPE rows = NULL;
    char printed[2][NAME_PRINTED_MAX];
    struct text item_name = names_at(file->items, item, printed[0]);
    struct text worker_name = names_at(file->workers, worker, printed[1]);
    const struct text *fields;
    int seen = 0;
    bool more = strcmp(path, "-") != 0 &&
                table_open(path, label_header, COUNT(label_header), &rows, fault) == OK;

    while (more && seen < 2 && table_next(rows, &fields, &more, fault) == OK && more) {
        seen += text_equal(fields[0], item_name) && text_equal(fields[1], worker_name);
    }
    return fail_line(fault, ERR_INVALID, seen == 2 ? table_line(rows) : 0, "worker",
                     "worker %.*s has labelled item %.*s already; say --repeats last or mean to "
                     "allow it",
                     (int)worker_name.size, worker_name.at, (int)item_name.size, item_name.at);
}

/* The classes in order of appearance, as texts that end. */
static struct map *map_of(struct arena *arena, const struct names *names)
{
    struct map *map = map_new(arena);
    char scratch[NAME_PRINTED_MAX];

    for (uint32_t k = 0; k < names_count(names); k++) {
        (void)map_add(map, names_at(names, k, scratch));
    }
    return map;
}

static enum err read_labels(const struct label_source *source, struct label_file *file,
                            struct names *classes, struct label_log *log, struct fault *fault)
{
    TABLE_SCOPE rows = NULL;
    struct names *const names[] = {file->items, file->workers, classes};

    TRY(table_open(source->path, label_header, COUNT(label_header), &rows, fault));
    table_use(rows, source->parallel);
    TRY(label_intake(rows, names, log, fault));
    if (names_count(file->items) == 0) {
        return fail_line(fault, ERR_INVALID, 2, "item", "%s has no rows below its header",
                         source->path);
    }
    return OK;
}

static enum err settle(struct arena *arena, const struct label_source *source,
                       struct label_file *file, struct fault *fault)
{
    uint32_t item;
    uint32_t worker;

    if (source->repeats == TRUTH_REPEATS_LAST || source->repeats == TRUTH_REPEATS_MEAN) {
        truth_settle(arena, source->repeats, &file->input);
    } else if (source->repeats == TRUTH_REPEATS_REFUSE &&
               truth_find_repeat(arena, &file->input, &item, &worker)) {
        return refuse_repeat(source->path, file, item, worker, fault);
    }
    return OK;
}

static enum err read_all(struct arena *arena, const struct label_source *source,
                         struct names *class_names, struct label_file *file, struct fault *fault)
{
    LABEL_LOG_SCOPE log = label_log_new(source->spill);
    struct pairs gold = {0};

    TRY(read_labels(source, file, class_names, log, fault));
    struct map *classes = map_of(arena, class_names);

    if (source->gold != NULL) {
        TRY(read_pairs(arena, source->gold, file->items, classes, &gold, fault));
    }
    uint32_t *to = arena_array(arena, uint32_t, map_count(classes));

    sort_classes(arena, classes, to, file);
    file->input = (struct truth_input){.item_count = names_count(file->items),
                                       .worker_count = names_count(file->workers),
                                       .class_count = map_count(classes)};
    names_rest(file->items);
    names_rest(file->workers);
    TRY(label_log_index(log, arena, to, &file->input, fault));
    TRY(settle(arena, source, file, fault));
    if (source->gold != NULL) {
        uint32_t *known = arena_array(arena, uint32_t, file->input.item_count);

        memset(known, 0xFF, file->input.item_count * sizeof(*known));
        for (uint32_t i = 0; i < gold.count; i++) {
            known[gold.item[i]] = to[gold.class[i]];
        }
        file->input.gold = known;
    }
    return OK;
}

enum err label_file_read(struct arena *arena, const struct label_source *source,
                         struct label_file *out, struct fault *fault)
{
    struct label_file file = {.items = names_new(source->spill),
                              .workers = names_new(source->spill)};
    struct names *classes = names_new(source->spill);
    enum err err = read_all(arena, source, classes, &file, fault);

    names_free(classes);
    if (err != OK) {
        label_file_free(&file);
        return err;
    }
    *out = file;
    return OK;
}

void label_file_free(struct label_file *file)
{
    names_free(file->items);
    names_free(file->workers);
    file->items = NULL;
    file->workers = NULL;
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

enum err label_file_values(struct arena *arena, const char *path, const struct label_file *file,
                           double **out, struct fault *fault)
{
    struct map *answers = map_new(arena);
    struct pairs pairs;

    TRY(read_pairs(arena, path, file->items, answers, &pairs, fault));
    double *values = arena_array(arena, double, file->input.item_count);

    for (uint32_t item = 0; item < file->input.item_count; item++) {
        values[item] = (double)NAN;
    }
    for (uint32_t i = 0; i < pairs.count; i++) {
        struct text answer = map_key(answers, pairs.class[i]);

        double *value = &values[pairs.item[i]];

        if (!text_real(answer, value) || fabs(*value) > NUMERIC_VALUE_MAX) {
            return fail_field(fault, ERR_INVALID, "truth",
                              "the answer \"%.*s\" of %s is not a finite number, or beyond 1e100",
                              (int)answer.size, answer.at, path);
        }
    }
    *out = values;
    return OK;
}

enum err label_file_refuse_words(const char *path, struct fault *fault)
{
    TABLE_SCOPE rows = NULL;
    const struct text *fields;
    uint64_t line = 0;
    double value = 0;
    char word[64] = "";
    bool more = strcmp(path, "-") != 0 &&
                table_open(path, label_header, COUNT(label_header), &rows, fault) == OK;

    while (more && line == 0 && table_next(rows, &fields, &more, fault) == OK && more) {
        if (!text_real(fields[2], &value) || fabs(value) > NUMERIC_VALUE_MAX) {
            line = table_line(rows);
            (void)snprintf(word, sizeof(word), " \"%.*s\"", (int)fields[2].size, fields[2].at);
        }
    }
    return fail_line(fault, ERR_INVALID, line, "label",
                     "the label%s is not a finite number, or beyond 1e100", word);
}

/* Where each class of the file stands in `names`; ERR_INVALID if one does not. */
static enum err places_of(struct arena *arena, const char *names, const struct label_file *file,
                          uint32_t *to, struct fault *fault)
{
    struct map *order = map_new(arena);
    uint32_t count = file->input.class_count;
    uint32_t used = 0;

    for (const char *at = names; *names != '\0';) {
        size_t size = strcspn(at, ",");

        (void)map_add(order, (struct text){.at = at, .size = size});
        if (at[size] == '\0') {
            break;
        }
        at += size + 1;
    }
    for (uint32_t place = 0; place < map_count(order); place++) {
        for (uint32_t k = 0; k < count; k++) {
            if (text_is(map_key(order, place), file->classes[k])) {
                to[k] = used++;
            }
        }
    }
    for (uint32_t k = 0; used < count && k < count; k++) {
        uint32_t number;

        if (!map_find(order, text_of(file->classes[k]), &number)) {
            return fail_field(fault, ERR_INVALID, "order",
                              "the class \"%s\" is not in the order that was given",
                              file->classes[k]);
        }
    }
    return OK;
}

enum err label_file_order(struct arena *arena, const char *names, struct label_file *file,
                          struct fault *fault)
{
    struct truth_input *input = &file->input;
    uint32_t class_count = input->class_count;
    uint32_t *to = arena_array(arena, uint32_t, class_count);
    const char **classes = arena_array(arena, const char *, class_count);
    uint32_t *row = (uint32_t *)(uintptr_t)input->row;
    uint32_t *gold = (uint32_t *)(uintptr_t)input->gold;

    TRY(places_of(arena, names, file, to, fault));
    for (uint32_t k = 0; k < class_count; k++) {
        classes[to[k]] = file->classes[k];
    }
    for (uint32_t i = 0; i < truth_label_count(input); i++) {
        row[i] = row[i] - row[i] % class_count + to[row[i] % class_count];
    }
    for (uint32_t item = 0; gold != NULL && item < input->item_count; item++) {
        gold[item] = gold[item] == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : to[gold[item]];
    }
    file->classes = classes;
    return OK;
}
