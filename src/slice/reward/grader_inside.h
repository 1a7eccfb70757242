#pragma once

/* The grader as its own files see it: everything is guarded by its one lock. */

#include <pthread.h>
#include <stdatomic.h>

#include "slice/reward/grader.h"

enum {
    THREADS_MAX = 64,
    DOCKETS_MAX = 32,
    LOADS_PER_THREAD = 3,
    PROGRAMS_PER_SLOT = 4,
    GUESTS_MAX = 24,
};

/* Work of one kind that waits in a docket. */
struct queue {
    struct load *first;
    struct load *last;
};

struct docket {
    struct grader *grader;
    struct grading *grading;
    struct queue texts;
    struct queue programs; /* loads of one row each */
    size_t open_texts;     /* waiting or running */
    size_t open_programs;
    struct sheet *done_first;
    struct sheet *done_last;
    size_t done_count;
    pthread_cond_t changed;
    _Atomic bool cancel;
};

struct grader {
    pthread_mutex_t lock;
    pthread_cond_t texts_wait;
    pthread_cond_t programs_wait;
    struct docket *dockets[DOCKETS_MAX];
    size_t turn; /* where to look first for the next load */
    bool closing;
    struct sandbox *python;
    struct sandbox *commands;
    size_t text_count;
    size_t program_count;
    pthread_t threads[2 * THREADS_MAX];
    size_t thread_count;
    _Atomic int64_t guest_count;
};

/* docket.c */
void queue_append(struct queue *queue, struct load *load);
struct load *queue_withdraw(struct queue *queue); /* NULL: it is empty */
