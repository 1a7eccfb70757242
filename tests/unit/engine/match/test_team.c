#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/match/solve.h"
#include "engine/match/team.h"
#include "engine/match/ways.h"

/* Both asks of one campaign, and experts who could take two seats. */
static struct match_instance draw_campaign(struct arena *arena, struct rng *rng)
{
    struct match_instance out = draw(arena, rng);

    for (uint32_t i = 0; i < MEMBERS; i++) {
        out.members[i].seats = 2;
    }
    for (uint32_t ask = 0; ask < ASKS; ask++) {
        out.asks[ask].campaign = 0;
    }
    return out;
}

static bool nobody_sits_twice(const struct match_outcome *outcome)
{
    bool once = true;

    for (uint32_t i = 0; i < outcome->asked.member_count; i++) {
        once = once && outcome->taken[i] <= 1;
    }
    return once;
}

static void an_expert__sits_once_in_a_campaign_and_the_seat_says_so(void)
{
    uint32_t moved = 0;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw_campaign(arena, &rng);
        struct match_outcome outcome;

        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        CHECK(outcome.optimal && outcome.gap == 0 && outcome.seat_count == ASKS * SEATS);
        CHECK(nobody_sits_twice(&outcome));
        CHECK_NEAR(outcome.score, best_of(&instance, ASKS * SEATS), 1e-5);
        if (outcome.free_score > outcome.score + 1e-9) {
            CHECK(outcome.kept_count == 1 && outcome.kept[0].kind == MATCH_ONCE);
            CHECK(outcome.kept[0].binds && outcome.kept[0].given > 0);
            moved++;
        }
    }
    CHECK(moved > 10);
}

static void an_expert__still_sits_in_several_campaigns(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(4);
    struct match_instance instance = draw_campaign(arena, &rng);
    struct match_outcome outcome;

    instance.asks[1].campaign = 1;
    for (uint32_t i = 0; i < ASKS * MEMBERS; i++) {
        instance.choices[i].text = instance.choices[i].member < 2 ? 1 : 0;
        instance.choices[i].levels[0] = instance.choices[i].member < 2 ? 10 : 1;
    }
    CHECK(match_solve(arena, &instance, 1, &outcome, NULL) == OK);
    CHECK(outcome.taken[0] == 2 && outcome.taken[1] == 2);
}

/* A question keeps it too, from an answer that had nobody in both. */
static void a_question__seats_nobody_twice_either(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw_campaign(arena, &rng);
        struct match_change change = {
            .ask = 1, .seats = 4, .rate = MATCH_NONE, .hours = MATCH_NONE};
        struct match_revision revision = {.changes = &change, .change_count = 1};
        struct match_outcome outcome;
        struct match_outcome again;

        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        struct match_before before = {
            .seats = outcome.seats, .seat_count = outcome.seat_count, .price = outcome.price};

        CHECK(match_revise(arena, &instance, seed, &before, &revision, &again, NULL) == OK);
        CHECK(again.seat_count == 6 && again.optimal && nobody_sits_twice(&again));
    }
}

/* What the engine weighs, in posed costs: seats, then least, then floors, then scores. */
static double worth_of(const struct match_instance *instance, const struct way *way)
{
    double worth =
        (double)(way->filled[0] + way->filled[1]) * TEAM_EMPTY + way->score * MATCH_SCORE_UNIT;

    for (uint32_t i = 0; i < instance->limits.bound_count; i++) {
        const struct match_bound *bound = &instance->limits.bounds[i];
        uint32_t count = counted(instance, bound, way);

        worth += (count < bound->least ? count : bound->least) * (double)TEAM_LACKING;
    }
    for (uint32_t i = 0; i < MEMBERS; i++) {
        worth += instance->members[i].floor > 0 && way->of[i] > 0 ? TEAM_UNMET : 0;
    }
    return worth;
}

/* Maxima and budgets are kept always; a least may lack. */
static bool allowed(const struct match_instance *instance, const struct way *way)
{
    const struct match_limits *limits = &instance->limits;
    bool kept = limits->budget_count == 0 || way->spent <= limits->budgets[0];

    for (uint32_t i = 0; i < limits->bound_count; i++) {
        kept = kept && counted(instance, &limits->bounds[i], way) <= limits->bounds[i].most;
    }
    return kept && way->filled[0] <= SEATS && way->filled[1] <= SEATS;
}

