/* Goal: slates of what a sieve let through are those of the whole pool, number by number. */

#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/match/sieve.h"
#include "engine/match/slate.h"

enum { EXPERTS = 3000, ASKS = 5, TAGS = 6, TERMS = 12 };

static const char *const TAG_NAMES[TAGS] = {"skill a",     "skill b",    "language en",
                                            "language de", "country de", "country fr"};

static struct match_expert draw_expert(struct arena *arena, struct rng *rng, uint32_t number)
{
    struct match_tag *tags = arena_array(arena, struct match_tag, TAGS);
    uint32_t *terms = arena_array(arena, uint32_t, TERMS);
    uint32_t *counts = arena_array(arena, uint32_t, TERMS);
    struct match_expert expert = {
        .id = arena_print(arena, "e%04u", number),
        .hours = (uint16_t)rng_below(rng, 40),
        .rate = 2000 + rng_below(rng, 8000),
        .zone = (uint8_t)(rng_below(rng, 10) == 0 ? MATCH_ZONE_NONE : rng_below(rng, 96)),
        .seats = (uint16_t)rng_below(rng, 4),
        .from_day = (uint16_t)rng_below(rng, 120),
        .to_day = (uint16_t)(80 + rng_below(rng, 120)),
        .tags = tags,
        .walled = number % 7 == 0};

    for (uint32_t i = 0; i < TAGS; i++) {
        if (rng_below(rng, 3) > 0) {
            tags[expert.tag_count++] =
                (struct match_tag){.tag = i, .level = (uint8_t)(1 + rng_below(rng, 10))};
        }
    }
    for (uint32_t i = 0; i < TERMS; i++) {
        if (rng_below(rng, TERMS) < i / 2) {
            terms[expert.text.size] = i;
            counts[expert.text.size++] = 1 + rng_below(rng, 3);
        }
    }
    for (size_t i = 0; i < expert.text.size; i++) {
        expert.text.length += counts[i];
    }
    expert.text.term = terms;
    expert.text.count = counts;
    return expert;
}

static void draw_asks(struct arena *arena, struct rng *rng, struct match_input *out)
{
    static const uint32_t COUNTRIES[] = {4, 5};

    for (uint32_t i = 0; i < ASKS; i++) {
        struct match_requirement *asked = match_requirement_add(arena, out);
        struct match_tag *tags = arena_array(arena, struct match_tag, 3);
        uint32_t *terms = arena_array(arena, uint32_t, 3);
        uint32_t *countries = arena_array(arena, uint32_t, 2);

        for (uint32_t k = 0; k < 3; k++) {
            tags[k] = (struct match_tag){
                .tag = k, .level = (uint8_t)(k < 2 ? 1 + rng_below(rng, 8) : 1), .skill = k < 2};
            terms[k] = 4 * k + rng_below(rng, 4);
        }
        countries[0] = COUNTRIES[0];
        countries[1] = COUNTRIES[1];
        *asked = (struct match_requirement){.id = arena_print(arena, "r%u", i),
                                            .seats = 10,
                                            .hours = i == 0 ? 0 : 5 + rng_below(rng, 10),
                                            .rate = i == 1 ? UINT32_MAX : 6000,
                                            .zone = i == 2 ? MATCH_ZONE_NONE : (uint8_t)(20 * i),
                                            .zone_shift = 30,
                                            .start_day = i == 3 ? 0 : 100,
                                            .tags = tags,
                                            .tag_count = 3,
                                            .countries = countries,
                                            .country_count = i % 3,
                                            .terms = terms,
                                            .term_count = 3};
    }
}

/* Walls against every seventh expert, and a pool of every second for the last requirement. */
static void set_rows(struct arena *arena, struct match_input *input)
{
    struct match_wall *walls = arena_array(arena, struct match_wall, input->experts.count);
    uint32_t *pool = arena_array(arena, uint32_t, input->experts.count);
    struct match_requirement *last = &input->requirements[ASKS - 1];
    size_t count = 0;

    for (uint32_t row = 0; row < input->experts.count; row++) {
        unsigned number = (unsigned)strtoul(input->experts.id[row] + 1, NULL, 10);

        if (number % 7 == 0) {
            walls[count++] = (struct match_wall){.requirement = number % ASKS, .expert = row};
        }
        if (number % 2 == 0) {
            pool[last->pool.count++] = row;
        }
    }
    last->pool.at = pool;
    match_walls_set(arena, input, walls, count);
}

static uint32_t fill(struct arena *arena, uint64_t seed, bool sieved, struct match_input *out)
{
    struct rng rng = rng_new(seed);
    uint32_t kept = 0;

    *out = (struct match_input){.tag_names = TAG_NAMES, .tag_count = TAGS, .term_count = TERMS};
    draw_asks(arena, &rng, out);
    out->requirements[ASKS - 1].from_pool = true;
    struct match_sieve *sieve = match_sieve_new(arena, out);

    for (uint32_t i = 0; i < EXPERTS; i++) {
        struct match_expert expert = draw_expert(arena, &rng, i);

        if (!sieved || match_sieve_take(sieve, &expert)) {
            (void)match_expert_add(arena, out, &expert);
            kept++;
        }
    }
    if (sieved) {
        match_sieve_close(sieve, out);
    }
    set_rows(arena, out);
    return kept;
}

static bool same_candidates(const struct match_input *all, const struct match_candidate *left,
                            const struct match_input *few, const struct match_candidate *right,
                            uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(all->experts.id[left[i].expert], few->experts.id[right[i].expert]) != 0 ||
            left[i].score != right[i].score ||
            memcmp(left[i].part, right[i].part, sizeof(left[i].part)) != 0) {
            return false;
        }
    }
    return true;
}

static void sieve__changes_no_slate(void)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct match_options options = {.candidates_min = 60, .near_max = 40, .seed = seed};
        struct match_input all;
        struct match_input few;
        struct match_slates whole;
        struct match_slates part;

        CHECK(fill(arena, seed, false, &all) == EXPERTS);
        CHECK(fill(arena, seed, true, &few) < EXPERTS * 3 / 4);
        CHECK(few.expert_total == EXPERTS);
        CHECK(match_slates_make(arena, &all, &options, &whole, NULL) == OK);
        CHECK(match_slates_make(arena, &few, &options, &part, NULL) == OK);
        for (uint32_t i = 0; i < ASKS; i++) {
            const struct match_slate *left = &whole.at[i];
            const struct match_slate *right = &part.at[i];

            CHECK(left->eligible == right->eligible && left->check_count == right->check_count);
            CHECK(memcmp(left->relaxed, right->relaxed,
                         left->check_count * sizeof(*left->relaxed)) == 0);
            CHECK(left->candidate_count == right->candidate_count);
            CHECK(left->near_count == right->near_count);
            CHECK(same_candidates(&all, left->candidates, &few, right->candidates,
                                  left->candidate_count));
            CHECK(same_candidates(&all, left->near, &few, right->near, left->near_count));
        }
    }
}

TEST_MAIN(CASE(sieve__changes_no_slate))
