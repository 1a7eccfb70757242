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

/* Neighbours stand apart: 0 3 1 4 2. */
static uint32_t torn(uint32_t level)
{
    return level % 2 == 0 ? level / 2 : 3 + level / 2;
}

static void auto__finds_an_order_in_the_labels_alone(void)
{
    ARENA_SCOPE arena = arena_new();
    struct planted planted = plant_levels(arena);
    struct truth_label *at = arena_array(arena, struct truth_label, planted.labels.count);
    struct truth_fit vote = {0};
    struct truth_fit chosen = {0};
    struct truth_input input;
    struct fault fault;

    planted.labels.repeats = TRUTH_REPEATS_LAST;
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    fit_with(arena, "plurality", &input, &vote);
    fit_with(arena, "auto", &input, &chosen);
    CHECK(strcmp(chosen.method, "ordinal") == 0);
    CHECK(strstr(chosen.reason, "order") != NULL);
    CHECK(hidden_accuracy(&planted, &input, &chosen) >
          hidden_accuracy(&planted, &input, &vote) + .05);

    for (size_t i = 0; i < planted.labels.count; i++) {
        at[i] = planted.labels.at[i];
        at[i].class = torn(at[i].class);
    }
    planted.labels.at = at;
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    fit_with(arena, "auto", &input, &chosen);
    CHECK(strcmp(chosen.method, "plurality") == 0);
}

/* Some raters see levels, as many look away and have words they like: those must not speak. */
static void ordinal__sees_through_raters_who_do_not_look(void)
{
    ARENA_SCOPE arena = arena_new();
    struct planted planted = plant_levels(arena);
    struct truth_label *at = arena_array(arena, struct truth_label, planted.labels.count);
    struct truth_fit vote = {0};
    struct truth_fit ordinal = {0};
    struct rng rng = rng_new(11);
    struct truth_input input;
    struct fault fault;

    for (size_t i = 0; i < planted.labels.count; i++) {
        at[i] = planted.labels.at[i];
        if (at[i].worker % 2 == 0) {
            at[i].class = rng_unit(&rng) < .6 ? at[i].worker / 2 % LEVELS : rng_below(&rng, LEVELS);
        }
    }
    planted.labels.at = at;
    planted.labels.repeats = TRUTH_REPEATS_LAST;
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    fit_with(arena, "majority", &input, &vote);
    fit_with(arena, "ordinal", &input, &ordinal);
    CHECK(hidden_accuracy(&planted, &input, &ordinal) >
          hidden_accuracy(&planted, &input, &vote) + .1);
    for (uint32_t worker = 0; worker < RATERS; worker += 2) {
        CHECK(ordinal.skill[worker] < .45);
    }
}

TEST_MAIN(CASE(auto__takes_what_gold_shows_to_be_better),
          CASE(auto__finds_an_order_in_the_labels_alone),
          CASE(ordinal__sees_through_raters_who_do_not_look),
          CASE(auto__stays_with_the_vote_where_gold_shows_nothing))