static double most_of(const struct match_instance *instance)
{
    double most = 0;

    for (uint32_t state = 0; state < STATES; state++) {
        struct way way = way_of(instance, state);
        double worth = allowed(instance, &way) ? worth_of(instance, &way) : 0;

        most = worth > most ? worth : most;
    }
    return most;
}

static void all_limits__are_kept_together_and_the_gap_is_honest(void)
{
    uint32_t exact = 0;

    for (uint64_t seed = 1; seed <= 80; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw_campaign(arena, &rng);
        int64_t budget = 60000 + 1000 * (int64_t)rng_below(&rng, 80);
        struct match_bound bounds[] = {
            {.ask = 0, .country = 0, .least = rng_below(&rng, 3), .most = MATCH_ANY},
            {.ask = 1, .country = 1, .least = rng_below(&rng, 2), .most = 1},
            {.ask = 1, .country = 1, .level = 6, .least = 1, .most = MATCH_ANY}};
        struct match_outcome outcome;
        struct match_outcome again;

        instance.asks[0].budget = 0;
        instance.asks[1].budget = seed % 2 == 0 ? 0 : MATCH_NONE;
        instance.members[rng_below(&rng, MEMBERS)].floor = 1;
        if (seed % 2 == 1) {
            budget /= 2;
        }
        instance.limits = (struct match_limits){
            .budgets = &budget, .budget_count = 1, .bounds = bounds, .bound_count = 3};
        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        CHECK(nobody_sits_twice(&outcome) && outcome.kept_count == 6);
        struct way way = way_found(&instance, &outcome);

        if (seed % 2 == 0) {
            double most = most_of(&instance);
            double worth = worth_of(&instance, &way);

            CHECK(allowed(&instance, &way));
            CHECK(worth <= most + 8);
            CHECK(worth + (double)outcome.gap >= most - 8);
            exact += outcome.optimal;
        }
        CHECK(outcome.kept[0].given <= budget);
        CHECK(match_solve(arena, &instance, seed, &again, NULL) == OK);
        CHECK(again.seat_count == outcome.seat_count &&
              memcmp(again.seats, outcome.seats, sizeof(*again.seats) * again.seat_count) == 0);
    }
    CHECK(exact > 10);
}

static void a_cap__is_drawn_within_bounds_budget_floor_and_campaign(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(11);
    struct match_instance instance = draw_campaign(arena, &rng);
    int64_t budget = 110000;
    struct match_bound bounds[] = {{.ask = 0, .country = 0, .least = 1, .most = 1},
                                   {.ask = 1, .country = 1, .least = 0, .most = 1}};
    float chance[ASKS * MEMBERS] = {0};
    float drawn[ASKS * MEMBERS] = {0};

    instance.members[2].floor = 1;
    instance.limits =
        (struct match_limits){.bounds = bounds, .bound_count = 2, .cap = 0.75, .spread = 0.1};
    for (uint64_t seed = 1; seed <= 400; seed++) {
        ARENA_SCOPE scratch = arena_new();
        struct match_outcome outcome;
        bool paid = seed > 200;

        instance.asks[0].budget = instance.asks[1].budget = paid ? 0 : MATCH_NONE;
        instance.limits.budgets = paid ? &budget : NULL;
        instance.limits.budget_count = paid ? 1 : 0;
        CHECK(match_solve(scratch, &instance, seed, &outcome, NULL) == OK);
        struct way way = way_found(&instance, &outcome);

        CHECK(allowed(&instance, &way) && nobody_sits_twice(&outcome));
        for (uint32_t i = 0; i < outcome.seat_count; i++) {
            CHECK(outcome.chance[i] > 0 && outcome.chance[i] <= 0.75F);
            if (!paid) {
                chance[outcome.seats[i].choice] = outcome.chance[i];
                drawn[outcome.seats[i].choice]++;
            }
        }
        CHECK(paid || (outcome.optimal && outcome.seat_count == ASKS * SEATS));
        CHECK(paid || counted(&instance, &bounds[0], &way) == 1);
    }
    for (uint32_t i = 0; i < ASKS * MEMBERS; i++) {
        CHECK_NEAR((double)drawn[i] / 200, (double)chance[i], 0.15);
    }
}

TEST_MAIN(CASE(an_expert__sits_once_in_a_campaign_and_the_seat_says_so),
          CASE(an_expert__still_sits_in_several_campaigns),
          CASE(a_question__seats_nobody_twice_either),
          CASE(all_limits__are_kept_together_and_the_gap_is_honest),
          CASE(a_cap__is_drawn_within_bounds_budget_floor_and_campaign))
