#pragma once

/*
 * Jobs: long work beside the requests, with progress, kept in the store.
 *
 * A job is a row: a kind, its arguments as JSON, a state. Runners lease one and
 * keep the lease while they run it; a job whose runner died is leased again, so a
 * run must be safe to repeat: each step commits its own progress.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fault;
struct installation;
struct job_lease;
struct job_runner;
struct store;
struct work;

struct job_run {
    struct work *work; /* no transaction is open: use store_read and store_write */
    const char *id;
    const char *arguments;       /* JSON */
    const char *organisation_id; /* may be NULL */
    struct job_lease *lease;     /* the runner's own; NULL: nobody keeps the progress (a test) */
};

struct job_kind {
    const char *name;
    /* Returns OK when the job is done. ERR_UNAVAILABLE: run again later, with backoff; any other
     * failure ends the job as failed with the fault's text. */
    enum err (*run)(struct job_run *run);
    int64_t attempt_max; /* how often it is started at most; zero: once */
    /* The job failed for good, was started too often or was cancelled: say so where it had begun
     * something. The fault is in the work; no transaction is open. May be NULL. */
    enum err (*give_up)(struct job_run *run);
};

struct job_settings {
    int64_t runner_count; /* jobs that run at once, 1 to 64 */
    int64_t lease_s; /* after so long without a sign of life a runner counts as dead, 1 to 3600 */
    int64_t poll_ms; /* how soon a new job is seen, 1 to 60000 */
    const struct installation *installation; /* handed through to every work */
};
extern const struct job_settings JOB_DEFAULTS;

/* Ask for a job of the work's organisation inside the caller's write transaction: it runs only if
 * that commits. `unique` (or NULL): while a job of this kind with the same mark waits, no second is
 * made; `*id` is then the one that waits, and waits no longer than it must. Two of one mark never run
 * at once: a second one waits for the end of the first. */
enum err job_request(struct work *work, const char *kind, const char *arguments, const char *unique,
                     const char **id);

/* The same, to start when the last one of this kind and mark has rested `rest` times as long as it
 * ran; so work that grows with what is there never takes more than its share. A run counts as a
 * minute at most. */
enum err job_request_rested(struct work *work, const char *kind, const char *arguments,
                            const char *unique, int64_t rest, const char **id);

/* How a job stands. */
struct job {
    const char *id;
    const char *kind;
    const char *state; /* waiting, running, done, failed, cancelled */
    int64_t done_count;
    int64_t total_count;    /* zero: not known */
    const char *result;     /* JSON, or NULL */
    const char *fault_text; /* of the last failure, or NULL */
    int64_t created_us;
    int64_t ended_us; /* INT_ABSENT: not yet */
};

/* Inside a transaction. ERR_NOT_FOUND: there is none in the work's organisation. */
enum err job_find(struct work *work, const char *id, struct job *out);

/* Inside a write transaction: it will not start, or stop at its next sign of progress.
 * ERR_NOT_FOUND as above; ERR_CONFLICT: it ended before. */
enum err job_cancel(struct work *work, const char *id);

/* Say how far it is. ERR_CONFLICT: it was cancelled or taken over; ERR_UNAVAILABLE: the program
 * stops, and the job goes on later. Either way: return what came, at once. `result` (JSON or NULL)
 * is kept and shown. Opens its own write transaction and sets the work's time anew. */
enum err job_progress(struct job_run *run, int64_t done, int64_t total, const char *result);

/* Inside a write transaction: is the job still this run's? ERR_CONFLICT: it was cancelled or taken
 * over, and what the transaction writes must not stay. */
enum err job_hold(struct job_run *run, struct work *work);

/* ERR_INVALID: a setting is out of its range. */
enum err job_start(const struct job_settings *settings, const struct job_kind *const *kinds,
                   size_t kind_count, struct store *store, struct job_runner **out,
                   struct fault *fault);
void job_stop(struct job_runner *runner); /* waits for the step that runs; NULL is fine */
