/* Goal: graders' errors are found, and items are calibrated through them without bias. */

#include "check.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/irt/adapt.h"
#include "engine/irt/fit.h"
#include "engine/irt/raters.h"

enum { K = 3, ITEMS = 8, PERSONS = 3000 };

static uint32_t draw(struct rng *rng, const double *chance, uint32_t count)
{
    double rest = rng_unit(rng);

    for (uint32_t k = 0; k + 1 < count; k++) {
        rest -= chance[k];
        if (rest < 0) {
            return k;
        }
    }
    return count - 1;
}

static struct irt_item planted(uint32_t i)
{
    return (struct irt_item){.slope = 0.8 + 0.2 * (i % 4),
                             .category_count = K,
                             .intercept = {1.2 - 0.25 * i, -0.6 - 0.25 * i}};
}

/* Answers of `person_count` people as a grader of `agreement` gives them. */
static uint8_t *simulate(struct arena *arena, uint64_t seed, uint32_t person_count,
                         const double *confusion)
{
    uint8_t *given = arena_array(arena, uint8_t, person_count * ITEMS);
    struct rng rng = rng_new(seed);

    for (uint32_t p = 0; p < person_count; p++) {
        double theta = rng_normal(&rng);

        for (uint32_t i = 0; i < ITEMS; i++) {
            struct irt_item item = planted(i);
            double chance[IRT_CATEGORY_MAX];

            irt_item_probabilities(&item, theta, chance);
            uint32_t truth = draw(&rng, chance, K);

            given[p * ITEMS + i] = (uint8_t)draw(&rng, &confusion[truth * K], K);
        }
    }
    return given;
}

static struct irt_fit calibrate(struct arena *arena, const uint8_t *at, uint32_t person_count,
                                const double *chance)
{
    struct irt_gradings gradings[ITEMS];
    struct irt_responses table = {.at = at, .row_count = person_count, .item_count = ITEMS};
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct irt_fit fit = {0};
    struct fault fault;

    for (int i = 0; i < ITEMS; i++) {
        gradings[i] = (struct irt_gradings){.chance = chance, .category_count = K, .code_count = K};
    }
    table.gradings = chance == NULL ? NULL : gradings;
    options.model = IRT_GRADED;
    if (irt_fit(arena, &table, &options, NULL, &fit, &fault) != OK) {
        abort(); /* the caller has no use for the rest */
    }
    return fit;
}

static void exact_gradings__change_nothing(void)
{
    ARENA_SCOPE arena = arena_new();
    double exact[K * K] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    uint8_t *given = simulate(arena, 1, 800, exact);
    struct irt_fit plain = calibrate(arena, given, 800, NULL);
    struct irt_fit coded = calibrate(arena, given, 800, exact);

    CHECK_NEAR(plain.likelihood, coded.likelihood, 1e-6);
    for (int i = 0; i < ITEMS; i++) {
        CHECK_NEAR(plain.items[i].slope, coded.items[i].slope, 1e-4);
        CHECK_NEAR(plain.errors[i].slope, coded.errors[i].slope, 1e-4);
        CHECK_NEAR(plain.errors[i].intercept[1], coded.errors[i].intercept[1], 1e-4);
    }
}

static void erring_gradings__are_seen_through(void)
{
    ARENA_SCOPE arena = arena_new();
    double confusion[K * K];

    irt_confusion_of(K, 0.75, confusion);
    uint8_t *given = simulate(arena, 2, PERSONS, confusion);
    struct irt_fit naive = calibrate(arena, given, PERSONS, NULL);
    struct irt_fit fit = calibrate(arena, given, PERSONS, confusion);
    double bias = 0;
    double naive_bias = 0;
    double chi2 = 0;

    CHECK(fit.converged);
    for (uint32_t i = 0; i < ITEMS; i++) {
        double gap = fit.items[i].slope - planted(i).slope;

        bias += gap / ITEMS;
        naive_bias += (naive.items[i].slope - planted(i).slope) / ITEMS;
        chi2 += gap * gap / (fit.errors[i].slope * fit.errors[i].slope);
        CHECK(fit.errors[i].slope > naive.errors[i].slope); /* not knowing costs */
    }
    CHECK(fabs(bias) < 0.12);
    CHECK(naive_bias < -0.25);
    CHECK(chi2 > 1 && chi2 < 22); /* eight of them: 99.5 % is below 22 */
}

