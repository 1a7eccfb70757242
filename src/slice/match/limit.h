#pragma once

/*
 * Limits of a match in the product: what is left of budgets and bounds, who should get seats, and
 * what a run says of each. How they are kept: engine/match/limit.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/match/solve.h"

struct arena;
struct bound_fact;
struct budget_fact;
struct demand;
struct match_facts;
struct match_options_view;
struct work;

/* Seats of a requirement. */
struct limit_place {
    const char *requirement_id;
    const char *organisation_id;
    bool waiting; /* proposals that nobody decided count as taken */
};

/* Fill in how many of a bound's seats are taken. */
enum err limit_bound_held(struct work *work, const struct limit_place *place,
                          const struct demand *demand, struct bound_fact *fact);

/* What a campaign may still spend a week, its team and its offers paid. ERR_NOT_FOUND: it has no
 * budget. ERR_CONFLICT: one for the whole, whose deadline is missing or has passed. */
enum err limit_budget_left(struct work *work, const char *campaign_id, const char *organisation_id,
                           struct budget_fact *out);

/* Everybody in the pool of the options, less the seats that they have. ERR_INVALID: no such pool,
 * or one too large. */
enum err limit_floors(struct work *work, const struct match_options_view *options,
                      int64_t pool_version, struct match_facts *facts);

/* Put the limits of facts and options into an instance. */
void limit_set(struct arena *arena, const struct match_facts *facts,
               const struct match_options_view *options, const struct match_input *input,
               struct match_instance *instance);

/* The limits of one ask's free seats as they stand by now, in place of those of the run: bounds and
 * budget less what is taken since; floors and a cap are for whole runs. */
enum err limit_renew(struct work *work, const struct limit_place *place,
                     const struct match_facts *facts, uint32_t ask,
                     struct match_instance *instance);

/* "at least 2 from DE": a limit of an outcome. */
const char *limit_words(struct arena *arena, const struct match_facts *facts,
                        const struct match_outcome *outcome, const struct match_kept *kept);

/* The limit without which somebody else would have the seat, in words; NULL: there is none. */
const char *limit_of_seat(struct arena *arena, const struct match_facts *facts,
                          const struct match_outcome *outcome, uint32_t seat);

/* Write what became of each limit. */
enum err limit_write(struct work *work, const char *run_id, const struct match_facts *facts,
                     const struct match_outcome *outcome);
