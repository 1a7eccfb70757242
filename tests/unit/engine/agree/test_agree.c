/* Goal: coefficients equal the printed figures of textbooks, whatever the order of the ratings;
 * intervals cover planted agreement; what cannot be known is said, never NaN. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/agree/agree.h"
#include "grids.h"

static const struct grid KRIPPENDORFF = {KRIPPENDORFF_ROWS, 4, 5};

static struct agree_result measure_input(struct arena *arena, const struct agree_input *input,
                                         enum agree_metric metric, enum agree_distance distance)
{
    struct agree_options options = AGREE_DEFAULTS;
    struct agree_result result = {.undefined_because = "refused"};
    const struct agree_table *table;
    struct fault fault = {0};

    options.metric = metric;
    options.distance = distance;
    options.bootstrap = 0;
    if (agree_table_build(arena, input, &table, &fault) != OK ||
        agree_measure(arena, table, &options, &result, &fault) != OK) {
        printf("# %s\n", fault.text);
    }
    return result;
}

static double value_of(const struct grid *grid, enum agree_metric metric,
                       enum agree_distance distance, bool ratio_scores)
{
    static const double ONE_TO_FIVE[] = {1, 2, 3, 4, 5};
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, grid);

    input.scores = ratio_scores ? ONE_TO_FIVE : NULL;
    return measure_input(arena, &input, metric, distance).value;
}

static void alpha__equals_krippendorffs_example(void)
{
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_ALPHA, AGREE_NOMINAL, true), 0.7434211, 5e-8);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_ALPHA, AGREE_ORDINAL, true), 0.8153875, 5e-8);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_ALPHA, AGREE_QUADRATIC, true), 0.8491071, 5e-8);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_ALPHA, AGREE_RATIO, true), 0.7974028, 5e-8);
}

/* Ranks of many values take another path, which must come to the same; unused values weigh nothing.
 */
static void alpha__by_rank_of_many_values_is_the_same(void)
{
    static const struct grid WIDE = {KRIPPENDORFF_ROWS, 4, 60};
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, &WIDE);
    struct agree_input narrow = grid_input(arena, &KRIPPENDORFF);
    struct agree_options options = AGREE_DEFAULTS;
    const struct agree_table *table;
    struct agree_result wide;
    struct agree_result few;
    struct fault fault = {0};

    options.distance = AGREE_ORDINAL;
    CHECK(agree_table_build(arena, &input, &table, &fault) == OK);
    CHECK(agree_measure(arena, table, &options, &wide, &fault) == OK);
    CHECK(agree_table_build(arena, &narrow, &table, &fault) == OK);
    CHECK(agree_measure(arena, table, &options, &few, &fault) == OK);
    CHECK_NEAR(wide.value, 0.8153875, 5e-8);
    CHECK_NEAR(wide.interval.low, few.interval.low, 1e-9);
    CHECK_NEAR(wide.error, few.error, 1e-9);
}

static void coefficients__equal_gwets_table(void)
{
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_GWET, AGREE_NOMINAL, true), 0.77544, 5e-6);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_FLEISS, AGREE_NOMINAL, true), 0.76117, 5e-6);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_CONGER, AGREE_NOMINAL, true), 0.76282, 5e-6);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_BRENNAN, AGREE_NOMINAL, true), 0.77273, 5e-6);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_PERCENT, AGREE_NOMINAL, true), 0.81818, 5e-6);
}

static double error_of_metric(enum agree_metric metric)
{
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, &KRIPPENDORFF);
    struct agree_result result = measure_input(arena, &input, metric, AGREE_NOMINAL);

    return result.has_error ? result.error : -1;
}

static void errors__equal_gwets_table(void)
{
    CHECK_NEAR(error_of_metric(AGREE_GWET), 0.14295, 5e-6);
    CHECK_NEAR(error_of_metric(AGREE_ALPHA), 0.14557, 5e-6);
    CHECK_NEAR(error_of_metric(AGREE_FLEISS), 0.15302, 5e-6);
    CHECK_NEAR(error_of_metric(AGREE_CONGER), 0.14917, 5e-6);
    CHECK_NEAR(error_of_metric(AGREE_PERCENT), 0.12561, 5e-6);
}

static void coefficients__equal_gwets_quadratic_table(void)
{
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_GWET, AGREE_QUADRATIC, true), 0.914, 5e-4);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_FLEISS, AGREE_QUADRATIC, true), 0.86494, 5e-6);
    CHECK_NEAR(value_of(&KRIPPENDORFF, AGREE_ALPHA, AGREE_QUADRATIC, true), 0.84911, 5e-6);
}

/* Fleiss 1971, table 1: how often each of five diagnoses was given to each of thirty patients. */
static const char *const DIAGNOSES[] = {
    "00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006",
    "10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203",
    "00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"};

