#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/match/solve.h"
#include "engine/match/ways.h"

static void bounds__are_kept_and_the_best_team_within_them_is_found(void)
{
    uint32_t bound_seen = 0;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw(arena, &rng);
        struct match_bound bounds[] = {
            {.ask = 0, .country = 0, .least = rng_below(&rng, 3), .most = MATCH_ANY},
            {.ask = 1, .country = 1, .least = 0, .most = rng_below(&rng, 2)}};
        struct match_outcome outcome;

        instance.limits = (struct match_limits){.bounds = bounds, .bound_count = 2};
        double best = best_of(&instance, ASKS * SEATS);

        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        CHECK(outcome.kept_count == 2);
        if (best < 0) {
            continue;
        }
        struct way way = way_found(&instance, &outcome);

        CHECK(within(&instance, &way));
        CHECK(outcome.optimal && outcome.gap == 0);
        CHECK_NEAR(outcome.score, best, 1e-5);
        CHECK(outcome.free_score >= outcome.score - 1e-9);
        bound_seen += outcome.free_score > outcome.score + 1e-9;
    }
    CHECK(bound_seen > 5);
}

static void bounds__of_levels_count_in_their_own_ask_alone(void)
{
    uint32_t met = 0;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw(arena, &rng);
        struct match_bound bounds[] = {
            {.ask = 0, .country = MATCH_ANY, .level = 8, .least = 1, .most = MATCH_ANY},
            {.ask = 0, .country = MATCH_ANY, .level = 5, .least = 2, .most = MATCH_ANY},
            {.ask = 1, .country = 0, .level = 0, .least = 1, .most = MATCH_ANY},
            {.ask = 1, .country = 0, .level = 6, .least = 0, .most = 1}};
        struct match_outcome outcome;

        instance.limits = (struct match_limits){.bounds = bounds, .bound_count = 4};
        double best = best_of(&instance, ASKS * SEATS);

        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        struct way way = way_found(&instance, &outcome);

        CHECK(!outcome.optimal || outcome.gap == 0);
        CHECK(outcome.gap >= 0);
        if (best >= 0 && within(&instance, &way)) {
            CHECK(outcome.score <= best + 1e-5);
            CHECK(outcome.score + (double)outcome.gap / MATCH_SCORE_UNIT >= best - 1e-5);
            met++;
        }
    }
    CHECK(met > 20);
}

static void budgets__are_kept_and_their_gap_is_honest(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw(arena, &rng);
        int64_t budget = 80000 + 1000 * (int64_t)rng_below(&rng, 60);
        struct match_outcome outcome;

        instance.asks[0].budget = 0;
        instance.asks[1].budget = 0;
        instance.limits = (struct match_limits){.budgets = &budget, .budget_count = 1};
        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        struct way way = way_found(&instance, &outcome);

        CHECK(way.spent <= budget);
        CHECK(outcome.kept_count == 1 && outcome.kept[0].given == way.spent);
        double best = best_of(&instance, outcome.seat_count);

        CHECK(outcome.score <= best + 1e-5);
        CHECK(outcome.score + (double)outcome.gap / MATCH_SCORE_UNIT >= best - 1e-5);
        CHECK(!outcome.optimal || best_of(&instance, outcome.seat_count + 1) < 0);
    }
}

static void floors__give_a_seat_to_who_was_promised_one(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(seed);
        struct match_instance instance = draw(arena, &rng);
        struct match_outcome outcome;

        instance.members[3].floor = 1;
        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        CHECK(outcome.optimal && outcome.seat_count == ASKS * SEATS);
        CHECK(outcome.taken[3] == 1);
        CHECK(outcome.kept_count == 1 && outcome.kept[0].lacking == 0);
        bool paid = outcome.free_score > outcome.score + 1e-9;

        CHECK(!paid || outcome.kept[0].binds);
        for (uint32_t i = 0; i < outcome.seat_count; i++) {
            CHECK(paid || !outcome.moved[i]);
        }
    }
}

