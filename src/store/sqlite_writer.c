#include <assert.h>
#include <signal.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/sqlite.h"
#include "store/sqlite_wal.h"
#include "store/totals.h"
#include "store/versions.h"
#include "store/work.h"
#include "sys/clock.h"

enum {
    GROUP_US_MAX = 50000,         /* the first of a group waits at most about this for the others */
    GROUP_ENOUGH = 32,            /* that a commit's own cost hardly counts */
    CHECKPOINT_PAGES = 4000,      /* when nobody waits; a page is 4 KiB */
    CHECKPOINT_PAGES_MAX = 16000, /* even when somebody does */
    CAREFUL_GROUPS = 32,          /* that run with savepoints after one needed them */
};

/* The bodies of one commit, in the order in which they ran. */
struct group {
    struct ticket *first;
    struct ticket *last;
    size_t count;
    size_t good;
    int64_t since_us;
};

/* A full disk may have ended the transaction already. */
static bool transaction_lives(const struct connection *connection)
{
    return sqlite3_get_autocommit(connection->handle) == 0;
}

/* References that only the commit would check are checked here, so that they cost nobody else. */
static enum err check_references(struct connection *connection, struct work *work)
{
    int broken = 0;
    int peak;

    (void)sqlite3_db_status(connection->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &peak, 0);
    if (broken != 0) {
        return work_fail(work, ERR_CONFLICT, "a row refers to another that does not exist");
    }
    return OK;
}

/* Run one body; what it noted counts if it went well. */
static enum err run_body(struct connection *connection, struct ticket *ticket)
{
    struct db *db = &connection->db;

    db->broken = db->wrote = false;
    ticket->work->db = db;
    enum err err = ticket->body(ticket->work, ticket->context);

    ticket->work->db = NULL;
    if (err == OK) {
        err = db_outcome(db, ticket->work);
    }
    if (err == OK && db->wrote) {
        err = check_references(connection, ticket->work);
    }
    if (db->totals != NULL) {
        (err == OK ? totals_keep : totals_drop)(db->totals);
    }
    return err;
}

/* Run one body in its own savepoint. */
static enum err run_carefully(struct connection *connection, struct ticket *ticket)
{
    struct work *work = ticket->work;

    TRY(connection_script(connection, "SAVEPOINT body", &work->fault));
    enum err err = run_body(connection, ticket);

    if (!transaction_lives(connection)) {
        return err == OK ? work_fail(work, ERR_UNAVAILABLE, "the store lost its transaction") : err;
    }
    (void)sqlite3_exec(connection->handle,
                       err == OK ? "RELEASE body" : "ROLLBACK TO body; RELEASE body", NULL, NULL,
                       NULL);
    return err;
}

/* While an earlier commit is synced this one could not be, so it stays open. When the disk has
 * nothing to do, it gets something soon: syncs and bodies run side by side as long as some clients
 * wait for the one and some for the other. */
static bool is_complete(const struct writer *writer, const struct group *group)
{
    return group->count == writer->group_max ||
           (group->count > 0 && clock_tick_us() - group->since_us > GROUP_US_MAX) ||
           (group->count >= GROUP_ENOUGH && writer->wal != NULL && writer->unsynced == NULL);
}

/* The next body of the group; NULL: nobody waits, or the group is complete. */
static struct ticket *next_ticket(struct writer *writer, struct group *group)
{
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->first == NULL && group->count > 0 && writer->unsynced != NULL) {
        (void)pthread_cond_wait(&writer->arrived, &writer->lock);
    }
    struct ticket *ticket = is_complete(writer, group) ? NULL : writer->first;

    if (ticket != NULL) {
        writer->first = ticket->next;
        writer->last = writer->first == NULL ? NULL : writer->last;
        writer->waiting--;
    }
    (void)pthread_mutex_unlock(&writer->lock);
    return ticket;
}

static void add_ticket(struct group *group, struct ticket *ticket)
{
    ticket->next = NULL;
    if (group->last == NULL) {
        group->first = ticket;
    } else {
        group->last->next = ticket;
    }
    group->last = ticket;
    group->count++;
}

/* The commit failed. Whoever believed to be done is not, and whoever was refused may have been so
 * because of a row that is gone again. */
static void fail_group(struct group *group, enum err kind, const struct fault *why)
{
    for (struct ticket *ticket = group->first; ticket != NULL; ticket = ticket->next) {
        if (ticket->outcome != ERR_UNAVAILABLE) {
            ticket->work->fault = *why;
            ticket->outcome = kind;
        }
    }
    group->good = 0;
}

/* Savepoints cost a copy of each page that a body touches, and few bodies fail once they have
 * written. So they run without, until one does; false: it did, and nobody's work may stay. */
