/* Goal: planted truth is found, what must not matter does not, and refusals are clear. */

#include "check.h"

#include "base/fault.h"
#include "engine/truth/planted.h"

static const struct planted_shape USUAL = {.item_count = 1000,
                                           .worker_count = 40,
                                           .class_count = 3,
                                           .labels_per_item = 7,
                                           .skill_low = .4,
                                           .skill_high = .95,
                                           .seed = 7};

static enum err fit_with(struct arena *arena, const char *method, const struct truth_input *input,
                         struct truth_fit *fit)
{
    struct fault fault;
    struct truth_options options = TRUTH_DEFAULTS;

    options.method = method;
    return truth_fit(arena, input, &options, fit, &fault);
}

static void fit__finds_planted_truth_and_skill(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct planted planted = planted_new(arena, &USUAL);
    struct truth_input input;
    struct truth_fit majority;
    struct truth_fit fit;

    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    CHECK(fit_with(arena, "majority", &input, &majority) == OK);
    CHECK(fit_with(arena, "dawid-skene", &input, &fit) == OK);
    CHECK(planted_accuracy(&planted, &input, &fit) > .92);
    CHECK(planted_accuracy(&planted, &input, &fit) >=
          planted_accuracy(&planted, &input, &majority));
    for (uint32_t worker = 0; worker < input.worker_count; worker++) {
        CHECK_NEAR(fit.skill[worker], planted.skill[worker], .15);
    }
}

static void fit__sees_through_a_constant_worker(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct planted planted = planted_new(arena, &USUAL);
    struct truth_input input;
    struct truth_fit fit;
    struct truth_label *at = arena_array(arena, struct truth_label, planted.labels.count);

    memcpy(at, planted.labels.at, planted.labels.count * sizeof(*at));
    for (size_t i = 0; i < planted.labels.count; i++) {
        at[i].class = at[i].worker == 5 ? 1 : at[i].class;
    }
    planted.labels.at = at;
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    CHECK(fit_with(arena, "dawid-skene", &input, &fit) == OK);
    for (uint32_t k = 0; k < 3; k++) {
        CHECK_NEAR(fit.confusion[(5 * 3 + k) * 3 + 1], 1.0, .02);
    }
    CHECK_NEAR(fit.skill[5], 1 / 3.0, .05);
}

static void fit__does_not_mind_the_order_of_labels(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct planted planted = planted_new(arena, &USUAL);
    struct truth_input input;
    struct truth_input turned;
    struct truth_fit fit;
    struct truth_fit again;
    size_t count = planted.labels.count;
    struct truth_label *at = arena_array(arena, struct truth_label, count);

    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    for (size_t i = 0; i < count; i++) {
        at[i] = planted.labels.at[count - 1 - i];
    }
    planted.labels.at = at;
    CHECK(truth_index(arena, &planted.labels, &turned, &fault) == OK);
    CHECK(fit_with(arena, "dawid-skene", &input, &fit) == OK);
    CHECK(fit_with(arena, "dawid-skene", &turned, &again) == OK);
    CHECK_NEAR(again.likelihood / fit.likelihood, 1, 1e-6);
    for (uint32_t item = 0; item < input.item_count; item++) {
        CHECK_NEAR(again.posterior[item * 3], fit.posterior[item * 3], 1e-2);
    }
}

static void fit__never_loses_likelihood(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct planted planted = planted_new(arena, &USUAL);
    struct truth_input input;
    struct truth_options options = TRUTH_DEFAULTS;
    double before = -1e300;

    options.method = "dawid-skene";
    options.smoothing = 0;
    options.gain_min = 0;
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    for (uint32_t rounds = 1; rounds < 30; rounds++) {
        struct truth_fit fit;

        options.rounds_max = rounds;
        CHECK(truth_fit(arena, &input, &options, &fit, &fault) == OK);
        CHECK(fit.likelihood >= before - 1e-6 * fabs(before));
        before = fit.likelihood;
    }
}

static void fit__keeps_gold_and_learns_from_it(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct planted_shape shape = USUAL;
    struct truth_input input;
    struct truth_fit fit;

    shape.skill_low = .2;
    shape.skill_high = .3;
    struct planted planted = planted_new(arena, &shape);
    uint32_t *gold = arena_array(arena, uint32_t, shape.item_count);

    for (uint32_t item = 0; item < shape.item_count; item++) {
        gold[item] = item % 2 == 0 ? planted.truth[item] : TRUTH_UNKNOWN;
    }
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    input.gold = gold;
    CHECK(fit_with(arena, "dawid-skene", &input, &fit) == OK);
    for (uint32_t item = 0; item < shape.item_count; item += 2) {
        CHECK(fit.posterior[item * 3 + planted.truth[item]] == 1);
    }
    for (uint32_t worker = 0; worker < shape.worker_count; worker++) {
        CHECK_NEAR(fit.skill[worker], .25, .15);
    }
}

static void fit__refuses_what_it_cannot_use(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    const uint32_t first[] = {0, 1};
    const uint32_t row[] = {0};
    const uint32_t gold[] = {3};
    struct truth_input input = {
        .item_count = 1, .worker_count = 1, .class_count = 1, .first = first, .row = row};
    struct truth_options options = TRUTH_DEFAULTS;
    struct truth_fit fit;

    options.method = "astrology";
    CHECK(truth_fit(arena, &input, &options, &fit, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "method") == 0);
    options.method = NULL;
    input.gold = gold;
    CHECK(truth_fit(arena, &input, &options, &fit, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "gold") == 0);
    input.gold = NULL;
    CHECK(truth_fit(arena, &input, &options, &fit, &fault) == OK);
    CHECK(fit.posterior[0] == 1 && fit.skill[0] == 1);
    input.class_count = 0;
    CHECK(truth_fit(arena, &input, &options, &fit, &fault) == ERR_INVALID);
    input.class_count = 1 << 14;
    CHECK(truth_fit(arena, &input, &options, &fit, &fault) == ERR_LIMIT);
}

TEST_MAIN(CASE(fit__finds_planted_truth_and_skill), CASE(fit__sees_through_a_constant_worker),
          CASE(fit__does_not_mind_the_order_of_labels), CASE(fit__never_loses_likelihood),
          CASE(fit__keeps_gold_and_learns_from_it), CASE(fit__refuses_what_it_cannot_use))
