#include "http/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* Deep enough for JSON of 64 levels and for the drivers of the store; pages that are never touched
 * cost nothing. */
enum { STACK_SIZE = 512 * 1024 };

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    void (*work)(struct request *request);
    struct request **ring;
    size_t room;
    size_t first;
    size_t count;
    size_t busy;
    bool closing;
    size_t worker_count;
    pthread_t workers[];
};

static struct request *take_locked(struct pool *pool)
{
    struct request *request = pool->ring[pool->first];

    pool->first = (pool->first + 1) % pool->room;
    pool->count--;
    return request;
}

static void *run(void *context)
{
    struct pool *pool = context;

    (void)pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->count == 0 && !pool->closing) {
            (void)pthread_cond_wait(&pool->more, &pool->lock);
        }
        if (pool->count == 0) {
            break;
        }
        struct request *request = take_locked(pool);

        pool->busy++;
        (void)pthread_mutex_unlock(&pool->lock);
        pool->work(request);
        (void)pthread_mutex_lock(&pool->lock);
        pool->busy--;
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static bool start(struct pool *pool, size_t worker_count)
{
    pthread_attr_t attributes;
    bool good = true;

    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (good && pool->worker_count < worker_count) {
        good = pthread_create(&pool->workers[pool->worker_count], &attributes, run, pool) == 0;
        pool->worker_count += good;
    }
    (void)pthread_attr_destroy(&attributes);
    return good;
}

struct pool *pool_new(size_t worker_count, size_t queue_max, void (*work)(struct request *request))
{
    struct pool *pool = calloc(1, sizeof(*pool) + worker_count * sizeof(pool->workers[0]));
    struct request **ring = calloc(queue_max, sizeof(struct request *));

    if (pool == NULL || ring == NULL) {
        fputs("out of memory for the request workers\n", stderr);
        abort();
    }
    pool->ring = ring;
    pool->room = queue_max;
    pool->work = work;
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->more, NULL);
    if (!start(pool, worker_count)) {
        pool_free(pool);
        return NULL;
    }
    return pool;
}

bool pool_push(struct pool *pool, struct request *request)
{
    (void)pthread_mutex_lock(&pool->lock);
    bool fits = pool->count < pool->room && !pool->closing;

    if (fits) {
        pool->ring[(pool->first + pool->count) % pool->room] = request;
        pool->count++;
        (void)pthread_cond_signal(&pool->more);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return fits;
}

size_t pool_queued(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    size_t count = pool->count;

    (void)pthread_mutex_unlock(&pool->lock);
    return count;
}

size_t pool_busy(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    size_t busy = pool->busy;

    (void)pthread_mutex_unlock(&pool->lock);
    return busy;
}

struct request *pool_withdraw(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    struct request *request = pool->count == 0 ? NULL : take_locked(pool);

    (void)pthread_mutex_unlock(&pool->lock);
    return request;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    (void)pthread_cond_broadcast(&pool->more);
    (void)pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->worker_count; i++) {
        (void)pthread_join(pool->workers[i], NULL);
    }
    (void)pthread_cond_destroy(&pool->more);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool->ring);
    free(pool);
}
