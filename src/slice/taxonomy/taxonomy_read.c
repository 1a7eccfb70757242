#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/map.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "sys/file.h"

enum { FILE_SIZE_MAX = 256 << 20, FIELD_MAX = 64, ENTRY_MAX = 500000 };

/* Entries as they are gathered; titles hang on them in a list until all are known. */
struct other {
    const char *title;
    struct other *next;
};

struct gathering {
    struct arena *arena;
    struct fault *fault;
    struct map *keys; /* kind and code */
    struct taxonomy_entry *entries;
    struct other **others; /* [entry]: last first */
    size_t room;
    size_t other_room;
};

/* A file of rows under a header. */
struct table {
    const char *path;
    struct csv csv;
    bool plain; /* tabs between fields, and quotes have no meaning */
    struct text fields[FIELD_MAX];
    size_t count; /* of the row; zero: the end */
    size_t width; /* of the header */
};

static enum err fail_at(struct gathering *gathering, const struct table *table, const char *column,
                        const char *what)
{
    return fail_line(gathering->fault, ERR_INVALID, table->csv.line, column, "%s: %s", table->path,
                     what);
}

static struct text without_return(struct text line)
{
    line.size -= line.size > 0 && line.at[line.size - 1] == '\r';
    return line;
}

/* O*NET's files: tabs, line ends, nothing else. */
static enum err split_line(struct gathering *gathering, struct table *table)
{
    struct text line;

    table->count = 0;
    while (table->count == 0 && text_cut(&table->csv.rest, '\n', &line)) {
        line = without_return(line);
        table->csv.line++;
        if (text_check(line) != line.size) {
            return fail_at(gathering, table, "", "the line is not UTF-8");
        }
        while (table->count < FIELD_MAX && text_cut(&line, '\t', &table->fields[table->count])) {
            table->count++;
        }
    }
    return OK;
}

static enum err read_row(struct gathering *gathering, struct table *table)
{
    struct csv_record record;

    if (table->plain) {
        return split_line(gathering, table);
    }
    TRY(csv_next(&table->csv, gathering->arena, FIELD_MAX, &record, gathering->fault));
    table->count = record.count;
    if (record.count > 0) {
        memcpy(table->fields, record.fields, record.count * sizeof(*record.fields));
    }
    return OK;
}

/* The file's header; *found is false where the file is not there. */
static enum err open_table(struct gathering *gathering, const char *path, bool plain,
                           struct table *out, bool *found)
{
    struct text content;

    *found = access(path, F_OK) == 0;
    if (!*found) {
        return OK;
    }
    TRY(file_read(gathering->arena, path, FILE_SIZE_MAX, &content, gathering->fault));
    *out = (struct table){.path = path, .csv = csv_open(content, ','), .plain = plain};
    TRY(read_row(gathering, out));
    if (out->count == 0) {
        return fail_at(gathering, out, "", "the file is empty");
    }
    out->width = out->count;
    return OK;
}

/* Where the column stands; FIELD_MAX: nowhere. */
static size_t column_of(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->width; i++) {
        if (text_is(text_trim(table->fields[i]), name)) {
            return i;
        }
    }
    return FIELD_MAX;
}

static enum err need_columns(struct gathering *gathering, const struct table *table,
                             const char *const *names, size_t count, size_t *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = column_of(table, names[i]);
        if (out[i] == FIELD_MAX) {
            return fail_at(gathering, table, names[i],
                           "the header lacks this column; is it the right file?");
        }
    }
    return OK;
}

/* The next row; its count is zero at the end. Rows may lack empty fields at their end. */
static enum err next_row(struct gathering *gathering, struct table *table)
{
    TRY(read_row(gathering, table));
    if (table->count > table->width) {
        return fail_at(gathering, table, "", "the line has more fields than the header");
    }
    for (size_t i = table->count; i < table->width && table->count > 0; i++) {
        table->fields[i] = (struct text){.at = "", .size = 0};
    }
    return OK;
}

static const char *title_of(struct arena *arena, struct text field)
{
    struct text title = text_trim(field);

    return arena_copy(arena, title.at, title.size);
}

static enum err add_entry(struct gathering *gathering, const struct table *table, const char *kind,
                          struct text code, struct text label)
{
    struct arena *arena = gathering->arena;
    const char *key = arena_print(arena, "%s %s", kind, title_of(arena, code));
    uint32_t known = map_count(gathering->keys);
    uint32_t number = map_add(gathering->keys, text_of(key));

