#include "command/progress.h"

#include <stdio.h>
#include <unistd.h>

static void tell(struct progress *progress)
{
    time_t now = time(NULL);

    progress->passes++;
    if (now != progress->told && isatty(STDERR_FILENO) == 1) {
        fprintf(stderr, "\r%s: pass %u", progress->what, progress->passes);
        progress->shown = true;
    }
    progress->told = now;
}

static void run(const struct parallel *self, size_t chunk_count,
                void (*work)(void *context, size_t chunk), void *context)
{
    struct progress *progress = (struct progress *)(uintptr_t)self;

    tell(progress);
    parallel_run(progress->threads, chunk_count, work, context);
}

struct progress progress_new(const struct parallel *threads, const char *what)
{
    return (struct progress){.parallel = {.run = run, .thread_count = threads->thread_count},
                             .threads = threads,
                             .what = what,
                             .told = time(NULL)};
}

void progress_end(struct progress *progress)
{
    if (progress->shown) {
        fprintf(stderr, "\r\033[K");
    }
}
