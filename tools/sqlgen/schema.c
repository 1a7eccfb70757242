#include <assert.h>
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sqlgen.h"

static const char ODD_COLUMNS[] =
    "SELECT t.name || '.' || c.name || ' has the type ' || c.type ||"
    "       '; allowed are INT64, FLOAT64, TEXT and BLOB'"
    "  FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    "   AND c.type NOT IN ('INT64', 'FLOAT64', 'TEXT', 'BLOB')"
    " UNION ALL "
    "SELECT min(t.name || '.' || c.name || ' is ' || c.type) || ', but '"
    "       || max(t.name || '.' || c.name || ' is ' || c.type)"
    "       || '; a column name has one type in the whole schema'"
    "  FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " GROUP BY c.name HAVING count(DISTINCT c.type) > 1"
    " UNION ALL "
    "SELECT name || ': PostgreSQL takes no table that is named like a type'"
    "  FROM sqlite_schema WHERE lower(name) IN ('int64', 'float64', 'text', 'blob')";

static const char COLUMN_TYPE[] = "SELECT c.type FROM sqlite_schema t, pragma_table_info(t.name) c"
                                  " WHERE t.type = 'table' AND c.name = ?1 LIMIT 1";

static const char HAS_OWNER[] =
    "SELECT c.type FROM pragma_table_info(?1) c WHERE c.name = 'organisation_id'";

/* The first cell of the first row as a type; NULL: no row. */
static const struct type *ask(sqlite3 *schema, const char *sql, const char *name)
{
    const struct type *type = NULL;
    sqlite3_stmt *statement;
    int prepared = sqlite3_prepare_v2(schema, sql, -1, &statement, NULL);

    assert(prepared == SQLITE_OK);
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        type = type_find(text_of((const char *)sqlite3_column_text(statement, 0)));
    }
    (void)sqlite3_finalize(statement);
    return type;
}

const struct type *schema_type(sqlite3 *schema, const char *column)
{
    return ask(schema, COLUMN_TYPE, column);
}

bool schema_is_of_client(sqlite3 *schema, const char *table)
{
    return ask(schema, HAS_OWNER, table) != NULL;
}

static bool types_are_sound(sqlite3 *schema)
{
    sqlite3_stmt *statement;
    int prepared = sqlite3_prepare_v2(schema, ODD_COLUMNS, -1, &statement, NULL);
    bool good = true;

    assert(prepared == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        fprintf(stderr, "migrations: %s\n", (const char *)sqlite3_column_text(statement, 0));
        good = false;
    }
    (void)sqlite3_finalize(statement);
    return good;
}

/* Migrations begin with four digits that grow from one to the next. */
static bool is_numbered(const char *path, unsigned long *last)
{
    const char *name = strrchr(path, '/');
    char *end;

    name = name == NULL ? path : name + 1;
    unsigned long number = strtoul(name, &end, 10);

    if (end == name + 4 && *end == '_' && number > *last) {
        *last = number;
        return true;
    }
    fprintf(stderr,
            "%s: the name of this migration has to begin with four digits and \"_\", and to come "
            "after %04lu\n",
            path, *last);
    return false;
}

bool schema_apply(struct arena *arena, sqlite3 *schema, const char *const *paths, size_t count)
{
    unsigned long last = 0;

    for (size_t i = 0; i < count; i++) {
        struct text text;
        char *why = NULL;

        if (!is_numbered(paths[i], &last) || !read_whole(arena, paths[i], &text)) {
            return false;
        }
        if (sqlite3_exec(schema, text.at, NULL, NULL, &why) != SQLITE_OK) {
            fprintf(stderr, "%s: %s\n", paths[i], why);
            sqlite3_free(why);
            return false;
        }
    }
    return types_are_sound(schema);
}