    label = text_trim(label);
    if (text_trim(code).size == 0 || label.size == 0 || label.size > TAXONOMY_TITLE_MAX ||
        text_trim(code).size > TAXONOMY_TITLE_MAX) {
        return fail_at(gathering, table, "", "code and title must be 1 to 300 bytes long");
    }
    if (number < known) { /* files that list skills by occupation repeat them */
        return OK;
    }
    if (number >= ENTRY_MAX) {
        return fail_at(gathering, table, "", "there are more than 500,000 entries");
    }
    gathering->entries = arena_room(arena, gathering->entries, number, &gathering->room,
                                    sizeof(*gathering->entries));
    gathering->others = arena_room(arena, gathering->others, number, &gathering->other_room,
                                   sizeof(struct other *));
    gathering->entries[number] = (struct taxonomy_entry){
        .kind = kind, .code = title_of(arena, code), .label = title_of(arena, label)};
    gathering->others[number] = NULL;
    return OK;
}

/* Another title of an entry; one of an unknown entry is passed over, and so is one too long. */
static void add_other(struct gathering *gathering, const char *kind, struct text code,
                      struct text title)
{
    struct arena *arena = gathering->arena;
    const char *key = arena_print(arena, "%s %s", kind, title_of(arena, code));
    uint32_t number;

    title = text_trim(title);
    if (!map_find(gathering->keys, text_of(key), &number) || title.size == 0 ||
        title.size > TAXONOMY_TITLE_MAX || text_is(title, "n/a")) {
        return;
    }
    struct other *other = arena_new_of(arena, struct other);

    *other = (struct other){.title = title_of(arena, title), .next = gathering->others[number]};
    gathering->others[number] = other;
    gathering->entries[number].other_count++;
}

static enum err finish(struct gathering *gathering, const char *from, struct taxonomy_file *out)
{
    size_t count = map_count(gathering->keys);

    if (count == 0) {
        return fail(gathering->fault, ERR_INVALID, "%s holds no entries", from);
    }
    for (size_t i = 0; i < count; i++) {
        size_t left = gathering->entries[i].other_count;
        const char **titles = arena_array(gathering->arena, const char *, left);

        for (const struct other *other = gathering->others[i]; other != NULL; other = other->next) {
            titles[--left] = other->title;
        }
        gathering->entries[i].others = titles;
    }
    *out = (struct taxonomy_file){.entries = gathering->entries, .count = count};
    return OK;
}

/* What a file's rows become. */
struct reading {
    const char *name;
    const char *kind;
    const char *code;  /* column */
    const char *label; /* column */
    const char *other; /* column with another title of the entry; NULL: none */
    bool only_other;   /* rows add titles to entries that are there */
};

static enum err read_onet_file(struct gathering *gathering, const char *folder,
                               const struct reading *how, bool *found)
{
    const char *path = arena_print(gathering->arena, "%s/%s", folder, how->name);
    struct table table;
    size_t at[3] = {0, 0, FIELD_MAX};

    TRY(open_table(gathering, path, true, &table, found));
    if (!*found) {
        return OK;
    }
    TRY(need_columns(gathering, &table, (const char *const[]){how->code, how->label}, 2, at));
    at[2] = how->other == NULL ? FIELD_MAX : column_of(&table, how->other);
    for (;;) {
        TRY(next_row(gathering, &table));
        if (table.count == 0) {
            return OK;
        }
        if (!how->only_other) {
            TRY(add_entry(gathering, &table, how->kind, table.fields[at[0]], table.fields[at[1]]));
        } else {
            add_other(gathering, how->kind, table.fields[at[0]], table.fields[at[1]]);
        }
        if (at[2] != FIELD_MAX) {
            add_other(gathering, how->kind, table.fields[at[0]], table.fields[at[2]]);
        }
    }
}

enum err taxonomy_read_onet(struct arena *arena, const char *folder, struct taxonomy_file *out,
                            struct fault *fault)
{
    static const struct reading FILES[] = {
        {"Occupation Data.txt", "occupation", "O*NET-SOC Code", "Title", NULL, false},
        {"Alternate Titles.txt", "occupation", "O*NET-SOC Code", "Alternate Title", "Short Title",
         true},
        {"Skills.txt", "skill", "Element ID", "Element Name", NULL, false},
        {"Knowledge.txt", "skill", "Element ID", "Element Name", NULL, false},
        {"Abilities.txt", "skill", "Element ID", "Element Name", NULL, false},
        {"Technology Skills.txt", "skill", "Example", "Example", NULL, false},
    };
    struct gathering gathering = {.arena = arena, .fault = fault, .keys = map_new(arena)};

