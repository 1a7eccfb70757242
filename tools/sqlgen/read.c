#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "sqlgen.h"

enum { QUERIES_MAX = 1000, NOTES_MAX = 32 };

static const char *const ACTS[] = {
    [ACT_EXEC] = ":exec", [ACT_AFFECTED] = ":affected", [ACT_ONE] = ":one",
    [ACT_MANY] = ":many", [ACT_EACH] = ":each",         [ACT_EXEC_MANY] = ":exec_many",
};

/* What is read between two statements. */
struct notes {
    struct query query;
    struct buffer doc;
    bool any; /* a name, or another annotation, was seen */
};

static struct text take_line(struct text *rest)
{
    struct text line = {.at = rest->at};

    text_cut(rest, '\n', &line);
    return line;
}

static struct text take_word(struct text *rest)
{
    struct text word = text_trim(*rest);
    size_t size = 0;

    while (size < word.size && word.at[size] != ' ' && word.at[size] != '\t') {
        size++;
    }
    *rest = (struct text){.at = word.at + size, .size = word.size - size};
    word.size = size;
    return word;
}

static bool is_identifier(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (!(islower((unsigned char)c) || c == '_' || (i > 0 && isdigit((unsigned char)c)))) {
            return false;
        }
    }
    return text.size > 0;
}

static const char *keep(struct file *file, struct text text)
{
    return arena_copy(file->arena, text.at, text.size);
}

static void read_name(struct file *file, struct query *query, struct text rest, size_t line)
{
    struct text name = take_word(&rest);
    struct text act = take_word(&rest);
    struct text row = take_word(&rest);
    size_t found = 0;

    while (found < sizeof(ACTS) / sizeof(ACTS[0]) && !text_is(act, ACTS[found])) {
        found++;
    }
    if (query->name != NULL) {
        complain(file, line, "the statement of %s is missing before the next name", query->name);
    } else if (!is_identifier(name) || found == sizeof(ACTS) / sizeof(ACTS[0]) ||
               (row.size > 0 && !is_identifier(row)) || text_trim(rest).size > 0) {
        complain(file, line,
                 "a name is: -- name: lower_case :exec|:affected|:one|:many|:each|:exec_many "
                 "[row_struct]");
    }
    query->name = keep(file, name);
    query->act = (enum act)found;
    query->row = row.size > 0 ? keep(file, row) : arena_print(file->arena, "%s_row", query->name);
}

static void read_type(struct file *file, struct slot **slots, size_t *count, struct text rest,
                      size_t line)
{
    struct text name = take_word(&rest);
    const struct type *type = type_find(take_word(&rest));

    if (!is_identifier(name) || type == NULL || text_trim(rest).size > 0 || *count == NOTES_MAX) {
        complain(file, line, "a type is: lower_case INT64|FLOAT64|TEXT|BLOB, at most %d a query",
                 (int)NOTES_MAX);
        return;
    }
    if (*slots == NULL) {
        *slots = arena_array(file->arena, struct slot, NOTES_MAX);
    }
    (*slots)[(*count)++] = (struct slot){.name = keep(file, name), .type = type};
}

static void read_reason(struct file *file, const char **out, struct text rest, size_t line)
{
    rest = text_trim(rest);
    if (rest.size == 0) {
        complain(file, line, "say the reason after the colon");
    }
    *out = keep(file, rest);
}

/* An annotation is a lower-case word with a colon at the start of the comment. */
static size_t annotation_width(struct text comment)
{
    size_t width = 0;

    while (width < comment.size && islower((unsigned char)comment.at[width])) {
        width++;
    }
    return width > 0 && width < comment.size && comment.at[width] == ':' ? width : 0;
}

