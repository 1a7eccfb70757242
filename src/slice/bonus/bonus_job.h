#pragma once

/* The job that makes awards of events and weeks, and entries of awards. */

#include "base/err.h"

struct job_kind;
struct work;

extern const struct job_kind bonus_post_job;

/* Ask for it; one that waits serves all who ask. Inside a write transaction. */
enum err bonus_request(struct work *work, const char **job_id);
