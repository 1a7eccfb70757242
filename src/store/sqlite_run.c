#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "store/sqlite.h"
#include "store/work.h"

enum { COLUMNS_MAX = 64 };

static struct connection *connection_of(struct work *work)
{
    return (struct connection *)work->db;
}

static enum err refused(struct work *work, const struct query *query)
{
    work->db->broken = true;
    return connection_fault(connection_of(work), query->name, &work->fault);
}

static int bind_slot(sqlite3_stmt *statement, int index, const struct query_slot *slot,
                     const char *args)
{
    const char *at = args + slot->offset;
    struct text blob;
    const char *text;
    int64_t integer;
    double real;

    switch (slot->kind) {
    case QUERY_INT:
        memcpy(&integer, at, sizeof(integer));
        return integer == INT_ABSENT ? sqlite3_bind_null(statement, index)
                                     : sqlite3_bind_int64(statement, index, integer);
    case QUERY_REAL:
        memcpy(&real, at, sizeof(real));
        return isnan(real) ? sqlite3_bind_null(statement, index)
                           : sqlite3_bind_double(statement, index, real);
    case QUERY_TEXT:
        memcpy(&text, at, sizeof(text));
        return sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    case QUERY_BLOB:
        memcpy(&blob, at, sizeof(blob));
        return sqlite3_bind_blob64(statement, index, blob.at, blob.size, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static enum err bind(struct work *work, const struct query *query, sqlite3_stmt *statement,
                     const void *args)
{
    for (size_t i = 0; i < query->param_count; i++) {
        if (bind_slot(statement, (int)i + 1, &query->params[i], args) != SQLITE_OK) {
            return refused(work, query);
        }
    }
    return OK;
}

static bool has_bytes(const struct query_slot *slot)
{
    return slot->kind == QUERY_TEXT || slot->kind == QUERY_BLOB;
}

/* A text or blob as it lies in the page: asked for as a text, SQLite would first copy it into a
 * block of its own. `at` NULL: absent. The value is asked, and not the statement, whose answers
 * take its lock each time: a connection has one thread at a time. */
static struct text column_bytes(sqlite3_stmt *statement, int index)
{
    sqlite3_value *value = sqlite3_column_value(statement, index);
    struct text bytes = {.at = sqlite3_value_blob(value),
                         .size = (size_t)sqlite3_value_bytes(value)};

    if (bytes.at == NULL && sqlite3_value_type(value) != SQLITE_NULL) {
        bytes.at = ""; /* empty, which is not absent */
    }
    return bytes;
}

/* What is absent reads as zero, so that only a zero has to be looked at twice. */
static void read_number(sqlite3_stmt *statement, int index, const struct query_slot *slot, char *at)
{
    sqlite3_value *value = sqlite3_column_value(statement, index);
    int64_t integer;
    double real;

    if (slot->kind == QUERY_INT) {
        integer = sqlite3_value_int64(value);
        integer = integer == 0 && sqlite3_value_type(value) == SQLITE_NULL ? INT_ABSENT : integer;
        memcpy(at, &integer, sizeof(integer));
    } else {
        real = sqlite3_value_double(value);
        real = real == 0 && sqlite3_value_type(value) == SQLITE_NULL ? (double)NAN : real;
        memcpy(at, &real, sizeof(real));
    }
}

static void read_slot(sqlite3_stmt *statement, int index, const struct query_slot *slot, char *row)
{
    char *at = row + slot->offset;
    struct text blob;
    const char *text;

    switch (slot->kind) {
    case QUERY_INT:
    case QUERY_REAL:
        read_number(statement, index, slot, at);
        return;
    case QUERY_TEXT:
        text = (const char *)sqlite3_column_text(statement, index);
        memcpy(at, &text, sizeof(text));
        return;
    case QUERY_BLOB:
        blob = column_bytes(statement, index);
        memcpy(at, &blob, sizeof(blob));
        return;
    }
}

static void read_row(sqlite3_stmt *statement, const struct query *query, char *row)
{
    for (size_t i = 0; i < query->column_count; i++) {
        read_slot(statement, (int)i, &query->columns[i], row);
    }
}

/* Texts and blobs end with a NUL, which is none of theirs. */
static char *keep_bytes(char *to, const struct query_slot *slot, struct text bytes, char *row)
{
    char *next = to;

    if (bytes.at != NULL) {
        next = (char *)mempcpy(to, bytes.at, bytes.size) + 1;
        bytes.at = to;
    }
    if (slot->kind == QUERY_BLOB) {
        memcpy(row + slot->offset, &bytes, sizeof(bytes));
    } else {
        memcpy(row + slot->offset, &bytes.at, sizeof(bytes.at));
    }
    return next;
}

/* The row with its texts and blobs in the arena, all of them in one block. */
static void keep_row(struct work *work, sqlite3_stmt *statement, const struct query *query,
                     char *row)
{
    struct text bytes[COLUMNS_MAX];
    size_t total = 0;

    assert(query->column_count <= COLUMNS_MAX);
    for (size_t i = 0; i < query->column_count; i++) {
        if (has_bytes(&query->columns[i])) {
            bytes[i] = column_bytes(statement, (int)i);
            total += bytes[i].size + 1;
        } else {
            read_slot(statement, (int)i, &query->columns[i], row);
        }
    }
    char *to = total == 0 ? NULL : arena_take(work->arena, total, 1);

    for (size_t i = 0; i < query->column_count; i++) {
        if (has_bytes(&query->columns[i])) {
            to = keep_bytes(to, &query->columns[i], bytes[i], row);
        }
    }
}

static enum err take_rows(struct work *work, const struct query *query, sqlite3_stmt *statement,
                          const struct sink *sink)
{
    char *row = sink == NULL ? NULL : arena_take(work->arena, 1, query->row_size);
    int state;

    while ((state = sqlite3_step(statement)) == SQLITE_ROW) {
        if (sink == NULL) {
            continue;
        }
        if (sink->streams) {
            read_row(statement, query, row);
        } else {
            keep_row(work, statement, query, row);
        }
        TRY(sink->take(work, sink->context, row));
    }
    return state == SQLITE_DONE ? OK : refused(work, query);
}

static enum err prepare(struct work *work, const struct query *query, sqlite3_stmt **out)
{
    struct connection *connection = connection_of(work);

    if (sqlite3_prepare_v3(connection->handle, query->sqlite, -1, SQLITE_PREPARE_PERSISTENT, out,
                           NULL) != SQLITE_OK) {
        return refused(work, query);
    }
    assert((size_t)sqlite3_bind_parameter_count(*out) == query->param_count);
    assert((size_t)sqlite3_column_count(*out) == query->column_count);
    return OK;
}

/* The connection's statement of this query; another one, `*alone`, while that is being read (a
 * callback that asks the same query again). */
static enum err obtain(struct work *work, const struct query *query, sqlite3_stmt **out,
                       bool *alone)
{
    void **cached = cache_find(&connection_of(work)->cache, query);
    sqlite3_stmt *statement = *cached;

    *alone = statement != NULL && sqlite3_stmt_busy(statement);
    if (statement == NULL || *alone) {
        TRY(prepare(work, query, &statement));
    }
    if (!*alone) {
        *cached = statement;
    }
    *out = statement;
    return OK;
}

static void give_back(sqlite3_stmt *statement, bool alone)
{
    if (alone) {
        (void)sqlite3_finalize(statement);
    } else {
        (void)sqlite3_reset(statement); /* what is bound is bound anew before the next run */
    }
}

enum err sqlite_run(struct work *work, const struct query *query, const void *args,
                    const struct sink *sink, int64_t *affected)
{
    struct connection *connection = connection_of(work);
    sqlite3_stmt *statement;
    bool alone;

    TRY(obtain(work, query, &statement, &alone));
    enum err err = bind(work, query, statement, args);

    if (err == OK) {
        err = take_rows(work, query, statement, sink);
    }
    give_back(statement, alone);
    if (err == OK && affected != NULL) {
        *affected = sqlite3_changes64(connection->handle);
    }
    return err;
}

enum err sqlite_run_many(struct work *work, const struct query *query, const void *args,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TRY(sqlite_run(work, query, (const char *)args + i * query->args_size, NULL, NULL));
    }
    return OK;
}

enum err sqlite_run_script(struct work *work, const char *text)
{
    work->db->wrote = true;
    return connection_script(connection_of(work), text, &work->fault);
}
