#include "slice/environment/harbor.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/environment/environment.h"
#include "slice/reward/program.h"

enum {
    ENTRIES_MAX = 20'000,
    FILES_MAX = 10'000,
    FILE_SIZE_MAX = 16 << 20,
    SIZE_MAX_ALL = 256 << 20,
    BLOCK_SIZE = 64 * 1024,
    WALL_MS_DEFAULT = 60'000,
    WALL_MS_MAX = 600'000,
};

struct unpacking {
    struct arena *arena;
    struct archive *archive;
    struct fault *fault;
    struct world_file *files;
    size_t count;
    size_t entry_count;
    size_t size;
};

/* ------------------------------------------------------------------ the archive */

static enum err refuse(struct unpacking *unpacking, const char *path, const char *why)
{
    return fail_field(unpacking->fault, ERR_INVALID, "archive", "\"%.200s\" %s: nothing was taken",
                      path == NULL ? "" : path, why);
}

static enum err check_entry(struct unpacking *unpacking, struct archive_entry *entry,
                            const char *path)
{
    unsigned kind = archive_entry_filetype(entry);

    if (++unpacking->entry_count > ENTRIES_MAX) {
        return fail_field(unpacking->fault, ERR_INVALID, "archive",
                          "it has more than %d entries: nothing was taken", ENTRIES_MAX);
    }
    if (path == NULL || text_check(text_of(path)) != strlen(path)) {
        return refuse(unpacking, "", "has an entry whose name is no UTF-8");
    }
    if (archive_entry_hardlink(entry) != NULL || kind == AE_IFLNK) {
        return refuse(unpacking, path, "is a link");
    }
    if (kind != AE_IFREG && kind != AE_IFDIR) {
        return refuse(unpacking, path, "is a device, a pipe or a socket");
    }
    if (path[0] == '/') {
        return refuse(unpacking, path, "is an absolute path");
    }
    return OK;
}

static enum err read_content(struct unpacking *unpacking, const char *path, struct text *out)
{
    struct buffer to = buffer_new(unpacking->arena);
    char block[BLOCK_SIZE];

    for (;;) {
        la_ssize_t size = archive_read_data(unpacking->archive, block, sizeof(block));

        if (size < 0) {
            return refuse(unpacking, path, "is damaged");
        }
        if (size == 0) {
            break;
        }
        buffer_put(&to, block, (size_t)size);
        unpacking->size += (size_t)size;
        if (to.size > FILE_SIZE_MAX) {
            return refuse(unpacking, path, "has more than 16 MiB");
        }
        if (unpacking->size > SIZE_MAX_ALL) {
            return refuse(unpacking, path, "is beyond 256 MiB of all files");
        }
    }
    *out = to.size == 0 ? (struct text){.at = ""} : buffer_view(&to);
    return OK;
}

/* "./a//b/" as tar writes it becomes "a/b". */
static const char *clean(struct arena *arena, const char *path)
{
    char *to = arena_copy(arena, path, strlen(path));
    size_t size = 0;

    for (const char *at = path; *at != '\0';) {
        size_t step = strcspn(at, "/");

        if (step > 0 && !(step == 1 && at[0] == '.')) {
            if (size > 0) {
                to[size++] = '/';
            }
            memmove(to + size, at, step);
            size += step;
        }
        at += step + (at[step] == '/');
    }
    to[size] = '\0';
    return to;
}

static enum err take_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
    const char *given = archive_entry_pathname(entry);

    TRY(check_entry(unpacking, entry, given));
    const char *path = clean(unpacking->arena, given);

    if (path[0] != '\0' && !program_path_is_plain(path)) {
        return refuse(unpacking, given, "leads out of the folder");
    }
    if (archive_entry_filetype(entry) == AE_IFDIR || path[0] == '\0') {
        return OK;
    }
    if (unpacking->count == FILES_MAX) {
        return fail_field(unpacking->fault, ERR_INVALID, "archive",
                          "it has more than %d files: nothing was taken", FILES_MAX);
    }
    struct world_file *file = &unpacking->files[unpacking->count++];

    file->path = path;
    file->mode = (archive_entry_perm(entry) & 0111) != 0 ? 0755 : 0644;
    return read_content(unpacking, path, &file->content);
}

