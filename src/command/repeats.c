#include "command/repeats.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/arena_source.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/names.h"
#include "command/table.h"
#include "sys/spill.h"

static const uint32_t DROPPED = UINT32_MAX;

/* One rating of an item, beside the row where it stands. */
struct entry {
    uint32_t worker;
    uint32_t row;
    uint32_t label;
};

static int by_worker(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;

    return a->worker != b->worker ? (a->worker > b->worker) - (a->worker < b->worker)
                                  : (a->row > b->row) - (a->row < b->row);
}

static uint64_t line_of_row(const char *path, uint32_t row)
{
    static const struct column columns[] = {{.name = "item"}};
    TABLE_SCOPE table = NULL;
    struct fault ignored = {0};
    const struct text *fields;
    bool more = true;

    if (strcmp(path, "-") == 0 || table_open(path, columns, 1, &table, &ignored) != OK) {
        return 0;
    }
    for (uint64_t i = 0; i <= row && more; i++) {
        if (table_next(table, &fields, &more, &ignored) != OK) {
            return 0;
        }
    }
    return table_line(table);
}

static enum err refuse(const char *path, const struct rating_file *file, const struct entry *second,
                       struct fault *fault)
{
    const struct agree_rating *rating = &file->ratings[second->row];
    char scratch[NAME_PRINTED_MAX];
    struct text item = names_at(file->items, rating->unit, scratch);

    return fail_line(fault, ERR_INVALID, line_of_row(path, second->row), "worker",
                     "worker %.80s has labelled item %.*s before; give --repeats last or mean to "
                     "allow it",
                     map_key(file->workers, rating->rater).at,
                     (int)(item.size < 80 ? item.size : 80), item.at);
}

/* The label that stands most often; among equals the one that stands last. */
static uint32_t most_frequent(const struct entry *entries, uint32_t count)
{
    uint32_t best = 0;
    uint32_t best_count = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = 0;

        for (uint32_t k = 0; k < count; k++) {
            same += entries[k].label == entries[i].label;
        }
        if (same >= best_count) {
            best_count = same;
            best = entries[i].label;
        }
    }
    return best;
}

/* Keeps the last row of the run, with the label that counts. */
static void merge(struct rating_file *file, const struct entry *run, uint32_t count,
                  enum repeats repeats)
{
    uint32_t label = repeats == REPEATS_MEAN ? most_frequent(run, count) : run[count - 1].label;

    for (uint32_t i = 0; i + 1 < count; i++) {
        file->ratings[run[i].row].unit = DROPPED;
    }
    file->ratings[run[count - 1].row].value = label;
}

/* Rows of one item in which some worker stands twice. */
static enum err settle_item(const char *path, enum repeats repeats, struct rating_file *file,
                            const uint32_t *rows, uint32_t count, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct entry *entries = arena_array(scratch, struct entry, count);

    for (uint32_t i = 0; i < count; i++) {
        const struct agree_rating *rating = &file->ratings[rows[i]];

        entries[i] =
            (struct entry){.worker = rating->rater, .row = rows[i], .label = rating->value};
    }
    qsort(entries, count, sizeof(*entries), by_worker);
    for (uint32_t from = 0; from < count;) {
        uint32_t to = from + 1;

        while (to < count && entries[to].worker == entries[from].worker) {
            to++;
        }
        if (to - from > 1 && repeats == REPEATS_REFUSE) {
            return refuse(path, file, &entries[from + 1], fault);
        }
        if (to - from > 1) {
            merge(file, entries + from, to - from, repeats);
        }
        from = to;
    }
    return OK;
}

/* Whether some worker stands twice; `seen` holds the last item of each worker, plus one. */
static bool has_repeat(const struct rating_file *file, const uint32_t *rows, uint32_t count,
                       uint32_t *seen, uint32_t item)
{
    bool repeat = false;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t worker = file->ratings[rows[i]].rater;

        repeat = repeat || seen[worker] == item + 1;
        seen[worker] = item + 1;
    }
    return repeat;
}

static void drop(struct rating_file *file)
{
    size_t kept = 0;

    for (size_t i = 0; i < file->rating_count; i++) {
        if (file->ratings[i].unit != DROPPED) {
            file->ratings[kept++] = file->ratings[i];
        }
    }
    file->rating_count = kept;
}

/* Rows by item. */
static uint32_t *bucket(struct arena *arena, const struct rating_file *file, uint32_t *starts)
{
    uint32_t *rows = arena_array(arena, uint32_t, file->rating_count);
    uint32_t item_count = names_count(file->items);

    for (size_t i = 0; i < file->rating_count; i++) {
        starts[(size_t)file->ratings[i].unit + 2]++;
    }
    for (size_t item = 2; item <= item_count; item++) {
        starts[item] += starts[item - 1];
    }
    for (size_t i = 0; i < file->rating_count; i++) {
        rows[starts[(size_t)file->ratings[i].unit + 1]++] = (uint32_t)i;
    }
    return rows;
}

enum err repeats_settle(const char *path, enum repeats repeats, struct rating_file *file,
                        struct spill *spill, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new_from(spill_source(spill));
    uint32_t item_count = names_count(file->items);
    uint32_t *starts = arena_array(scratch, uint32_t, (size_t)item_count + 2);
    uint32_t *seen = arena_array(scratch, uint32_t, map_count(file->workers));
    uint32_t *rows = bucket(scratch, file, starts);

    for (uint32_t item = 0; item < item_count; item++) {
        uint32_t count = starts[item + 1] - starts[item];

        if (has_repeat(file, rows + starts[item], count, seen, item)) {
            TRY(settle_item(path, repeats, file, rows + starts[item], count, fault));
        }
    }
    drop(file);
    return OK;
}
