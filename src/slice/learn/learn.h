#pragma once

/*
 * Learning from interviews: how raters err, what items ask for, and a scorer that people have
 * taught.
 *
 * A job does it, when there is enough that is new. Nothing that was scored changes: an interview
 * keeps what its items and its scorer were, and states their versions.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "job/job.h"

struct slice;
struct work;

/* What a run found, for whoever looks at the job. */
struct learnt {
    int64_t rater_count;      /* whose confusion was found anew */
    int64_t calibrated_count; /* items whose parameters interviews now use */
    int64_t held_count;       /* items that the answers do not hold well enough yet */
    const char *scorer;       /* "used", "refused", or why none was taught */
};

/* Drop the bytes of scorers that are used no more and have been kept for as long as the
 * installation says. */
enum err learn_forget(struct work *work);

extern const struct job_kind learn_job;
extern const struct slice learn_slice;
