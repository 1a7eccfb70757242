#pragma once

/* The counts of a task and the state that follows from them. */

#include <stdint.h>

#include "base/err.h"

struct lease_row;
struct work;

struct task_change {
    int64_t active;
    int64_t given;
    int64_t accepted;
};

/* Apply a change, and wake the campaign when the task became open by it. */
enum err task_recount(struct work *work, const char *campaign_id, const char *task_id,
                      struct task_change change);

/* End a lease whose time has run out, of whatever client. */
enum err lease_run_out(struct work *work, const struct lease_row *lease);
