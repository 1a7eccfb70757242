#include <sqlite3.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "sqlgen.h"

/* Tables that a statement touches, as SQLite's authorizer reports them. */
struct touched {
    struct map *tables;
    const char *written; /* the one that it changes; NULL: none */
    struct arena *arena;
};

static int note_table(void *context, int action, const char *first, const char *second,
                      const char *database, const char *trigger)
{
    struct touched *touched = context;
    bool writes = action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;

    (void)second;
    (void)database;
    (void)trigger;
    if ((action == SQLITE_READ || writes) && first != NULL) {
        (void)map_add(touched->tables, text_of(first));
    }
    if (writes && touched->written == NULL) {
        touched->written = arena_print(touched->arena, "%s", first);
    }
    return SQLITE_OK;
}

static const struct type *find_noted(const struct slot *slots, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(slots[i].name, name) == 0) {
            return slots[i].type;
        }
    }
    return NULL;
}

static bool has_slot(const struct slot *slots, size_t count, const char *name)
{
    return find_noted(slots, count, name) != NULL;
}

/* Annotations that name nothing are leftovers of an older text. */
static void check_leftovers(struct file *file, const struct query *query)
{
    for (size_t i = 0; i < query->noted_param_count; i++) {
        if (!has_slot(query->params, query->param_count, query->noted_params[i].name)) {
            complain(file, query->line, "%s: there is no parameter :%s", query->name,
                     query->noted_params[i].name);
        }
    }
    for (size_t i = 0; i < query->noted_column_count; i++) {
        if (!has_slot(query->columns, query->column_count, query->noted_columns[i].name)) {
            complain(file, query->line, "%s: there is no result column %s", query->name,
                     query->noted_columns[i].name);
        }
    }
}

/* A type by annotation and one by the schema must not contradict each other. */
static const struct type *settle(struct file *file, const struct query *query, const char *name,
                                 const struct type *noted, const struct type *known)
{
    if (noted != NULL && known != NULL && noted != known) {
        complain(file, query->line, "%s: %s is annotated as %s, but the schema says %s",
                 query->name, name, noted->name, known->name);
    }
    return noted != NULL ? noted : known;
}

static void type_params(struct file *file, struct query *query, sqlite3_stmt *statement)
{
    size_t count = (size_t)sqlite3_bind_parameter_count(statement);

    query->params = arena_array(file->arena, struct slot, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement, (int)i + 1);

        if (name == NULL || name[0] != ':') {
            complain(file, query->line, "%s: write parameters as :name", query->name);
            return;
        }
        name = arena_copy(file->arena, name + 1, strlen(name + 1));
        const struct type *type = settle(
            file, query, name, find_noted(query->noted_params, query->noted_param_count, name),
            schema_type(file->schema, name));

        if (type == NULL) {
            complain(file, query->line, "%s: no column is named %s; add \"-- param: %s TYPE\"",
                     query->name, name, name);
            return;
        }
        query->params[query->param_count++] = (struct slot){.name = name, .type = type};
    }
}

static void type_columns(struct file *file, struct query *query, sqlite3_stmt *statement)
{
    size_t count = (size_t)sqlite3_column_count(statement);

    query->columns = arena_array(file->arena, struct slot, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(statement, (int)i);
        const char *declared = sqlite3_column_decltype(statement, (int)i);
        const struct type *known = declared != NULL ? type_find(text_of(declared)) : NULL;
        const struct type *noted =
            find_noted(query->noted_columns, query->noted_column_count, name);
        const struct type *type = settle(file, query, name, noted, known);

        if (type == NULL) {
            type = schema_type(file->schema, name);
        }
        if (type == NULL) {
            complain(file, query->line,
                     "%s: the result column %s is an expression; add \"-- column: "
                     "name TYPE\" and AS name",
                     query->name, name);
            return;
        }
        if (has_slot(query->columns, query->column_count, name)) {
            complain(file, query->line, "%s: two result columns are named %s", query->name, name);
        }
        name = arena_copy(file->arena, name, strlen(name));
        query->columns[query->column_count++] = (struct slot){.name = name, .type = type};
    }
}

static void check_kind(struct file *file, const struct query *query)
{
    bool wants_rows = query->act == ACT_ONE || query->act == ACT_MANY || query->act == ACT_EACH;

    if (wants_rows != (query->column_count > 0)) {
        complain(file, query->line, "%s: its kind %s rows, but the statement %s", query->name,
                 wants_rows ? "gives" : "gives no", wants_rows ? "has none" : "has some");
    }
    if (query->act == ACT_EXEC_MANY && query->param_count == 0) {
        complain(file, query->line, "%s: :exec_many needs parameters", query->name);
    }
}

static void check_owner(struct file *file, const struct query *query, const struct map *tables)
{
    const char *owned = NULL;

    for (uint32_t i = 0; i < map_count(tables) && owned == NULL; i++) {
        const char *table = map_key(tables, i).at;

        owned = schema_is_of_client(file->schema, table) ? table : NULL;
    }
    bool binds = has_slot(query->params, query->param_count, "organisation_id");

    if (owned != NULL && !binds && query->across == NULL) {
        complain(file, query->line,
                 "%s: touches %s, whose rows belong to clients, but does not bind "
                 ":organisation_id; do so, or add \"-- across: reason\"",
                 query->name, owned);
    }
    if (query->across != NULL && (owned == NULL || binds)) {
        complain(file, query->line, "%s: needs no \"-- across:\"", query->name);
    }
}

