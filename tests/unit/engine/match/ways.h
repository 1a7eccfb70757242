#pragma once

/* Small instances, and all ways to fill them. */

#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/match/solve.h"

enum { MEMBERS = 8, ASKS = 2, SEATS = 2, STATES = 6561 /* 3 to the 8th */ };

/* Everybody stands in both asks, with a score drawn by seed: the text alone counts. */
static inline struct match_instance draw(struct arena *arena, struct rng *rng)
{
    struct match_instance out = {.member_count = MEMBERS,
                                 .ask_count = ASKS,
                                 .choice_count = MEMBERS * ASKS,
                                 .members = arena_array(arena, struct match_member, MEMBERS),
                                 .asks = arena_array(arena, struct match_ask, ASKS),
                                 .choices =
                                     arena_array(arena, struct match_choice, MEMBERS * ASKS)};

    for (uint32_t i = 0; i < MEMBERS; i++) {
        out.members[i] = (struct match_member){.row = i,
                                               .id = arena_print(arena, "m%u", i),
                                               .rate = 1000 + 100 * rng_below(rng, 40),
                                               .hours = 10,
                                               .seats = 1,
                                               .zone = MATCH_ZONE_NONE,
                                               .country = rng_below(rng, 2)};
    }
    for (uint32_t ask = 0; ask < ASKS; ask++) {
        out.asks[ask] = (struct match_ask){.id = ask == 0 ? "a" : "b",
                                           .seats = SEATS,
                                           .rate = UINT32_MAX,
                                           .hours = 10,
                                           .zone = MATCH_ZONE_NONE,
                                           .skill_count = 1,
                                           .wanted = {1},
                                           .campaign = MATCH_NONE,
                                           .budget = MATCH_NONE,
                                           .choice_start = ask * MEMBERS,
                                           .choice_count = MEMBERS};
        for (uint32_t i = 0; i < MEMBERS; i++) {
            out.choices[ask * MEMBERS + i] =
                (struct match_choice){.member = i,
                                      .text = (float)rng_below(rng, 1000) / 1000,
                                      .levels = {(uint8_t)(1 + rng_below(rng, 10))}};
        }
    }
    return out;
}

/* Where each member sits, of all ways: 0 nowhere, else the ask + 1. */
struct way {
    uint32_t of[MEMBERS];
    uint32_t filled[ASKS];
    int64_t spent;
    double score;
};

static inline struct way way_of(const struct match_instance *instance, uint32_t state)
{
    struct way way = {0};

    for (uint32_t i = 0; i < MEMBERS; i++, state /= 3) {
        way.of[i] = state % 3;
        if (way.of[i] > 0) {
            uint32_t ask = way.of[i] - 1;

            way.filled[ask]++;
            way.spent += (int64_t)instance->members[i].rate * 10;
            way.score += (double)match_choice_score(instance, ask, ask * MEMBERS + i).score;
        }
    }
    return way;
}

static inline uint32_t counted(const struct match_instance *instance,
                               const struct match_bound *bound, const struct way *way)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < MEMBERS; i++) {
        const struct match_choice *choice = &instance->choices[bound->ask * MEMBERS + i];

        count += way->of[i] == bound->ask + 1 && choice->levels[0] >= bound->level &&
                 (bound->country == MATCH_ANY || bound->country == instance->members[i].country);
    }
    return count;
}

static inline bool within(const struct match_instance *instance, const struct way *way)
{
    const struct match_limits *limits = &instance->limits;

    for (uint32_t i = 0; i < limits->bound_count; i++) {
        uint32_t count = counted(instance, &limits->bounds[i], way);

        if (count < limits->bounds[i].least || count > limits->bounds[i].most) {
            return false;
        }
    }
    return limits->budget_count == 0 || way->spent <= limits->budgets[0];
}

/* The best of all ways: seats first, then score. Negative: none fills `seats` seats. */
static inline double best_of(const struct match_instance *instance, uint32_t seats)
{
    double best = -1;

    for (uint32_t state = 0; state < STATES; state++) {
        struct way way = way_of(instance, state);

        if (way.filled[0] <= SEATS && way.filled[1] <= SEATS &&
            way.filled[0] + way.filled[1] == seats && way.score > best && within(instance, &way)) {
            best = way.score;
        }
    }
    return best;
}

static inline struct way way_found(const struct match_instance *instance,
                                   const struct match_outcome *outcome)
{
    uint32_t state = 0;

    for (uint32_t i = MEMBERS; i-- > 0;) {
        uint32_t sits = 0;

        for (uint32_t k = 0; k < outcome->seat_count; k++) {
            if (instance->choices[outcome->seats[k].choice].member == i) {
                sits = outcome->seats[k].ask + 1;
            }
        }
        state = state * 3 + sits;
    }
    return way_of(instance, state);
}
