#pragma once

/* Commands whose arrays keep within a bound of memory. */

#include "base/err.h"

struct invocation;
struct spill;

/* Run with an arena whose large blocks come from a spill of `memory`, as "1G". ERR_INVALID: it is
 * no amount of memory; else what `run` says. */
enum err within_memory(const struct invocation *call, const char *memory,
                       enum err (*run)(struct invocation *call, struct spill *spill));
