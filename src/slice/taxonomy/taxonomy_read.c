#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/map.h"
#include "slice/taxonomy/taxonomy_slice.h"

enum { FIELD_MAX = 64, ENTRY_MAX = 500000, BROKEN_MAX = 100 };

/* Entries as they are gathered; titles hang on them in a list until all are known. */
struct other {
    const char *title;
    struct other *next;
};

struct gathering {
    struct arena *arena;
    struct fault *fault;
    const struct taxonomy_part *parts;
    size_t part_count;
    struct map *keys; /* kind and code */
    struct taxonomy_entry *entries;
    struct other **others; /* [entry]: last first */
    size_t room;
    size_t other_room;
    struct taxonomy_bad *bad;
    size_t bad_room;
    int64_t bad_count;
    int broken_count; /* records that are no CSV */
};

/* A file of rows under a header. */
struct table {
    const char *name;
    struct csv csv;
    bool plain; /* tabs between fields, and quotes have no meaning */
    struct text fields[FIELD_MAX];
    size_t count; /* of the row; zero: the end */
    size_t width; /* of the header */
};

static enum err fail_at(struct gathering *gathering, const struct table *table, const char *column,
                        const char *what)
{
    return fail_line(gathering->fault, ERR_INVALID, table->csv.line, column, "%s: %s", table->name,
                     what);
}

/* The row is left out, and reading goes on behind it. */
static void blame(struct gathering *gathering, const struct table *table, const char *column,
                  const char *what)
{
    struct arena *arena = gathering->arena;
    size_t count = (size_t)gathering->bad_count++;

    if (count < TAXONOMY_BAD_MAX) {
        gathering->bad =
            arena_room(arena, gathering->bad, count, &gathering->bad_room, sizeof(*gathering->bad));
        gathering->bad[count] = (struct taxonomy_bad){.file = table->name,
                                                      .line = (int64_t)table->csv.line,
                                                      .field = arena_print(arena, "%s", column),
                                                      .message = arena_print(arena, "%s", what)};
    }
}

static struct text without_return(struct text line)
{
    line.size -= line.size > 0 && line.at[line.size - 1] == '\r';
    return line;
}

/* O*NET's files: tabs, line ends, nothing else. */
static void split_line(struct gathering *gathering, struct table *table)
{
    struct text line;

    table->count = 0;
    while (table->count == 0 && text_cut(&table->csv.rest, '\n', &line)) {
        line = without_return(line);
        table->csv.line++;
        if (text_check(line) != line.size) {
            blame(gathering, table, "", "the line is not UTF-8");
            continue;
        }
        while (table->count < FIELD_MAX && text_cut(&line, '\t', &table->fields[table->count])) {
            table->count++;
        }
    }
}

/* A record that cannot be read is left out with its first line: the next may begin behind it. */
static enum err split_record(struct gathering *gathering, struct table *table)
{
    struct csv_record record;
    struct text line;

    for (;;) {
        struct csv before = table->csv;
        struct fault fault = {0};

        if (csv_next(&table->csv, gathering->arena, FIELD_MAX, &record, &fault) == OK) {
            break;
        }
        blame(gathering, table, fault.field, fault.text);
        if (++gathering->broken_count > BROKEN_MAX) { /* each may have been sought to the end */
            return fail_at(gathering, table, "", "so much of it is no CSV: is it the right file?");
        }
        while (text_cut(&before.rest, '\n', &line) && without_return(line).size == 0) {
            before.line_next++;
        }
        before.line_next++;
        table->csv = before;
    }
    table->count = record.count;
    if (record.count > 0) {
        memcpy(table->fields, record.fields, record.count * sizeof(*record.fields));
    }
    return OK;
}

static enum err read_row(struct gathering *gathering, struct table *table)
{
    if (!table->plain) {
        return split_record(gathering, table);
    }
    split_line(gathering, table);
    return OK;
}

