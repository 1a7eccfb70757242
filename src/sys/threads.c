#include "sys/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

struct task {
    void (*work)(void *context, size_t chunk);
    void *context;
    size_t chunk_count;
    atomic_size_t next;
};

static void *run_chunks(void *at)
{
    struct task *task = at;

    for (;;) {
        size_t chunk = atomic_fetch_add(&task->next, 1);

        if (chunk >= task->chunk_count) {
            return NULL;
        }
        task->work(task->context, chunk);
    }
}

static void run(const struct parallel *self, size_t chunk_count,
                void (*work)(void *context, size_t chunk), void *context)
{
    struct task task = {.work = work, .context = context, .chunk_count = chunk_count};
    pthread_t threads[THREADS_MAX];
    size_t want = self->thread_count < chunk_count ? self->thread_count : chunk_count;
    size_t started = 0;

    while (started + 1 < want && pthread_create(&threads[started], NULL, run_chunks, &task) == 0) {
        started++;
    }
    (void)run_chunks(&task);
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}

struct parallel threads_new(size_t thread_count)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (thread_count == 0) {
        thread_count = processors < 1 ? 1 : (size_t)processors;
    }
    return (struct parallel){
        .run = run, .thread_count = thread_count < THREADS_MAX ? thread_count : THREADS_MAX};
}