static void fleiss__equals_the_paper(void)
{
    ARENA_SCOPE arena = arena_new();
    struct agree_rating ratings[30 * 6];
    size_t count = 0;

    for (uint32_t unit = 0; unit < 30; unit++) {
        uint32_t rater = 0;

        for (uint32_t value = 0; value < 5; value++) {
            for (int n = DIAGNOSES[unit][value] - '0'; n > 0; n--) {
                ratings[count++] = (struct agree_rating){unit, rater++, value};
            }
        }
    }
    struct agree_input input = {.ratings = ratings,
                                .rating_count = count,
                                .unit_count = 30,
                                .rater_count = 6,
                                .value_count = 5};
    struct agree_result result = measure_input(arena, &input, AGREE_FLEISS, AGREE_NOMINAL);

    CHECK(count == 180);
    CHECK_NEAR(result.value, 0.4302445, 5e-8);
}

/* Cohen's example of 1968, as a table of proportions of 200: rows and columns are the two raters.
 */
static void kappa__equals_a_table_by_hand(void)
{
    static const int TABLE[3][3] = {{88, 14, 18}, {10, 40, 10}, {2, 6, 12}};
    ARENA_SCOPE arena = arena_new();
    struct agree_rating ratings[400];
    size_t count = 0;

    for (uint32_t left = 0; left < 3; left++) {
        for (uint32_t right = 0; right < 3; right++) {
            for (int n = TABLE[left][right]; n > 0; n--, count += 2) {
                ratings[count] = (struct agree_rating){(uint32_t)count / 2, 0, left};
                ratings[count + 1] = (struct agree_rating){(uint32_t)count / 2, 1, right};
            }
        }
    }
    struct agree_input input = {.ratings = ratings,
                                .rating_count = count,
                                .unit_count = 200,
                                .rater_count = 2,
                                .value_count = 3};

    CHECK(count == 400);
    CHECK_NEAR(measure_input(arena, &input, AGREE_COHEN, AGREE_NOMINAL).value, 0.29 / 0.59, 1e-12);
    /* linear: seen (14+10+10+6 + 2*(18+2))/400 = .2; chance (.6*.3+.3*.5+.3*.2+.1*.3
       + 2*(.6*.2+.1*.5))/2 = .38 */
    CHECK_NEAR(measure_input(arena, &input, AGREE_COHEN, AGREE_LINEAR).value, 1 - 0.2 / 0.38,
               1e-12);
    /* quadratic: seen (40 + 4*20)/800 = .15; chance (.42 + 4*.17)/4 = .275 */
    CHECK_NEAR(measure_input(arena, &input, AGREE_COHEN, AGREE_QUADRATIC).value, 1 - 0.15 / 0.275,
               1e-12);
}

static void measure__does_not_depend_on_the_order_of_ratings(void)
{
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, &KRIPPENDORFF);
    struct agree_rating *turned = arena_array(arena, struct agree_rating, input.rating_count);

    for (size_t i = 0; i < input.rating_count; i++) {
        turned[i] = input.ratings[input.rating_count - 1 - i];
        turned[i].rater = 3 - turned[i].rater;
    }
    for (int metric = 0; metric < AGREE_METRICS_; metric++) {
        double value = measure_input(arena, &input, (enum agree_metric)metric, AGREE_NOMINAL).value;
        struct agree_input other = input;

        other.ratings = turned;
        CHECK_NEAR(measure_input(arena, &other, (enum agree_metric)metric, AGREE_NOMINAL).value,
                   value, 1e-12);
    }
}

/* Raters say the truth with probability `right`, else anything. */
static struct agree_input plant(struct arena *arena, uint64_t seed, double right)
{
    enum { UNITS = 300, RATERS = 4, VALUES = 3 };
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, UNITS * RATERS);
    struct rng rng = rng_new(seed);
    size_t count = 0;

    for (uint32_t unit = 0; unit < UNITS; unit++) {
        uint32_t truth = rng_below(&rng, VALUES);

        for (uint32_t rater = 0; rater < RATERS; rater++) {
            uint32_t value = rng_unit(&rng) < right ? truth : rng_below(&rng, VALUES);

            if (rng_unit(&rng) < 0.8) {
                ratings[count++] = (struct agree_rating){unit, rater, value};
            }
        }
    }
    return (struct agree_input){.ratings = ratings,
                                .rating_count = count,
                                .unit_count = UNITS,
                                .rater_count = RATERS,
                                .value_count = VALUES};
}

static void intervals__cover_planted_agreement(void)
{
    enum { RUNS = 200 };
    int covered = 0;

    for (uint64_t run = 0; run < RUNS; run++) {
        ARENA_SCOPE arena = arena_new();
        struct agree_input input = plant(arena, run + 1, 0.7);
        struct agree_options options = AGREE_DEFAULTS;
        const struct agree_table *table;
        struct agree_result result;
        struct fault fault = {0};

        options.bootstrap = 200;
        CHECK(agree_table_build(arena, &input, &table, &fault) == OK);
        CHECK(agree_measure(arena, table, &options, &result, &fault) == OK);
        CHECK(result.has_interval && result.defined_count == 200);
        CHECK_NEAR((result.interval.high - result.interval.low) / 3.92, result.error,
                   0.25 * result.error);
        covered += result.interval.low <= 0.49 && 0.49 <= result.interval.high;
    }
    CHECK(covered >= 0.90 * RUNS && covered <= 0.99 * RUNS);
}

