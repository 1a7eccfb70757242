#include "sys/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A write for each line would cost more than the line: those of a moment go together. */
enum { ROOM = 512 * 1024, MOMENT_NS = 5 * 1000 * 1000 };

struct log {
    int descriptor;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    bool closing;
    bool idle; /* the thread waits for a line */
    uint64_t dropped;
    size_t size;
    char *filling;
    char *writing;
};

static void write_all(int descriptor, const char *at, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(descriptor, at, size);

        if (wrote > 0) {
            at += wrote;
            size -= (size_t)wrote;
        } else if (wrote < 0 && errno == EAGAIN) {
            (void)poll(&(struct pollfd){.fd = descriptor, .events = POLLOUT}, 1, 1000);
        } else if (wrote < 0 && errno != EINTR) {
            return; /* nobody reads any more: there is nobody to tell */
        }
    }
}

static void append(struct log *log, const char *at, size_t size)
{
    memcpy(log->filling + log->size, at, size);
    log->filling[log->size + size] = '\n';
    log->size += size + 1;
}

/* And a moment longer for those that follow; with the lock held. */
static void wait_for_lines(struct log *log)
{
    while (log->size == 0 && !log->closing) {
        log->idle = true;
        (void)pthread_cond_wait(&log->more, &log->lock);
        log->idle = false;
    }
    if (log->size < ROOM / 2 && !log->closing) {
        (void)pthread_mutex_unlock(&log->lock);
        (void)nanosleep(&(struct timespec){.tv_nsec = MOMENT_NS}, NULL);
        (void)pthread_mutex_lock(&log->lock);
    }
}

/* Swap the two halves under the lock and write outside of it. */
static bool drain(struct log *log)
{
    (void)pthread_mutex_lock(&log->lock);
    wait_for_lines(log);
    char *full = log->filling;
    size_t size = log->size;
    bool last = log->closing;

    log->filling = log->writing;
    log->writing = full;
    log->size = 0;
    if (log->dropped > 0) {
        char line[64];
        int width = snprintf(line, sizeof(line), "{\"event\":\"log_dropped\",\"lines\":%llu}",
                             (unsigned long long)log->dropped);

        append(log, line, (size_t)width);
        log->dropped = 0;
    }
    last = last && log->size == 0;
    (void)pthread_mutex_unlock(&log->lock);
    write_all(log->descriptor, full, size);
    return !last;
}

static void *run(void *context)
{
    while (drain(context)) {
    }
    return NULL;
}

static void *room_or_die(size_t size)
{
    void *room = calloc(1, size);

    if (room == NULL) {
        fputs("out of memory for the log\n", stderr);
        abort();
    }
    return room;
}

struct log *log_new(int descriptor)
{
    struct log *log = room_or_die(sizeof(*log));

    log->descriptor = descriptor;
    log->filling = room_or_die(ROOM);
    log->writing = room_or_die(ROOM);
    (void)pthread_mutex_init(&log->lock, NULL);
    (void)pthread_cond_init(&log->more, NULL);
    if (pthread_create(&log->thread, NULL, run, log) != 0) {
        fputs("the log's thread could not be started\n", stderr);
        abort();
    }
    return log;
}

void log_free(struct log *log)
{
    if (log == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&log->lock);
    log->closing = true;
    (void)pthread_cond_signal(&log->more);
    (void)pthread_mutex_unlock(&log->lock);
    (void)pthread_join(log->thread, NULL);
    (void)pthread_cond_destroy(&log->more);
    (void)pthread_mutex_destroy(&log->lock);
    free(log->filling);
    free(log->writing);
    free(log);
}

void log_line(struct log *log, struct text line)
{
    (void)pthread_mutex_lock(&log->lock);
    if (line.size + 1 > ROOM - log->size) {
        log->dropped++;
    } else {
        append(log, line.at, line.size);
        if (log->idle) {
            (void)pthread_cond_signal(&log->more);
        }
    }
    (void)pthread_mutex_unlock(&log->lock);
}