/* "CO-ROUTINE x" and "MATERIALIZE x" announce that x is a part of the query, not a table. */
static bool is_part(const struct map *parts, const char *name)
{
    uint32_t number;

    return name[0] == '(' || map_find(parts, text_of(name), &number);
}

static bool scans(struct map *parts, const char *step)
{
    static const char *const PARTS[] = {"CO-ROUTINE ", "MATERIALIZE "};

    for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++) {
        if (strncmp(step, PARTS[i], strlen(PARTS[i])) == 0) {
            (void)map_add(parts, text_of(step + strlen(PARTS[i])));
        }
    }
    return strncmp(step, "SCAN ", 5) == 0 && strstr(step, " USING ") == NULL &&
           strstr(step, " VIRTUAL TABLE ") == NULL && strstr(step, "CONSTANT ROW") == NULL &&
           strstr(step, "VALUES CLAUSE") == NULL && !is_part(parts, step + 5);
}

static void check_plan(struct file *file, const struct query *query, const char *sql)
{
    const char *explain =
        arena_print(file->arena, "EXPLAIN QUERY PLAN %.*s", (int)query->sql.size, sql);
    struct map *parts = map_new(file->arena);
    struct buffer plan = buffer_new(file->arena);
    sqlite3_stmt *statement = NULL;
    bool scanned = false;

    if (sqlite3_prepare_v2(file->schema, explain, -1, &statement, NULL) != SQLITE_OK) {
        complain(file, query->line, "%s: %s", query->name, sqlite3_errmsg(file->schema));
        return;
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);

        scanned = scans(parts, step) || scanned;
        buffer_print(&plan, "\n    %s", step);
    }
    (void)sqlite3_finalize(statement);
    if (scanned && query->scan == NULL) {
        complain(file, query->line,
                 "%s: reads a whole table; add an index, or \"-- scan: reason\". The plan:%s",
                 query->name, plan.at);
    }
    if (!scanned && query->scan != NULL) {
        complain(file, query->line, "%s: needs no \"-- scan:\"", query->name);
    }
}

/* One row that only the named tables decide may be remembered. */
static void note_reads(struct file *file, struct query *query, const struct map *tables)
{
    if (query->remembered == NULL) {
        return;
    }
    if (query->act != ACT_ONE || query->written != NULL) {
        complain(file, query->line, "%s: only the row of a :one that changes nothing is remembered",
                 query->name);
    }
    const char **names = arena_array(file->arena, const char *, map_count(tables));

    for (uint32_t i = 0; i < map_count(tables); i++) {
        names[i] = map_key(tables, i).at;
    }
    query->reads = names;
    query->read_count = map_count(tables);
}

/* Two queries with one row struct have the same columns. */
static void settle_row(struct file *file, struct query *query)
{
    if (query->column_count == 0) {
        query->row = NULL;
        return;
    }
    for (size_t i = 0; i < file->query_count; i++) {
        const struct query *other = &file->queries[i];

        if (!other->defines_row || strcmp(other->row, query->row) != 0) {
            continue;
        }
        bool same = other->column_count == query->column_count;

        for (size_t k = 0; same && k < query->column_count; k++) {
            same = strcmp(other->columns[k].name, query->columns[k].name) == 0 &&
                   other->columns[k].type == query->columns[k].type;
        }
        if (!same) {
            complain(file, query->line, "%s: its columns are not those of struct %s, as %s has it",
                     query->name, query->row, other->name);
        }
        return;
    }
    query->defines_row = true;
}

static size_t lines_before(const char *text, int offset)
{
    size_t lines = 0;

    for (int i = 0; i < offset; i++) {
        lines += text[i] == '\n';
    }
    return lines;
}

const char *query_check(struct file *file, struct query *query, const char *sql)
{
    struct touched touched = {.tables = map_new(file->arena), .arena = file->arena};
    sqlite3_stmt *statement = NULL;
    const char *end = NULL;

    (void)sqlite3_set_authorizer(file->schema, note_table, &touched);
    int prepared = sqlite3_prepare_v2(file->schema, sql, -1, &statement, &end);

    (void)sqlite3_set_authorizer(file->schema, NULL, NULL);
    if (prepared != SQLITE_OK || statement == NULL) {
        int offset = sqlite3_error_offset(file->schema);

        complain(file, lines_before(file->text.at, (int)(sql - file->text.at) + offset) + 1,
                 "%s: %s", query->name, sqlite3_errmsg(file->schema));
        return NULL;
    }
    query->sql = (struct text){.at = sql, .size = (size_t)(end - sql)};
    query->written = touched.written;
    type_params(file, query, statement);
    type_columns(file, query, statement);
    (void)sqlite3_finalize(statement);
    check_leftovers(file, query);
    check_kind(file, query);
    check_owner(file, query, touched.tables);
    check_plan(file, query, sql);
    note_reads(file, query, touched.tables);
    settle_row(file, query);
    return end;
}