static enum err open_table(struct gathering *gathering, const struct taxonomy_part *part,
                           bool plain, struct table *out)
{
    *out = (struct table){.name = part->name, .csv = csv_open(part->content, ','), .plain = plain};
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

/* The next row that is whole; its count is zero at the end. Rows may lack empty fields at their
 * end. */
static enum err next_row(struct gathering *gathering, struct table *table)
{
    TRY(read_row(gathering, table));
    while (table->count > table->width) {
        blame(gathering, table, "", "the line has more fields than the header");
        TRY(read_row(gathering, table));
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

static bool is_title(struct text text)
{
    return text.size > 0 && text.size <= TAXONOMY_TITLE_MAX;
}

static enum err add_entry(struct gathering *gathering, const struct table *table, const char *kind,
                          struct text code, struct text label)
{
    struct arena *arena = gathering->arena;
    const char *key = arena_print(arena, "%s %s", kind, title_of(arena, code));
    uint32_t known = map_count(gathering->keys);
    uint32_t number;

    label = text_trim(label);
    if (!is_title(text_trim(code)) || !is_title(label)) {
        blame(gathering, table, "", "code and title must be 1 to 300 bytes long");
        return OK;
    }
    if (map_find(gathering->keys, text_of(key), &number)) {
        /* Files that list skills by occupation repeat them. */
        if (!text_is(label, gathering->entries[number].label)) {
            blame(gathering, table, "", "the code stands for another title on a line before");
        }
        return OK;
    }
    if (known >= ENTRY_MAX) {
        return fail_at(gathering, table, "", "there are more than 500,000 entries");
    }
    number = map_add(gathering->keys, text_of(key));
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

static enum err finish(struct gathering *gathering, struct taxonomy_file *out)
{
    size_t count = map_count(gathering->keys);

    if (count == 0 && gathering->bad_count == 0) {
        return fail(gathering->fault, ERR_INVALID, "%s holds no entries", gathering->parts[0].name);
    }
    for (size_t i = 0; i < count; i++) {
        size_t left = gathering->entries[i].other_count;
        const char **titles = arena_array(gathering->arena, const char *, left);

        for (const struct other *other = gathering->others[i]; other != NULL; other = other->next) {
            titles[--left] = other->title;
        }
        gathering->entries[i].others = titles;
    }
    *out = (struct taxonomy_file){.entries = gathering->entries,
                                  .count = count,
                                  .bad = gathering->bad,
                                  .bad_count = gathering->bad_count};
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

static enum err read_onet_file(struct gathering *gathering, const struct taxonomy_part *part,
                               const struct reading *how)
{
    struct table table;
    size_t at[2];

    TRY(open_table(gathering, part, true, &table));
    TRY(need_columns(gathering, &table, (const char *const[]){how->code, how->label}, 2, at));
    size_t other = how->other == NULL ? FIELD_MAX : column_of(&table, how->other);

    for (;;) {
        TRY(next_row(gathering, &table));
        if (table.count == 0) {
            return OK;
        }
        if (how->only_other) {
            add_other(gathering, how->kind, table.fields[at[0]], table.fields[at[1]]);
        } else {
            TRY(add_entry(gathering, &table, how->kind, table.fields[at[0]], table.fields[at[1]]));
        }
        if (other != FIELD_MAX) {
            add_other(gathering, how->kind, table.fields[at[0]], table.fields[other]);
        }
    }
}

static const struct reading ONET[] = {
    {"Occupation Data.txt", "occupation", "O*NET-SOC Code", "Title", NULL, false},
    {"Alternate Titles.txt", "occupation", "O*NET-SOC Code", "Alternate Title", "Short Title",
     true},
    {"Skills.txt", "skill", "Element ID", "Element Name", NULL, false},
    {"Knowledge.txt", "skill", "Element ID", "Element Name", NULL, false},
    {"Abilities.txt", "skill", "Element ID", "Element Name", NULL, false},
    {"Technology Skills.txt", "skill", "Example", "Example", NULL, false},
};

static const struct taxonomy_part *part_named(const struct gathering *gathering, const char *name)
{
    for (size_t i = 0; i < gathering->part_count; i++) {
        if (strcmp(gathering->parts[i].name, name) == 0) {
            return &gathering->parts[i];
        }
    }
    return NULL;
}

static enum err read_onet(struct gathering *gathering)
{
    for (size_t i = 0; i < COUNT(ONET); i++) {
        const struct taxonomy_part *part = part_named(gathering, ONET[i].name);

        if (part != NULL) {
            TRY(read_onet_file(gathering, part, &ONET[i]));
        } else if (i == 0) {
            return fail(
                gathering->fault, ERR_INVALID,
                "there is no \"Occupation Data.txt\": give O*NET's text files, all together");
        }
    }
    return OK;
}

/* Titles in one field, with a mark between. */
static void add_others(struct gathering *gathering, const char *kind, struct text code,
                       struct text titles, char mark)
{
    struct text title;

    while (text_cut(&titles, mark, &title)) {
        add_other(gathering, kind, code, title);
    }
}

static enum err read_esco_file(struct gathering *gathering, const struct taxonomy_part *part,
                               const char *kind)
{
    struct table table;
    size_t at[2];

    TRY(open_table(gathering, part, false, &table));
    TRY(need_columns(gathering, &table, (const char *const[]){"conceptUri", "preferredLabel"}, 2,
                     at));
    const size_t others[] = {column_of(&table, "altLabels"), column_of(&table, "hiddenLabels")};

    for (;;) {
        TRY(next_row(gathering, &table));
        if (table.count == 0) {
            return OK;
        }
        struct text code = table.fields[at[0]];

        TRY(add_entry(gathering, &table, kind, code, table.fields[at[1]]));
        for (size_t i = 0; i < COUNT(others); i++) {
            if (others[i] != FIELD_MAX) {
                add_others(gathering, kind, code, table.fields[others[i]], '\n');
            }
        }
    }
}

/* ESCO publishes a file for each kind and language. */
static const char *esco_kind(const char *name)
{
    return strncmp(name, "occupations_", 12) == 0 ? "occupation"
           : strncmp(name, "skills_", 7) == 0     ? "skill"
                                                  : NULL;
}

static enum err read_esco(struct gathering *gathering)
{
    bool found = false;

    for (size_t i = 0; i < gathering->part_count; i++) {
        const char *kind = esco_kind(gathering->parts[i].name);

        if (kind != NULL) {
            found = true;
            TRY(read_esco_file(gathering, &gathering->parts[i], kind));
        }
    }
    return found ? OK
                 : fail(gathering->fault, ERR_INVALID,
                        "there is neither occupations_en.csv nor skills_en.csv among the files; "
                        "keep the names that ESCO gave them");
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

static enum err read_own(struct gathering *gathering)
{
    struct table table;
    size_t at[3];

    if (gathering->part_count == 0) {
        return fail(gathering->fault, ERR_INVALID, "the archive holds no file");
    }
    TRY(open_table(gathering, &gathering->parts[0], false, &table));
    TRY(need_columns(gathering, &table, (const char *const[]){"kind", "code", "label"}, 3, at));
    size_t others = column_of(&table, "others");

    for (;;) {
        TRY(next_row(gathering, &table));
        if (table.count == 0) {
            return OK;
        }
        const char *kind = kind_of(table.fields[at[0]]);

        if (kind == NULL) {
            blame(gathering, &table, "kind", "the kind must be occupation or skill");
            continue;
        }
        TRY(add_entry(gathering, &table, kind, table.fields[at[1]], table.fields[at[2]]));
        if (others != FIELD_MAX) {
            add_others(gathering, kind, table.fields[at[1]], table.fields[others], '|');
        }
    }
}

bool taxonomy_reads(const char *source, const char *name)
{
    bool wanted = strcmp(source, "own") == 0;

    for (size_t i = 0; strcmp(source, "onet") == 0 && i < COUNT(ONET); i++) {
        wanted = wanted || strcmp(ONET[i].name, name) == 0;
    }
    return wanted || (strcmp(source, "esco") == 0 && esco_kind(name) != NULL);
}

enum err taxonomy_read(struct arena *arena, const char *source, const struct taxonomy_parts *parts,
                       struct taxonomy_file *out, struct fault *fault)
{
    struct gathering gathering = {.arena = arena,
                                  .fault = fault,
                                  .parts = parts->at,
                                  .part_count = parts->count,
                                  .keys = map_new(arena)};

    TRY(strcmp(source, "onet") == 0   ? read_onet(&gathering)
        : strcmp(source, "esco") == 0 ? read_esco(&gathering)
                                      : read_own(&gathering));
    return finish(&gathering, out);
}
