#pragma once

/* The bounded pool of workers: each takes a request and keeps it to its end. */

#include <stdbool.h>
#include <stddef.h>

struct pool;
struct request;

/* `work` runs on a worker, once for each request pushed. NULL: the threads could not be started. */
struct pool *pool_new(size_t worker_count, size_t queue_max, void (*work)(struct request *request));

/* False: the queue is full, or the pool is closing. */
bool pool_push(struct pool *pool, struct request *request);

size_t pool_queued(struct pool *pool);
size_t pool_busy(struct pool *pool);

/* Takes out one that still waits, or NULL. */
struct request *pool_withdraw(struct pool *pool);

void pool_free(struct pool *pool); /* waits for the workers; NULL is fine */