/* A mean over pairs of raters is the mean of what the pairs say. */
static void light__is_the_mean_over_pairs(void)
{
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = plant(arena, 5, 0.6);
    struct agree_options options = AGREE_DEFAULTS;
    const struct agree_table *table;
    struct agree_result mean;
    struct agree_pair *pairs;
    struct fault fault = {0};
    size_t count;
    double sum = 0;

    options.metric = AGREE_SCOTT;
    options.distance = AGREE_LINEAR;
    CHECK(agree_table_build(arena, &input, &table, &fault) == OK);
    CHECK(agree_measure(arena, table, &options, &mean, &fault) == OK);
    options.bootstrap = 0;
    CHECK(agree_pairs(arena, table, &options, 100, &pairs, &count, &fault) == OK);
    for (size_t i = 0; i < count; i++) {
        sum += pairs[i].result.value;
    }
    CHECK(count == 6 && mean.has_interval);
    CHECK_NEAR(mean.value, sum / 6, 1e-12);
    CHECK(mean.interval.low < mean.value && mean.value < mean.interval.high);
}

static void one_value__is_undefined_in_words(void)
{
    static const char *const ROWS[] = {"1111", "1111"};
    static const struct grid SAME = {ROWS, 2, 2};
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, &SAME);
    struct agree_result kappa = measure_input(arena, &input, AGREE_COHEN, AGREE_NOMINAL);
    struct agree_result percent = measure_input(arena, &input, AGREE_PERCENT, AGREE_NOMINAL);
    struct agree_result gwet = measure_input(arena, &input, AGREE_GWET, AGREE_NOMINAL);

    CHECK(!kappa.defined && strstr(kappa.undefined_because, "one value") != NULL);
    CHECK(percent.defined && percent.value == 1);
    CHECK(gwet.defined && gwet.value == 1);
}

static void no_shared_unit__is_undefined_in_words(void)
{
    static const char *const ROWS[] = {"12..", "..12"};
    static const struct grid APART = {ROWS, 2, 2};
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, &APART);
    struct agree_input none = {0};

    for (int metric = 0; metric < AGREE_METRICS_; metric++) {
        struct agree_result result =
            measure_input(arena, &input, (enum agree_metric)metric, AGREE_NOMINAL);

        CHECK(!result.defined && strcmp(result.undefined_because, "no unit has two ratings") == 0);
        CHECK(!measure_input(arena, &none, (enum agree_metric)metric, AGREE_NOMINAL).defined);
    }
}

static void table__refuses_a_second_rating(void)
{
    static const struct agree_rating TWICE[] = {{0, 1, 0}, {0, 0, 0}, {0, 1, 1}};
    static const struct agree_rating WILD[] = {{0, 0, 7}};
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = {
        .ratings = TWICE, .rating_count = 3, .unit_count = 1, .rater_count = 2, .value_count = 2};
    const struct agree_table *table;
    struct fault fault = {0};

    CHECK(agree_table_build(arena, &input, &table, &fault) == ERR_INVALID);
    input.ratings = WILD;
    input.rating_count = 1;
    CHECK(agree_table_build(arena, &input, &table, &fault) == ERR_INVALID);
}

static void pairs__are_those_who_share_units(void)
{
    static const char *const ROWS[] = {"1212.", "1221.", "....1"};
    static const struct grid THREE = {ROWS, 3, 2};
    ARENA_SCOPE arena = arena_new();
    struct agree_input input = grid_input(arena, &THREE);
    struct agree_options options = AGREE_DEFAULTS;
    const struct agree_table *table;
    struct agree_pair *pairs;
    struct fault fault = {0};
    size_t count;

    options.metric = AGREE_COHEN;
    options.bootstrap = 50;
    CHECK(agree_table_build(arena, &input, &table, &fault) == OK);
    CHECK(agree_pairs(arena, table, &options, 10, &pairs, &count, &fault) == OK);
    CHECK(count == 1 && pairs[0].left == 0 && pairs[0].right == 1);
    CHECK(pairs[0].result.defined && fabs(pairs[0].result.value) < 1e-12);
    CHECK(pairs[0].result.paired_count == 4);
    CHECK(agree_pairs(arena, table, &options, 0, &pairs, &count, &fault) == ERR_LIMIT);
}

TEST_MAIN(CASE(alpha__equals_krippendorffs_example),
          CASE(alpha__by_rank_of_many_values_is_the_same), CASE(coefficients__equal_gwets_table),
          CASE(coefficients__equal_gwets_quadratic_table), CASE(errors__equal_gwets_table),
          CASE(light__is_the_mean_over_pairs), CASE(fleiss__equals_the_paper),
          CASE(kappa__equals_a_table_by_hand),
          CASE(measure__does_not_depend_on_the_order_of_ratings),
          CASE(intervals__cover_planted_agreement), CASE(one_value__is_undefined_in_words),
          CASE(no_shared_unit__is_undefined_in_words), CASE(table__refuses_a_second_rating),
          CASE(pairs__are_those_who_share_units))
