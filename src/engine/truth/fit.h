#pragma once

/* Running one method inside another. */

#include "engine/truth/method.h"

/* The whole fit of a method: what it leaves out is estimated from its posterior. */
enum err truth_run(const struct truth_job *job, const struct truth_method *method,
                   struct truth_fit *out);
