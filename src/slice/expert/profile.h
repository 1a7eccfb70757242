#pragma once

/*
 * Profiles: what an expert can do, and when, where and for how much.
 *
 * Kept as the JSON of this shape. Skills are normalised to the small taxonomy of the product, with
 * the words that were written and how sure the link is.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct arena;
struct fault;
struct taxonomy;

struct profile_skill {
    const char *name;
    int64_t level;
    const char *written; /* before it was normalised; NULL: the same */
    double confidence;   /* that the name means what was written; NaN: not normalised yet */
};

/* A name that counts until a day: credential, employer, duty. */
struct profile_claim {
    const char *name;
    int64_t until_at; /* INT_ABSENT: open */
};

struct profile_window {
    int64_t from_at;
    int64_t to_at;
    int64_t hours;
};

struct profile {
    const char *headline;
    const char *summary;
    const char *domain;
    struct list skills;
    struct texts languages;
    struct list credentials;
    struct list employers;       /* until: the last day there; open: works there */
    struct list confidentiality; /* to whom, until when */
    struct texts hidden_from;
    const char *country;
    double zone; /* hours east of UTC; NaN: unsaid */
    int64_t weekly_hours;
    int64_t seats; /* campaigns at once */
    struct list availability;
    int64_t rate_minor; /* least an hour */
    const char *currency;
    bool looking;
};

extern const struct shape profile_shape;

enum { PROFILE_HOURS_DEFAULT = 40, PROFILE_WINDOWS_MAX = 12 };

/* Normalise names in place and refuse what cannot be: a name twice, windows that overlap or end
 * before they begin. ERR_INVALID names the field. */
enum err profile_normalise(struct arena *arena, const struct taxonomy *taxonomy,
                           struct profile *profile, struct fault *fault);

/* A company's name as names are compared: folded, without marks and legal forms ("Acme, Inc." is
 * "acme"). */
const char *company_key(struct arena *arena, const char *name);

/* Any other name: folded and trimmed. */
const char *name_key(struct arena *arena, const char *name);
