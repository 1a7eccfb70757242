#pragma once

/* Files of the command `match`: experts and requirements as JSON lines, conflicts as CSV. */

#include "base/err.h"
#include "engine/match/pool.h"

struct arena;
struct fault;
struct map;

/* What was read, with the names that the files use. */
struct match_files {
    struct match_input input;
    struct map *ids;  /* of experts */
    struct map *tags; /* "skill law", "language en", "credential md", "country de", "domain law" */
};

/* ERR_INVALID names file, line and field: not JSON, an unknown or missing member, a bound, a
 * repeated id, a conflict with somebody who is not there. `conflicts` may be NULL. */
enum err match_read(struct arena *arena, const char *experts, const char *requirements,
                    const char *conflicts, struct match_files *out, struct fault *fault);
