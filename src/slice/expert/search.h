#pragma once

/* Searching profiles: filters, counts beside them, pages. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct work;

struct expert_query {
    const char *text; /* words that all stand in the profile */
    const char *skill;
    int64_t level;
    const char *language;
    const char *country;
    const char *domain;
    const char *credential;
    int64_t hours;
    int64_t rate_max;
    const char *pool_id;
    bool looking;
    const char *after;
    int64_t limit;
};
extern const struct shape expert_query_shape;

/* How many of those found have a name. */
struct expert_facet {
    const char *kind;
    const char *name;
    int64_t count;
};

struct expert_hit {
    const char *id;
    uint32_t rate;  /* least an hour, in minor units */
    uint16_t hours; /* a week */
};

struct expert_found {
    const struct expert_hit *hits; /* the first `limit` behind `after`, by rising id */
    size_t hit_count;
    bool more;                         /* there are hits behind those */
    size_t count;                      /* of all that were found */
    const struct expert_facet *facets; /* the most frequent of each kind, most first */
    size_t facet_count;
};

/* Time: what the rarest name that is asked for says; where no name is rare, that of one pass over
 * the pool. ERR_INVALID: no such pool. */
enum err expert_search(struct work *work, const struct expert_query *query,
                       struct expert_found *out);
