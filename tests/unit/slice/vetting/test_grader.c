/* Goal: planted bias of graders is found, none is invented, and the draw of checks is fair. */

#include "check.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "slice/fairness/grader_rule.h"
#include "slice/grading/check_rule.h"

enum { INTERVIEWS = 200, ANSWERS = 4, GRADERS = 4 };

/* Grader 0 gives a fifth of the points too much; the others are right but for noise. */
static size_t plant(struct arena *arena, struct grader_pair *out)
{
    struct rng rng = rng_new(7);
    size_t count = 0;

    (void)arena;
    for (uint32_t i = 0; i < INTERVIEWS; i++) {
        uint32_t first = rng_below(&rng, GRADERS);
        uint32_t second = (first + 1 + rng_below(&rng, GRADERS - 1)) % GRADERS;

        for (int k = 0; k < ANSWERS; k++) {
            struct grader_pair *pair = &out[count++];
            double truth = rng_unit(&rng) * 0.6;

            *pair = (struct grader_pair){.interview = i, .grader = {first, second}};
            for (int side = 0; side < 2; side++) {
                double share = truth + 0.1 * rng_normal(&rng) + (pair->grader[side] == 0 ? 0.2 : 0);

                pair->share[side] = fmin(1, fmax(0, share));
                pair->category[side] = share < 0.35 ? 0 : share < 0.75 ? 1 : 2;
            }
        }
    }
    return count;
}

static void bias__is_found_where_it_was_planted(void)
{
    ARENA_SCOPE arena = arena_new();
    struct grader_pair pairs[INTERVIEWS * ANSWERS];
    size_t count = plant(arena, pairs);
    struct grader_bias mild = grader_bias(arena, pairs, count, 0, GRADERS);

    CHECK(strcmp(mild.verdict, "milder") == 0);
    CHECK(mild.interval.low < 0.2 && mild.interval.high > 0.15);
    CHECK(mild.interviews > 50 && mild.answers == mild.interviews * ANSWERS);
    for (uint32_t i = 1; i < GRADERS; i++) {
        /* Each meets the mild one in a third of the interviews. */
        CHECK(grader_bias(arena, pairs, count, i, GRADERS).mean < 0);
    }
}

static void bias__is_not_invented(void)
{
    ARENA_SCOPE arena = arena_new();
    struct grader_pair pairs[INTERVIEWS];
    struct rng rng = rng_new(3);

    for (uint32_t i = 0; i < INTERVIEWS; i++) {
        pairs[i] = (struct grader_pair){.interview = i, .grader = {i % 2, 1 - i % 2}};
        pairs[i].share[0] = rng_unit(&rng);
        pairs[i].share[1] = rng_unit(&rng);
    }
    CHECK(strcmp(grader_bias(arena, pairs, INTERVIEWS, 0, 2).verdict, "no sign") == 0);
    CHECK(strcmp(grader_bias(arena, pairs, 9, 0, 2).verdict, "not enough data") == 0);
    CHECK(strcmp(grader_bias(arena, pairs, 0, 0, 0).verdict, "not enough data") == 0);
}

static void agreement__needs_enough_and_tells_noise_from_none(void)
{
    ARENA_SCOPE arena = arena_new();
    struct grader_pair pairs[INTERVIEWS * ANSWERS];
    struct grader_agreement found;
    struct fault fault;
    size_t count = plant(arena, pairs);

    CHECK(grader_agree(arena, pairs, 29, GRADERS, &found, &fault) == OK);
    CHECK(isnan(found.alpha.value) && found.answers == 29);
    CHECK(grader_agree(arena, pairs, count, GRADERS, &found, &fault) == OK);
    CHECK(found.interviews == INTERVIEWS);
    CHECK(found.alpha.value > 0.2 && found.alpha.value < 0.9);
    CHECK(found.alpha.interval.low < found.alpha.value);
    for (size_t i = 0; i < count; i++) {
        pairs[i].category[1] = pairs[i].category[0];
    }
    CHECK(grader_agree(arena, pairs, count, GRADERS, &found, &fault) == OK);
    CHECK_NEAR(found.alpha.value, 1, 1e-12);
    CHECK_NEAR(found.alike.value, 1, 1e-12);
}

static void draw__is_a_twentieth_and_repeatable(void)
{
    int chosen = 0;
    double first;
    double again;

    for (uint64_t seed = 0; seed < 20000; seed++) {
        chosen += check_chosen(seed, 0, &first); /* no share goes below a twentieth */
    }
    CHECK(chosen > 900 && chosen < 1100);
    CHECK(check_chosen(11, 1, &first) && check_chosen(11, 1, &again));
    CHECK(first == again);
}

TEST_MAIN(CASE(bias__is_found_where_it_was_planted), CASE(bias__is_not_invented),
          CASE(agreement__needs_enough_and_tells_noise_from_none),
          CASE(draw__is_a_twentieth_and_repeatable))
