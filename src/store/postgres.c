#include "store/postgres.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "store/totals.h"
#include "store/work.h"

enum { ATTEMPT_MAX = 20, BACKOFF_MS_FIRST = 4, BACKOFF_MS_MAX = 250 };

/* The session's own statements; everything else that is SQL comes from .sql files. The migrations
 * name the types by these domains. */
static const char SETUP[] =
    "DO $$ BEGIN CREATE DOMAIN int64 AS bigint;"
    "   EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;"
    "DO $$ BEGIN CREATE DOMAIN float64 AS double precision;"
    "   EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;"
    "DO $$ BEGIN CREATE DOMAIN blob AS bytea;"
    "   EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;";

/* A snapshot is one consistent state, and a reader of one never has to be run again. */
static const char BEGIN_READ[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char BEGIN_WRITE[] = "BEGIN ISOLATION LEVEL SERIALIZABLE";

/* Borrow and begin. A connection may have died while it was idle; then the next one is tried, and
 * in the end a new one. */
static enum err begin(struct pg_store *store, bool writing, struct pg_connection **out,
                      struct fault *fault)
{
    for (;;) {
        struct pg_connection *connection;

        TRY(pool_borrow(store, &connection, fault));
        connection->db = (struct db){
            .driver = &postgres_driver, .writing = writing, .totals = connection->db.totals};
        connection->retry = false;
        enum err err = postgres_script(connection, writing ? BEGIN_WRITE : BEGIN_READ, fault);

        if (err == OK) {
            *out = connection;
            return OK;
        }
        bool died_idle = connection->used && PQstatus(connection->handle) != CONNECTION_OK;

        pool_return(store, connection);
        if (!died_idle) {
            return err;
        }
    }
}

static enum err commit(struct pg_connection *connection, struct work *work)
{
    enum err err = postgres_script(connection, "COMMIT", &work->fault);

    if (err == ERR_UNAVAILABLE && PQstatus(connection->handle) != CONNECTION_OK) {
        return work_fail(work, err,
                         "the connection to PostgreSQL was lost at the commit; see whether the "
                         "change is there before you try again");
    }
    return err;
}

static enum err serve_totals(struct work *work)
{
    const char *organisation_id = work->organisation_id;

    totals_keep(work->db->totals);
    enum err err = totals_serve(work->db->totals, work);

    work->organisation_id = organisation_id;
    return err;
}

/* `*retry`: the transaction lost against another one, and nothing of it is left. */
static enum err run_once(struct work *work, store_body *body, void *context, bool writing,
                         bool *retry)
{
    struct pg_store *store = postgres_of(work->store);
    struct pg_connection *connection;

    *retry = false;
    TRY(begin(store, writing, &connection, &work->fault));
    work->db = &connection->db;
    enum err err = body(work, context);

    if (err == OK) {
        err = db_outcome(&connection->db, work);
    }
    if (connection->db.totals != NULL) {
        err = err == OK ? serve_totals(work) : err;
        totals_reset(connection->db.totals);
    }
    work->db = NULL;
    if (err == OK) {
        err = commit(connection, work);
    } else {
        PQclear(PQexec(connection->handle, "ROLLBACK"));
    }
    *retry = err != OK && connection->retry;
    pool_return(store, connection);
    return err;
}

/* Full jitter (Brooker 2015): those that lost against each other do not meet again. */
static void back_off(struct work *work, int attempt)
{
    int64_t most = BACKOFF_MS_FIRST << (attempt < 6 ? attempt : 6);
    int64_t micros = work_random(work) % ((most < BACKOFF_MS_MAX ? most : BACKOFF_MS_MAX) * 1000);
    struct timespec pause = {.tv_sec = micros / 1000000, .tv_nsec = micros % 1000000 * 1000};

    (void)nanosleep(&pause, NULL);
}

static enum err postgres_read(struct store *store, struct work *work, store_body *body,
                              void *context)
{
    bool retry;

    (void)store;
    return run_once(work, body, context, false, &retry);
}

static enum err postgres_write(struct store *store, struct work *work, store_body *body,
                               void *context)
{
    bool retry;
    enum err err = run_once(work, body, context, true, &retry);

    for (int attempt = 0; retry && attempt < ATTEMPT_MAX; attempt++) {
        store->retried++;
        back_off(work, attempt);
        work->fault = (struct fault){0};
        err = run_once(work, body, context, true, &retry);
    }
    store->writes += err == OK;
    store->commits += err == OK;
    return err;
}

static void postgres_close(struct store *base)
{
    struct pg_store *store = postgres_of(base);

    pool_close(store);
    (void)pthread_cond_destroy(&store->returned);
    (void)pthread_mutex_destroy(&store->lock);
    free(store->url);
    free(store);
}

static enum err postgres_open(const struct store_settings *settings, struct store **out,
                              struct fault *fault)
{
    struct pg_store *store = calloc(1, sizeof(*store));
    char *url = strdup(settings->url);
    struct pg_connection *connection;

    if (store == NULL || url == NULL) {
        abort();
    }
    store->url = url;
    store->open_max = (size_t)settings->reader_max;
    store->waiting_max = (size_t)settings->queue_max;
    (void)pthread_mutex_init(&store->lock, NULL);
    (void)pthread_cond_init(&store->returned, NULL);
    enum err err = pool_borrow(store, &connection, fault);

    if (err == OK) {
        err = postgres_script(connection, SETUP, fault);
        pool_return(store, connection);
    }
    if (err != OK) {
        postgres_close(&store->store);
        return err;
    }
    *out = &store->store;
    return OK;
}

static enum err postgres_backup(const struct store_settings *settings, const char *path,
                                struct fault *fault)
{
    (void)settings;
    (void)path;
    return fail(fault, ERR_INVALID,
                "a PostgreSQL store is backed up by its own tools: pg_dump, or pgBackRest");
}

static enum err postgres_check(struct store *store, struct fault *fault)
{
    (void)store;
    return fail(fault, ERR_INVALID,
                "a PostgreSQL store is checked by its own tools: pg_amcheck, pg_checksums");
}

static enum err postgres_restore(const struct store_settings *settings, const char *backup_path,
                                 struct fault *fault)
{
    (void)settings;
    (void)backup_path;
    return fail(fault, ERR_INVALID,
                "a PostgreSQL store is restored by its own tools: pg_restore, or pgBackRest");
}

static size_t postgres_queue_length(struct store *base)
{
    struct pg_store *store = postgres_of(base);

    (void)pthread_mutex_lock(&store->lock);
    size_t waiting = store->waiting;

    (void)pthread_mutex_unlock(&store->lock);
    return waiting;
}

const struct driver postgres_driver = {
    .name = "postgresql",
    .open = postgres_open,
    .close = postgres_close,
    .read = postgres_read,
    .write = postgres_write,
    .run = postgres_run,
    .run_many = postgres_run_many,
    .run_script = postgres_run_script,
    .backup = postgres_backup,
    .check = postgres_check,
    .restore = postgres_restore,
    .queue_length = postgres_queue_length,
};