static void read_comment(struct file *file, struct notes *notes, struct text comment, size_t line)
{
    struct query *query = &notes->query;
    size_t width = annotation_width(comment);
    struct text word = {.at = comment.at, .size = width};
    struct text rest = {.at = comment.at + width + 1, .size = comment.size - width - 1};

    if (width == 0) {
        buffer_text(&notes->doc, comment);
        buffer_char(&notes->doc, '\n');
        return;
    }
    if (!notes->any) {
        notes->any = true;
        query->line = line;
    }
    if (text_is(word, "name")) {
        read_name(file, query, rest, line);
    } else if (text_is(word, "param")) {
        read_type(file, &query->noted_params, &query->noted_param_count, rest, line);
    } else if (text_is(word, "column")) {
        read_type(file, &query->noted_columns, &query->noted_column_count, rest, line);
    } else if (text_is(word, "across")) {
        read_reason(file, &query->across, rest, line);
    } else if (text_is(word, "scan")) {
        read_reason(file, &query->scan, rest, line);
    } else if (text_is(word, "remembered")) {
        read_reason(file, &query->remembered, rest, line);
    } else {
        complain(file, line,
                 "there is no annotation \"%.*s\"; known are name, param, column, across, scan, "
                 "remembered",
                 (int)word.size, word.at);
    }
}

/* The comments before a statement; steps over them. Prose that a blank line parts from what follows
 * belongs to nobody. */
static struct notes read_notes(struct file *file, struct text *rest, size_t *line)
{
    struct notes notes = {.doc = buffer_new(file->arena)};

    while (rest->size > 0) {
        struct text after = *rest;
        struct text comment = text_trim(take_line(&after));

        if (comment.size == 0) {
            if (!notes.any) {
                buffer_reset(&notes.doc);
            }
        } else if (text_starts(comment, "--")) {
            comment = text_trim((struct text){.at = comment.at + 2, .size = comment.size - 2});
            read_comment(file, &notes, comment, *line);
        } else {
            break;
        }
        *rest = after;
        ++*line;
    }
    if (notes.doc.size > 0) {
        notes.query.doc = keep(file, buffer_view(&notes.doc));
    }
    return notes;
}

static size_t count_lines(const char *from, const char *to)
{
    size_t count = 0;

    for (; from < to; from++) {
        count += *from == '\n';
    }
    return count;
}

static const struct query *find_name(const struct file *file, const char *name)
{
    for (size_t i = 0; i < file->query_count; i++) {
        if (strcmp(file->queries[i].name, name) == 0) {
            return &file->queries[i];
        }
    }
    return NULL;
}

/* The statement at `rest` belongs to `query`; steps over it, or over all if it does not prepare. */
static void read_statement(struct file *file, struct query *query, struct text *rest, size_t line)
{
    const char *end = query_check(file, query, rest->at);

    if (end == NULL) {
        rest->size = 0;
        return;
    }
    query->sql = text_trim((struct text){.at = rest->at, .size = (size_t)(end - rest->at)});
    rest->size -= (size_t)(end - rest->at);
    rest->at = end;
    if (query->sql.size > 0 && query->sql.at[query->sql.size - 1] == ';') {
        query->sql.size--;
    }
    if (find_name(file, query->name) != NULL) {
        complain(file, line, "there is another query %s", query->name);
    } else if (file->query_count == QUERIES_MAX) {
        complain(file, line, "a file has at most %d queries", (int)QUERIES_MAX);
    } else {
        file->queries[file->query_count++] = *query;
    }
}

void file_read_queries(struct file *file)
{
    struct text rest = file->text;
    size_t line = 1;

    file->queries = arena_array(file->arena, struct query, QUERIES_MAX);
    while (rest.size > 0) {
        struct notes notes = read_notes(file, &rest, &line);
        const char *start = rest.at;

        if (rest.size == 0 && !notes.any) {
            return;
        }
        if (rest.size == 0 || notes.query.name == NULL) {
            complain(file, line,
                     rest.size == 0 ? "a statement is missing at the end"
                                    : "this statement has no -- name:");
            return;
        }
        read_statement(file, &notes.query, &rest, line);
        line += count_lines(start, rest.at);
    }
}
