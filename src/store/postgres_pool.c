#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/time.h"
#include "store/postgres.h"
#include "store/totals.h"
#include "sys/clock.h"

enum { WAIT_S = 10 };

/* What PostgreSQL would say beside its answers is nobody's business. */
static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static void close_connection(struct pg_connection *connection)
{
    cache_clear(&connection->cache, free); /* the server forgets them with the connection */
    totals_free(connection->db.totals);
    PQfinish(connection->handle);
    free(connection);
}

static enum err open_connection(const char *url, struct pg_connection **out, struct fault *fault)
{
    /* What stands before the URL may be overruled by it. */
    static const char *const NAMES[] = {"application_name", "connect_timeout", "tcp_user_timeout",
                                        "dbname",           "client_encoding", NULL};
    const char *const values[] = {"periti", "5", "15000", url, "UTF8", NULL};
    struct pg_connection *connection = calloc(1, sizeof(*connection));

    if (connection == NULL) {
        abort();
    }
    connection->db.driver = &postgres_driver;
    connection->handle = PQconnectdbParams(NAMES, values, 1);
    if (PQstatus(connection->handle) != CONNECTION_OK) {
        enum err err = fail(fault, ERR_UNAVAILABLE, "PostgreSQL cannot be reached: %.*s",
                            (int)strcspn(PQerrorMessage(connection->handle), "\n"),
                            PQerrorMessage(connection->handle));

        close_connection(connection);
        return err;
    }
    (void)PQsetNoticeProcessor(connection->handle, ignore_notice, NULL);
    *out = connection;
    return OK;
}

/* Wait until a connection is idle or may be opened; with the lock held. */
static bool wait_for_room(struct pg_store *store)
{
    const struct timespec until = clock_until(WAIT_S * TIME_SECOND);
    bool room = true;

    store->waiting++;
    while (room && store->idle == NULL && store->open_count == store->open_max) {
        room = pthread_cond_clockwait(&store->returned, &store->lock, CLOCK_MONOTONIC, &until) !=
               ETIMEDOUT;
    }
    store->waiting--;
    return room;
}

/* An idle connection, or NULL and leave to open one. */
static enum err take_place(struct pg_store *store, struct pg_connection **out, struct fault *fault)
{
    (void)pthread_mutex_lock(&store->lock);
    bool room = store->waiting < store->waiting_max && wait_for_room(store);

    *out = NULL;
    if (room && store->idle != NULL) {
        *out = store->idle;
        store->idle = store->idle->next;
    } else if (room) {
        store->open_count++;
    }
    (void)pthread_mutex_unlock(&store->lock);
    if (!room) {
        store->store.refused++;
        return fail(fault, ERR_UNAVAILABLE,
                    "all connections to the store are in use; try again later");
    }
    return OK;
}

static void leave_place(struct pg_store *store, struct pg_connection *idle)
{
    (void)pthread_mutex_lock(&store->lock);
    if (idle == NULL) {
        store->open_count--;
    } else {
        idle->next = store->idle;
        store->idle = idle;
    }
    (void)pthread_cond_signal(&store->returned);
    (void)pthread_mutex_unlock(&store->lock);
}

enum err pool_borrow(struct pg_store *store, struct pg_connection **out, struct fault *fault)
{
    TRY(take_place(store, out, fault));
    if (*out != NULL) {
        return OK;
    }
    enum err err = open_connection(store->url, out, fault);

    if (err != OK) {
        leave_place(store, NULL);
    }
    return err;
}

void pool_return(struct pg_store *store, struct pg_connection *connection)
{
    bool sound = PQstatus(connection->handle) == CONNECTION_OK &&
                 PQtransactionStatus(connection->handle) == PQTRANS_IDLE;

    connection->used = true;
    if (!sound) {
        close_connection(connection);
    }
    leave_place(store, sound ? connection : NULL);
}

void pool_close(struct pg_store *store)
{
    while (store->idle != NULL) {
        struct pg_connection *next = store->idle->next;

        close_connection(store->idle);
        store->idle = next;
        store->open_count--;
    }
    assert(store->open_count == 0);
}
