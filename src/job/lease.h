#pragma once

/*
 * Leases, private to the room: the right to run one job, and what may follow.
 * Each function opens its own write transaction.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct work;

struct job_lease {
    const char *id; /* of the lease */
    const char *job_id;
    const char *organisation_id;
    const char *kind;
    const char *arguments;
    int64_t attempt; /* this one, from one */
    int64_t lease_us;
    int64_t started_us;
    atomic_bool lost;     /* cancelled or taken over */
    atomic_bool stopping; /* the program stops */
    struct job_lease *next;
};

/* Lease the job that is due longest. ERR_NOT_FOUND: none is due. */
enum err job_lease_take(struct work *work, int64_t lease_us, struct job_lease *out);

/* Go on holding it; ERR_CONFLICT: it is lost. */
enum err job_lease_keep(struct work *work, struct job_lease *lease);

/* Is a run with this outcome to be repeated? */
bool job_lease_again(const struct job_lease *lease, enum err outcome, int64_t attempt_max);

/* What became of the run: `outcome` and the work's fault. */
enum err job_lease_end(struct work *work, struct job_lease *lease, enum err outcome,
                       int64_t attempt_max);

/* How long a run counts as, for the rest that follows it: at most a minute, whatever a clock that
 * jumped in between makes of it. */
enum { JOB_TOOK_MOST_US = 60'000'000 };
int64_t job_took_us(int64_t started_us, int64_t ended_us);