static bool run_boldly(struct writer *writer, struct group *group)
{
    struct connection *connection = writer->connection;
    struct ticket *ticket;

    while ((ticket = next_ticket(writer, group)) != NULL) {
        ticket->outcome = run_body(connection, ticket);
        group->good += ticket->outcome == OK;
        add_ticket(group, ticket);
        if ((ticket->outcome != OK && connection->db.wrote) || !transaction_lives(connection)) {
            return false;
        }
    }
    return true;
}

/* Run again those who ran already, then those who wait, each so that it fails alone. */
static void run_safely(struct writer *writer, struct group *group)
{
    struct connection *connection = writer->connection;
    struct ticket *ticket;

    group->good = 0;
    for (ticket = group->first; ticket != NULL && transaction_lives(connection);
         ticket = ticket->next) {
        ticket->work->fault = (struct fault){0};
        ticket->outcome = run_carefully(connection, ticket);
        group->good += ticket->outcome == OK;
    }
    while (transaction_lives(connection) && (ticket = next_ticket(writer, group)) != NULL) {
        ticket->outcome = run_carefully(connection, ticket);
        group->good += ticket->outcome == OK;
        add_ticket(group, ticket);
    }
}

static enum err run_bodies(struct writer *writer, struct group *group, struct fault *fault)
{
    struct connection *connection = writer->connection;

    if (writer->careful > 0) {
        writer->careful--;
    } else if (run_boldly(writer, group)) {
        return OK;
    } else {
        writer->careful = CAREFUL_GROUPS;
        (void)sqlite3_exec(connection->handle, "ROLLBACK", NULL, NULL, NULL);
        if (connection->db.totals != NULL) {
            totals_reset(connection->db.totals);
        }
        TRY(connection_script(connection, "BEGIN IMMEDIATE", fault));
    }
    run_safely(writer, group);
    return OK;
}

/* What the bodies noted, once for all; in the name of nobody. */
static enum err serve_totals(struct connection *connection, const struct group *group,
                             struct fault *fault)
{
    if (connection->db.totals == NULL || group->good == 0) {
        return OK;
    }
    struct work work = *group->last->work;

    work.who = NULL;
    work.db = &connection->db;
    connection->db.broken = false;
    enum err err = totals_serve(connection->db.totals, &work);

    if (err == OK) {
        err = db_outcome(&connection->db, &work);
    }
    if (err != OK) {
        *fault = work.fault;
    }
    return err;
}

/* The log is open once a transaction has begun. Bodies that each commit alone are each synced
 * alone. */
static enum err begin(struct writer *writer, struct fault *fault)
{
    TRY(writer_check(writer, fault));
    TRY(connection_script(writer->connection, "BEGIN IMMEDIATE", fault));
    if (writer->wal == NULL && writer->group_max > 1) {
        writer->wal = sqlite_wal_of(writer->connection->handle);
    }
    return OK;
}

/* A failure of the disk is told to one sync alone: that must be the one whose commits it concerns.
 */
static bool is_settled(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->unsynced != NULL) {
        (void)pthread_cond_wait(&writer->arrived, &writer->lock);
    }
    bool kept = !writer->lost;

    (void)pthread_mutex_unlock(&writer->lock);
    return kept;
}

/* Bound the write-ahead log. What fails is tried again after the next commit. */
static void checkpoint(struct writer *writer, bool somebody_waits)
{
    int fresh = writer->wal_pages - writer->moved_pages;

    if (fresh < (somebody_waits ? CHECKPOINT_PAGES_MAX : CHECKPOINT_PAGES) || !is_settled(writer)) {
        return;
    }
    (void)sqlite3_wal_checkpoint_v2(writer->connection->handle, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                    NULL, &writer->moved_pages);
}

static int note_wal(void *context, sqlite3 *handle, const char *database, int pages)
{
    struct writer *writer = context;

    (void)handle;
    (void)database;
    if (pages < writer->wal_pages) {
        writer->moved_pages = 0; /* the log began anew */
    }
    writer->wal_pages = pages;
    return SQLITE_OK;
}

static void fail_waiting(struct writer *writer, struct group *group, enum err kind,
                         const struct fault *why)
{
    struct ticket *ticket;

    while ((ticket = next_ticket(writer, group)) != NULL) {
        ticket->outcome = OK;
        add_ticket(group, ticket);
    }
    fail_group(group, kind, why);
}

static enum err run_commit(struct writer *writer, struct fault *fault)
{
    if (writer->wal == NULL) {
        return connection_script(writer->connection, "COMMIT", fault);
    }
    sqlite_wal_defer(writer->wal, true);
    enum err err = connection_script(writer->connection, "COMMIT", fault);

    sqlite_wal_defer(writer->wal, false);
    return err;
}

/* End the transaction: all that went well are written, or none is. */
static enum err commit(struct writer *writer, const struct group *group, struct fault *fault)
{
    struct connection *connection = writer->connection;

    if (!transaction_lives(connection)) {
        return fail(fault, ERR_UNAVAILABLE,
                    "another write of the same commit ended it; try again later");
    }
    enum err err = serve_totals(connection, group, fault);

