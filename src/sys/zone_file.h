#pragma once

/* Time zones of this machine: /usr/share/zoneinfo, or the folder that TZDIR names. */

#include "base/err.h"

struct arena;
struct fault;
struct zone;

/* ERR_INVALID: there is no such zone here; "UTC" is always there. */
enum err zone_load(struct arena *arena, const char *name, const struct zone **out,
                   struct fault *fault);
