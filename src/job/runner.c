#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "job/job.h"
#include "job/lease.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { RUNNERS_MAX = 64, KEEP_PER_LEASE = 3, SAY_AGAIN_MAX = 5 };

const struct job_settings JOB_DEFAULTS = {.runner_count = 2, .lease_s = 30, .poll_ms = 500};

struct job_runner {
    struct job_settings settings;
    const struct job_kind *const *kinds;
    size_t kind_count;
    struct store *store;
    pthread_t threads[RUNNERS_MAX + 1]; /* the last keeps the leases */
    size_t thread_count;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    struct job_lease *held; /* by the runners now; guarded, as the next */
    bool stopping;
};

static const struct job_kind *find_kind(const struct job_runner *runner, const char *name)
{
    for (size_t i = 0; i < runner->kind_count; i++) {
        if (strcmp(runner->kinds[i]->name, name) == 0) {
            return runner->kinds[i];
        }
    }
    return NULL;
}

/* Sleep, but not through the end; false: it is time to stop. */
static bool pause_for(struct job_runner *runner, int64_t millis)
{
    const struct timespec until = clock_until(millis * 1000);

    (void)pthread_mutex_lock(&runner->lock);
    int waited = 0;

    while (!runner->stopping && waited == 0) {
        waited = pthread_cond_clockwait(&runner->stopped, &runner->lock, CLOCK_MONOTONIC, &until);
    }
    bool go_on = !runner->stopping;

    (void)pthread_mutex_unlock(&runner->lock);
    return go_on;
}

static void hold(struct job_runner *runner, struct job_lease *lease)
{
    (void)pthread_mutex_lock(&runner->lock);
    lease->next = runner->held;
    lease->stopping = runner->stopping;
    runner->held = lease;
    (void)pthread_mutex_unlock(&runner->lock);
}

static void let_go(struct job_runner *runner, struct job_lease *lease)
{
    (void)pthread_mutex_lock(&runner->lock);
    struct job_lease **at = &runner->held;

    while (*at != lease) {
        at = &(*at)->next;
    }
    *at = lease->next;
    (void)pthread_mutex_unlock(&runner->lock);
}

static int64_t attempts_of(const struct job_kind *kind)
{
    return kind != NULL && kind->attempt_max > 1 ? kind->attempt_max : 1;
}

static enum err find_state(struct work *work, void *context)
{
    return job_find(work, ((struct job *)context)->id, context);
}

/* Lost to another runner, the job is that one's to end; a cancelled one is nobody's any more. */
static bool is_over(struct work *work, const struct job_lease *lease, enum err outcome,
                    int64_t attempt_max)
{
    struct job job = {.id = lease->job_id};

    if (!lease->lost) {
        return outcome != OK && !job_lease_again(lease, outcome, attempt_max);
    }
    work->organisation_id = lease->organisation_id;
    return store_read(work, find_state, &job) == OK && strcmp(job.state, "cancelled") == 0;
}

static enum err run_kind(const struct job_kind *kind, struct job_run *run)
{
    const struct job_lease *lease = run->lease;

    if (kind == NULL) {
        return work_fail(run->work, ERR_INVALID, "this program has no jobs of the kind %s",
                         lease->kind);
    }
    if (lease->attempt > attempts_of(kind)) {
        return work_fail(run->work, ERR_INTERNAL, "the job was started %lld times and never ended",
                         (long long)lease->attempt - 1);
    }
    return kind->run(run);
}

static enum err run_to_end(const struct job_kind *kind, struct job_run *run)
{
    struct work *work = run->work;
    enum err outcome = run_kind(kind, run);
    struct fault fault = work->fault;

    if (kind != NULL && kind->give_up != NULL &&
        is_over(work, run->lease, outcome, attempts_of(kind))) {
        work->fault = fault;
        if (kind->give_up(run) == ERR_UNAVAILABLE) {
            run->lease->lost = true; /* it runs out, and the job is taken up again */
        }
    }
    work->fault = fault;
    return outcome;
}

static void run_lease(struct job_runner *runner, struct work *work, struct job_lease *lease)
{
    const struct job_kind *kind = find_kind(runner, lease->kind);
    struct job_run run = {.work = work,
                          .id = lease->job_id,
                          .arguments = lease->arguments,
                          .organisation_id = lease->organisation_id,
                          .lease = lease};

    work->organisation_id = lease->organisation_id;
    work->request_id = lease->job_id;
    hold(runner, lease);
    enum err outcome = run_to_end(kind, &run);
    struct fault fault = work->fault;
    int64_t pause_ms = 100;

    /* If the store stays away, the lease ends and the job is run again. */
    for (int i = 0; i < SAY_AGAIN_MAX && !lease->lost; i++) {
        work->fault = fault;
        if (job_lease_end(work, lease, outcome, attempts_of(kind)) != ERR_UNAVAILABLE ||
            !pause_for(runner, pause_ms)) {
            break;
        }
        pause_ms *= 2;
    }
    let_go(runner, lease);
}

