/*
 * How many times a second a trivial program runs: plainly forked and executed, and in slots.
 * Usage: bench_sandbox plain|slots WORKERS SECONDS COMMAND...; prints runs per second.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sandbox/sandbox.h"

enum { WORKERS_MAX = 64 };

struct worker {
    struct sandbox *sandbox; /* NULL: plain */
    const char *const *command;
    double seconds;
    double rate;
    bool bad;
};

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool run_plain(const struct worker *worker)
{
    int status = 1;
    pid_t child = fork();

    if (child == 0) {
        (void)execv(worker->command[0], (char *const *)(uintptr_t)worker->command);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool run_slot(const struct worker *worker)
{
    static const char *const nothing[] = {NULL};
    ARENA_SCOPE arena = arena_new();
    struct sandbox_job job = {
        .arguments = worker->command, .environment = nothing, .limits = sandbox_limits_default};
    struct sandbox_outcome outcome = {0};
    struct fault fault;

    return sandbox_run(worker->sandbox, &job, arena, &outcome, &fault) == OK &&
           outcome.end == SANDBOX_EXITED && outcome.exit_code == 0;
}

static void *work(void *context)
{
    struct worker *worker = context;
    double begin = now();
    size_t count = 0;

    while (!worker->bad && now() < begin + worker->seconds) {
        worker->bad = !(worker->sandbox == NULL ? run_plain(worker) : run_slot(worker));
        count++;
    }
    worker->rate = (double)count / (now() - begin);
    return NULL;
}

/* Plain workers are processes, so that none pays for the memory maps of the others. */
static double measure_plain(struct worker *model, size_t count)
{
    double sum = 0;
    int pipes[2];

    if (pipe(pipes) != 0) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (fork() == 0) {
            (void)work(model);
            (void)!write(pipes[1], &model->rate, sizeof(model->rate));
            _exit(model->bad);
        }
    }
    for (size_t i = 0; i < count; i++) {
        double rate = 0;

        (void)!read(pipes[0], &rate, sizeof(rate));
        sum += rate;
        (void)wait(NULL);
    }
    return sum;
}

static double measure_slots(struct worker *model, size_t count)
{
    struct sandbox_options options = sandbox_options_default;
    struct worker workers[WORKERS_MAX];
    pthread_t threads[WORKERS_MAX];
    struct fault fault = {0};
    double sum = 0;

    options.slot_count = count;
    if (sandbox_new(&options, &model->sandbox, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        workers[i] = *model;
        (void)pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (size_t i = 0; i < count; i++) {
        (void)pthread_join(threads[i], NULL);
        sum += workers[i].bad ? 0 : workers[i].rate;
    }
    sandbox_free(model->sandbox);
    return sum;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: bench_sandbox plain|slots WORKERS SECONDS COMMAND...\n");
        return 2;
    }
    size_t count = strtoul(argv[2], NULL, 10);
    struct worker model = {.seconds = strtod(argv[3], NULL),
                           .command = (const char *const *)(argv + 4)};

    count = count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : count;
    printf("%.1f\n", strcmp(argv[1], "plain") == 0 ? measure_plain(&model, count)
                                                   : measure_slots(&model, count));
    return 0;
}
