#pragma once

/*
 * Time: every minute has a class, and everybody sees the same minutes.
 *
 * What a page tells is content-blind: something was opened, looked at, edited, paused, submitted.
 * The events of an engagement are chained by hash. From them and from the changes that a person
 * decided follow the minutes (time_rule.h), and from these and the terms in force the pay. A week
 * begins on Monday in the person's own zone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "slice/engage/engage.h"

struct arena;
struct fault;
struct slice;
struct work;

/* ------------------------------------------------------------------ the log */

struct told_event {
    const char *lease_id;      /* or NULL */
    const char *engagement_id; /* without a lease: what it is for */
    const char *class;         /* without a lease: guidelines, training, calibration or meeting */
    const char *kind;          /* opened, focus, edit, pause or submit */
    int64_t at;                /* the browser's wall clock */
    int64_t tick_ms;           /* the browser's tick, which never jumps */
};

struct told_batch {
    const char *tab;
    int64_t sent_at;
    int64_t sent_tick_ms;
    const struct told_event *events; /* in order of their ticks */
    size_t count;
};

struct told_outcome {
    int64_t accepted;
    int64_t ignored; /* not the person's own, or before the engagement began */
    int64_t jumped;  /* of the accepted: the wall clock did not agree with the tick */
};
enum err time_tell(struct work *work, const struct told_batch *batch, struct told_outcome *out);

/* One line of the log, without its hash, and the hash that follows from it and from the one before
 * (NULL: the first). */
struct log_line {
    const char *engagement_id;
    int64_t sequence;
    const char *lease_id; /* or NULL */
    const char *class;
    const char *kind;
    const char *tab;
    int64_t happened_us;
    int64_t received_us;
    int64_t clock_jumped;
};
const char *time_chain_hash(struct arena *arena, const char *before, const struct log_line *line);

/* The log of an engagement as CSV, with its hashes. */
enum err time_log(struct work *work, const char *engagement_id, struct text *out);

/* Follow the chain of such a CSV. ERR_INVALID names the first line that does not follow. */
enum err time_log_verify(struct arena *arena, struct text csv, int64_t *count, struct fault *fault);

/* "I need longer": more seconds for a task, with the reason. */
enum err time_extend(struct work *work, const char *lease_id, const char *reason, int64_t *seconds);

extern const struct slice time_slice;