static bool run_one(struct job_runner *runner)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena,
                        .store = runner->store,
                        .installation = runner->settings.installation,
                        .now_us = clock_now_us()};
    struct job_lease lease;

    if (job_lease_take(&work, runner->settings.lease_s * 1'000'000, &lease) != OK) {
        return false;
    }
    run_lease(runner, &work, &lease);
    return true;
}

static void *run_jobs(void *context)
{
    struct job_runner *runner = context;

    do {
        while (pause_for(runner, 0) && run_one(runner)) {
        }
    } while (pause_for(runner, runner->settings.poll_ms));
    return NULL;
}

/* What the runners hold now, as copies: they may end while the copies are kept. */
static struct job_lease *copy_held(struct job_runner *runner, struct arena *arena)
{
    struct job_lease *copies = NULL;

    (void)pthread_mutex_lock(&runner->lock);
    for (const struct job_lease *lease = runner->held; lease != NULL; lease = lease->next) {
        struct job_lease *copy = arena_new_of(arena, struct job_lease);

        copy->id = arena_print(arena, "%s", lease->id);
        copy->job_id = arena_print(arena, "%s", lease->job_id);
        copy->lease_us = lease->lease_us;
        copy->next = copies;
        copies = copy;
    }
    (void)pthread_mutex_unlock(&runner->lock);
    return copies;
}

static void mark_lost(struct job_runner *runner, const char *id)
{
    (void)pthread_mutex_lock(&runner->lock);
    for (struct job_lease *lease = runner->held; lease != NULL; lease = lease->next) {
        if (strcmp(lease->id, id) == 0) {
            lease->lost = true;
        }
    }
    (void)pthread_mutex_unlock(&runner->lock);
}

/* A lease that cannot be kept now (the store is busy) is tried again at the next turn; one that is
 * lost says so to its job. */
static void keep_all(struct job_runner *runner)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena,
                        .store = runner->store,
                        .installation = runner->settings.installation,
                        .now_us = clock_now_us()};

    for (struct job_lease *lease = copy_held(runner, arena); lease != NULL; lease = lease->next) {
        if (job_lease_keep(&work, lease) == ERR_CONFLICT) {
            mark_lost(runner, lease->id);
        }
    }
}

static void *keep_leases(void *context)
{
    struct job_runner *runner = context;

    while (pause_for(runner, runner->settings.lease_s * 1000 / KEEP_PER_LEASE)) {
        keep_all(runner);
    }
    return NULL;
}

static enum err check_range(const char *name, int64_t value, int64_t max, struct fault *fault)
{
    if (value < 1 || value > max) {
        return fail_field(fault, ERR_INVALID, name, "%s is 1 to %lld", name, (long long)max);
    }
    return OK;
}

static bool start_threads(struct job_runner *runner)
{
    size_t wanted = (size_t)runner->settings.runner_count + 1;
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are for the program's own threads */
    while (runner->thread_count < wanted &&
           pthread_create(&runner->threads[runner->thread_count], NULL,
                          runner->thread_count == 0 ? keep_leases : run_jobs, runner) == 0) {
        runner->thread_count++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return runner->thread_count == wanted;
}

enum err job_start(const struct job_settings *settings, const struct job_kind *const *kinds,
                   size_t kind_count, struct store *store, struct job_runner **out,
                   struct fault *fault)
{
    TRY(check_range("runner_count", settings->runner_count, RUNNERS_MAX, fault));
    TRY(check_range("lease_s", settings->lease_s, 3600, fault));
    TRY(check_range("poll_ms", settings->poll_ms, 60000, fault));
    struct job_runner *runner = calloc(1, sizeof(*runner));

    if (runner == NULL) {
        abort();
    }
    runner->settings = *settings;
    runner->kinds = kinds;
    runner->kind_count = kind_count;
    runner->store = store;
    (void)pthread_mutex_init(&runner->lock, NULL);
    (void)pthread_cond_init(&runner->stopped, NULL);
    if (!start_threads(runner)) {
        job_stop(runner);
        return fail(fault, ERR_UNAVAILABLE, "cannot start the job runners");
    }
    *out = runner;
    return OK;
}

void job_stop(struct job_runner *runner)
{
    if (runner == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&runner->lock);
    runner->stopping = true;
    for (struct job_lease *lease = runner->held; lease != NULL; lease = lease->next) {
        lease->stopping = true;
    }
    (void)pthread_cond_broadcast(&runner->stopped);
    (void)pthread_mutex_unlock(&runner->lock);
    for (size_t i = 0; i < runner->thread_count; i++) {
        (void)pthread_join(runner->threads[i], NULL);
    }
    (void)pthread_cond_destroy(&runner->stopped);
    (void)pthread_mutex_destroy(&runner->lock);
    free(runner);
}
