#include "command/text_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "command/lines.h"
#include "sys/file.h"

enum { FILE_SIZE_MAX = 64 << 20 };

static const size_t TOTAL_MAX = (size_t)2 << 30;

struct reading {
    struct arena *arena;
    struct fault *fault;
    struct owned_text *texts;
    size_t count;
    size_t room;
    size_t total;
};

struct names {
    const char **at;
    size_t count;
    size_t room;
};

static int compare_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL) {
        (void)closedir(*folder);
    }
}

/* The names in a folder, sorted, so that the result does not hang on the file system. */
static enum err list(struct reading *reading, const char *path, struct names *out)
{
    [[gnu::cleanup(close_folder)]] DIR *folder = opendir(path);
    struct dirent *entry;

    if (folder == NULL) {
        return fail(reading->fault, ERR_INVALID, "cannot open folder %s: %s", path,
                    strerror(errno));
    }
    *out = (struct names){0};
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (out->count == out->room) {
            size_t room = out->room * 2 + 32;

            out->at = arena_grow(reading->arena, out->at, out->room * sizeof(*out->at),
                                 room * sizeof(*out->at));
            out->room = room;
        }
        out->at[out->count++] = arena_copy(reading->arena, entry->d_name, strlen(entry->d_name));
    }
    if (out->count > 0) {
        qsort(out->at, out->count, sizeof(*out->at), compare_name);
    }
    return OK;
}

static enum err add(struct reading *reading, uint32_t owner, struct text text)
{
    reading->total += text.size;
    if (reading->total > TOTAL_MAX) {
        return fail(reading->fault, ERR_INVALID, "the texts take more than %zu bytes in all",
                    TOTAL_MAX);
    }
    if (reading->count == reading->room) {
        size_t room = reading->room * 2 + 64;

        reading->texts =
            arena_grow(reading->arena, reading->texts, reading->room * sizeof(*reading->texts),
                       room * sizeof(*reading->texts));
        reading->room = room;
    }
    reading->texts[reading->count++] = (struct owned_text){.owner = owner, .text = text};
    return OK;
}

static enum err read_plain(struct reading *reading, const char *path, uint32_t owner)
{
    struct text text;

    TRY(file_read(reading->arena, path, FILE_SIZE_MAX, &text, reading->fault));
    size_t bad = text_check(text);

    if (bad != text.size) {
        return fail(reading->fault, ERR_INVALID, "%s is not UTF-8 text at byte %zu", path, bad);
    }
    return add(reading, owner, text);
}

/* The text of one JSON object, in the arena. */
static enum err text_of_line(struct reading *reading, const char *path, uint64_t line,
                             const struct json *object, struct text *out)
{
    static const char *const MEMBERS[] = {"title", "text", "abstract"};
    struct buffer buffer = buffer_new(reading->arena);
    bool found = false;

    for (size_t i = 0; i < COUNT(MEMBERS); i++) {
        const struct json *member = json_member(object, MEMBERS[i]);

        if (member == NULL || member->kind == JSON_NULL) {
            continue;
        }
        if (member->kind != JSON_TEXT) {
            return fail_line(reading->fault, ERR_INVALID, line, MEMBERS[i],
                             "%s: the member must be a string", path);
        }
        found = true;
        buffer_string(&buffer, member->text);
        buffer_char(&buffer, '\n');
    }
    if (!found) {
        return fail_line(reading->fault, ERR_INVALID, line, "text",
                         "%s: the object needs a member \"text\", or \"title\" and \"abstract\"",
                         path);
    }
    *out = buffer_view(&buffer);
    return OK;
}

static enum err read_json_lines(struct reading *reading, const char *path, uint32_t owner)
{
    LINES_SCOPE lines = NULL;
    struct text line;
    bool more;

    TRY(lines_open(path, &lines, reading->fault));
    for (;;) {
        TRY(lines_next(lines, &line, &more, reading->fault));
        if (!more) {
            return OK;
        }
        ARENA_SCOPE scratch = arena_new();
        struct json *value;
        struct text text;
        enum err err = json_parse(scratch, line, &value, reading->fault);

        if (err != OK) {
            struct fault born = *reading->fault;

            return fault_set(reading->fault, err, born.field, lines_number(lines), born.file,
                             born.at, "%s: %s", path, born.text);
        }
        if (value->kind != JSON_OBJECT) {
            return fail_line(reading->fault, ERR_INVALID, lines_number(lines), "",
                             "%s: each line must be a JSON object", path);
        }
        TRY(text_of_line(reading, path, lines_number(lines), value, &text));
        TRY(add(reading, owner, text));
    }
}

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name);
    size_t tail = strlen(ending);

    return size > tail && strcmp(name + size - tail, ending) == 0;
}

static enum err read_file(struct reading *reading, const char *path, uint32_t owner)
{
    if (ends_with(path, ".txt")) {
        return read_plain(reading, path, owner);
    }
    if (ends_with(path, ".jsonl")) {
        return read_json_lines(reading, path, owner);
    }
    return fail(reading->fault, ERR_INVALID, "%s is neither .txt nor .jsonl nor a folder", path);
}

static enum err read_owner_folder(struct reading *reading, const char *path, uint32_t owner)
{
    struct names names;

    TRY(list(reading, path, &names));
    for (size_t i = 0; i < names.count; i++) {
        TRY(read_file(reading, arena_print(reading->arena, "%s/%s", path, names.at[i]), owner));
    }
    return OK;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* One entry of the outer folder and the owner that it names. */
struct entry {
    const char *owner;
    const char *path;
};

static int compare_entry(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = strcmp(a->owner, b->owner);

    return order != 0 ? order : strcmp(a->path, b->path);
}

static const char *owner_of(struct arena *arena, const char *path, const char *name)
{
    size_t size = strlen(name);

    if (!is_folder(path)) {
        size -= ends_with(name, ".txt") ? 4 : ends_with(name, ".jsonl") ? 6 : 0;
    }
    return arena_copy(arena, name, size);
}

enum err text_folder_read(struct arena *arena, const char *path, struct text_folder *out,
                          struct fault *fault)
{
    struct reading reading = {.arena = arena, .fault = fault};
    struct names names;

    TRY(list(&reading, path, &names));
    struct entry *entries = arena_array(arena, struct entry, names.count + 1);
    const char **owners = arena_array(arena, const char *, names.count + 1);
    uint32_t owner_count = 0;

    for (size_t i = 0; i < names.count; i++) {
        entries[i].path = arena_print(arena, "%s/%s", path, names.at[i]);
        entries[i].owner = owner_of(arena, entries[i].path, names.at[i]);
    }
    qsort(entries, names.count, sizeof(*entries), compare_entry);
    for (size_t i = 0; i < names.count; i++) {
        if (owner_count == 0 || strcmp(owners[owner_count - 1], entries[i].owner) != 0) {
            owners[owner_count++] = entries[i].owner;
        }
        TRY(is_folder(entries[i].path)
                ? read_owner_folder(&reading, entries[i].path, owner_count - 1)
                : read_file(&reading, entries[i].path, owner_count - 1));
    }
    *out = (struct text_folder){.owners = owners,
                                .owner_count = owner_count,
                                .texts = reading.texts,
                                .text_count = reading.count};
    return OK;
}