    for (size_t i = 0; i < COUNT(FILES); i++) {
        bool found;

        TRY(read_onet_file(&gathering, folder, &FILES[i], &found));
        if (!found && i == 0) {
            return fail(
                fault, ERR_INVALID,
                "%s holds no \"Occupation Data.txt\"; name the folder of O*NET's text files",
                folder);
        }
    }
    return finish(&gathering, folder, out);
}

/* Titles in one field, with a mark between. */
static void add_others(struct gathering *gathering, const char *kind, struct text code,
                       struct text titles, char mark)
{
    while (titles.size > 0) {
        const char *end = memchr(titles.at, mark, titles.size);
        size_t size = end == NULL ? titles.size : (size_t)(end - titles.at);
        size_t used = end == NULL ? size : size + 1;

        add_other(gathering, kind, code, (struct text){.at = titles.at, .size = size});
        titles = (struct text){.at = titles.at + used, .size = titles.size - used};
    }
}

static enum err read_esco_file(struct gathering *gathering, const char *path, const char *kind,
                               bool *found)
{
    struct table table;
    size_t at[2];

    TRY(open_table(gathering, path, false, &table, found));
    if (!*found) {
        return OK;
    }
    TRY(need_columns(gathering, &table, (const char *const[]){"conceptUri", "preferredLabel"}, 2,
                     at));
    size_t others = column_of(&table, "altLabels");
    size_t hidden = column_of(&table, "hiddenLabels");

    for (;;) {
        TRY(next_row(gathering, &table));
        if (table.count == 0) {
            return OK;
        }
        struct text code = table.fields[at[0]];

        TRY(add_entry(gathering, &table, kind, code, table.fields[at[1]]));
        if (others != FIELD_MAX) {
            add_others(gathering, kind, code, table.fields[others], '\n');
        }
        if (hidden != FIELD_MAX) {
            add_others(gathering, kind, code, table.fields[hidden], '\n');
        }
    }
}

enum err taxonomy_read_esco(struct arena *arena, const char *folder, struct taxonomy_file *out,
                            struct fault *fault)
{
    struct gathering gathering = {.arena = arena, .fault = fault, .keys = map_new(arena)};
    bool occupations;
    bool skills;

    TRY(read_esco_file(&gathering, arena_print(arena, "%s/occupations_en.csv", folder),
                       "occupation", &occupations));
    TRY(read_esco_file(&gathering, arena_print(arena, "%s/skills_en.csv", folder), "skill",
                       &skills));
    if (!occupations && !skills) {
        return fail(fault, ERR_INVALID,
                    "%s holds neither occupations_en.csv nor skills_en.csv; name the folder of "
                    "ESCO's CSV files",
                    folder);
    }
    return finish(&gathering, folder, out);
}

static const char *kind_of(struct text field)
{
    static const char *const KINDS[] = {"occupation", "skill"};

    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if (text_is(text_trim(field), KINDS[i])) {
            return KINDS[i];
        }
    }
    return NULL;
}

enum err taxonomy_read_own(struct arena *arena, const char *path, struct taxonomy_file *out,
                           struct fault *fault)
{
    struct gathering gathering = {.arena = arena, .fault = fault, .keys = map_new(arena)};
    struct table table;
    size_t at[3];
    bool found;

    TRY(open_table(&gathering, path, false, &table, &found));
    if (!found) {
        return fail(fault, ERR_INVALID, "there is no file %s", path);
    }
    TRY(need_columns(&gathering, &table, (const char *const[]){"kind", "code", "label"}, 3, at));
    size_t others = column_of(&table, "others");

    for (;;) {
        TRY(next_row(&gathering, &table));
        if (table.count == 0) {
            return finish(&gathering, path, out);
        }
        const char *kind = kind_of(table.fields[at[0]]);

        if (kind == NULL) {
            return fail_at(&gathering, &table, "kind", "the kind must be occupation or skill");
        }
        TRY(add_entry(&gathering, &table, kind, table.fields[at[1]], table.fields[at[2]]));
        if (others != FIELD_MAX) {
            add_others(&gathering, kind, table.fields[at[1]], table.fields[others], '|');
        }
    }
}