static enum err take_entries(struct unpacking *unpacking)
{
    struct archive_entry *entry;
    int got = archive_read_next_header(unpacking->archive, &entry);

    for (; got == ARCHIVE_OK || got == ARCHIVE_WARN;
         got = archive_read_next_header(unpacking->archive, &entry)) {
        TRY(take_entry(unpacking, entry));
    }
    return got == ARCHIVE_EOF ? OK
                              : fail_field(unpacking->fault, ERR_INVALID, "archive",
                                           "it is no archive that can be read: %.200s",
                                           archive_error_string(unpacking->archive));
}

static enum err unpack(struct unpacking *unpacking, const char *path)
{
    struct archive *archive = archive_read_new();

    unpacking->archive = archive;
    unpacking->files = arena_array(unpacking->arena, struct world_file, FILES_MAX);
    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_format_tar(archive);
    (void)archive_read_support_format_zip(archive);
    enum err err = archive_read_open_filename(archive, path, BLOCK_SIZE) == ARCHIVE_OK
                       ? take_entries(unpacking)
                       : fail_field(unpacking->fault, ERR_INVALID, "archive",
                                    "it cannot be read: %.200s", archive_error_string(archive));

    (void)archive_read_free(archive);
    return err;
}

/* ------------------------------------------------------------------ a folder */

struct folder {
    struct unpacking *from;
    const char *prefix; /* "name/", or "" */
    struct task_draft draft;
    const char *toml;
};

/* The path below `below` of the folder, or NULL. */
static const char *within(const struct folder *folder, const struct world_file *file,
                          const char *below)
{
    size_t prefix = strlen(folder->prefix);

    if (strncmp(file->path, folder->prefix, prefix) != 0 ||
        strncmp(file->path + prefix, below, strlen(below)) != 0) {
        return NULL;
    }
    return file->path + prefix + strlen(below);
}

static enum err text_file(struct folder *folder, const char *name, const char **out)
{
    struct unpacking *from = folder->from;

    *out = NULL;
    for (size_t i = 0; i < from->count; i++) {
        const char *rest = within(folder, &from->files[i], name);
        struct text content = from->files[i].content;

        if (rest != NULL && rest[0] == '\0') {
            if (text_check(content) != content.size) {
                return refuse(from, from->files[i].path, "is no UTF-8 text");
            }
            *out = arena_copy(from->arena, content.at, content.size);
        }
    }
    return OK;
}

/* The value of a number under a heading of the settings: all that a verifier needs of TOML. */
static double number_of(const char *toml, const char *section, const char *key, double otherwise)
{
    bool inside = false;

    for (const char *at = toml; *at != '\0';) {
        struct text line = text_trim((struct text){.at = at, .size = strcspn(at, "\n")});
        size_t size = strlen(key);

        if (line.size > 0 && line.at[0] == '[') {
            inside = line.size == strlen(section) && memcmp(line.at, section, line.size) == 0;
        } else if (inside && text_starts(line, key)) {
            const char *equals = memchr(line.at + size, '=', line.size - size);
            double value = equals == NULL ? 0 : strtod(equals + 1, NULL);

            return value > 0 ? value : otherwise;
        }
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return otherwise;
}

static enum err write_tests(struct folder *folder, struct json_out *out, bool *has_entry)
{
    struct unpacking *from = folder->from;

    json_open(out, '[');
    for (size_t i = 0; i < from->count; i++) {
        const struct world_file *file = &from->files[i];
        const char *path = within(folder, file, "tests/");

        if (path == NULL || path[0] == '\0') {
            continue;
        }
        if (text_check(file->content) != file->content.size) {
            return refuse(from, file->path, "is a test that is no UTF-8 text");
        }
        *has_entry = *has_entry || strcmp(path, "test.sh") == 0;
        json_open(out, '{');
        json_name(out, "path");
        json_text(out, path);
        json_name(out, "content");
        json_view(out, file->content);
        json_name(out, "mode");
        json_int(out, file->mode);
        json_close(out, '}');
    }
    json_close(out, ']');
    return OK;
}

static enum err make_verifier(struct folder *folder)
{
    struct buffer to = buffer_new(folder->from->arena);
    struct json_out out = json_to(&to);
    double wall_ms =
        1000 * number_of(folder->toml, "[verifier]", "timeout_sec", WALL_MS_DEFAULT / 1000.0);
    bool has_entry = false;

    json_open(&out, '{');
    json_name(&out, "check");
    json_text(&out, "script");
    json_name(&out, "command");
    json_raw(&out, "[\"/bin/bash\",\"/tests/test.sh\"]");
    json_name(&out, "files");
    TRY(write_tests(folder, &out, &has_entry));
    json_name(&out, "limits");
    json_open(&out, '{');
    json_name(&out, "wall_ms");
    json_int(&out, wall_ms > WALL_MS_MAX ? WALL_MS_MAX : (int64_t)wall_ms);
    json_name(&out, "cpu_ms");
    json_int(&out, wall_ms > WALL_MS_MAX ? WALL_MS_MAX : (int64_t)wall_ms);
    json_close(&out, '}');
    json_close(&out, '}');
    folder->draft.verifier = to.at;
    return has_entry ? OK
                     : refuse(folder->from,
                              arena_print(folder->from->arena, "%stests/test.sh", folder->prefix),
                              "is missing");
}

/* What the answer finds: the environment but for how a container is built. */
static void take_world(struct folder *folder)
{
    struct unpacking *from = folder->from;
    struct world_file *files = arena_array(from->arena, struct world_file, from->count + 1);

    for (size_t i = 0; i < from->count; i++) {
        const char *path = within(folder, &from->files[i], "environment/");

        if (path != NULL && path[0] != '\0' && strcmp(path, "Dockerfile") != 0 &&
            strncmp(path, "docker-compose", 14) != 0) {
            files[folder->draft.file_count] = from->files[i];
            files[folder->draft.file_count++].path = path;
        }
    }
    folder->draft.files = files;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct world_file *)left)->path,
                  ((const struct world_file *)right)->path);
}

