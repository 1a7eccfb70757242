#pragma once

/*
 * Queries: named, checked at build, run inside a body's transaction.
 *
 * `sqlgen` reads each slice's .sql file and writes one constant and one typed
 * function a query; only that generated code includes this header. Arguments and
 * rows are structs; NULL travels as the absences of base/shape.h (NULL,
 * INT_ABSENT, NaN, an empty blob with `at` NULL). Texts and blobs of a row live
 * in the work's arena.
 *
 * A statement that fails ends its transaction (as in PostgreSQL): the body has to
 * return the failure, and can ask nothing more. To ask whether a row exists, ask;
 * to insert or leave, write ON CONFLICT. A row that is not found is no failure in
 * this sense.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct work;

enum query_kind {
    QUERY_INT,  /* int64_t */
    QUERY_REAL, /* double */
    QUERY_TEXT, /* const char * */
    QUERY_BLOB, /* struct text */
};

struct query_slot {
    const char *name;
    size_t offset;
    enum query_kind kind;
};

struct query {
    const char *name;
    const char *sqlite;   /* with :names, in the order of `params` */
    const char *postgres; /* with $1 … in the order of `params` */
    const struct query_slot *params;
    size_t param_count;
    const struct query_slot *columns;
    size_t column_count;
    size_t args_size;
    size_t row_size;
    const char *writes;       /* the table that it changes; NULL: none */
    const char *const *reads; /* the tables behind a row that is remembered; NULL: none is */
    size_t read_count;
    bool scans; /* may read a whole table, for the reason that stands beside it */
};

/* ERR_CONFLICT: a unique, foreign or check constraint refused; ERR_UNAVAILABLE: disk full,
 * connection lost; ERR_INTERNAL: anything else. */
enum err query_exec(struct work *work, const struct query *query, const void *args,
                    int64_t *affected /* may be NULL */);

/* The same query for many argument structs that lie one after the other. */
enum err query_exec_many(struct work *work, const struct query *query, const void *args,
                         size_t count);

/* ERR_NOT_FOUND: no row; `out` is then untouched. */
enum err query_one(struct work *work, const struct query *query, const void *args, void *out);

/* All rows, in the arena. */
enum err query_many(struct work *work, const struct query *query, const void *args, void **rows,
                    size_t *count);

/* Row by row: the row's texts live until the callback returns. Stops at the first failure. */
enum err query_each(struct work *work, const struct query *query, const void *args,
                    enum err (*row)(struct work *work, void *context, const void *row),
                    void *context);
