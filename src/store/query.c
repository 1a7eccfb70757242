#include "store/query.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "store/driver.h"
#include "store/memo.h"
#include "store/versions.h"
#include "store/work.h"

/* Texts and blobs of a borrowed row move into the arena. */
static void keep_row(struct work *work, const struct query *query, void *row)
{
    struct arena *arena = work->arena;

    if (work->db->driver->keeps) {
        return;
    }
    for (size_t i = 0; i < query->column_count; i++) {
        char *at = (char *)row + query->columns[i].offset;

        if (query->columns[i].kind == QUERY_TEXT) {
            const char *text;

            memcpy(&text, at, sizeof(text));
            if (text != NULL) {
                text = arena_copy(arena, text, strlen(text));
                memcpy(at, &text, sizeof(text));
            }
        } else if (query->columns[i].kind == QUERY_BLOB) {
            struct text blob;

            memcpy(&blob, at, sizeof(blob));
            if (blob.at != NULL) {
                blob.at = arena_copy(arena, blob.at, blob.size);
                memcpy(at, &blob, sizeof(blob));
            }
        }
    }
}

enum err db_outcome(const struct db *db, struct work *work)
{
    if (!db->broken) {
        return OK;
    }
    return work_fail(work, ERR_INTERNAL, "a body went on after a query that failed: %s",
                     arena_print(work->arena, "%s", work->fault.text));
}

static enum err admit(struct work *work, const struct query *query)
{
    struct db *db = work->db;

    assert(db != NULL);
    TRY(db_outcome(db, work));
    if (query->writes != NULL) {
        db->wrote = true;
        versions_mark(db->marks, query->writes);
    }
    return OK;
}

static enum err run(struct work *work, const struct query *query, const void *args,
                    const struct sink *sink, int64_t *affected)
{
    TRY(admit(work, query));
    return work->db->driver->run(work, query, args, sink, affected);
}

enum err query_exec(struct work *work, const struct query *query, const void *args,
                    int64_t *affected)
{
    return run(work, query, args, NULL, affected);
}

enum err query_exec_many(struct work *work, const struct query *query, const void *args,
                         size_t count)
{
    TRY(admit(work, query));
    return count == 0 ? OK : work->db->driver->run_many(work, query, args, count);
}

/* The first row; more are a query that should have been bounded. */
struct single {
    const struct query *query;
    void *row;
    bool found;
};

static enum err take_single(struct work *work, void *context, const void *row)
{
    struct single *single = context;

    if (single->found) {
        return work_fail(work, ERR_INTERNAL, "%s: gave more than one row", single->query->name);
    }
    single->found = true;
    memcpy(single->row, row, single->query->row_size);
    keep_row(work, single->query, single->row);
    return OK;
}

/* An everyday answer, which most callers expect or word themselves: not worth a printf. */
static enum err found_none(struct work *work, const struct query *query)
{
    struct fault *fault = &work->fault;

    *fault = (struct fault){.kind = ERR_NOT_FOUND, .file = __FILE__, .at = __LINE__};
    char *to = stpcpy(fault->text, "there is no such row: ");

    (void)stpncpy(to, query->name, sizeof(fault->text) - 1 - (size_t)(to - fault->text));
    return fault->kind;
}

static bool may_remember(const struct work *work, const struct query *query)
{
    const struct db *db = work->db;

    return query->reads != NULL && db->memo != NULL && !db->broken;
}

static bool recall(struct work *work, const struct query *query, const void *args, void *out)
{
    return may_remember(work, query) &&
           memo_recall(work->db->memo, work->db->marks, work->arena, query, args, out);
}

enum err query_one(struct work *work, const struct query *query, const void *args, void *out)
{
    struct single single = {.query = query, .row = arena_take(work->arena, 1, query->row_size)};
    struct sink sink = {.take = take_single, .context = &single};

    if (recall(work, query, args, out)) {
        return OK;
    }
    TRY(run(work, query, args, &sink, NULL));
    if (!single.found) {
        return found_none(work, query);
    }
    memcpy(out, single.row, query->row_size);
    if (may_remember(work, query)) {
        memo_keep(work->db->memo, work->db->marks, query, args, out);
    }
    return OK;
}

enum { ROWS_FIRST = 16 };

struct many {
    const struct query *query;
    char *rows;
    size_t count;
    size_t room;
};

static enum err take_many(struct work *work, void *context, const void *row)
{
    struct many *many = context;
    size_t size = many->query->row_size;

    if (many->count == many->room) {
        size_t room = many->room == 0 ? ROWS_FIRST : many->room * 2;

        many->rows = arena_grow(work->arena, many->rows, many->room * size, room * size);
        many->room = room;
    }
    char *kept = many->rows + many->count * size;

    memcpy(kept, row, size);
    keep_row(work, many->query, kept);
    many->count++;
    return OK;
}

enum err query_many(struct work *work, const struct query *query, const void *args, void **rows,
                    size_t *count)
{
    struct many many = {.query = query};
    struct sink sink = {.take = take_many, .context = &many};

    TRY(run(work, query, args, &sink, NULL));
    *rows = many.rows;
    *count = many.count;
    return OK;
}

enum err query_each(struct work *work, const struct query *query, const void *args,
                    enum err (*row)(struct work *work, void *context, const void *row),
                    void *context)
{
    struct sink sink = {.take = row, .context = context, .streams = true};

    return run(work, query, args, &sink, NULL);
}
