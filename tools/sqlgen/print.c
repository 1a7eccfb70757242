#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "sqlgen.h"

static bool write_whole(const char *path, const struct buffer *content)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL) {
        perror(path);
        return false;
    }
    bool good = fwrite(content->at, 1, content->size, file) == content->size;

    good = fclose(file) == 0 && good;
    if (!good) {
        perror(path);
    }
    return good;
}

/* Text as C string literals, one a line. */
static void put_literal(struct buffer *to, const char *indent, struct text text)
{
    buffer_print(to, "%s\"", indent);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (c == '\n') {
            buffer_print(to, "\\n\"\n%s\"", indent);
        } else if (c == '"' || c == '\\') {
            buffer_print(to, "\\%c", c);
        } else {
            buffer_char(to, c);
        }
    }
    buffer_char(to, '"');
}

/* The size of a piece of SQL in which a colon means nothing: a string, a quoted name, a comment. */
static size_t skip_width(struct text sql)
{
    const char *close = sql.at[0] == '\'' ? "'" : sql.at[0] == '"' ? "\"" : NULL;
    size_t open = 1;

    if (text_starts(sql, "--") || text_starts(sql, "/*")) {
        close = sql.at[0] == '-' ? "\n" : "*/";
        open = 2;
    }
    if (close == NULL) {
        return 0;
    }
    const char *end = memmem(sql.at + open, sql.size - open, close, strlen(close));

    return end == NULL ? sql.size : (size_t)(end - sql.at) + strlen(close);
}

static size_t name_width(struct text sql)
{
    size_t width = 0;

    while (width < sql.size && (isalnum((unsigned char)sql.at[width]) || sql.at[width] == '_')) {
        width++;
    }
    return width;
}

static size_t param_number(const struct query *query, struct text name)
{
    for (size_t i = 0; i < query->param_count; i++) {
        if (text_is(name, query->params[i].name)) {
            return i + 1;
        }
    }
    return 0;
}

/* The statement as PostgreSQL wants it: :name becomes $1. */
static struct text to_postgres(struct arena *arena, const struct query *query)
{
    struct buffer to = buffer_new(arena);
    struct text rest = query->sql;

    while (rest.size > 0) {
        struct text after = {.at = rest.at + 1, .size = rest.size - 1};
        size_t width = skip_width(rest);
        size_t number = 0;

        if (width == 0 && rest.at[0] == ':') {
            width = 1 + name_width(after);
            number = param_number(query, (struct text){.at = after.at, .size = width - 1});
        }
        width = width == 0 ? 1 : width;
        if (number > 0) {
            buffer_print(&to, "$%zu", number);
        } else {
            buffer_put(&to, rest.at, width);
        }
        rest = (struct text){.at = rest.at + width, .size = rest.size - width};
    }
    return buffer_view(&to);
}

static void put_members(struct buffer *to, const char *name, const char *suffix,
                        const struct slot *slots, size_t count)
{
    buffer_print(to, "struct %s%s {\n", name, suffix);
    for (size_t i = 0; i < count; i++) {
        buffer_print(to, "    %s%s;\n", slots[i].type->c, slots[i].name);
    }
    buffer_string(to, "};\n\n");
}

static void put_signature(struct buffer *to, const struct query *query)
{
    buffer_print(to, "enum err %s(struct work *work", query->name);
    if (query->param_count > 0) {
        buffer_print(to, ", const struct %s_args *args", query->name);
    }
    switch (query->act) {
    case ACT_EXEC:
        break;
    case ACT_EXEC_MANY:
        buffer_string(to, ", size_t count");
        break;
    case ACT_AFFECTED:
        buffer_string(to, ", int64_t *out");
        break;
    case ACT_ONE:
        buffer_print(to, ", struct %s *out", query->row);
        break;
    case ACT_MANY:
        buffer_print(to, ", struct %s **rows, size_t *count", query->row);
        break;
    case ACT_EACH:
        buffer_print(
            to,
            ",\n    enum err (*row)(struct work *work, void *context, const struct %s *row),"
            "\n    void *context",
            query->row);
        break;
    }
    buffer_char(to, ')');
}

static void put_doc(struct buffer *to, const struct query *query)
{
    struct text rest = query->doc == NULL ? (struct text){0} : text_trim(text_of(query->doc));

    if (rest.size == 0) {
        return;
    }
    buffer_string(to, "/* ");
    for (size_t i = 0; i < rest.size; i++) {
        bool ends = rest.at[i] == '/' && i > 0 && rest.at[i - 1] == '*';

        if (rest.at[i] == '\n') {
            buffer_string(to, "\n * ");
        } else {
            buffer_char(to, ends ? ' ' : rest.at[i]);
        }
    }
    buffer_string(to, " */\n");
}

