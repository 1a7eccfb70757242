#include "job/lease.h"

#include "base/arena.h"
#include "job/job.h"
#include "job/job_event.h"
#include "job/job_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { BACKOFF_S_FIRST = 1, BACKOFF_S_MAX = 600 };

struct taking {
    struct job_lease *lease;
    struct job_next_due_row due;
};

static enum err look_body(struct work *work, void *context)
{
    struct taking *taking = context;

    return job_next_due(work, &(struct job_next_due_args){.now_us = work->now_us}, &taking->due);
}

static enum err take_body(struct work *work, void *context)
{
    struct taking *taking = context;
    int64_t affected;

    TRY(look_body(work, taking));
    TRY(job_lease(work,
                  &(struct job_lease_args){.lease_id = taking->lease->id,
                                           .lease_us = work->now_us + taking->lease->lease_us,
                                           .started_us = work->now_us,
                                           .id = taking->due.id,
                                           .due_us = taking->due.due_us},
                  &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "another runner was quicker");
    }
    return job_note(work, taking->due.id, "started",
                    arena_print(work->arena, "attempt %lld", (long long)taking->due.attempt + 1));
}

/* Looking first costs no write, and mostly there is nothing. */
enum err job_lease_take(struct work *work, int64_t lease_us, struct job_lease *out)
{
    struct taking taking = {.lease = out};

    TRY(store_read(work, look_body, &taking));
    *out = (struct job_lease){
        .id = work_new_id(work, "lse"), .lease_us = lease_us, .started_us = work->now_us};
    TRY(store_write(work, take_body, &taking));
    out->job_id = taking.due.id;
    out->organisation_id = taking.due.organisation_id;
    out->kind = taking.due.kind;
    out->arguments = taking.due.arguments;
    out->attempt = taking.due.attempt + 1;
    return OK;
}

static enum err lost(struct work *work, struct job_lease *lease)
{
    lease->lost = true;
    return work_fail(work, ERR_CONFLICT, "the job %s was cancelled or taken over", lease->job_id);
}

static enum err keep_body(struct work *work, void *context)
{
    struct job_lease *lease = context;
    int64_t affected;

    TRY(job_keep(work,
                 &(struct job_keep_args){.due_us = work->now_us + lease->lease_us,
                                         .id = lease->job_id,
                                         .lease_id = lease->id},
                 &affected));
    return affected == 0 ? lost(work, lease) : OK;
}

enum err job_lease_keep(struct work *work, struct job_lease *lease)
{
    return store_write(work, keep_body, lease);
}

enum err job_hold(struct job_run *run, struct work *work)
{
    return run->lease == NULL ? OK : keep_body(work, run->lease);
}

struct progress {
    struct job_lease *lease;
    int64_t done;
    int64_t total;
    const char *result;
};

static enum err advance_body(struct work *work, void *context)
{
    struct progress *progress = context;
    struct job_lease *lease = progress->lease;
    int64_t affected;

    TRY(job_advance(work,
                    &(struct job_advance_args){.due_us = work->now_us + lease->lease_us,
                                               .done_count = progress->done,
                                               .total_count = progress->total,
                                               .result = progress->result,
                                               .id = lease->job_id,
                                               .lease_id = lease->id},
                    &affected));
    return affected == 0 ? lost(work, lease) : OK;
}

enum err job_progress(struct job_run *run, int64_t done, int64_t total, const char *result)
{
    struct progress progress = {
        .lease = run->lease, .done = done, .total = total, .result = result};

    if (run->lease == NULL) {
        return OK;
    }
    if (run->lease->lost) {
        return lost(run->work, run->lease);
    }
    run->work->now_us = clock_now_us();
    TRY(store_write(run->work, advance_body, &progress));
    if (run->lease->stopping) {
        return work_fail(run->work, ERR_UNAVAILABLE, "the program stops; the job goes on later");
    }
    return OK;
}

bool job_lease_again(const struct job_lease *lease, enum err outcome, int64_t attempt_max)
{
    return outcome == ERR_UNAVAILABLE && (lease->stopping || lease->attempt < attempt_max);
}

int64_t job_took_us(int64_t started_us, int64_t ended_us)
{
    int64_t took_us = ended_us - started_us;

    return took_us < 0 ? 0 : took_us > JOB_TOOK_MOST_US ? JOB_TOOK_MOST_US : took_us;
}

struct ending {
    struct job_lease *lease;
    const char *why; /* NULL: all went well */
    bool again;
    int64_t pause_us;
    int64_t attempt;
};

/* Twice as long each time, half of it by chance. */
static int64_t pause_of(struct work *work, int64_t attempt)
{
    int64_t most = (int64_t)BACKOFF_S_FIRST << (attempt < 10 ? attempt : 10);

    most = (most < BACKOFF_S_MAX ? most : BACKOFF_S_MAX) * 1'000'000;
    return most / 2 + work_random(work) % (most / 2);
}

static enum err wait_body(struct work *work, const struct ending *ending)
{
    int64_t affected;

    TRY(job_wait_again(work,
                       &(struct job_wait_again_args){.due_us = work->now_us + ending->pause_us,
                                                     .attempt = ending->attempt,
                                                     .fault_text = ending->why,
                                                     .id = ending->lease->job_id,
                                                     .lease_id = ending->lease->id},
                       &affected));
    return affected == 0 ? lost(work, ending->lease)
                         : job_note(work, ending->lease->job_id, "retried", ending->why);
}

static enum err end_body(struct work *work, void *context)
{
    const struct ending *ending = context;
    const char *state = ending->why == NULL ? "done" : "failed";
    int64_t affected;

    if (ending->again) {
        return wait_body(work, ending);
    }
    TRY(job_finish(work,
                   &(struct job_finish_args){.state = state,
                                             .ended_us = work->now_us,
                                             .fault_text = ending->why,
                                             .id = ending->lease->job_id,
                                             .lease_id = ending->lease->id},
                   &affected));
    if (affected == 0) {
        return lost(work, ending->lease);
    }
    TRY(job_rest(work, &(struct job_rest_args){
                           .ended_us = work->now_us,
                           .took_us = job_took_us(ending->lease->started_us, work->now_us),
                           .id = ending->lease->job_id}));
    return job_note(work, ending->lease->job_id, state, ending->why);
}

enum err job_lease_end(struct work *work, struct job_lease *lease, enum err outcome,
                       int64_t attempt_max)
{
    struct ending ending = {.lease = lease, .attempt = lease->attempt};

    work->now_us = clock_now_us();
    if (outcome != OK) {
        ending.why = arena_print(work->arena, "%s", work->fault.text);
        ending.again = job_lease_again(lease, outcome, attempt_max);
    }
    if (ending.again && lease->stopping) {
        ending.attempt--; /* it is not the job's fault */
    } else if (ending.again) {
        ending.pause_us = pause_of(work, lease->attempt);
    }
    return store_write(work, end_body, &ending);
}
