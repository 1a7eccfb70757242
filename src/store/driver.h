#pragma once

/*
 * What a database driver offers to the facade. Private to the room: whoever uses
 * the store sees store.h, and the generated queries see query.h.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/store.h"

struct fault;
struct memo;
struct totals;
struct versions;
struct work;

/* A connection with an open transaction. Each driver's connection begins with it. */
struct db {
    const struct driver *driver;
    bool writing;
    bool broken;            /* a query failed, so the transaction cannot go on */
    bool wrote;             /* the body has asked for a change; whoever runs the body resets it */
    struct totals *totals;  /* made at the first note */
    struct versions *marks; /* where changed tables are marked; NULL: nowhere */
    struct memo *memo;      /* of rows, while their tables are not marked; NULL: none */
};

/* Where the rows of a statement go. `row` is laid out as the query says; its texts and blobs are
 * borrowed from the driver and live until `take` returns, or longer: see `keeps`. */
struct sink {
    enum err (*take)(struct work *work, void *context, const void *row);
    void *context;
    bool streams; /* there may be many rows: do not hold them all */
};

struct driver {
    const char *name; /* as in the URL, without its colon */
    bool keeps;       /* what a sink that does not stream gets is in the work's arena already */

    enum err (*open)(const struct store_settings *settings, struct store **out,
                     struct fault *fault);
    void (*close)(struct store *store);

    /* Run the body in a transaction; work->db is set by the driver. */
    enum err (*read)(struct store *store, struct work *work, store_body *body, void *context);
    enum err (*write)(struct store *store, struct work *work, store_body *body, void *context);
    void (*write_later)(struct store *store, struct work *work, store_body *body, void *context,
                        store_done *done); /* NULL: a write waits for another program */

    /* Inside a transaction. `sink` may be NULL. */
    enum err (*run)(struct work *work, const struct query *query, const void *args,
                    const struct sink *sink, int64_t *affected);
    enum err (*run_many)(struct work *work, const struct query *query, const void *args,
                         size_t count);

    /* Several statements that change the schema; the first thing that a body does. */
    enum err (*run_script)(struct work *work, const char *text);

    enum err (*check)(struct store *store, struct fault *fault);

    /* The store need not be open. */
    enum err (*backup)(const struct store_settings *settings, const char *path,
                       struct fault *fault);
    enum err (*restore)(const struct store_settings *settings, const char *backup_path,
                        struct fault *fault);
    size_t (*queue_length)(struct store *store);
    enum err (*writable)(struct store *store, struct fault *fault); /* NULL: whenever it reads */
};

extern const struct driver sqlite_driver;
extern const struct driver postgres_driver;

/* Each driver's store begins with it. */
struct store {
    const struct driver *driver;
    const struct schema *schema;
    struct id_source *ids;
    struct versions *versions; /* of tables; NULL: other programs write to them too */
    atomic_uint_fast64_t reads;
    atomic_uint_fast64_t writes;
    atomic_uint_fast64_t commits;
    atomic_uint_fast64_t refused;
    atomic_uint_fast64_t retried;
    _Atomic int64_t schema_version;
};

/* query.c: what a body that ended well comes to. ERR_INTERNAL: it swallowed a query's failure. */
enum err db_outcome(const struct db *db, struct work *work);

/* ledger.c: make the table of applied migrations if it is missing, and compare it with the
 * program's. ERR_CONFLICT: a migration was changed after it was applied, or the schema is newer. */
enum err ledger_check(struct store *store, struct fault *fault);
enum err ledger_compare(struct work *work, const struct schema *schema, int64_t *version);

/* work.c */
struct id_source *id_source_new(void);
void id_source_free(struct id_source *source);
