#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/match/solve.h"

enum { EXPERTS = 400, SKILL_LAW, SKILL_TAX, ENGLISH, TAGS };

static const char *const TAG_NAMES[TAGS] = {
    [SKILL_LAW] = "skill law", [SKILL_TAX] = "skill tax", [ENGLISH] = "language en"};

/* A pool drawn by seed, and three requirements. */
static void draw(struct arena *arena, uint64_t seed, struct match_input *out)
{
    struct rng rng = rng_new(seed);

    *out = (struct match_input){.tag_names = TAG_NAMES, .tag_count = TAGS};
    for (uint32_t i = 0; i < EXPERTS; i++) {
        struct match_tag tags[] = {{.tag = SKILL_LAW, .level = (uint8_t)(1 + rng_below(&rng, 10))},
                                   {.tag = SKILL_TAX, .level = (uint8_t)(1 + rng_below(&rng, 10))},
                                   {.tag = ENGLISH, .level = 1}};

        (void)match_expert_add(arena, out,
                               &(struct match_expert){.id = arena_print(arena, "e%u", i),
                                                      .hours = (uint16_t)(5 + rng_below(&rng, 35)),
                                                      .rate = 2000 + rng_below(&rng, 8000),
                                                      .zone = (uint8_t)rng_below(&rng, 96),
                                                      .seats = 1,
                                                      .to_day = MATCH_DAY_MAX,
                                                      .tags = tags,
                                                      .tag_count = 2 + rng_below(&rng, 2)});
    }
    for (uint32_t i = 0; i < 3; i++) {
        struct match_requirement *asked = match_requirement_add(arena, out);
        struct match_tag *tags = arena_array(arena, struct match_tag, 2);

        tags[0] =
            (struct match_tag){.tag = i == 1 ? SKILL_TAX : SKILL_LAW, .level = 5, .skill = true};
        tags[1] = (struct match_tag){.tag = ENGLISH, .level = 1};
        *asked = (struct match_requirement){.id = arena_print(arena, "r%u", i),
                                            .seats = 10,
                                            .hours = 10,
                                            .rate = 6000,
                                            .zone = (uint8_t)(32 * i),
                                            .zone_shift = 40,
                                            .tags = tags,
                                            .tag_count = 2};
    }
}

struct played {
    struct match_input input;
    struct match_slates slates;
    struct match_instance instance;
    struct match_outcome outcome;
};

static bool play(struct arena *arena, uint64_t seed, struct played *out)
{
    struct match_options options = {.candidates_min = 1000, .near_max = 100, .seed = seed};

    draw(arena, seed, &out->input);
    if (match_slates_make(arena, &out->input, &options, &out->slates, NULL) != OK) {
        return false;
    }
    match_instance_of(arena, &out->input, &out->slates, &out->instance);
    return match_solve(arena, &out->instance, seed, &out->outcome, NULL) == OK;
}

static struct match_before before_of(const struct match_outcome *outcome)
{
    return (struct match_before){
        .seats = outcome->seats, .seat_count = outcome->seat_count, .price = outcome->price};
}

static void solve__seats_only_who_passes_every_check(void)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct played played;

        CHECK(play(arena, seed, &played));
        CHECK(played.outcome.optimal && played.outcome.gap == 0);
        CHECK(played.outcome.seat_count > 0);
        for (uint32_t i = 0; i < played.outcome.seat_count; i++) {
            const struct match_seat *seat = &played.outcome.seats[i];
            const struct match_slate *slate = &played.slates.at[seat->ask];
            uint32_t member = played.instance.choices[seat->choice].member;

            CHECK(!played.instance.choices[seat->choice].near);
            for (uint32_t k = 0; k < slate->check_count; k++) {
                CHECK(match_passes(&played.slates.columns, &played.input.requirements[seat->ask],
                                   &slate->checks[k], played.instance.members[member].row));
            }
        }
    }
}

static void near__misses_only_what_can_be_bargained_about(void)
{
    ARENA_SCOPE arena = arena_new();
    struct played played;
    uint32_t met = 0;

    CHECK(play(arena, 3, &played));
    for (uint32_t ask = 0; ask < played.instance.ask_count; ask++) {
        const struct match_slate *slate = &played.slates.at[ask];

        for (uint32_t i = 0; i < slate->near_count; i++, met++) {
            for (uint32_t k = 0; k < slate->check_count; k++) {
                enum match_kind kind = slate->checks[k].kind;
                bool bargained = kind == MATCH_RATE || kind == MATCH_HOURS ||
                                 (kind == MATCH_TAG && slate->checks[k].tag.skill);

                CHECK(bargained ||
                      match_passes(&played.slates.columns, &played.input.requirements[ask],
                                   &slate->checks[k], slate->near[i].expert));
            }
        }
    }
    CHECK(met > 0);
}

static bool equal_outcome(const struct match_outcome *left, const struct match_outcome *right)
{
    return left->seat_count == right->seat_count && left->score == right->score &&
           memcmp(left->seats, right->seats, left->seat_count * sizeof(*left->seats)) == 0;
}

static void instance__comes_back_from_its_bytes(void)
{
    ARENA_SCOPE arena = arena_new();
    ARENA_SCOPE other = arena_new();
    struct buffer bytes = buffer_new(other);
    struct match_instance read;
    struct match_outcome outcome;
    struct played played;
    struct fault fault;

    CHECK(play(arena, 4, &played));
    match_instance_write(&bytes, &played.instance);
    CHECK(match_instance_read(arena, buffer_view(&bytes), &read, &fault) == OK);
    CHECK(match_solve(arena, &read, 4, &outcome, NULL) == OK);
    CHECK(equal_outcome(&outcome, &played.outcome));
    for (size_t cut = 0; cut < bytes.size; cut += 1 + bytes.size / 300) {
        CHECK(match_instance_read(arena, (struct text){bytes.at, cut}, &read, &fault) ==
              ERR_INVALID);
    }
}

