#pragma once

/* The PostgreSQL driver, private to the room: a pool of connections over libpq. */

#include <libpq-fe.h>
#include <pthread.h>

#include "store/cache.h"
#include "store/driver.h"

struct arena;

struct pg_connection {
    struct db db;
    PGconn *handle;
    struct cache cache; /* of the names of prepared statements, to be freed */
    unsigned statement_count;
    unsigned cursor_count;
    bool used;  /* it was idle before, and may have died then */
    bool retry; /* the transaction lost against another one and may be run again */
    struct pg_connection *next;
};

struct pg_store {
    struct store store;
    char *url;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct pg_connection *idle; /* guarded, as all below */
    size_t open_count;
    size_t open_max;
    size_t waiting;
    size_t waiting_max;
};

static inline struct pg_store *postgres_of(struct store *store)
{
    return (struct pg_store *)store;
}

/* postgres_pool.c */
enum err pool_borrow(struct pg_store *store, struct pg_connection **out, struct fault *fault);
void pool_return(struct pg_store *store, struct pg_connection *connection); /* drops broken ones */
void pool_close(struct pg_store *store);

/* postgres_run.c */
enum err postgres_run(struct work *work, const struct query *query, const void *args,
                      const struct sink *sink, int64_t *affected);
enum err postgres_run_many(struct work *work, const struct query *query, const void *args,
                           size_t count);
enum err postgres_run_script(struct work *work, const char *text);

/* Run statements without parameters. */
enum err postgres_script(struct pg_connection *connection, const char *text, struct fault *fault);

/* Word a failed result: who has to act, and `what` failed. NULL: the connection itself failed. */
enum err postgres_fault(struct pg_connection *connection, const PGresult *result, const char *what,
                        struct fault *fault);

/* postgres_value.c: between structs and the text format. NULL is absent. */
const char *postgres_from_slot(struct arena *arena, const struct query_slot *slot,
                               const char *args);
void postgres_to_slot(struct arena *arena, const struct query_slot *slot, const char *value,
                      char *row);
