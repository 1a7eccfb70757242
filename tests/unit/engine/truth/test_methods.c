/* Goal: every method finds an easy truth, keeps gold, and never answers with what is no number. */

#include "check.h"

#include "base/fault.h"
#include "engine/truth/planted.h"

static enum err fit_with(struct arena *arena, const char *method, const struct truth_input *input,
                         struct truth_fit *fit)
{
    struct fault fault;
    struct truth_options options = TRUTH_DEFAULTS;

    options.method = method;
    return truth_fit(arena, input, &options, fit, &fault);
}

static bool is_distribution(const double *row, uint32_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        if (!(row[k] >= 0 && row[k] <= 1 + 1e-9)) {
            return false;
        }
        sum += row[k];
    }
    return fabs(sum - 1) < 1e-6;
}

static bool is_sound(const struct truth_input *input, const struct truth_fit *fit)
{
    uint32_t class_count = input->class_count;

    for (uint32_t item = 0; item < input->item_count; item++) {
        if (!is_distribution(fit->posterior + (size_t)item * class_count, class_count)) {
            return false;
        }
    }
    for (size_t row = 0; row < (size_t)input->worker_count * class_count; row++) {
        if (!is_distribution(fit->confusion + row * class_count, class_count)) {
            return false;
        }
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        if (!(fit->skill[worker] >= 0 && fit->skill[worker] <= 1 + 1e-9)) {
            return false;
        }
    }
    return is_distribution(fit->prior, class_count) && isfinite(fit->likelihood);
}

static void every_method__finds_an_easy_truth(void)
{
    static const struct planted_shape shape = {.item_count = 300,
                                               .worker_count = 12,
                                               .class_count = 3,
                                               .labels_per_item = 7,
                                               .skill_low = .6,
                                               .skill_high = .95,
                                               .seed = 3};

    for (size_t i = 0; truth_method_name(i) != NULL; i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct planted planted = planted_new(arena, &shape);
        struct truth_input input;
        struct truth_fit fit;

        CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
        printf("# %s\n", truth_method_name(i));
        CHECK(fit_with(arena, truth_method_name(i), &input, &fit) == OK);
        CHECK(is_sound(&input, &fit));
        CHECK(planted_accuracy(&planted, &input, &fit) > .94);
    }
}

static void every_method__keeps_gold(void)
{
    static const struct planted_shape shape = {.item_count = 200,
                                               .worker_count = 10,
                                               .class_count = 2,
                                               .labels_per_item = 5,
                                               .skill_low = .5,
                                               .skill_high = .8,
                                               .seed = 4};

    for (size_t i = 0; truth_method_name(i) != NULL; i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct planted planted = planted_new(arena, &shape);
        uint32_t *gold = arena_array(arena, uint32_t, shape.item_count);
        struct truth_input input;
        struct truth_fit fit;

        for (uint32_t item = 0; item < shape.item_count; item++) {
            gold[item] = item < 40 ? planted.truth[item] : TRUTH_UNKNOWN;
        }
        CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
        input.gold = gold;
        printf("# %s\n", truth_method_name(i));
        CHECK(fit_with(arena, truth_method_name(i), &input, &fit) == OK);
        CHECK(is_sound(&input, &fit));
        for (uint32_t item = 0; item < 40; item++) {
            CHECK(truth_best(&input, &fit, item) == planted.truth[item]);
            CHECK_NEAR(fit.posterior[item * 2 + planted.truth[item]], 1, 1e-6);
        }
    }
}

/* Labels that say little; some workers and items have none. */
static const struct truth_label ONE[] = {{0, 0, 0}};
static const struct truth_label CONSTANT[] = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {0, 1, 1}};
static const struct truth_label DISAGREE[] = {{0, 0, 0}, {0, 1, 1}, {0, 2, 2},
                                              {1, 0, 1}, {1, 1, 2}, {1, 2, 0}};

static const struct truth_labels POOR[] = {
    {.at = ONE, .count = 1, .item_count = 1, .worker_count = 1, .class_count = 1},
    {.at = ONE, .count = 1, .item_count = 1, .worker_count = 1, .class_count = 2},
    {.at = ONE, .count = 0, .item_count = 2, .worker_count = 2, .class_count = 3},
    {.at = CONSTANT, .count = 4, .item_count = 4, .worker_count = 3, .class_count = 2},
    {.at = CONSTANT, .count = 3, .item_count = 3, .worker_count = 1, .class_count = 2},
    {.at = DISAGREE, .count = 6, .item_count = 2, .worker_count = 3, .class_count = 3},
};

static void every_method__answers_poor_input(void)
{
    for (size_t i = 0; truth_method_name(i) != NULL; i++) {
        for (size_t k = 0; k < COUNT(POOR); k++) {
            ARENA_SCOPE arena = arena_new();
            struct fault fault;
            struct truth_input input;
            struct truth_fit fit;

            printf("# %s on %zu\n", truth_method_name(i), k);
            CHECK(truth_index(arena, &POOR[k], &input, &fault) == OK);
            CHECK(fit_with(arena, truth_method_name(i), &input, &fit) == OK);
            CHECK(is_sound(&input, &fit));
        }
    }
}

static void every_method__gives_the_same_bits_again(void)
{
    static const struct planted_shape shape = {.item_count = 250,
                                               .worker_count = 10,
                                               .class_count = 2,
                                               .labels_per_item = 4,
                                               .skill_low = .4,
                                               .skill_high = .9,
                                               .seed = 5};
    size_t size = (size_t)shape.item_count * shape.class_count * sizeof(double);

    for (size_t i = 0; truth_method_name(i) != NULL; i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct planted planted = planted_new(arena, &shape);
        struct truth_input input;
        struct truth_fit fit;
        struct truth_fit again;

        CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
        CHECK(fit_with(arena, truth_method_name(i), &input, &fit) == OK);
        CHECK(fit_with(arena, truth_method_name(i), &input, &again) == OK);
        CHECK(memcmp(fit.posterior, again.posterior, size) == 0);
    }
}

/* Three workers in five give one class whatever they see, which is what a vote then says. */
static void models__hear_those_who_look(void)
{
    static const char *const names[] = {"hierarchical", "dawid-skene", "ibcc", "minimax", "auto"};
    static const struct planted_shape shape = {.item_count = 600,
                                               .worker_count = 40,
                                               .class_count = 3,
                                               .labels_per_item = 10,
                                               .skill_low = .75,
                                               .skill_high = .9,
                                               .seed = 11};
    ARENA_SCOPE arena = arena_new();
    struct planted planted = planted_new(arena, &shape);
    struct truth_label *labels = (struct truth_label *)(uintptr_t)planted.labels.at;
    struct truth_input input;
    struct truth_fit fit;
    struct fault fault;

    for (size_t i = 0; i < planted.labels.count; i++) {
        labels[i].class = labels[i].worker % 5 < 3 ? 2 : labels[i].class;
    }
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    CHECK(fit_with(arena, "majority", &input, &fit) == OK);
    CHECK(planted_accuracy(&planted, &input, &fit) < .5);
    for (size_t i = 0; i < COUNT(names); i++) {
        CHECK(fit_with(arena, names[i], &input, &fit) == OK);
        CHECK(planted_accuracy(&planted, &input, &fit) > .85);
    }
}

TEST_MAIN(CASE(every_method__finds_an_easy_truth), CASE(every_method__keeps_gold),
          CASE(every_method__answers_poor_input), CASE(every_method__gives_the_same_bits_again),
          CASE(models__hear_those_who_look))
