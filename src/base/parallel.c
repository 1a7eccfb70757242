#include "base/parallel.h"

void parallel_run(const struct parallel *parallel, size_t chunk_count,
                  void (*work)(void *context, size_t chunk), void *context)
{
    if (parallel != NULL) {
        parallel->run(parallel, chunk_count, work, context);
        return;
    }
    for (size_t chunk = 0; chunk < chunk_count; chunk++) {
        work(context, chunk);
    }
}