static enum err make_metadata(struct folder *folder)
{
    struct buffer to = buffer_new(folder->from->arena);
    struct json_out out = json_to(&to);
    const char *dockerfile;

    TRY(text_file(folder, "environment/Dockerfile", &dockerfile));
    json_open(&out, '{');
    json_name(&out, "format");
    json_text(&out, "harbor");
    json_name(&out, "task_toml");
    json_text(&out, folder->toml);
    if (dockerfile != NULL) {
        json_name(&out, "dockerfile");
        json_text(&out, dockerfile);
    }
    json_close(&out, '}');
    folder->draft.metadata = to.at;
    return OK;
}

static enum err read_folder(struct folder *folder, const char *toml_path)
{
    struct unpacking *from = folder->from;
    size_t size = strlen(toml_path) - strlen("task.toml");
    const char *name = size == 0 ? "task" : arena_copy(from->arena, toml_path, size - 1);

    folder->prefix = arena_copy(from->arena, toml_path, size);
    folder->draft.name = name;
    TRY(text_file(folder, "task.toml", &folder->toml));
    TRY(text_file(folder, "instruction.md", &folder->draft.instruction));
    if (folder->draft.instruction == NULL) {
        return refuse(from, arena_print(from->arena, "%sinstruction.md", folder->prefix),
                      "is missing");
    }
    TRY(text_file(folder, "solution/solve.sh", &folder->draft.solution));
    TRY(make_verifier(folder));
    TRY(make_metadata(folder));
    take_world(folder);
    return OK;
}

enum err harbor_read(struct arena *arena, const char *path, struct task_draft **out, size_t *count,
                     struct fault *fault)
{
    struct unpacking unpacking = {.arena = arena, .fault = fault};

    TRY(unpack(&unpacking, path));
    qsort(unpacking.files, unpacking.count, sizeof(struct world_file), by_path);
    *out = arena_array(arena, struct task_draft, unpacking.count + 1);
    *count = 0;
    for (size_t i = 0; i < unpacking.count; i++) {
        const char *slash = strrchr(unpacking.files[i].path, '/');
        const char *base = slash == NULL ? unpacking.files[i].path : slash + 1;

        if (strcmp(base, "task.toml") == 0) {
            struct folder folder = {.from = &unpacking};

            TRY(read_folder(&folder, unpacking.files[i].path));
            (*out)[(*count)++] = folder.draft;
        }
    }
    return *count > 0 ? OK
                      : fail_field(fault, ERR_INVALID, "archive",
                                   "no folder in it has a task.toml: nothing was taken");
}
