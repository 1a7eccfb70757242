/* Goal: known answers decide between methods where they can tell them apart, and only there. */

#include "check.h"

#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "engine/truth/planted.h"

enum { ITEMS = 800, RATERS = 40, LEVELS = 5, PER_ITEM = 6, KNOWN = 60 };

/* Raters who see an item's level with a shift and a noise of their own. */
static struct planted plant_levels(struct arena *arena)
{
    struct rng rng = rng_new(7);
    struct truth_label *at = arena_array(arena, struct truth_label, ITEMS * PER_ITEM);
    struct planted planted = {.labels = {.at = at,
                                         .count = ITEMS * PER_ITEM,
                                         .item_count = ITEMS,
                                         .worker_count = RATERS,
                                         .class_count = LEVELS},
                              .truth = arena_array(arena, uint32_t, ITEMS)};
    double shift[RATERS];
    double noise[RATERS];

    for (uint32_t worker = 0; worker < RATERS; worker++) {
        shift[worker] = .6 * rng_normal(&rng);
        noise[worker] = .7 * exp(.5 * rng_normal(&rng));
    }
    for (size_t i = 0; i < planted.labels.count; i++) {
        uint32_t item = (uint32_t)(i / PER_ITEM);
        uint32_t worker = (uint32_t)((item * 7 + i % PER_ITEM * (1 + item % 5)) % RATERS);

        if (i % PER_ITEM == 0) {
            planted.truth[item] = rng_below(&rng, LEVELS);
        }
        double seen = planted.truth[item] + shift[worker] + noise[worker] * rng_normal(&rng);

        at[i] =
            (struct truth_label){item, worker, (uint32_t)fmin(fmax(round(seen), 0), LEVELS - 1)};
    }
    return planted;
}

static void fit_with(struct arena *arena, const char *method, const struct truth_input *input,
                     struct truth_fit *out)
{
    struct truth_options options = TRUTH_DEFAULTS;
    struct fault fault;

    options.method = method;
    CHECK(truth_fit(arena, input, &options, out, &fault) == OK);
}

static uint32_t *reveal(struct arena *arena, const struct planted *planted, uint32_t known)
{
    uint32_t *gold = arena_array(arena, uint32_t, planted->labels.item_count);

    for (uint32_t item = 0; item < planted->labels.item_count; item++) {
        gold[item] = item < known ? planted->truth[item] : TRUTH_UNKNOWN;
    }
    return gold;
}

/* Right answers on items whose truth was not told. */
static double hidden_accuracy(const struct planted *planted, const struct truth_input *input,
                              const struct truth_fit *fit)
{
    uint32_t right = 0;

    for (uint32_t item = KNOWN; item < input->item_count; item++) {
        right += truth_best(input, fit, item) == planted->truth[item];
    }
    return (double)right / (input->item_count - KNOWN);
}

static void auto__takes_what_gold_shows_to_be_better(void)
{
    ARENA_SCOPE arena = arena_new();
    struct planted planted = plant_levels(arena);
    struct truth_fit vote = {0};
    struct truth_fit ordinal = {0};
    struct truth_fit chosen = {0};
    struct truth_input input;
    struct fault fault;

    planted.labels.repeats = TRUTH_REPEATS_LAST;
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    fit_with(arena, "plurality", &input, &vote);
    fit_with(arena, "ordinal", &input, &ordinal);
    input.gold = reveal(arena, &planted, KNOWN);
    fit_with(arena, "auto", &input, &chosen);

    CHECK(hidden_accuracy(&planted, &input, &ordinal) >
          hidden_accuracy(&planted, &input, &vote) + .05);
    CHECK(strcmp(chosen.method, "plurality") != 0);
    CHECK(hidden_accuracy(&planted, &input, &chosen) >
          hidden_accuracy(&planted, &input, &vote) + .03);
}

static void auto__stays_with_the_vote_where_gold_shows_nothing(void)
{
    static const struct planted_shape shape = {.item_count = 300,
                                               .worker_count = 12,
                                               .class_count = 3,
                                               .labels_per_item = 7,
                                               .skill_low = .7,
                                               .skill_high = .95,
                                               .seed = 3};
    ARENA_SCOPE arena = arena_new();
    struct planted planted = planted_new(arena, &shape);
    struct truth_input input;
    struct fault fault;

    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    for (uint32_t known = 9; known <= KNOWN; known += KNOWN - 9) {
        struct truth_fit fit = {0};

        input.gold = reveal(arena, &planted, known);
        fit_with(arena, "auto", &input, &fit);
        CHECK(strcmp(fit.method, "plurality") == 0);
        CHECK((strstr(fit.reason, "no gold") != NULL) == (known < 10));
    }
}

TEST_MAIN(CASE(auto__takes_what_gold_shows_to_be_better),
          CASE(auto__stays_with_the_vote_where_gold_shows_nothing))