bool print_header(const struct file *file, const char *path)
{
    struct buffer to = buffer_new(file->arena);

    buffer_print(&to, "#pragma once\n\n/* Written by sqlgen from %s; do not edit. */\n\n",
                 file->path);
    buffer_string(&to, "#include <stddef.h>\n#include <stdint.h>\n\n#include \"base/err.h\"\n"
                       "#include \"base/text.h\"\n\nstruct work;\n\n");
    for (size_t i = 0; i < file->query_count; i++) {
        const struct query *query = &file->queries[i];

        if (query->defines_row) {
            put_members(&to, query->row, "", query->columns, query->column_count);
        }
        if (query->param_count > 0) {
            put_members(&to, query->name, "_args", query->params, query->param_count);
        }
        put_doc(&to, query);
        put_signature(&to, query);
        buffer_string(&to, ";\n\n");
    }
    return write_whole(path, &to);
}

static void put_slots(struct buffer *to, const char *name, const char *suffix,
                      const char *member_of, const struct slot *slots, size_t count)
{
    buffer_print(to, "static const struct query_slot %s_%s[] = {\n", name, suffix);
    for (size_t i = 0; i < count; i++) {
        buffer_print(to, "    {\"%s\", offsetof(struct %s%s, %s), %s},\n", slots[i].name, name,
                     member_of, slots[i].name, slots[i].type->kind);
    }
    buffer_string(to, "};\n\n");
}

static void put_reads(struct buffer *to, const struct query *query)
{
    buffer_string(to, "    .reads = (const char *const[]){");
    for (size_t i = 0; i < query->read_count; i++) {
        buffer_print(to, "%s\"%s\"", i == 0 ? "" : ", ", query->reads[i]);
    }
    buffer_print(to, "},\n    .read_count = %zu,\n", query->read_count);
}

static void put_table(struct arena *arena, struct buffer *to, const struct query *query)
{
    buffer_print(to, "static const struct query %s_query = {\n    .name = \"%s\",\n    .sqlite =\n",
                 query->name, query->name);
    put_literal(to, "        ", query->sql);
    buffer_string(to, ",\n    .postgres =\n");
    put_literal(to, "        ", to_postgres(arena, query));
    buffer_string(to, ",\n");
    if (query->param_count > 0) {
        buffer_print(to,
                     "    .params = %s_params,\n    .param_count = %zu,\n"
                     "    .args_size = sizeof(struct %s_args),\n",
                     query->name, query->param_count, query->name);
    }
    if (query->row != NULL) {
        buffer_print(to,
                     "    .columns = %s_columns,\n    .column_count = %zu,\n"
                     "    .row_size = sizeof(struct %s),\n",
                     query->row, query->column_count, query->row);
    }
    if (query->written != NULL) {
        buffer_print(to, "    .writes = \"%s\",\n", query->written);
    }
    if (query->read_count > 0) {
        put_reads(to, query);
    }
    buffer_print(to, "%s};\n\n", query->scan == NULL ? "" : "    .scans = true,\n");
}

/* A typed callback is called by way of an untyped one. */
static void put_visitor(struct buffer *to, const struct query *query)
{
    buffer_print(
        to,
        "struct %s_visit {\n    enum err (*row)(struct work *, void *, const struct %s *);\n"
        "    void *context;\n};\n\n"
        "static enum err %s_visit(struct work *work, void *context, const void *row)\n{\n"
        "    const struct %s_visit *visit = context;\n\n"
        "    return visit->row(work, visit->context, row);\n}\n\n",
        query->name, query->row, query->name, query->name);
}