static void cap__draws_nobody_surer_than_it_allows_and_the_same_by_seed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(9);
    struct match_instance instance = draw(arena, &rng);
    struct match_outcome first;
    struct match_outcome outcome;
    uint32_t changed = 0;

    instance.limits.cap = 0.5;
    CHECK(match_solve(arena, &instance, 1, &first, NULL) == OK);
    for (uint64_t seed = 1; seed <= 30; seed++) {
        CHECK(match_solve(arena, &instance, seed, &outcome, NULL) == OK);
        CHECK(outcome.optimal && outcome.seat_count == ASKS * SEATS && outcome.chance != NULL);
        for (uint32_t i = 0; i < outcome.seat_count; i++) {
            CHECK(outcome.chance[i] > 0 && outcome.chance[i] <= 0.5F);
        }
        changed += memcmp(outcome.seats, first.seats, sizeof(*first.seats) * first.seat_count) != 0;
    }
    CHECK(changed > 0);
    CHECK(match_solve(arena, &instance, 1, &outcome, NULL) == OK);
    CHECK(memcmp(outcome.seats, first.seats, sizeof(*first.seats) * first.seat_count) == 0);
}

static void limits__come_back_from_bytes_and_bind_revisions_too(void)
{
    ARENA_SCOPE arena = arena_new();
    ARENA_SCOPE other = arena_new();
    struct buffer bytes = buffer_new(other);
    struct rng rng = rng_new(5);
    struct match_instance instance = draw(arena, &rng);
    struct match_bound bounds[] = {{.ask = 0, .country = 1, .least = 0, .most = 0}};
    struct match_instance read;
    struct match_outcome outcome;
    struct match_outcome again;
    struct fault fault;

    instance.limits = (struct match_limits){.bounds = bounds, .bound_count = 1};
    match_instance_write(&bytes, &instance);
    CHECK(match_instance_read(arena, buffer_view(&bytes), &read, &fault) == OK);
    CHECK(match_solve(arena, &instance, 1, &outcome, NULL) == OK);
    CHECK(match_solve(arena, &read, 1, &again, NULL) == OK);
    CHECK(again.score == outcome.score && again.seat_count == outcome.seat_count);

    struct match_change change = {.ask = 0, .seats = 3, .rate = MATCH_NONE, .hours = MATCH_NONE};
    struct match_revision revision = {.changes = &change, .change_count = 1};
    struct match_before before = {
        .seats = outcome.seats, .seat_count = outcome.seat_count, .price = outcome.price};

    CHECK(match_revise(arena, &read, 1, &before, &revision, &again, &fault) == OK);
    for (uint32_t i = 0; i < again.seat_count; i++) {
        uint32_t member = read.choices[again.seats[i].choice].member;

        CHECK(again.seats[i].ask != 0 || read.members[member].country == 0);
    }
    for (size_t cut = 0; cut < bytes.size; cut++) {
        CHECK(match_instance_read(arena, (struct text){bytes.at, cut}, &read, &fault) ==
              ERR_INVALID);
    }
}

static void bounds__that_cross_or_contradict_themselves_are_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(5);
    struct match_instance instance = draw(arena, &rng);
    struct match_bound crossing[] = {
        {.ask = 0, .country = 1, .most = 1},
        {.ask = 0, .country = MATCH_ANY, .level = 3, .least = 1, .most = MATCH_ANY}};
    struct match_bound upside_down = {.ask = 1, .country = 1, .least = 2, .most = 1};
    struct match_outcome outcome;
    struct fault fault;

    instance.limits = (struct match_limits){.bounds = crossing, .bound_count = 2};
    CHECK(match_solve(arena, &instance, 1, &outcome, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "cross each other") != NULL);
    instance.limits = (struct match_limits){.bounds = &upside_down, .bound_count = 1};
    CHECK(match_solve(arena, &instance, 1, &outcome, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.text, "b wants 2 seats at least, but 1 at most") == 0);
}

TEST_MAIN(CASE(bounds__are_kept_and_the_best_team_within_them_is_found),
          CASE(bounds__of_levels_count_in_their_own_ask_alone),
          CASE(budgets__are_kept_and_their_gap_is_honest),
          CASE(floors__give_a_seat_to_who_was_promised_one),
          CASE(cap__draws_nobody_surer_than_it_allows_and_the_same_by_seed),
          CASE(bounds__that_cross_or_contradict_themselves_are_refused),
          CASE(limits__come_back_from_bytes_and_bind_revisions_too))
