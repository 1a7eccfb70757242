#pragma once

/*
 * The store: one facade over SQLite and PostgreSQL.
 *
 * Whoever reads or writes hands in a body. The body runs inside one transaction
 * with `work->db` set, sees one consistent state, and may be run again from the
 * start when the store asks for it (a serialisation failure); so it must have no
 * effect but on its arena and the store.
 *
 * SQLite: one writer thread takes bodies from a bounded queue, runs each inside
 * its own savepoint, and commits those that waited together in one sync; readers
 * have read-only connections. PostgreSQL: each body borrows a connection;
 * transactions are serialisable. Either way, OK from store_write means durable.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fault;
struct schema;
struct store;
struct work;

struct store_settings {
    const char *url;    /* "sqlite:/var/lib/periti/periti.db" or "postgresql://…" */
    int64_t reader_max; /* connections for reading (SQLite), or in all (PostgreSQL) */
    int64_t queue_max;  /* write bodies that may wait; more is ERR_UNAVAILABLE at once */
    int64_t group_max;  /* bodies that may share one sync (SQLite); 1: each commits alone */
    const struct schema *schema; /* migrations; NULL: those of the product */
    bool existing;               /* only look: do not make one */
};
extern const struct store_settings STORE_DEFAULTS;

/* ERR_CONFLICT: another server has this SQLite file open, or its schema is newer than this program
 *;
 * ERR_NOT_FOUND, with `existing`: there is none; ERR_UNAVAILABLE: PostgreSQL cannot be reached. */
enum err store_open(const struct store_settings *settings, struct store **out, struct fault *fault);

/* Finishes what was accepted. NULL is fine. */
void store_close(struct store *store);

/* Apply the embedded migrations that are missing, each in a transaction; *applied counts them. */
enum err store_migrate(struct store *store, int64_t now_us, size_t *applied, struct fault *fault);

typedef enum err store_body(struct work *work, void *context);

/* A body that reads or writes again does so in its own transaction, whose outcome is one; a body
 * of store_read must not write. */
/* ERR_UNAVAILABLE: the queue is full, the disk is full or the server is gone; try again later. */
enum err store_read(struct work *work, store_body *body, void *context);
enum err store_write(struct work *work, store_body *body, void *context);

/* ERR_UNAVAILABLE: it takes no writes any more, and says why. */
enum err store_writable(struct store *store, struct fault *fault);

/* Does whoever reads, or queues a write, wait for no other program? (SQLite.) */
bool store_is_near(const struct store *store);

/* The same as store_write, for a store that is near, without waiting: `done` is called once, on the
 * store's own thread or, when the queue is full, before this returns. Until then work and context
 * are the store's. `done` must be quick: whoever waits for the same commit waits for it too. */
typedef void store_done(void *context, enum err err);
void store_write_later(struct work *work, store_body *body, void *context, store_done *done);

/* What many bodies want done to the same thing, done once for all of them: `serve` runs inside the
 * transaction, before its commit, with the sum of the amounts that were noted under the same
 * `serve` and texts by bodies that went well; not at all for a sum of zero. Its failure is theirs.
 * The texts live in the noting work's arena or longer. Inside a body of store_write only. */
struct total {
    const char *organisation_id;
    const char *object_id;
    const char *name;
    int64_t amount;
};
typedef enum err store_total(struct work *work, const struct total *total);
void store_sum(struct work *work, store_total *serve, const struct total *total);

/* What this body and those of the same transaction before it have noted under `serve` and the texts
 * of `total`, and what is not served yet: the part that the stored sum lacks. */
int64_t store_summed(struct work *work, store_total *serve, const struct total *total);

/* Grows before a change of one of the tables is acknowledged; so what was read of them after this
 * was asked still holds while it is the same. Zero: others write to the store too (PostgreSQL), and
 * nothing can be said. */
uint64_t store_version(const struct store *store, const char *const *tables, size_t table_count);

/* A consistent copy (SQLite), verified after it was written; ERR_CONFLICT: `path` exists. The store
 * need not be open here, and may be open, and written to, in another process: it is only read. Of
 * the settings, only `url` and `schema` count here and in store_restore. */
enum err store_backup(const struct store_settings *settings, const char *path, struct fault *fault);

/* Check a backup (integrity, foreign keys, schema version) and put it in the place of the settings'
 * file, which must not be open; what was there is kept beside it as FILE.replaced. */
enum err store_restore(const struct store_settings *settings, const char *backup_path,
                       struct fault *fault);

/* The store's own integrity check; ERR_INTERNAL names the first damage. */
enum err store_check(struct store *store, struct fault *fault);

struct store_statistics {
    const char *driver; /* "sqlite" or "postgresql" */
    int64_t schema_version;
    uint64_t reads;
    uint64_t writes;  /* bodies committed */
    uint64_t commits; /* syncs: several bodies may share one */
    uint64_t refused; /* because the queue was full */
    uint64_t retried;
    size_t queue_length;
};
void store_statistics(struct store *store, struct store_statistics *out);
