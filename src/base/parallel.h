#pragma once

/*
 * Parallel work, handed to an engine by its caller.
 *
 * An engine cuts its work into chunks whose number depends on the input only,
 * writes each chunk's result into the chunk's own place, and reduces in order of
 * the chunks: the same bits with any number of threads. NULL means serial.
 */

#include <stddef.h>

struct parallel {
    /* Call `work(context, chunk)` once for each chunk in [0, chunk_count), in any order, on any
     * thread, and return when all are done. */
    void (*run)(const struct parallel *self, size_t chunk_count,
                void (*work)(void *context, size_t chunk), void *context);
    size_t thread_count;
};

void parallel_run(const struct parallel *parallel, size_t chunk_count,
                  void (*work)(void *context, size_t chunk), void *context);
