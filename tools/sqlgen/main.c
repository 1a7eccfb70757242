#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "sqlgen.h"

static const struct type TYPES[] = {
    {"INT64", "int64_t ", "QUERY_INT"},
    {"FLOAT64", "double ", "QUERY_REAL"},
    {"TEXT", "const char *", "QUERY_TEXT"},
    {"BLOB", "struct text ", "QUERY_BLOB"},
};

const struct type *type_find(struct text name)
{
    for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++) {
        if (text_is(name, TYPES[i].name)) {
            return &TYPES[i];
        }
    }
    return NULL;
}

void complain(struct file *file, size_t line, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%zu: ", file->path, line);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    file->error_count++;
}

bool read_whole(struct arena *arena, const char *path, struct text *out)
{
    struct buffer buffer = buffer_new(arena);
    char chunk[4096];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return false;
    }
    for (size_t got; (got = fread(chunk, 1, sizeof(chunk), file)) > 0;) {
        buffer_put(&buffer, chunk, got);
    }
    bool good = ferror(file) == 0;

    (void)fclose(file);
    *out = buffer_view(&buffer);
    if (!good || text_check(*out) != out->size) {
        fprintf(stderr, "%s: cannot be read, or is not UTF-8\n", path);
        return false;
    }
    return true;
}

/* Which files the output depends on, for ninja. */
static bool print_dependencies(const char *path, const char *output, char **inputs, int count)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        perror(path);
        return false;
    }
    fprintf(file, "%s:", output);
    for (int i = 0; i < count; i++) {
        fprintf(file, " %s", inputs[i]);
    }
    fputc('\n', file);
    return fclose(file) == 0;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* argv: OUT.h OUT.c DEPFILE QUERIES.sql MIGRATION... */
static bool make_queries(struct arena *arena, sqlite3 *schema, int argc, char **argv)
{
    struct file file = {.arena = arena, .schema = schema, .path = argv[3]};

    if (!schema_apply(arena, schema, (const char *const *)argv + 4, (size_t)(argc - 4)) ||
        !read_whole(arena, file.path, &file.text)) {
        return false;
    }
    file_read_queries(&file);
    return file.error_count == 0 && print_header(&file, argv[0]) &&
           print_source(&file, argv[1], last_part(argv[0])) &&
           print_dependencies(argv[2], argv[0], argv + 3, argc - 3);
}

/* argv: OUT.c SYMBOL MIGRATION... */
static bool make_schema(struct arena *arena, sqlite3 *schema, int argc, char **argv)
{
    const char *const *paths = (const char *const *)argv + 2;
    size_t count = (size_t)(argc - 2);

    return schema_apply(arena, schema, paths, count) &&
           print_schema(arena, argv[0], argv[1], paths, count);
}

int main(int argc, char **argv)
{
    ARENA_SCOPE arena = arena_new();
    sqlite3 *schema = NULL;
    bool good = false;

    if (sqlite3_open(":memory:", &schema) != SQLITE_OK) {
        fputs("sqlgen: SQLite does not open\n", stderr);
    } else if (argc >= 6 && strcmp(argv[1], "queries") == 0) {
        good = make_queries(arena, schema, argc - 2, argv + 2);
    } else if (argc >= 5 && strcmp(argv[1], "schema") == 0) {
        good = make_schema(arena, schema, argc - 2, argv + 2);
    } else if (argc >= 5 && strcmp(argv[1], "table") == 0) {
        good = print_table(arena, argv[2], (const char *const *)argv + 3, (size_t)(argc - 3));
    } else {
        fputs("usage: sqlgen queries OUT.h OUT.c DEPFILE QUERIES.sql MIGRATION...\n"
              "       sqlgen schema OUT.c SYMBOL MIGRATION...\n"
              "       sqlgen table OUT.c SYMBOL NAME...\n",
              stderr);
    }
    (void)sqlite3_close(schema);
    return !good;
}
