#include "slice/environment/harbor.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/environment/environment_sql.h"
#include "slice/reward/grade.h"

struct packing {
    struct arena *arena;
    struct archive *archive;
    const char *folder;
    struct buffer bytes;
    struct fault *fault;
};

static la_ssize_t take(struct archive *archive, void *context, const void *bytes, size_t size)
{
    struct packing *packing = context;

    buffer_put(&packing->bytes, bytes, size);
    return (la_ssize_t)size;
}

/* The same bytes for the same task: no times, no owners. */
static enum err add(struct packing *packing, const char *path, struct text content, int64_t mode)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, arena_print(packing->arena, "%s/%s", packing->folder, path));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, (unsigned)mode & 0777U);
    archive_entry_set_size(entry, (la_int64_t)content.size);
    bool good =
        archive_write_header(packing->archive, entry) == ARCHIVE_OK &&
        archive_write_data(packing->archive, content.at, content.size) == (la_ssize_t)content.size;

    archive_entry_free(entry);
    return good ? OK
                : fail(packing->fault, ERR_INTERNAL, "the archive: %.200s",
                       archive_error_string(packing->archive));
}

static enum err add_tests(struct packing *packing, const struct json *verifier)
{
    const struct json *files = json_member(verifier, "files");

    for (const struct json *file = files == NULL ? NULL : files->first; file != NULL;
         file = file->next) {
        const struct json *mode = json_member(file, "mode");

        TRY(add(packing, arena_print(packing->arena, "tests/%s", json_text_of(file, "path")),
                text_of(json_text_of(file, "content")), mode == NULL ? 0644 : mode->integer));
    }
    return OK;
}

static enum err add_all(struct packing *packing, const struct env_task_row *task,
                        const struct json *verifier, const struct json *metadata)
{
    const char *toml = json_text_of(metadata, "task_toml");
    const char *dockerfile = json_text_of(metadata, "dockerfile");

    TRY(add(packing, "task.toml", text_of(toml != NULL ? toml : "schema_version = \"1.1\"\n"),
            0644));
    TRY(add(packing, "instruction.md", text_of(task->instruction), 0644));
    TRY(add(
        packing, "environment/Dockerfile",
        text_of(dockerfile != NULL ? dockerfile : "FROM debian:12\nWORKDIR /app\nCOPY . /app\n"),
        0644));
    if (task->solution != NULL) {
        TRY(add(packing, "solution/solve.sh", text_of(task->solution), 0755));
    }
    return add_tests(packing, verifier);
}

static enum err pack(struct packing *packing, const struct env_task_row *task,
                     const struct world_file *files, size_t file_count)
{
    struct json *verifier;
    struct json *metadata;

    TRY(json_parse(packing->arena, text_of(task->verifier), &verifier, packing->fault));
    TRY(json_parse(packing->arena, text_of(task->metadata), &metadata, packing->fault));
    const char *check = json_text_of(verifier, "check");

    if (check == NULL || strcmp(check, "script") != 0) {
        return fail(packing->fault, ERR_INVALID,
                    "the task %.100s is judged by %s: a Harbor folder holds a script", task->name,
                    check == NULL ? "exact" : check);
    }
    TRY(add_all(packing, task, verifier, metadata));
    for (size_t i = 0; i < file_count; i++) {
        TRY(add(packing, arena_print(packing->arena, "environment/%s", files[i].path),
                files[i].content, files[i].mode));
    }
    return OK;
}

/* A folder's name has no slash of its own. */
static const char *folder_name(struct arena *arena, const char *name)
{
    char *folder = arena_copy(arena, name, strlen(name));

    for (char *at = folder; *at != '\0'; at++) {
        *at = *at == '/' || (unsigned char)*at < ' ' ? '-' : *at;
    }
    return folder[0] == '.' || folder[0] == '-' ? arena_print(arena, "task-%s", folder) : folder;
}

enum err harbor_write(struct arena *arena, const struct env_task_row *task,
                      const struct world_file *files, size_t file_count, struct text *out,
                      struct fault *fault)
{
    struct packing packing = {.arena = arena,
                              .archive = archive_write_new(),
                              .folder = folder_name(arena, task->name),
                              .bytes = buffer_new(arena_new()),
                              .fault = fault};

    (void)archive_write_set_format_pax_restricted(packing.archive);
    enum err err = archive_write_open(packing.archive, &packing, NULL, take, NULL) == ARCHIVE_OK
                       ? pack(&packing, task, files, file_count)
                       : fail(fault, ERR_INTERNAL, "the archive cannot be begun");

    if (archive_write_close(packing.archive) != ARCHIVE_OK && err == OK) {
        err = fail(fault, ERR_INTERNAL, "the archive cannot be ended");
    }
    (void)archive_write_free(packing.archive);
    if (err == OK) {
        *out = (struct text){.at = arena_copy(arena, packing.bytes.at, packing.bytes.size),
                             .size = packing.bytes.size};
    }
    arena_free(packing.bytes.arena);
    return err;
}