static void revise__agrees_with_solving_anew(void)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct played played;
        struct match_outcome warm;
        struct match_outcome cold;

        CHECK(play(arena, seed, &played));
        struct match_change changes[] = {
            {.ask = 1, .seats = 14, .rate = 7000, .hours = MATCH_NONE, .level = -1},
            {.ask = 2, .seats = 5, .rate = MATCH_NONE, .hours = 20}};
        struct match_revision revision = {.changes = changes, .change_count = 2};
        struct match_before before = before_of(&played.outcome);

        CHECK(match_revise(arena, &played.instance, seed, &before, &revision, &warm, NULL) == OK);
        CHECK(match_solve(arena, &warm.asked, seed, &cold, NULL) == OK);
        CHECK(warm.optimal && cold.optimal);
        CHECK(warm.seat_count == cold.seat_count);
        CHECK_NEAR(warm.score, cold.score, 1e-9);
    }
}

static void revise__keeps_pins_and_lets_the_gone_go(void)
{
    ARENA_SCOPE arena = arena_new();
    struct played played;
    struct match_outcome outcome;

    CHECK(play(arena, 5, &played));
    uint32_t out = played.outcome.seats[0].choice;
    uint32_t in = match_runner_up(&played.outcome, played.outcome.seats[0].ask);
    uint32_t gone = played.instance.choices[played.outcome.seats[1].choice].member;

    CHECK(in != MATCH_NONE);
    struct match_pin pins[] = {{.choice = out, .together = false},
                               {.choice = in, .together = true}};
    struct match_revision revision = {.pins = pins, .pin_count = 2, .gone = &gone, .gone_count = 1};
    struct match_before before = before_of(&played.outcome);
    bool sits = false;

    CHECK(match_revise(arena, &played.instance, 5, &before, &revision, &outcome, NULL) == OK);
    for (uint32_t i = 0; i < outcome.seat_count; i++) {
        CHECK(outcome.seats[i].choice != out);
        CHECK(played.instance.choices[outcome.seats[i].choice].member != gone);
        sits = sits || outcome.seats[i].choice == in;
    }
    CHECK(sits);
    CHECK(outcome.score <= played.outcome.score);
}

static void revise__refuses_more_pins_than_seats(void)
{
    ARENA_SCOPE arena = arena_new();
    struct played played;
    struct match_outcome outcome;
    struct match_pin pins[11];
    struct fault fault;

    CHECK(play(arena, 6, &played));
    for (uint32_t i = 0; i < 11; i++) {
        pins[i] = (struct match_pin){.choice = played.instance.asks[0].choice_start + i,
                                     .together = true};
    }
    struct match_revision revision = {.pins = pins, .pin_count = 11};
    struct match_before before = before_of(&played.outcome);

    CHECK(match_revise(arena, &played.instance, 6, &before, &revision, &outcome, &fault) ==
          ERR_INVALID);
    CHECK(strstr(fault.text, "r0 has 10 seats") != NULL);
}

static void walls__keep_their_first_reason(void)
{
    ARENA_SCOPE arena = arena_new();
    struct match_input input;
    struct match_wall walls[] = {{.requirement = 1, .expert = 7, .reason = "first"},
                                 {.requirement = 1, .expert = 3},
                                 {.requirement = 1, .expert = 7, .reason = "second"}};

    draw(arena, 1, &input);
    match_walls_set(arena, &input, walls, 3);
    CHECK(input.requirements[0].walls.count == 0);
    CHECK(input.requirements[1].walls.count == 2);
    CHECK(input.requirements[1].walls.at[0] == 3 && input.requirements[1].walls.at[1] == 7);
    CHECK(input.requirements[1].wall_reasons[0] == NULL);
    CHECK(strcmp(input.requirements[1].wall_reasons[1], "first") == 0);
}

static void days__shut_out_who_is_away(void)
{
    ARENA_SCOPE arena = arena_new();
    struct match_input input = {.tag_names = TAG_NAMES, .tag_count = TAGS};
    uint32_t count;

    (void)match_expert_add(arena, &input,
                           &(struct match_expert){.id = "here", .from_day = 10, .to_day = 20});
    (void)match_expert_add(arena, &input,
                           &(struct match_expert){.id = "late", .from_day = 16, .to_day = 20});
    struct match_requirement *asked = match_requirement_add(arena, &input);

    asked->zone = MATCH_ZONE_NONE;
    asked->rate = UINT32_MAX;
    asked->start_day = 15;
    struct match_columns columns = match_columns_of(arena, &input);
    const struct match_check *checks = match_checks_of(arena, asked, &count);

    CHECK(count == 2 && checks[1].kind == MATCH_AVAILABLE);
    CHECK(match_passes(&columns, asked, &checks[1], 0));
    CHECK(!match_passes(&columns, asked, &checks[1], 1));
    CHECK(retrieve_bitmap_has(
        &(struct retrieve_bitmap){match_passing(arena, &columns, asked, &checks[1]).words, 2}, 0));
}

TEST_MAIN(CASE(solve__seats_only_who_passes_every_check),
          CASE(near__misses_only_what_can_be_bargained_about),
          CASE(instance__comes_back_from_its_bytes), CASE(revise__agrees_with_solving_anew),
          CASE(revise__keeps_pins_and_lets_the_gone_go), CASE(revise__refuses_more_pins_than_seats),
          CASE(walls__keep_their_first_reason), CASE(days__shut_out_who_is_away))
