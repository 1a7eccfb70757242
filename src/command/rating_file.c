#include "command/rating_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/names.h"
#include "command/repeats.h"
#include "command/table.h"

static const struct column columns[] = {{.name = "item"}, {.name = "worker"}, {.name = "label"}};

struct label {
    const char *name;
    double score;
    uint32_t number; /* of arrival */
};

static void append(struct arena *arena, struct rating_file *file, size_t *room,
                   struct agree_rating rating)
{
    if (file->rating_count == *room) {
        size_t wider = *room < 4096 ? 4096 : *room * 2;

        file->ratings =
            arena_grow(arena, file->ratings, *room * sizeof(rating), wider * sizeof(rating));
        *room = wider;
    }
    file->ratings[file->rating_count++] = rating;
}

static enum err check_number(const struct rating_rules *rules, const struct table *table,
                             struct text label, struct fault *fault)
{
    double value;

    if (rules->numbers && !text_real(label, &value)) {
        return fail_line(fault, ERR_INVALID, table_line(table), "label",
                         "the label \"%.*s\" is not a number; this level needs numbers",
                         (int)(label.size < 80 ? label.size : 80), label.at);
    }
    return OK;
}

static enum err check_order(const struct rating_rules *rules, const struct table *table,
                            const struct map *labels, uint32_t known, struct fault *fault)
{
    if (rules->order != NULL && map_count(labels) > known) {
        return fail_line(fault, ERR_INVALID, table_line(table), "label",
                         "the label \"%.80s\" is not in the order given",
                         map_key(labels, known).at);
    }
    return OK;
}

static enum err read_rows(struct arena *arena, const char *path, const struct rating_rules *rules,
                          struct rating_file *file, struct map *labels, struct fault *fault)
{
    TABLE_SCOPE table = NULL;
    uint32_t known = map_count(labels);
    size_t room = 0;
    const struct text *fields;
    bool more;

    TRY(table_open(path, columns, COUNT(columns), &table, fault));
    table_use(table, rules->parallel);
    room = table_rows_expected(table); /* copies would cost as much again */
    file->ratings = arena_array(arena, struct agree_rating, room);
    for (;;) {
        TRY(table_next(table, &fields, &more, fault));
        if (!more) {
            break;
        }
        TRY(check_number(rules, table, fields[2], fault));
        append(arena, file, &room,
               (struct agree_rating){.unit = names_add(file->items, fields[0]),
                                     .rater = map_add(file->workers, fields[1]),
                                     .value = map_add(labels, fields[2])});
        TRY(check_order(rules, table, labels, known, fault));
    }
    if (file->rating_count == 0) {
        return fail(fault, ERR_INVALID, "%s has no rows below its header", path);
    }
    return OK;
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(((const struct label *)left)->name, ((const struct label *)right)->name);
}

static int by_score(const void *left, const void *right)
{
    const struct label *a = left;
    const struct label *b = right;

    return a->score != b->score ? (a->score > b->score) - (a->score < b->score)
                                : by_bytes(left, right);
}

/* Sorts the labels; `to` maps their numbers of arrival to places. Where numbers are wanted, equal
 * ones share a place. */
static void sort_labels(struct arena *arena, const struct rating_rules *rules,
                        const struct map *names, struct rating_file *file, uint32_t *to)
{
    uint32_t count = map_count(names);
    struct label *sorted = arena_array(arena, struct label, count);
    const char **labels = arena_array(arena, const char *, count);
    double *scores = arena_array(arena, double, count);
    bool numeric = true;

    for (uint32_t k = 0; k < count; k++) {
        sorted[k] = (struct label){.name = map_key(names, k).at, .number = k};
        numeric = text_real(map_key(names, k), &sorted[k].score) && numeric;
    }
    if (rules->order == NULL) {
        qsort(sorted, count, sizeof(*sorted), numeric ? by_score : by_bytes);
    }
    for (uint32_t k = 0; k < count; k++) {
        bool same = rules->numbers && k > 0 && sorted[k].score == sorted[k - 1].score;

        file->label_count += !same;
        labels[file->label_count - 1] = sorted[k].name;
        scores[file->label_count - 1] = sorted[k].score;
        to[sorted[k].number] = file->label_count - 1;
    }
    file->labels = labels;
    file->scores = rules->numbers ? scores : NULL;
}

static enum err take_order(const char *order, struct map *labels, struct fault *fault)
{
    for (const char *at = order; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, ",");
        uint32_t known = map_count(labels);
        struct text label = text_trim((struct text){.at = at, .size = size});

        if (label.size == 0 || map_add(labels, label) != known) {
            return fail_field(fault, ERR_INVALID, "order",
                              "the order \"%s\" has an empty label or one that stands twice",
                              order);
        }
        at += size;
        at += *at == ',';
    }
    return OK;
}

enum err rating_file_read(struct arena *arena, const char *path, const struct rating_rules *rules,
                          struct rating_file *out, struct fault *fault)
{
    RATING_FILE_SCOPE file = {.items = names_new(rules->spill), .workers = map_new(arena)};
    struct map *labels = map_new(arena);

    TRY(take_order(rules->order, labels, fault));
    TRY(read_rows(arena, path, rules, &file, labels, fault));
    uint32_t *to = arena_array(arena, uint32_t, map_count(labels));

    sort_labels(arena, rules, labels, &file, to);
    for (size_t i = 0; i < file.rating_count; i++) {
        file.ratings[i].value = to[file.ratings[i].value];
    }
    TRY(repeats_settle(path, rules->repeats, &file, rules->spill, fault));
    *out = file;
    file.items = NULL;
    return OK;
}

void rating_file_free(struct rating_file *file)
{
    names_free(file->items);
    file->items = NULL;
}
