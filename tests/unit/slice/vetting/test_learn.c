/* Goal: codes of several graders keep their chances, marks are joined in the middle, scales stay.
 */

#include "check.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/irt/adapt.h"
#include "slice/learn/learn_rule.h"

static void codes__are_told_apart_and_sum_to_one(void)
{
    double one[9];
    double two[9];
    double chances[ITEM_CATEGORIES * LEARN_CODES];
    bool seen[LEARN_CODES] = {false};

    irt_confusion_of(3, 0.9, one);
    irt_confusion_of(3, 0.6, two);
    learn_code_chances(one, two, two, chances);
    for (int truth = 0; truth < 3; truth++) {
        double sum = 0;

        for (int k = 0; k < LEARN_CODES; k++) {
            sum += chances[truth * LEARN_CODES + k];
        }
        CHECK_NEAR(sum, 1, 1e-12);
    }
    for (int64_t scorer = 0; scorer < 3; scorer++) {
        for (int64_t model = -1; model < 3; model++) {
            uint32_t code = learn_code(-1, scorer, model);

            CHECK(code < LEARN_CODES && !seen[code]);
            seen[code] = true;
        }
    }
    CHECK(learn_code(2, 0, 0) == 2 && learn_code(2, 1, -1) == 2); /* people count alone */
    CHECK_NEAR(chances[0 * LEARN_CODES + learn_code(-1, 0, 0)], two[0] * two[0] / 3, 1e-12);
}

static void marks__are_joined_in_the_middle(void)
{
    static const char *const THREE[] = {"nmm", "mmp", "mpp"};
    static const char *const TWO[] = {"mn", "nn"};
    static const char *const ONE[] = {"pm"};
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(learn_consensus(arena, THREE, 3), "mmp") == 0);
    CHECK(strcmp(learn_consensus(arena, TWO, 2), "pn") == 0);
    CHECK(strcmp(learn_consensus(arena, ONE, 1), "pm") == 0);
}

static void scale__keeps_what_levels_mean(void)
{
    struct irt_item priors[] = {{.slope = 1, .intercept = {0.5}, .category_count = 2},
                                {.slope = 2, .intercept = {-1, -2}, .category_count = 3}};
    struct irt_item items[] = {{.slope = 1.5, .intercept = {3}, .category_count = 2},
                               {.slope = 1, .intercept = {2, 1}, .category_count = 3}};
    struct irt_item before = items[0];
    double shift = learn_anchor(priors, items, 2);
    double sum = 0;

    for (int i = 0; i < 2; i++) {
        sum += i == 0 ? irt_item_difficulty(&items[0], 0) - irt_item_difficulty(&priors[0], 0)
                      : (irt_item_difficulty(&items[1], 0) + irt_item_difficulty(&items[1], 1) -
                         irt_item_difficulty(&priors[1], 0) - irt_item_difficulty(&priors[1], 1)) /
                            2;
    }
    CHECK_NEAR(sum, 0, 1e-12);
    CHECK_NEAR(irt_item_difficulty(&items[0], 0) - irt_item_difficulty(&before, 0), shift, 1e-12);
    CHECK(items[0].slope == 1.5);
}

static void items__that_are_not_held_are_not_used(void)
{
    struct irt_item item = {.slope = 1, .intercept = {1, -1}, .category_count = 3};
    struct irt_item errors = {.slope = 0.2, .intercept = {0.2, 0.2}, .category_count = 3};

    CHECK(learn_holds(&item, &errors));
    errors.intercept[1] = (double)NAN;
    CHECK(!learn_holds(&item, &errors));
    errors.intercept[1] = 0.2;
    errors.slope = 0.7;
    CHECK(!learn_holds(&item, &errors));
    errors.slope = 0.2;
    item.slope = 15;
    CHECK(!learn_holds(&item, &errors));
}

static void agreement__is_cohens(void)
{
    static const uint32_t LEFT[] = {0, 0, 1, 1, 2, 2, 2, 0};
    static const uint32_t RIGHT[] = {0, 1, 1, 1, 2, 2, 1, 0};
    static const uint32_t SAME[] = {1, 1, 1};
    struct learn_agreement found = learn_agree(LEFT, RIGHT, 8);

    CHECK_NEAR(found.alike, 0.75, 1e-12);
    CHECK_NEAR(found.kappa, 1 - 2.0 / 10.0, 1e-12); /* seen 2, by chance 80 of 8 answers */
    CHECK_NEAR(learn_agree(SAME, SAME, 3).kappa, 0, 0);
    CHECK(learn_is_better((struct learn_agreement){.kappa = 0.4},
                          (struct learn_agreement){.kappa = 0.5}));
    CHECK(!learn_is_better((struct learn_agreement){.kappa = 0.5},
                           (struct learn_agreement){.kappa = 0.4}));
}

static void learning__waits_for_more(void)
{
    CHECK(!learn_is_worth(0, 9) && learn_is_worth(0, 10));
    CHECK(!learn_is_worth(1000, 1050) && learn_is_worth(1000, 1100));
    CHECK(learn_is_worth(100, 99)); /* somebody erased their words */
}

TEST_MAIN(CASE(codes__are_told_apart_and_sum_to_one), CASE(marks__are_joined_in_the_middle),
          CASE(scale__keeps_what_levels_mean), CASE(items__that_are_not_held_are_not_used),
          CASE(agreement__is_cohens), CASE(learning__waits_for_more))
