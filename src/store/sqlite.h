#pragma once

/*
 * The SQLite driver, private to the room.
 *
 * One connection does all writes and all checkpoints; readers open the file
 * read-only and never checkpoint, also not when they close. That is more than
 * taste: SQLite before 3.51.3 can corrupt a WAL that two connections reset at
 * once.
 */

#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>

#include "store/cache.h"
#include "store/driver.h"

struct connection {
    struct db db;
    sqlite3 *handle;
    struct cache cache;  /* of sqlite3_stmt */
    sqlite3_stmt *begin; /* of a reader's transactions, as the next */
    sqlite3_stmt *end;
    struct connection *next;
};

/* A body that waits for the writer; lives on the stack of the thread that waits, or in the arena of
 * the work of one that does not. */
struct ticket {
    struct work *work;
    store_body *body;
    void *context;
    enum err outcome;
    store_done *tell; /* NULL: a thread waits for `done` */
    sem_t done;
    struct ticket *next;
};

struct writer {
    struct connection *connection;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t arrived; /* a body, or the end of a sync */
    struct ticket *first;   /* the queue; guarded, as all below */
    struct ticket *last;
    size_t waiting;
    size_t waiting_max;
    size_t group_max; /* bodies that share a commit */
    int careful;   /* groups that still run with savepoints; the writer thread's own, as the next */
    int wal_pages; /* in the log; the writer thread's own, as the next */
    int moved_pages; /* of them, those that a checkpoint has moved into the file */
    bool closing;
    /* The sync of a commit runs beside the bodies of the next; guarded from here on. */
    struct wal *wal; /* NULL: each commit is synced in its turn */
    pthread_t syncer;
    pthread_cond_t committed;
    struct ticket *unsynced; /* of one commit, which waits for its sync or has it made */
    bool lost;               /* a sync failed: nothing more is written */
    bool ending;
};

struct readers {
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct connection *idle;
    size_t open_count;
    size_t open_max;
};

struct sqlite_store {
    struct store store;
    char *path; /* real, absolute */
    int lock_file;
    struct writer writer;
    struct readers readers;
};

static inline struct sqlite_store *sqlite_of(struct store *store)
{
    return (struct sqlite_store *)store;
}

/* sqlite_connection.c */
enum err connection_open(const char *path, bool writing, struct connection **out,
                         struct fault *fault);
void connection_close(struct connection *connection);

/* Run statements that have no parameters and whose rows do not matter. */
enum err connection_script(struct connection *connection, const char *text, struct fault *fault);

/* A reader's transaction. */
enum err connection_begin(struct connection *connection, struct fault *fault);
void connection_end(struct connection *connection);

/* Word the connection's last error: who has to act, and `what` failed. */
enum err connection_fault(const struct connection *connection, const char *what,
                          struct fault *fault);

/* integrity_check and foreign_key_check; ERR_INTERNAL names the first damage. */
enum err connection_check(struct connection *connection, struct fault *fault);

/* sqlite.c: the real path of a URL's file, which need not exist; to be freed. */
enum err sqlite_find_path(const char *url, char **path, struct fault *fault);

/* sqlite_lock.c: one server a file. `*lock_file` is the descriptor to close in the end. */
enum err sqlite_lock(const char *path, int *lock_file, struct fault *fault);

/* sqlite_run.c */
enum err sqlite_run(struct work *work, const struct query *query, const void *args,
                    const struct sink *sink, int64_t *affected);
enum err sqlite_run_many(struct work *work, const struct query *query, const void *args,
                         size_t count);
enum err sqlite_run_script(struct work *work, const char *text);

/* sqlite_sync.c: after a commit, on a thread of its own: sync, and then tell who waits. */
enum err syncer_start(struct writer *writer, struct fault *fault);
void syncer_stop(struct writer *writer); /* after the sync that is under way */
void syncer_take(struct writer *writer, struct ticket *first);
void tickets_release(struct ticket *first);
enum err writer_check(struct writer *writer, struct fault *fault); /* no sync has failed */

/* sqlite_writer.c */
enum err writer_start(struct sqlite_store *store, struct fault *fault);
void writer_stop(struct sqlite_store *store); /* after what waits is done */
enum err sqlite_write(struct store *store, struct work *work, store_body *body, void *context);
void sqlite_write_later(struct store *store, struct work *work, store_body *body, void *context,
                        store_done *done);

/* sqlite_reader.c */
enum err sqlite_read(struct store *store, struct work *work, store_body *body, void *context);
void readers_close(struct readers *readers);

/* sqlite_backup.c */
enum err sqlite_backup(const struct store_settings *settings, const char *path,
                       struct fault *fault);
enum err sqlite_restore(const struct store_settings *settings, const char *backup_path,
                        struct fault *fault);
