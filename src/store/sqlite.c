#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/memo.h"
#include "store/versions.h"
#include "store/work.h"

enum err sqlite_find_path(const char *url, char **path, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    const char *given = url + strlen("sqlite:");
    char *real = realpath(given, NULL);

    if (real == NULL && errno == ENOENT) {
        char *folder = realpath(dirname(arena_print(arena, "%s", given)), NULL);
        const char *name = basename(arena_print(arena, "%s", given));

        if (folder != NULL && asprintf(&real, "%s/%s", folder, name) < 0) {
            abort();
        }
        free(folder);
    }
    if (real == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "cannot find %s: %s", given, strerror(errno));
    }
    *path = real;
    return OK;
}

/* To close a file that is in use would drop SQLite's locks on it; so it is opened here only when it
 * does not exist. */
static enum err make_file(const char *path, struct fault *fault)
{
    if (access(path, F_OK) == 0) {
        return OK;
    }
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0) {
        return fail(fault, ERR_UNAVAILABLE, "cannot make %s: %s", path, strerror(errno));
    }
    (void)close(file);
    return OK;
}

static void release(struct sqlite_store *store)
{
    connection_close(store->writer.connection);
    versions_free(store->store.versions);
    if (store->lock_file >= 0) {
        (void)close(store->lock_file);
    }
    free(store->path);
    free(store);
}

static enum err set_up(struct sqlite_store *store, const struct store_settings *settings,
                       struct fault *fault)
{
    TRY(sqlite_find_path(settings->url, &store->path, fault));
    if (settings->existing && access(store->path, F_OK) != 0) {
        return fail(fault, ERR_NOT_FOUND, "there is no store %s", store->path);
    }
    TRY(sqlite_lock(store->path, &store->lock_file, fault));
    TRY(make_file(store->path, fault));
    TRY(connection_open(store->path, true, &store->writer.connection, fault));
    store->store.versions = store->writer.connection->db.marks = versions_new();
    store->writer.connection->db.memo = memo_new();
    return writer_start(store, fault);
}

static enum err sqlite_open(const struct store_settings *settings, struct store **out,
                            struct fault *fault)
{
    struct sqlite_store *store = calloc(1, sizeof(*store));

    if (store == NULL) {
        abort();
    }
    store->lock_file = -1;
    store->writer.waiting_max = (size_t)settings->queue_max;
    store->writer.group_max = (size_t)settings->group_max;
    store->readers.open_max = (size_t)settings->reader_max;
    enum err err = set_up(store, settings, fault);

    if (err != OK) {
        release(store);
        return err;
    }
    (void)pthread_mutex_init(&store->readers.lock, NULL);
    (void)pthread_cond_init(&store->readers.returned, NULL);
    *out = &store->store;
    return OK;
}

/* The writer closes last, so that it is the one that checkpoints. */
static void sqlite_close(struct store *base)
{
    struct sqlite_store *store = sqlite_of(base);

    writer_stop(store);
    readers_close(&store->readers);
    (void)pthread_cond_destroy(&store->readers.returned);
    (void)pthread_mutex_destroy(&store->readers.lock);
    release(store);
}

static enum err check_body(struct work *work, void *context)
{
    (void)context;
    return connection_check((struct connection *)work->db, &work->fault);
}

static enum err sqlite_check(struct store *store, struct fault *fault)
{
    struct work work = {.store = store};
    enum err err = sqlite_read(store, &work, check_body, NULL);

    if (err != OK) {
        *fault = work.fault;
    }
    return err;
}

static size_t sqlite_queue_length(struct store *store)
{
    struct writer *writer = &sqlite_of(store)->writer;

    (void)pthread_mutex_lock(&writer->lock);
    size_t waiting = writer->waiting;

    (void)pthread_mutex_unlock(&writer->lock);
    return waiting;
}

static enum err sqlite_writable(struct store *store, struct fault *fault)
{
    return writer_check(&sqlite_of(store)->writer, fault);
}

const struct driver sqlite_driver = {
    .name = "sqlite",
    .keeps = true,
    .open = sqlite_open,
    .close = sqlite_close,
    .read = sqlite_read,
    .write = sqlite_write,
    .write_later = sqlite_write_later,
    .run = sqlite_run,
    .run_many = sqlite_run_many,
    .run_script = sqlite_run_script,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .restore = sqlite_restore,
    .queue_length = sqlite_queue_length,
    .writable = sqlite_writable,
};