static void standard_errors__are_those_of_repetition(void)
{
    enum { TIMES = 30 };
    double confusion[K * K];
    double chi2 = 0;

    irt_confusion_of(K, 0.8, confusion);
    for (uint64_t seed = 0; seed < TIMES; seed++) {
        ARENA_SCOPE arena = arena_new();
        uint8_t *given = simulate(arena, 100 + seed, 1000, confusion);
        struct irt_fit fit = calibrate(arena, given, 1000, confusion);

        for (uint32_t i = 0; i < ITEMS; i++) {
            double gap =
                (fit.items[i].intercept[0] - planted(i).intercept[0]) / fit.errors[i].intercept[0];

            chi2 += gap * gap / (TIMES * ITEMS);
        }
    }
    CHECK(chi2 > 0.7 && chi2 < 1.35);
}

static void bad_gradings__are_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    double broken[K * K] = {1, 0, 0, 0.5, 0.4, 0, 0, 0, 1};
    double exact[4] = {1, 0, 0, 1};
    uint8_t at[] = {0, 1, 2};
    struct irt_gradings gradings = {.chance = broken, .category_count = K, .code_count = K};
    struct irt_responses table = {.at = at, .gradings = &gradings, .row_count = 3, .item_count = 1};
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct irt_fit fit;
    struct fault fault;

    options.model = IRT_GRADED;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
    gradings = (struct irt_gradings){.chance = exact, .category_count = 2, .code_count = 2};
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID); /* code 2 */
    gradings.code_count = IRT_CODE_MAX + 1;
    CHECK(irt_fit(arena, &table, &options, NULL, &fit, &fault) == ERR_INVALID);
}

/* ------------------------------------------------------------------ raters */

enum { ANSWERS = 1500, RATERS = 4 };

static size_t rate(struct rng *rng, const double *skill, struct irt_rating *out)
{
    static const double PREVALENCE[K] = {0.3, 0.4, 0.3};
    size_t count = 0;

    for (uint32_t i = 0; i < ANSWERS; i++) {
        uint32_t truth = draw(rng, PREVALENCE, K);

        for (uint32_t r = 0; r < RATERS; r++) {
            double confusion[K * K];

            if (r > 1 && rng_unit(rng) < 0.5) {
                continue;
            }
            irt_confusion_of(K, skill[r], confusion);
            out[count++] = (struct irt_rating){i, r, draw(rng, &confusion[truth * K], K)};
        }
    }
    return count;
}

static void raters__are_found_out(void)
{
    static const double SKILL[RATERS] = {0.75, 0.4, 0.93, 0.85};
    static const struct irt_rater BELIEF[RATERS] = {{0.75, 20}, {0.6, 10}, {0.9, 60}, {0.9, 60}};
    ARENA_SCOPE arena = arena_new();
    struct irt_rating ratings[ANSWERS * RATERS];
    struct rng rng = rng_new(5);
    struct irt_rater_input input = {.ratings = ratings,
                                    .rating_count = rate(&rng, SKILL, ratings),
                                    .answer_count = ANSWERS,
                                    .raters = BELIEF,
                                    .rater_count = RATERS,
                                    .category_count = K};
    struct irt_rater_fit fit;
    struct fault fault;

    CHECK(irt_raters_fit(arena, &input, &fit, &fault) == OK);
    for (int r = 0; r < RATERS; r++) {
        for (int k = 0; k < K; k++) {
            const double *row = &fit.confusion[(r * K + k) * K];

            CHECK_NEAR(row[0] + row[1] + row[2], 1, 1e-9);
            CHECK_NEAR(row[k], SKILL[r], 0.08);
        }
    }
    CHECK(fit.rated_count[0] == ANSWERS);
}

static void raters__stay_near_the_belief_without_evidence(void)
{
    static const struct irt_rater BELIEF[] = {{0.6, 10}};
    ARENA_SCOPE arena = arena_new();
    struct irt_rating one = {0, 0, 2};
    struct irt_rater_input input = {.ratings = &one,
                                    .rating_count = 1,
                                    .answer_count = 1,
                                    .raters = BELIEF,
                                    .rater_count = 1,
                                    .category_count = K};
    struct irt_rater_fit fit;
    struct fault fault;

    CHECK(irt_raters_fit(arena, &input, &fit, &fault) == OK);
    CHECK_NEAR(fit.confusion[0], 0.6, 0.05);
    CHECK(fit.rated_count[0] == 0);
    input.rating_count = 0;
    input.answer_count = 0;
    CHECK(irt_raters_fit(arena, &input, &fit, &fault) == OK);
    CHECK_NEAR(fit.confusion[4], 0.6, 1e-4);
    one.category = K;
    input.rating_count = input.answer_count = 1;
    CHECK(irt_raters_fit(arena, &input, &fit, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(exact_gradings__change_nothing), CASE(erring_gradings__are_seen_through),
          CASE(standard_errors__are_those_of_repetition), CASE(bad_gradings__are_refused),
          CASE(raters__are_found_out), CASE(raters__stay_near_the_belief_without_evidence))
