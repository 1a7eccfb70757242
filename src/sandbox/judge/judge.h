#pragma once

/* What the end of a job says of the program that ran in it. Notes are the outcome's own. */

#include "engine/verify/verdict.h"

struct sandbox_outcome;

/* Of a job that did not exit: its own doing is a failure, the sandbox's leaves it unscored. */
struct verdict judge_end(const struct sandbox_outcome *outcome);

/* Of a check of Python code, exited or not. */
struct verdict judge_check(const struct sandbox_outcome *outcome);
