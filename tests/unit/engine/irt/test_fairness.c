/* Goal: planted unfairness is found, fair items pass, and small groups get no verdict. */

#include "check.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/irt/dif.h"
#include "engine/irt/impact.h"
#include "engine/irt/ordinal.h"

enum { ITEMS = 20, PERSONS = 1600 };

/* The focal group is half a deviation less able; item 0 is harder for it beyond that. */
static struct irt_responses plant(struct arena *arena, uint8_t *focal, uint32_t categories,
                                  double harder)
{
    uint8_t *answers = arena_array(arena, uint8_t, ITEMS * PERSONS);
    struct rng rng = rng_new(17);

    for (int row = 0; row < PERSONS; row++) {
        focal[row] = row % 4 == 0;
        double theta = rng_normal(&rng) - (focal[row] ? .5 : 0);

        for (int i = 0; i < ITEMS; i++) {
            double centre = 1.3 * (theta - (i - 9.5) / 8 - (i == 0 && focal[row] ? harder : 0));
            double draw = rng_unit(&rng);
            uint8_t answer = 0;

            for (uint32_t k = 1; k < categories; k++) {
                double cut = categories == 2 ? 0 : 1.5 - 1.5 * (k - 1);

                answer = (uint8_t)(answer + (draw < 1 / (1 + exp(-(centre + cut)))));
            }
            answers[row * ITEMS + i] = answer;
        }
    }
    return (struct irt_responses){.at = answers, .row_count = PERSONS, .item_count = ITEMS};
}

static int count_flags(const struct irt_dif *dif)
{
    int flags = 0;

    for (int i = 1; i < ITEMS; i++) {
        flags += dif[i].class == IRT_DIF_C;
    }
    return flags;
}

static void dif__finds_the_unfair_item_and_spares_the_fair(void)
{
    ARENA_SCOPE arena = arena_new();
    uint8_t focal[PERSONS];
    struct irt_dif dif[ITEMS];
    struct fault fault;
    struct irt_responses table = plant(arena, focal, 2, 1.2);

    CHECK(irt_dif(arena, &table, focal, dif, &fault) == OK);
    CHECK(dif[0].class == IRT_DIF_C && dif[0].delta < -1.5 && dif[0].odds > 1.9);
    CHECK(dif[0].uniform_p < .001 && dif[0].mean_gap < 0);
    CHECK(count_flags(dif) == 0);
    table = plant(arena, focal, 2, 0);
    CHECK(irt_dif(arena, &table, focal, dif, &fault) == OK);
    CHECK(dif[0].class == IRT_DIF_A && fabs(dif[0].delta) < 1);
}

static void graded_dif__finds_the_unfair_item(void)
{
    ARENA_SCOPE arena = arena_new();
    uint8_t focal[PERSONS];
    struct irt_dif dif[ITEMS];
    struct fault fault;
    struct irt_responses table = plant(arena, focal, 4, 1);

    CHECK(irt_dif(arena, &table, focal, dif, &fault) == OK);
    CHECK(dif[0].class == IRT_DIF_C && dif[0].mean_gap < -.25 && isnan(dif[0].odds));
    CHECK(dif[0].uniform_p < .001);
    CHECK(count_flags(dif) == 0);
}

static void small_groups__get_no_verdict(void)
{
    ARENA_SCOPE arena = arena_new();
    uint8_t focal[PERSONS];
    struct irt_dif dif[ITEMS];
    struct fault fault;
    struct irt_responses table = plant(arena, focal, 2, 2);

    table.row_count = 120; /* thirty of the focal group */
    CHECK(irt_dif(arena, &table, focal, dif, &fault) == OK);
    CHECK(dif[0].class == IRT_DIF_NOT_ENOUGH);
    memset(focal, 0, sizeof(focal));
    CHECK(irt_dif(arena, &table, focal, dif, &fault) == ERR_INVALID);
}