static void put_body(struct buffer *to, const struct query *query)
{
    const char *name = query->name;
    const char *args = query->param_count > 0 ? "args" : "NULL";

    buffer_string(to, "\n{\n");
    switch (query->act) {
    case ACT_EXEC:
        buffer_print(to, "    return query_exec(work, &%s_query, %s, NULL);\n", name, args);
        break;
    case ACT_AFFECTED:
        buffer_print(to, "    return query_exec(work, &%s_query, %s, out);\n", name, args);
        break;
    case ACT_EXEC_MANY:
        buffer_print(to, "    return query_exec_many(work, &%s_query, args, count);\n", name);
        break;
    case ACT_ONE:
        buffer_print(to, "    return query_one(work, &%s_query, %s, out);\n", name, args);
        break;
    case ACT_MANY:
        buffer_print(to,
                     "    void *found = NULL;\n\n"
                     "    TRY(query_many(work, &%s_query, %s, &found, count));\n"
                     "    *rows = found;\n    return OK;\n",
                     name, args);
        break;
    case ACT_EACH:
        buffer_print(to,
                     "    struct %s_visit visit = {.row = row, .context = context};\n\n"
                     "    return query_each(work, &%s_query, %s, %s_visit, &visit);\n",
                     name, name, args, name);
        break;
    }
    buffer_string(to, "}\n\n");
}

/* All of a file, for tests that look at every query. */
static void put_list(struct buffer *to, const struct file *file, const char *header)
{
    int width = (int)strcspn(header, ".");

    buffer_print(to,
                 "extern const struct query *const %.*s_queries[];\n"
                 "const struct query *const %.*s_queries[] = {\n",
                 width, header, width, header);
    for (size_t i = 0; i < file->query_count; i++) {
        buffer_print(to, "    &%s_query,\n", file->queries[i].name);
    }
    buffer_string(to, "    NULL,\n};\n");
}

bool print_source(const struct file *file, const char *path, const char *header)
{
    struct buffer to = buffer_new(file->arena);

    buffer_print(&to, "/* Written by sqlgen from %s; do not edit. */\n\n", file->path);
    buffer_print(&to, "#include \"%s\"\n\n#include \"store/query.h\"\n\n", header);
    for (size_t i = 0; i < file->query_count; i++) {
        const struct query *query = &file->queries[i];

        if (query->param_count > 0) {
            put_slots(&to, query->name, "params", "_args", query->params, query->param_count);
        }
        if (query->defines_row) {
            put_slots(&to, query->row, "columns", "", query->columns, query->column_count);
        }
        put_table(file->arena, &to, query);
        if (query->act == ACT_EACH) {
            put_visitor(&to, query);
        }
        put_signature(&to, query);
        put_body(&to, query);
    }
    put_list(&to, file, header);
    return write_whole(path, &to);
}

bool print_table(struct arena *arena, const char *path, const char *const *names, size_t count)
{
    struct buffer to = buffer_new(arena);

    buffer_string(&to, "/* Written by sqlgen; do not edit. */\n\n#include \"store/query.h\"\n\n");
    for (size_t i = 1; i < count; i++) {
        buffer_print(&to, "extern const struct query *const %s_sql_queries[];\n", names[i]);
    }
    buffer_print(&to,
                 "extern const struct query *const *const %s[];\n"
                 "const struct query *const *const %s[] = {\n",
                 names[0], names[0]);
    for (size_t i = 1; i < count; i++) {
        buffer_print(&to, "    %s_sql_queries,\n", names[i]);
    }
    buffer_string(&to, "    NULL,\n};\n");
    return write_whole(path, &to);
}

static void put_hash(struct buffer *to, struct text text)
{
    unsigned char hash[32];

    (void)EVP_Digest(text.at, text.size, hash, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < sizeof(hash); i++) {
        buffer_print(to, "%02x", hash[i]);
    }
}

bool print_schema(struct arena *arena, const char *path, const char *symbol,
                  const char *const *migrations, size_t count)
{
    struct buffer to = buffer_new(arena);

    buffer_string(&to, "/* Written by sqlgen from the migrations; do not edit. */\n\n"
                       "#include \"store/schema.h\"\n\n"
                       "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
                       "#pragma GCC diagnostic ignored \"-Wredundant-decls\"\n\n"
                       "static const struct migration migrations[] = {\n");
    for (size_t i = 0; i < count; i++) {
        const char *slash = strrchr(migrations[i], '/');
        struct text text;

        if (!read_whole(arena, migrations[i], &text)) {
            return false;
        }
        buffer_print(&to, "    {\n        .name = \"%s\",\n        .hash = \"",
                     slash == NULL ? migrations[i] : slash + 1);
        put_hash(&to, text);
        buffer_string(&to, "\",\n        .text =\n");
        put_literal(&to, "            ", text);
        buffer_string(&to, ",\n    },\n");
    }
    buffer_print(&to,
                 "};\n\nextern const struct schema %s;\n"
                 "const struct schema %s = {.migrations = migrations, .count = %zu};\n",
                 symbol, symbol, count);
    return write_whole(path, &to);
}
