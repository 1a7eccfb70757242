#pragma once

/*
 * sqlgen: named SQL queries, checked against the migrated schema and typed, at build.
 *
 *   -- name: task_by_id :one task_row
 *   -- What stands here becomes the comment of the function.
 *   SELECT id, title FROM task WHERE organisation_id = :organisation_id AND id = :id;
 *
 * Kinds: `:exec`, `:affected` (says how many rows), `:one`, `:many`, `:each` (row by row, to a
 * callback), `:exec_many` (one statement for an array of arguments). After the kind may stand the
 * name of the row struct; its default is `<query>_row`. Other annotations:
 *
 *   -- param: row_max INT64    the type of a parameter that is not named like a column
 *   -- column: total INT64     the type of a result column that is an expression
 *   -- across: reason          why the query may do without :organisation_id
 *   -- scan: reason            why it may read a whole table
 *   -- remembered: reason      why its row is kept in memory until a table that it reads changes
 *
 * A query that touches a table with a column `organisation_id` has to bind it, and its plan may
 * not scan a table without an index, unless the annotations say why.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct arena;
struct sqlite3;

/* A type that a column may have, and how C says it. */
struct type {
    const char *name; /* in a migration: INT64 */
    const char *c;    /* int64_t, with its blank */
    const char *kind; /* QUERY_INT */
};
const struct type *type_find(struct text name); /* NULL: there is none */

struct slot {
    const char *name;
    const struct type *type;
};

enum act {
    ACT_EXEC,
    ACT_AFFECTED,
    ACT_ONE,
    ACT_MANY,
    ACT_EACH,
    ACT_EXEC_MANY,
};

struct query {
    const char *name;
    enum act act;
    const char *row;    /* name of its row struct; NULL: it has no rows */
    const char *doc;    /* lines, each ends in a line feed; NULL: none */
    const char *across; /* reasons, or NULL */
    const char *scan;
    const char *remembered;
    const char *const *reads; /* tables, of a query that is remembered */
    size_t read_count;
    const char *written;       /* the table that it changes; NULL: none */
    struct slot *noted_params; /* by annotation */
    size_t noted_param_count;
    struct slot *noted_columns;
    size_t noted_column_count;
    struct slot *params;
    size_t param_count;
    struct slot *columns;
    size_t column_count;
    bool defines_row; /* the first query of the file with this row struct */
    struct text sql;
    size_t line; /* where its annotations begin */
};

struct file {
    struct arena *arena;
    struct sqlite3 *schema;
    const char *path;
    struct text text;
    struct query *queries;
    size_t query_count;
    size_t error_count; /* each was printed */
};

/* Print `path:line: …` and count it. */
[[gnu::format(printf, 3, 4)]] void complain(struct file *file, size_t line, const char *format,
                                            ...);

/* schema.c: apply migrations in memory and hold them to the rules; false: it was said why. */
bool schema_apply(struct arena *arena, struct sqlite3 *schema, const char *const *paths,
                  size_t count);
const struct type *schema_type(struct sqlite3 *schema, const char *column); /* NULL: no such */
bool schema_is_of_client(struct sqlite3 *schema, const char *table);

/* read.c: cut the file into queries and read their annotations. */
void file_read_queries(struct file *file);

/* check.c: give one prepared query its types and hold it to the rules. Returns where the
 * statement ends, or NULL if it does not prepare. */
const char *query_check(struct file *file, struct query *query, const char *sql);

/* print.c */
bool print_header(const struct file *file, const char *path);
bool print_source(const struct file *file, const char *path, const char *header);
/* The first name is the table's, the others are those of .sql files. */
bool print_table(struct arena *arena, const char *path, const char *const *names, size_t count);
bool print_schema(struct arena *arena, const char *path, const char *symbol,
                  const char *const *migrations, size_t count);

/* main.c */
bool read_whole(struct arena *arena, const char *path, struct text *out);
