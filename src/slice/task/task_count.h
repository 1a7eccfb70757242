#pragma once

/* The counts of a task and the state that follows from them. */

#include <stdint.h>

#include "base/err.h"

struct lease_row;
struct task_numbers;
struct work;

struct task_change {
    int64_t active;
    int64_t given;
    int64_t accepted;
};

/* Apply a change, and wake the campaign when the task became open by it. */
enum err task_recount(struct work *work, const char *campaign_id, const char *task_id,
                      struct task_change change);

/* The same for an open task whose numbers this transaction has read already. */
enum err task_recount_open(struct work *work, const char *campaign_id, const char *task_id,
                           struct task_change change, const struct task_numbers *numbers);

/* Want another number of answers. ERR_CONFLICT (without a fault): `given` is not what stands any
 * more, or the task is held; nothing was changed. */
enum err task_want(struct work *work, const char *campaign_id, const char *task_id, int64_t given,
                   int64_t wanted, int64_t *before);

/* Keep a task out of everybody's walk, unless it is done: it then wants what it was given. */
enum err task_hold(struct work *work, const char *campaign_id, const char *task_id);

/* Let a held task back, wanting so many answers. */
enum err task_release(struct work *work, const char *campaign_id, const char *task_id,
                      int64_t wanted);

/* End a lease whose time has run out, of whatever client. */
enum err lease_run_out(struct work *work, const struct lease_row *lease);
