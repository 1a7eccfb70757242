#include "engine/verify/measure.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "check.h"

enum { ANSWERS = 200, ROOM = 4 * ANSWERS };

static const struct measure_options OPTIONS = {.level = .95, .seed = 7};
static const double POINTS[] = {3, 1};

struct sheet {
    struct rubric_grade grades[ROOM];
    size_t count;
};

static void put(struct sheet *sheet, uint32_t response, uint32_t grader, bool model, bool met)
{
    sheet->grades[sheet->count++] =
        (struct rubric_grade){.response = response, .grader = grader, .model = model, .met = met};
}

static enum err measure(struct arena *arena, const struct sheet *sheet,
                        const struct measure_options *options, struct criterion_measure *out)
{
    struct fault fault;

    return rubric_measure(
        arena,
        &(struct measure_input){
            .points = POINTS, .criterion_count = 2, .grades = sheet->grades, .count = sheet->count},
        options, out, &fault);
}

/* Two people on each answer: so many said yes twice, yes and no, no twice. */
static void fill(struct sheet *sheet, uint32_t both, uint32_t split, uint32_t neither)
{
    for (uint32_t i = 0; i < both + split + neither; i++) {
        put(sheet, i, 0, false, i < both + split);
        put(sheet, i, 1, false, i < both);
    }
}

static void kappa__is_that_of_the_counts(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sheet sheet = {0};
    struct criterion_measure found[2];

    fill(&sheet, 40, 20, 40);
    CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
    CHECK(found[0].graded == 200 && found[0].met == 100);
    CHECK(found[0].people.pairs.both == 80 && found[0].people.pairs.judge_only == 20);
    CHECK(found[0].people.answers == 100);
    CHECK_NEAR(found[0].people.kappa, .6, 1e-12); /* .8 agreed, .5 by chance */
    CHECK_NEAR(found[0].people.f1, .8, 1e-12);
    CHECK(isnan(found[0].judge.kappa) && isnan(found[0].judge.kappa_interval.low));
    CHECK(isnan(found[1].people.kappa) && found[1].graded == 0);
}

/* The standard error of kappa with even margins is sqrt((1 - a^2) / n), a being kappa itself. */
static void interval__is_as_wide_as_theory_says(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sheet sheet = {0};
    struct criterion_measure found[2];

    fill(&sheet, 80, 40, 80);
    CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
    const struct interval *interval = &found[0].people.kappa_interval;
    double width = 2 * 1.96 * sqrt((1 - .36) / ANSWERS);

    CHECK(interval->low < .6 && interval->high > .6);
    CHECK_NEAR(interval->high - interval->low, width, .2 * width);
}

/* Coverage over many sheets with the same true kappa of .6. */
static void interval__covers_the_truth(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(11);
    int covered = 0;

    for (int trial = 0; trial < 200; trial++) {
        struct sheet sheet = {0};
        struct criterion_measure found[2];

        for (uint32_t i = 0; i < 100; i++) {
            bool first = rng_unit(&rng) < .5;

            put(&sheet, i, 0, false, first);
            put(&sheet, i, 1, false, rng_unit(&rng) < .8 ? first : !first);
        }
        CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
        covered +=
            found[0].people.kappa_interval.low <= .6 && found[0].people.kappa_interval.high >= .6;
    }
    CHECK(covered >= 180 && covered <= 199);
}

static void interval__is_the_same_for_a_seed_and_any_order(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sheet sheet = {0};
    struct sheet turned = {0};
    struct criterion_measure found[2];
    struct criterion_measure again[2];

    fill(&sheet, 30, 10, 20);
    for (size_t i = sheet.count; i-- > 0;) {
        turned.grades[turned.count++] = sheet.grades[i];
    }
    CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
    CHECK(measure(arena, &turned, &OPTIONS, again) == OK);
    CHECK(memcmp(&found[0].people, &again[0].people, sizeof(found[0].people)) == 0);
    CHECK(measure(arena, &sheet, &(struct measure_options){.level = .95, .seed = 8}, again) == OK);
    CHECK(again[0].people.kappa_interval.low != found[0].people.kappa_interval.low ||
          again[0].people.kappa_interval.high != found[0].people.kappa_interval.high);
}

static void interval__is_absent_where_nothing_varies(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sheet sheet = {0};
    struct criterion_measure found[2];

    fill(&sheet, 50, 0, 0);
    CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
    CHECK(isnan(found[0].people.kappa) && isnan(found[0].people.kappa_interval.low));
    CHECK(strcmp(measure_advice(&found[0], 5), "tells no answers apart so far") == 0);
}

static void advice__is_evidence_in_order_of_weight(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sheet sheet = {0};
    struct criterion_measure found[2];

    fill(&sheet, 10, 30, 10);
    CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
    CHECK(strcmp(measure_advice(&found[0], 5), "graders read it differently") == 0);
    CHECK(strcmp(measure_advice(&found[0], 1000), "not enough gradings yet") == 0);
    CHECK(strcmp(measure_advice(&found[1], 5), "not enough gradings yet") == 0);
}

static void grades__out_of_range_or_twice_are_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sheet sheet = {0};
    struct criterion_measure found[2];

    put(&sheet, 0, 0, false, true);
    put(&sheet, 0, 0, false, false);
    CHECK(measure(arena, &sheet, &OPTIONS, found) == ERR_INVALID);
    sheet.grades[1].criterion = 2;
    CHECK(measure(arena, &sheet, &OPTIONS, found) == ERR_INVALID);
    sheet.count = 0;
    CHECK(measure(arena, &sheet, &OPTIONS, found) == OK);
}

TEST_MAIN(CASE(kappa__is_that_of_the_counts), CASE(interval__is_as_wide_as_theory_says),
          CASE(interval__covers_the_truth), CASE(interval__is_the_same_for_a_seed_and_any_order),
          CASE(interval__is_absent_where_nothing_varies),
          CASE(advice__is_evidence_in_order_of_weight),
          CASE(grades__out_of_range_or_twice_are_refused))