static void ordinal_regression__finds_planted_slopes(void)
{
    enum { ROWS = 4000 };
    ARENA_SCOPE arena = arena_new();
    uint8_t *answers = arena_array(arena, uint8_t, ROWS);
    double *columns = arena_array(arena, double, ROWS * 2);
    struct rng rng = rng_new(2);
    double slopes[2];

    for (int i = 0; i < ROWS; i++) {
        columns[2 * i] = rng_normal(&rng);
        columns[2 * i + 1] = rng_below(&rng, 2);
        double centre = 1.2 * columns[2 * i] - 0.7 * columns[2 * i + 1];
        double draw = rng_unit(&rng);

        answers[i] = (uint8_t)((draw < 1 / (1 + exp(-(centre + 1)))) +
                               2 * (draw < 1 / (1 + exp(-(centre - 1))))); /* 2 is never met */
    }
    struct irt_ordinal problem = {.answers = answers,
                                  .columns = columns,
                                  .row_count = ROWS,
                                  .stride = 2,
                                  .column_count = 2,
                                  .category_count = 4};
    double both = irt_ordinal_fit(&problem, slopes);

    CHECK_NEAR(slopes[0], 1.2, .15);
    CHECK_NEAR(slopes[1], -.7, .2);
    problem.column_count = 1;
    CHECK(irt_ordinal_fit(&problem, NULL) < both);
}

static void impact__matches_a_table_worked_by_hand(void)
{
    static const struct irt_group_rate GROUPS[] = {{48, 80}, {12, 40}, {9, 10}, {0, 50}};
    struct irt_impact impact[COUNT(GROUPS)];
    struct fault fault;
    uint32_t reference;

    CHECK(irt_impact(GROUPS, COUNT(GROUPS), impact, &reference, &fault) == OK);
    CHECK(reference == 0); /* the third passes more, but is too small to compare with */
    CHECK_NEAR(impact[1].ratio, .5, 1e-12);
    CHECK_NEAR(impact[1].interval.low,
               .5 * exp(-1.959964 * sqrt(1 / 12. - 1 / 40. + 1 / 48. - 1 / 80.)), 1e-6);
    CHECK(impact[1].verdict == IRT_IMPACT_SHOWN && impact[1].p < .01);
    CHECK(impact[2].verdict == IRT_IMPACT_NOT_ENOUGH);
    CHECK(impact[3].verdict == IRT_IMPACT_SHOWN && isnan(impact[3].interval.low));
    CHECK(impact[0].verdict == IRT_IMPACT_NONE && impact[0].p == 1);
    CHECK(strcmp(irt_impact_name(impact[2].verdict), "not enough data") == 0);
}

static void exact_p__matches_the_lady_tasting_tea(void)
{
    static const struct irt_group_rate CUPS[] = {{3, 4}, {1, 4}};
    struct irt_impact impact[2];
    struct fault fault;
    uint32_t reference;

    CHECK(irt_impact(CUPS, 2, impact, &reference, &fault) == OK);
    CHECK_NEAR(impact[1].p, 34.0 / 70, 1e-9); /* Fisher 1935, both sides */
}

static void impossible_counts__are_refused(void)
{
    static const struct irt_group_rate MORE[] = {{5, 4}};
    static const struct irt_group_rate BROKEN[] = {{1.5, 4}};
    struct irt_impact impact[1];
    struct fault fault;
    uint32_t reference;

    CHECK(irt_impact(MORE, 1, impact, &reference, &fault) == ERR_INVALID);
    CHECK(irt_impact(BROKEN, 1, impact, &reference, &fault) == ERR_INVALID);
    CHECK(irt_impact(MORE, 0, impact, &reference, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(dif__finds_the_unfair_item_and_spares_the_fair),
          CASE(graded_dif__finds_the_unfair_item), CASE(small_groups__get_no_verdict),
          CASE(ordinal_regression__finds_planted_slopes),
          CASE(impact__matches_a_table_worked_by_hand), CASE(exact_p__matches_the_lady_tasting_tea),
          CASE(impossible_counts__are_refused))
