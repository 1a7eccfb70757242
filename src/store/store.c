#include "store/store.h"

#include <assert.h>
#include <string.h>

#include "base/fault.h"
#include "store/driver.h"
#include "store/totals.h"
#include "store/versions.h"
#include "store/work.h"

const struct store_settings STORE_DEFAULTS = {
    .url = "sqlite:periti.db",
    .reader_max = 16,
    .queue_max = 1024,
    .group_max = 1024,
    .schema = &store_schema,
};

/* Which driver a URL names; NULL: none. */
static const struct driver *choose(const char *url)
{
    if (strncmp(url, "sqlite:", 7) == 0 && url[7] != '\0') {
        return &sqlite_driver;
    }
    if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0) {
        return &postgres_driver;
    }
    return NULL;
}

static enum err check_url(const char *url, struct fault *fault)
{
    if (choose(url) == NULL) {
        return fail_field(fault, ERR_INVALID, "url",
                          "a store's URL is sqlite:FILE or postgresql://USER@HOST:PORT/DATABASE");
    }
    return OK;
}

static enum err check_settings(const struct store_settings *settings, struct fault *fault)
{
    TRY(check_url(settings->url, fault));
    if (settings->reader_max < 1 || settings->reader_max > 1000) {
        return fail_field(fault, ERR_INVALID, "reader_max", "reader_max is 1 to 1000");
    }
    if (settings->queue_max < 1 || settings->queue_max > 1000000) {
        return fail_field(fault, ERR_INVALID, "queue_max", "queue_max is 1 to 1000000");
    }
    if (settings->group_max < 1 || settings->group_max > 1000000) {
        return fail_field(fault, ERR_INVALID, "group_max", "group_max is 1 to 1000000");
    }
    return OK;
}

enum err store_open(const struct store_settings *settings, struct store **out, struct fault *fault)
{
    struct store *store = NULL;

    TRY(check_settings(settings, fault));
    const struct driver *driver = choose(settings->url);

    TRY(driver->open(settings, &store, fault));
    store->driver = driver;
    store->schema = settings->schema == NULL ? &store_schema : settings->schema;
    store->ids = id_source_new();
    enum err err = ledger_check(store, fault);

    if (err == OK && settings->existing && store->schema_version == 0) {
        err = fail(fault, ERR_NOT_FOUND, "%s holds no store of Periti", settings->url);
    }
    if (err != OK) {
        store_close(store);
        return err;
    }
    *out = store;
    return OK;
}

void store_close(struct store *store)
{
    if (store != NULL) {
        id_source_free(store->ids);
        store->driver->close(store);
    }
}

enum err store_read(struct work *work, store_body *body, void *context)
{
    if (work->db != NULL) {
        return body(work, context);
    }
    enum err err = work->store->driver->read(work->store, work, body, context);

    assert(work->db == NULL);
    work->store->reads++;
    return err;
}

enum err store_write(struct work *work, store_body *body, void *context)
{
    if (work->db != NULL) {
        assert(work->db->writing);
        return body(work, context);
    }
    enum err err = work->store->driver->write(work->store, work, body, context);

    assert(work->db == NULL);
    return err;
}

enum err store_writable(struct store *store, struct fault *fault)
{
    return store->driver->writable == NULL ? OK : store->driver->writable(store, fault);
}

bool store_is_near(const struct store *store)
{
    return store->driver->write_later != NULL;
}

void store_write_later(struct work *work, store_body *body, void *context, store_done *done)
{
    assert(work->db == NULL);
    work->store->driver->write_later(work->store, work, body, context, done);
}

void store_sum(struct work *work, store_total *serve, const struct total *total)
{
    struct db *db = work->db;

    assert(db != NULL && db->writing);
    if (db->totals == NULL) {
        db->totals = totals_new();
    }
    totals_note(db->totals, serve, total);
}

int64_t store_summed(struct work *work, store_total *serve, const struct total *total)
{
    const struct db *db = work->db;

    assert(db != NULL && db->writing);
    return db->totals == NULL ? 0 : totals_noted(db->totals, serve, total);
}

uint64_t store_version(const struct store *store, const char *const *tables, size_t table_count)
{
    return store->versions == NULL ? 0 : versions_of(store->versions, tables, table_count);
}

enum err store_backup(const struct store_settings *settings, const char *path, struct fault *fault)
{
    TRY(check_url(settings->url, fault));
    return choose(settings->url)->backup(settings, path, fault);
}

enum err store_restore(const struct store_settings *settings, const char *backup_path,
                       struct fault *fault)
{
    TRY(check_url(settings->url, fault));
    return choose(settings->url)->restore(settings, backup_path, fault);
}

enum err store_check(struct store *store, struct fault *fault)
{
    return store->driver->check(store, fault);
}

void store_statistics(struct store *store, struct store_statistics *out)
{
    *out = (struct store_statistics){
        .driver = store->driver->name,
        .schema_version = store->schema_version,
        .reads = store->reads,
        .writes = store->writes,
        .commits = store->commits,
        .refused = store->refused,
        .retried = store->retried,
        .queue_length = store->driver->queue_length(store),
    };
}
