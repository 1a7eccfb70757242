#pragma once

/* A run as it was stored: its facts, its instance, and the answer that it gave. */

#include "base/err.h"
#include "engine/match/solve.h"
#include "slice/match/build.h"

struct match_run_row;
struct work;

struct match_loaded {
    const char *run_id;
    int64_t seed;
    int64_t pool_version;
    uint16_t day;
    struct match_facts facts;
    struct match_instance instance;
    struct match_before before;
    double score; /* of the answer */
};

/* `house_id`: the operator that keeps the run. ERR_NOT_FOUND: there is none. */
enum err match_load(struct work *work, const char *run_id, const char *house_id,
                    struct match_loaded *out);

/* Place of a requirement among the run's; MATCH_NONE: it was not asked for. */
uint32_t match_ask_find(const struct match_loaded *loaded, const char *requirement_id);

/* Number of a person among the members; MATCH_NONE: on no slate. */
uint32_t match_member_find(const struct match_instance *instance, const char *person_id);

/* What one ask has in an answer. */
struct match_fill {
    int64_t wanted;
    int64_t filled;
    double quality;     /* mean score; NaN: nobody */
    int64_t week_minor; /* what those seated ask for a week of the hours wanted */
};
struct match_fill match_fill_of(const struct match_instance *asked, uint32_t ask,
                                const struct match_seat *seats, uint32_t count);
