#pragma once

/*
 * From the store to the engine: the pool as it was in one version, and the facts of a run.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/match/solve.h"
#include "slice/match/facts.h"

struct work;

struct match_options_view {
    int64_t seed;
    int64_t candidates;
    int64_t near;
    const char *floor_pool_id; /* NULL: no floors */
    int64_t floor_seats;
    double cap; /* zero: nothing is drawn */
    double spread;
};
extern const struct shape match_options_shape;
const char *match_options_text(struct work *work, const struct match_options_view *options);

/* A match from its input to its answer. */
struct match_made {
    struct match_input input;
    struct match_slates slates;
    struct match_instance instance;
    struct match_outcome outcome;
};

/* Read the pool, inside a transaction; `person_id` NULL: everybody, else one expert alone. */
enum err match_read_pool(struct work *work, int64_t pool_version, uint16_t day,
                         const struct match_facts *facts, const char *person_id,
                         struct match_input *out);

/* Slates and their instance, the best team within the limits, outside of any transaction. */
enum err match_compute(struct work *work, const struct match_options_view *options,
                       const struct match_facts *facts, struct match_made *made);

/* SHA-256 of who sits where and of the prices. */
const char *match_result_hash(struct work *work, const struct match_outcome *outcome);
