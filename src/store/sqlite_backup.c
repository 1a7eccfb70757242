#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/sqlite.h"
#include "store/work.h"

static enum err cannot(struct fault *fault, const char *what, const char *path)
{
    return fail(fault, ERR_UNAVAILABLE, "cannot %s %s: %s", what, path, strerror(errno));
}

static const struct schema *schema_of(const struct store_settings *settings)
{
    return settings->schema == NULL ? &store_schema : settings->schema;
}

/* The new file is made by us, for its owner alone. */
static enum err make_file(const char *path, struct fault *fault)
{
    (void)unlink(path);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0) {
        return cannot(fault, "make", path);
    }
    (void)close(file);
    return OK;
}

/* All pages in one step: one read transaction, beside which writes go on. */
static enum err copy_pages(struct connection *source, const struct connection *target,
                           struct fault *fault)
{
    sqlite3_backup *backup = sqlite3_backup_init(target->handle, "main", source->handle, "main");

    if (backup == NULL) {
        return connection_fault(target, "backup", fault);
    }
    (void)sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK) {
        return connection_fault(target, "backup", fault);
    }
    return OK;
}

/* A copy that stands alone: it needs no log beside it. */
static enum err copy_file(struct connection *source, const char *to, struct fault *fault)
{
    struct connection target = {.db.driver = &sqlite_driver};

    TRY(make_file(to, fault));
    if (sqlite3_open_v2(to, &target.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        (void)sqlite3_close(target.handle);
        return fail(fault, ERR_UNAVAILABLE, "cannot open %s", to);
    }
    enum err err = copy_pages(source, &target, fault);

    if (err == OK) {
        err = connection_script(&target, "PRAGMA journal_mode = DELETE", fault);
    }
    (void)sqlite3_close(target.handle);
    return err;
}

/* What was written is read again: sound, and of a schema that this program knows. */
static enum err check_copy(const char *path, const struct schema *schema, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct connection *copy;
    int64_t version;

    TRY(connection_open(path, false, &copy, fault));
    struct work work = {.arena = arena, .db = &copy->db};
    enum err err = connection_check(copy, &work.fault);

    if (err == OK) {
        err = ledger_compare(&work, schema, &version);
    }
    connection_close(copy);
    if (err != OK) {
        *fault = work.fault;
    }
    return err;
}

static enum err sync_folder(const char *path, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    int folder =
        open(dirname(arena_copy(arena, path, strlen(path))), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0) {
        return cannot(fault, "open the folder of", path);
    }
    int synced = fsync(folder);

    (void)close(folder);
    return synced == 0 ? OK : cannot(fault, "sync the folder of", path);
}

static enum err write_copy(const char *from, const char *partial, const struct schema *schema,
                           struct fault *fault)
{
    struct connection *source;

    TRY(connection_open(from, false, &source, fault));
    enum err err = copy_file(source, partial, fault);

    connection_close(source);
    return err == OK ? check_copy(partial, schema, fault) : err;
}

enum err sqlite_backup(const struct store_settings *settings, const char *path, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    const char *from = settings->url + strlen("sqlite:");
    const char *partial = arena_print(arena, "%s.partial", path);

    if (access(from, R_OK) != 0) {
        return fail(fault, ERR_INVALID, "cannot read %s: %s", from, strerror(errno));
    }
    if (access(path, F_OK) == 0) {
        return fail(fault, ERR_CONFLICT, "%s exists; name a new file", path);
    }
    enum err err = write_copy(from, partial, schema_of(settings), fault);

    if (err == OK && renameat2(AT_FDCWD, partial, AT_FDCWD, path, RENAME_NOREPLACE) != 0) {
        err = cannot(fault, "make", path);
    }
    if (err != OK) {
        (void)unlink(partial);
        return err;
    }
    return sync_folder(path, fault);
}

/* The file and its log make room together. */
static enum err set_aside(struct arena *arena, const char *path, struct fault *fault)
{
    static const char *const PARTS[] = {"", "-wal", "-shm"};

    for (size_t i = 0; i < COUNT(PARTS); i++) {
        const char *from = arena_print(arena, "%s%s", path, PARTS[i]);
        const char *to = arena_print(arena, "%s.replaced%s", path, PARTS[i]);

        (void)unlink(to);
        if (rename(from, to) != 0 && errno != ENOENT) {
            return cannot(fault, "set aside", from);
        }
    }
    return OK;
}

static enum err replace(const char *path, const char *backup_path, const struct schema *schema,
                        struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    const char *partial = arena_print(arena, "%s.restoring", path);
    enum err err = write_copy(backup_path, partial, schema, fault);

    if (err != OK) {
        (void)unlink(partial);
        return fail(fault, ERR_INVALID, "%s cannot be restored: %s", backup_path,
                    arena_print(arena, "%s", fault->text));
    }
    TRY(set_aside(arena, path, fault));
    if (rename(partial, path) != 0) {
        return cannot(fault, "put in place", path);
    }
    return sync_folder(path, fault);
}

enum err sqlite_restore(const struct store_settings *settings, const char *backup_path,
                        struct fault *fault)
{
    char *path;
    int lock_file;

    if (access(backup_path, R_OK) != 0) {
        return fail(fault, ERR_INVALID, "cannot read %s: %s", backup_path, strerror(errno));
    }
    TRY(sqlite_find_path(settings->url, &path, fault));
    enum err err = sqlite_lock(path, &lock_file, fault);

    if (err == OK) {
        err = replace(path, backup_path, schema_of(settings), fault);
        (void)close(lock_file);
    }
    free(path);
    return err;
}
