#include <errno.h>

#include "base/time.h"
#include "store/sqlite.h"
#include "store/work.h"
#include "sys/clock.h"

enum { WAIT_S = 10 };

/* Wait until a connection is idle or may be opened; with the lock held. */
static bool wait_for_room(struct readers *readers)
{
    const struct timespec until = clock_until(WAIT_S * TIME_SECOND);

    while (readers->idle == NULL && readers->open_count == readers->open_max) {
        if (pthread_cond_clockwait(&readers->returned, &readers->lock, CLOCK_MONOTONIC, &until) ==
            ETIMEDOUT) {
            return false;
        }
    }
    return true;
}

static enum err borrow(struct sqlite_store *store, struct work *work, struct connection **out)
{
    struct readers *readers = &store->readers;

    (void)pthread_mutex_lock(&readers->lock);
    bool room = wait_for_room(readers);
    struct connection *idle = readers->idle;

    if (idle != NULL) {
        readers->idle = idle->next;
    } else if (room) {
        readers->open_count++;
    }
    (void)pthread_mutex_unlock(&readers->lock);
    if (!room) {
        return work_fail(work, ERR_UNAVAILABLE,
                         "all connections to the store are in use; try again"
                         " later");
    }
    if (idle != NULL) {
        *out = idle;
        return OK;
    }
    enum err err = connection_open(store->path, false, out, &work->fault);

    if (err != OK) {
        (void)pthread_mutex_lock(&readers->lock);
        readers->open_count--;
        (void)pthread_cond_signal(&readers->returned);
        (void)pthread_mutex_unlock(&readers->lock);
    }
    return err;
}

static void give_back(struct readers *readers, struct connection *connection)
{
    (void)pthread_mutex_lock(&readers->lock);
    connection->next = readers->idle;
    readers->idle = connection;
    (void)pthread_cond_signal(&readers->returned);
    (void)pthread_mutex_unlock(&readers->lock);
}

enum err sqlite_read(struct store *store, struct work *work, store_body *body, void *context)
{
    struct connection *connection = NULL;

    TRY(borrow(sqlite_of(store), work, &connection));
    enum err err = connection_begin(connection, &work->fault);

    if (err == OK) {
        connection->db.broken = false;
        work->db = &connection->db;
        err = body(work, context);
        work->db = NULL;
        connection_end(connection);
    }
    give_back(&sqlite_of(store)->readers, connection);
    return err;
}

void readers_close(struct readers *readers)
{
    while (readers->idle != NULL) {
        struct connection *next = readers->idle->next;

        connection_close(readers->idle);
        readers->idle = next;
        readers->open_count--;
    }
}
