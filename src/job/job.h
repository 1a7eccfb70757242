#pragma once

/*
 * Jobs: long work beside the requests, with progress, kept in the store.
 *
 * A job is a row: a kind, its arguments as JSON, a state. Runners lease one, run
 * it, and keep the lease alive; a job whose runner died is leased again, so a run
 * must be safe to repeat: each step commits its own progress.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct job_runner;
struct store;
struct work;

struct job_run {
    struct work *work; /* no transaction is open: use store_read and store_write */
    const char *id;
    const char *arguments;       /* JSON */
    const char *organisation_id; /* may be NULL */
};

struct job_kind {
    const char *name;
    /* Returns OK when the job is done. ERR_UNAVAILABLE: run again later, with backoff; any other
     * failure ends the job as failed with the fault's text. */
    enum err (*run)(struct job_run *run);
    int64_t attempt_max;
};

struct job_settings {
    int64_t runner_count;
    int64_t lease_s;
    int64_t poll_ms;
};
extern const struct job_settings JOB_DEFAULTS;

/* Ask for a job inside the caller's write transaction: it runs only if that commits.
 * `unique` (or NULL): while a job of this kind with the same mark waits, no second is made. */
enum err job_request(struct work *work, const char *kind, const char *arguments, const char *unique,
                     const char **id);

/* Say how far it is, and keep the lease. ERR_CONFLICT: it was cancelled or taken over; stop.
 * `result` (JSON or NULL) is kept and shown. Opens its own write transaction. */
enum err job_progress(struct job_run *run, int64_t done, int64_t total, const char *result);

enum err job_start(const struct job_settings *settings, const struct job_kind *const *kinds,
                   size_t kind_count, struct store *store, struct job_runner **out,
                   struct fault *fault);
void job_stop(struct job_runner *runner); /* waits for the step that runs */
