/* Goal: the parts of scoring hold their invariants: trees, calibration, likeness, measures. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "engine/score/calibrate.h"
#include "engine/score/compare.h"
#include "engine/score/forest.h"
#include "engine/score/measure.h"
#include "engine/text/analyser.h"

enum { ROWS = 600, FEATURES = 6 };

static void plant(float *rows, uint8_t *classes)
{
    struct rng rng = rng_new(3);

    for (int i = 0; i < ROWS; i++) {
        for (int f = 0; f < FEATURES; f++) {
            rows[i * FEATURES + f] = (float)rng_unit(&rng);
        }
        rows[i * FEATURES + 5] = 7; /* constant */
        classes[i] = rows[i * FEATURES] > 0.5F ? (rows[i * FEATURES + 1] > 0.5F ? 2 : 1) : 0;
    }
}

static void backwards(const struct parallel *, size_t chunk_count,
                      void (*work)(void *context, size_t chunk), void *context)
{
    while (chunk_count-- > 0) {
        work(context, chunk_count);
    }
}

static void forest__finds_planted_corners_in_any_order_of_trees(void)
{
    ARENA_SCOPE arena = arena_new();
    float at[ROWS * FEATURES];
    uint8_t classes[ROWS];
    struct score_forest_options options = {
        .seed = 1, .tree_count = 60, .leaf_min = 3, .try_count = 3};
    struct parallel parallel = {.run = backwards, .thread_count = 3};
    struct score_rows rows = {.at = at,
                              .classes = classes,
                              .row_count = ROWS,
                              .feature_count = FEATURES,
                              .class_count = 3};
    struct score_forest one;
    struct score_forest two;
    struct fault fault;
    int right = 0;

    plant(at, classes);
    CHECK(score_forest_grow(arena, &rows, &options, NULL, &one, &fault) == OK);
    CHECK(score_forest_grow(arena, &rows, &options, &parallel, &two, &fault) == OK);
    CHECK(one.node_count == two.node_count);
    CHECK(memcmp(one.nodes, two.nodes, one.node_count * sizeof(*one.nodes)) == 0);
    for (int i = 0; i < ROWS; i++) {
        double shares[3];

        score_forest_predict(&one, at + (size_t)i * FEATURES, shares);
        CHECK_NEAR(shares[0] + shares[1] + shares[2], 1, 1e-9);
        right += shares[classes[i]] > .5;
    }
    CHECK(right > ROWS * 95 / 100);
    options.tree_count = 0;
    CHECK(score_forest_grow(arena, &rows, &options, NULL, &one, &fault) == ERR_INVALID);
}

static void calibration__never_falls_and_finds_the_true_shares(void)
{
    enum { POINTS = 20000 };
    ARENA_SCOPE arena = arena_new();
    double *scores = arena_array(arena, double, POINTS);
    uint8_t *right = arena_array(arena, uint8_t, POINTS);
    struct score_calibration calibration;
    struct rng rng = rng_new(8);
    double last = 0;

    for (int i = 0; i < POINTS; i++) { /* overconfident: the truth is the square */
        scores[i] = rng_unit(&rng);
        right[i] = rng_unit(&rng) < scores[i] * scores[i];
    }
    score_calibrate(arena, scores, right, POINTS, &calibration);
    for (double score = 0; score <= 1; score += 0.01) {
        double p = score_calibrated(&calibration, score);

        CHECK(p >= last && p >= 0 && p <= 1);
        CHECK_NEAR(p, score * score, 0.06);
        last = p;
    }
    memset(right, 1, POINTS);
    score_calibrate(arena, scores, right, POINTS, &calibration);
    CHECK(score_calibrated(&calibration, 0.5) > .99);
    score_calibrate(arena, scores, right, 1, &calibration);
    CHECK(isfinite(score_calibrated(&calibration, 0.5)));
}

static struct score_reading read(struct arena *arena, const char *text)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct fault fault;

    if (text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) != OK) {
        test_failed = true;
        return (struct score_reading){0};
    }
    return score_read(arena, analyser, NULL, text_of(text));
}

