/* Goal: intraclass correlations equal Shrout and Fleiss's table and Kendall's W its definition;
 * incomplete units are left out, and scores that do not vary are undefined in words. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/agree/scale.h"
#include "grids.h"

/* Shrout and Fleiss 1979, table 2: four judges (rows here), six targets. The 10 is written ':'. */
static const char *const JUDGES[] = {"9687:6", "214152", "536264", "828697"};
static const double SCORES[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static const struct agree_table *table_of(struct arena *arena, const char *const *rows,
                                          uint32_t rater_count)
{
    struct grid grid = {rows, rater_count, 10};
    struct agree_input input = grid_input(arena, &grid);
    const struct agree_table *table = NULL;
    struct fault fault = {0};

    input.scores = SCORES;
    return agree_table_build(arena, &input, &table, &fault) == OK ? table : NULL;
}

static void icc__equals_shrout_and_fleiss(void)
{
    static const double PRINTED[] = {0.1657, 0.2898, 0.7148, 0.4428, 0.6201, 0.9093};
    /* psych::ICC prints these bounds for the same table */
    static const double LOW[] = {-0.1330, 0.0188, 0.3425, -0.8844, 0.0712, 0.6757};
    static const double HIGH[] = {0.7226, 0.7611, 0.9458, 0.9124, 0.9272, 0.9859};
    ARENA_SCOPE arena = arena_new();
    struct agree_result results[AGREE_ICC_FORMS_];

    agree_icc(arena, table_of(arena, JUDGES, 4), 0.95, results);
    for (int form = 0; form < AGREE_ICC_FORMS_; form++) {
        CHECK(results[form].defined && results[form].has_interval);
        CHECK_NEAR(results[form].value, PRINTED[form], 5e-5);
        CHECK_NEAR(results[form].interval.low, LOW[form], 5e-4);
        CHECK_NEAR(results[form].interval.high, HIGH[form], 5e-4);
    }
}

static void icc__leaves_out_incomplete_units(void)
{
    static const char *const GAPS[] = {"9687:65.", "2141521.", "536264.4", "8286979."};
    ARENA_SCOPE arena = arena_new();
    struct agree_result results[AGREE_ICC_FORMS_];

    agree_icc(arena, table_of(arena, GAPS, 4), 0.95, results);
    CHECK(results[0].unit_count == 8 && results[0].paired_count == 6);
    CHECK_NEAR(results[AGREE_ICC_TWO_SINGLE].value, 0.2898, 5e-5);
}

static void icc__of_constant_scores_is_undefined(void)
{
    static const char *const FLAT[] = {"333", "333"};
    static const char *const ONE[] = {"123"};
    static const char *const SAME[] = {"159", "159"};
    ARENA_SCOPE arena = arena_new();
    struct agree_result results[AGREE_ICC_FORMS_];

    agree_icc(arena, table_of(arena, FLAT, 2), 0.95, results);
    CHECK(!results[0].defined && results[0].undefined_because != NULL);
    agree_icc(arena, table_of(arena, ONE, 1), 0.95, results);
    CHECK(strstr(results[0].undefined_because, "two raters") != NULL);
    agree_icc(arena, table_of(arena, SAME, 2), 0.95, results);
    CHECK(results[1].defined && results[1].value == 1 && !results[1].has_interval);
}

/* By hand: ranks 1 2 3 4, 1 2 4 3, 1.5 1.5 3 4; sums 3.5 5.5 10 11; S = 38.5; one tie of two.
 * W = 12 * 38.5 / (9 * 60 - 3 * 6). */
static void kendall__equals_its_definition(void)
{
    static const char *const THREE[] = {"1234", "1253", "2279"};
    ARENA_SCOPE arena = arena_new();
    struct agree_concordance concordance;

    agree_kendall(arena, table_of(arena, THREE, 3), &concordance);
    CHECK(concordance.result.defined);
    CHECK_NEAR(concordance.result.value, 12 * 38.5 / 522, 1e-12);
    CHECK_NEAR(concordance.chi2, 9 * concordance.result.value, 1e-12);
    CHECK(concordance.p > 0.01 && concordance.p < 0.06);
}

static void kendall__of_all_ties_is_undefined(void)
{
    static const char *const TIED[] = {"555", "222"};
    static const char *const SAME[] = {"159", "138"};
    ARENA_SCOPE arena = arena_new();
    struct agree_concordance concordance;

    agree_kendall(arena, table_of(arena, TIED, 2), &concordance);
    CHECK(!concordance.result.defined);
    agree_kendall(arena, table_of(arena, SAME, 2), &concordance);
    CHECK_NEAR(concordance.result.value, 1, 1e-12);
}

TEST_MAIN(CASE(icc__equals_shrout_and_fleiss), CASE(icc__leaves_out_incomplete_units),
          CASE(icc__of_constant_scores_is_undefined), CASE(kendall__equals_its_definition),
          CASE(kendall__of_all_ties_is_undefined))
