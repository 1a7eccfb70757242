#pragma once

/*
 * A record of an imported file as a profile. Pure.
 *
 * Columns are the members of a profile, and `email` and `name`. Where all values are texts (CSV),
 * lists are separated by semicolons, and a skill's level stands behind a colon: "contract law: 7;
 * tax law".
 */

#include "base/err.h"
#include "slice/expert/profile.h"

struct arena;
struct fault;
struct json;

struct expert_record {
    const char *email;
    const char *name;
    struct profile profile;
};

/* ERR_INVALID names the column. */
enum err expert_record_read(struct arena *arena, const struct json *columns,
                            struct expert_record *out, struct fault *fault);