    if (err == OK) {
        err = run_commit(writer, fault);
    }
    if (err != OK) {
        (void)sqlite3_exec(connection->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    return err;
}

/* One transaction for all that wait. */
static void serve_group(struct sqlite_store *store)
{
    struct writer *writer = &store->writer;
    struct group group = {.since_us = clock_tick_us()};
    struct fault fault;
    enum err err = begin(writer, &fault);

    if (err == OK) {
        err = run_bodies(writer, &group, &fault);
    }
    if (err != OK) {
        fail_waiting(writer, &group, err, &fault);
    } else {
        err = commit(writer, &group, &fault);
        if (err != OK) {
            fail_group(&group, err, &fault);
        }
    }
    if (writer->connection->db.totals != NULL) {
        totals_reset(writer->connection->db.totals);
    }
    versions_count(store->store.versions);
    store->store.writes += group.good;
    store->store.commits += group.good > 0;
    if (writer->wal == NULL || err != OK) {
        tickets_release(group.first);
    } else {
        syncer_take(writer, group.first);
    }
}

static bool wait_for_work(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->first == NULL && !writer->closing) {
        (void)pthread_cond_wait(&writer->arrived, &writer->lock);
    }
    bool work = writer->first != NULL;

    (void)pthread_mutex_unlock(&writer->lock);
    return work;
}

static bool somebody_waits(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    bool waits = writer->first != NULL;

    (void)pthread_mutex_unlock(&writer->lock);
    return waits;
}

static void *serve(void *context)
{
    struct sqlite_store *store = context;

    while (wait_for_work(&store->writer)) {
        serve_group(store);
        checkpoint(&store->writer, somebody_waits(&store->writer));
    }
    return NULL;
}

enum err writer_start(struct sqlite_store *store, struct fault *fault)
{
    struct writer *writer = &store->writer;
    sigset_t all;
    sigset_t before;

    (void)pthread_mutex_init(&writer->lock, NULL);
    (void)pthread_cond_init(&writer->arrived, NULL);
    (void)sqlite3_wal_hook(writer->connection->handle, note_wal, writer);
    TRY(syncer_start(writer, fault));
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are for the program's own threads */
    int started = pthread_create(&writer->thread, NULL, serve, store);

    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started != 0) {
        syncer_stop(writer);
        return fail(fault, ERR_UNAVAILABLE, "cannot start the store's writer: %s",
                    strerror(started));
    }
    return OK;
}

void writer_stop(struct sqlite_store *store)
{
    struct writer *writer = &store->writer;

    (void)pthread_mutex_lock(&writer->lock);
    writer->closing = true;
    (void)pthread_cond_signal(&writer->arrived);
    (void)pthread_mutex_unlock(&writer->lock);
    (void)pthread_join(writer->thread, NULL);
    syncer_stop(writer);
    if (writer->lost) { /* whoever opens the file next reads the log before it moves it */
        (void)sqlite3_db_config(writer->connection->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                                NULL);
    }
    (void)pthread_cond_destroy(&writer->arrived);
    (void)pthread_mutex_destroy(&writer->lock);
}

/* False: the queue is full. */
static bool enqueue(struct writer *writer, struct ticket *ticket)
{
    (void)pthread_mutex_lock(&writer->lock);
    bool room = writer->waiting < writer->waiting_max;

    assert(!writer->closing);
    if (room) {
        if (writer->last == NULL) {
            writer->first = ticket;
        } else {
            writer->last->next = ticket;
        }
        writer->last = ticket;
        writer->waiting++;
        (void)pthread_cond_signal(&writer->arrived);
    }
    (void)pthread_mutex_unlock(&writer->lock);
    return room;
}

static enum err refuse(struct store *store, struct work *work)
{
    store->refused++;
    return work_fail(work, ERR_UNAVAILABLE, "too many writes wait for the store; try again later");
}

enum err sqlite_write(struct store *store, struct work *work, store_body *body, void *context)
{
    struct ticket ticket = {.work = work, .body = body, .context = context};

    (void)sem_init(&ticket.done, 0, 0);
    if (!enqueue(&sqlite_of(store)->writer, &ticket)) {
        (void)sem_destroy(&ticket.done);
        return refuse(store, work);
    }
    while (sem_wait(&ticket.done) != 0) {
        /* interrupted by a signal: the body still owns our stack, so wait on */
    }
    (void)sem_destroy(&ticket.done);
    return ticket.outcome;
}

void sqlite_write_later(struct store *store, struct work *work, store_body *body, void *context,
                        store_done *done)
{
    struct ticket *ticket = arena_new_of(work->arena, struct ticket);

    *ticket = (struct ticket){.work = work, .body = body, .context = context, .tell = done};
    if (!enqueue(&sqlite_of(store)->writer, ticket)) {
        done(context, refuse(store, work));
    }
}