static void features__are_finite_and_highest_for_the_model_answer_itself(void)
{
    static const char *const ANSWERS[] = {
        "",
        "!",
        "The salt stays behind when the water evaporates.",
        "the salt dissolves",
        "42",
        "I don't know",
        "водa испаряется",
        "salt salt salt salt salt salt salt salt",
        "a",
        "no not",
    };
    ARENA_SCOPE arena = arena_new();
    struct score_reading question = read(arena, "How do you get salt out of water?");
    struct score_reading reference =
        read(arena, "The water evaporates, and the salt stays behind.");
    float same[SCORE_FEATURES];

    score_features(arena, &question, &reference, 1, &reference, same);
    CHECK_NEAR((double)same[0], 1, 1e-6);
    CHECK_NEAR((double)same[2], 1, 1e-6);
    for (size_t i = 0; i < COUNT(ANSWERS); i++) {
        struct score_reading answer = read(arena, ANSWERS[i]);
        float features[SCORE_FEATURES];

        score_features(arena, &question, &reference, 1, &answer, features);
        for (int f = 0; f < SCORE_FEATURES; f++) {
            CHECK(isfinite(features[f]));
        }
        CHECK(features[0] <= same[0]);
        score_features(arena, &question, NULL, 0, &answer, features);
        score_features(arena, &reference, &answer, 1, &question, features);
    }
}

static void common__counts_subsequence_and_run(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_reading left = read(arena, "one two three four five six");
    struct score_reading right = read(arena, "one three four five nine six");
    struct score_common common = score_common(arena, &left, &right);

    CHECK(common.subsequence == 5 && common.run == 3);
    struct score_common swapped = score_common(arena, &right, &left);

    CHECK(swapped.subsequence == 5 && swapped.run == 3);
}

static void measures__match_a_table_worked_by_hand(void)
{
    /* 20 right of class 0, 5 taken for 1; 10 of class 1 taken for 0, 15 right. */
    enum { ANSWERS = 50 };
    ARENA_SCOPE arena = arena_new();
    double probability[ANSWERS * 2];
    uint32_t chosen[ANSWERS];
    uint32_t truth[ANSWERS];
    uint32_t question[ANSWERS];

    for (uint32_t i = 0; i < ANSWERS; i++) {
        truth[i] = i >= 25;
        chosen[i] = i < 20 || (i >= 25 && i < 35) ? 0 : 1;
        probability[2 * i + chosen[i]] = .7;
        probability[2 * i + 1 - chosen[i]] = .3;
        question[i] = i % 10;
    }
    struct score_graded_set set = {.probability = probability,
                                   .chosen = chosen,
                                   .truth = truth,
                                   .question = question,
                                   .count = ANSWERS,
                                   .class_count = 2,
                                   .question_count = 12};
    struct score_measures measures = score_measure(arena, &set, 1);

    CHECK(measures.count == 50 && measures.question_count == 10 && !measures.numeric);
    CHECK_NEAR(measures.accuracy.value, .7, 1e-12);
    CHECK_NEAR(measures.kappa.value, .4, 1e-12);
    CHECK_NEAR(measures.macro_f1.value, (40.0 / 55 + 30.0 / 45) / 2, 1e-12);
    CHECK_NEAR(measures.calibration_error.value, 0, 1e-9);
    CHECK(measures.accuracy.interval.low < .7 && measures.accuracy.interval.high > .7);
    set.values = (const double[]){0, 1};
    measures = score_measure(arena, &set, 1);
    CHECK(measures.numeric);
    CHECK_NEAR(measures.quadratic_kappa.value, .4, 1e-12);
    CHECK(measures.correlation.value > .3 && measures.rmse.value > .4);
}

TEST_MAIN(CASE(forest__finds_planted_corners_in_any_order_of_trees),
          CASE(calibration__never_falls_and_finds_the_true_shares),
          CASE(features__are_finite_and_highest_for_the_model_answer_itself),
          CASE(common__counts_subsequence_and_run), CASE(measures__match_a_table_worked_by_hand))
