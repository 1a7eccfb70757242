#pragma once

/* Private to the room: write down what happened to a job, in the caller's write transaction. */

#include "base/err.h"

struct work;

enum err job_note(struct work *work, const char *job_id, const char *kind, const char *detail);
