#pragma once

/* Files of the command `match`: experts and requirements as JSON lines, conflicts as CSV. */

#include <stdbool.h>

#include "base/err.h"
#include "engine/match/instance.h"
#include "engine/match/pool.h"

struct arena;
struct fault;
struct map;

/* What was read, with the names that the files use. */
struct match_files {
    struct match_input input;
    struct map *ids;  /* of all experts */
    uint32_t *rows;   /* [number of an id] row; MATCH_NONE: not kept */
    struct map *tags; /* "skill law", "language en", "credential md", "country de", "domain law" */
};

struct match_paths {
    const char *experts;
    const char *requirements;
    const char *conflicts; /* may be NULL */
    bool everybody;        /* keep experts who cannot matter to any requirement, too */
};

/* ERR_INVALID names file, line and field: not JSON, an unknown or missing member, a bound, a
 * repeated id, a conflict with somebody who is not there. */
enum err match_read(struct arena *arena, const struct match_paths *paths, struct match_files *out,
                    struct fault *fault);
