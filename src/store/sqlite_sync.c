/* The sync of a commit, beside the bodies of the next one. One is under way at a time; the writer
 * gathers until it has ended, since what it gathers could not be synced earlier. */

#include <signal.h>
#include <string.h>

#include "base/fault.h"
#include "store/sqlite.h"
#include "store/sqlite_wal.h"
#include "store/work.h"

/* A ticket is gone as soon as it is released. */
void tickets_release(struct ticket *first)
{
    for (struct ticket *ticket = first; ticket != NULL;) {
        struct ticket *next = ticket->next;

        if (ticket->tell != NULL) {
            ticket->tell(ticket->context, ticket->outcome);
        } else {
            (void)sem_post(&ticket->done);
        }
        ticket = next;
    }
}

static enum err refuse(struct fault *fault)
{
    return fail(fault, ERR_UNAVAILABLE,
                "the disk did not keep what was written last; nothing more is written until the "
                "server is started anew and has read what is there");
}

static void refuse_all(struct ticket *first)
{
    for (struct ticket *ticket = first; ticket != NULL; ticket = ticket->next) {
        ticket->outcome = refuse(&ticket->work->fault);
    }
}

enum err writer_check(struct writer *writer, struct fault *fault)
{
    (void)pthread_mutex_lock(&writer->lock);
    bool lost = writer->lost;

    (void)pthread_mutex_unlock(&writer->lock);
    return lost ? refuse(fault) : OK;
}

static struct ticket *wait_for_commit(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->unsynced == NULL && !writer->ending) {
        (void)pthread_cond_wait(&writer->committed, &writer->lock);
    }
    struct ticket *first = writer->unsynced;

    (void)pthread_mutex_unlock(&writer->lock);
    return first;
}

/* The writer goes on before those who wait are told, which takes a while. */
static void note_end(struct writer *writer, bool kept)
{
    (void)pthread_mutex_lock(&writer->lock);
    writer->unsynced = NULL;
    writer->lost = !kept;
    (void)pthread_cond_signal(&writer->arrived);
    (void)pthread_mutex_unlock(&writer->lock);
}

static void *sync_commits(void *context)
{
    struct writer *writer = context;
    struct ticket *first;

    while ((first = wait_for_commit(writer)) != NULL) {
        bool kept = !writer->lost && sqlite_wal_sync(writer->wal);

        if (!kept) {
            refuse_all(first);
        }
        note_end(writer, kept);
        tickets_release(first);
    }
    return NULL;
}

void syncer_take(struct writer *writer, struct ticket *first)
{
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->unsynced != NULL) {
        (void)pthread_cond_wait(&writer->arrived, &writer->lock);
    }
    writer->unsynced = first;
    (void)pthread_cond_signal(&writer->committed);
    (void)pthread_mutex_unlock(&writer->lock);
}

enum err syncer_start(struct writer *writer, struct fault *fault)
{
    sigset_t all;
    sigset_t before;

    (void)pthread_cond_init(&writer->committed, NULL);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are for the program's own threads */
    int started = pthread_create(&writer->syncer, NULL, sync_commits, writer);

    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started != 0) {
        return fail(fault, ERR_UNAVAILABLE, "cannot start the store's thread for syncs: %s",
                    strerror(started));
    }
    return OK;
}

void syncer_stop(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    writer->ending = true;
    (void)pthread_cond_signal(&writer->committed);
    (void)pthread_mutex_unlock(&writer->lock);
    (void)pthread_join(writer->syncer, NULL);
    (void)pthread_cond_destroy(&writer->committed);
}
