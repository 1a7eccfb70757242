#include "engine/irt/fit.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/irt/calibrate.h"
#include "engine/irt/expect.h"
#include "num/special.h"

enum { NODE_LEAST = 48, PATTERN_MAX = 4096 };

static const double RANGE = 6;           /* nodes from -6 to 6 */
static const double LOSS_MAX = 1e-9;     /* of log-likelihood, relative, before a step is undone */
static const double STRETCH_MAX = 64;    /* of a SQUAREM step */
static const double TALLY_LEAST = 0.5;   /* persons of a true category, to start from */
static const double START_STRETCH = 1.2; /* of a marginal logit, for abilities of unit variance */

static enum err check_options(const struct irt_fit_options *options, struct fault *fault)
{
    if (options->node_count % 8 != 0 || options->node_count > IRT_NODE_MAX) {
        return fail_field(fault, ERR_INVALID, "node_count",
                          "the number of nodes is %u, but must be a multiple of 8 up to %d",
                          options->node_count, IRT_NODE_MAX);
    }
    if (options->rounds_max == 0 || !(options->change_min > 0)) {
        return fail(fault, ERR_INVALID, "rounds and the least change must be positive");
    }
    if (!(options->guess_spread > 0) || !isfinite(options->guess_mean)) {
        return fail(fault, ERR_INVALID, "the prior of the lower asymptote must be proper");
    }
    return OK;
}

static enum err check_size(const struct irt_responses *responses, struct fault *fault)
{
    if (responses->row_count == 0 || responses->item_count == 0) {
        return fail(fault, ERR_INVALID, "there must be at least one person and one item");
    }
    if (responses->item_count > IRT_ITEM_MAX || responses->row_count > IRT_ROW_MAX) {
        return fail(fault, ERR_LIMIT, "at most %d items and %d rows can be calibrated at once",
                    IRT_ITEM_MAX, IRT_ROW_MAX);
    }
    for (uint32_t row = 0; responses->weight != NULL && row < responses->row_count; row++) {
        if (!(responses->weight[row] >= 0 && responses->weight[row] <= 1e12)) {
            return fail(fault, ERR_INVALID,
                        "row %u counts %g persons, but must count from 0 to 1e12", row + 1,
                        responses->weight[row]);
        }
    }
    return OK;
}

struct tally {
    double persons[256]; /* by answer; the last one is missing */
};

static void tally_answers(const struct irt_responses *responses, struct tally *tallies)
{
    for (uint32_t row = 0; row < responses->row_count; row++) {
        const uint8_t *answers = responses->at + (size_t)row * responses->item_count;
        double weight = responses->weight == NULL ? 1 : responses->weight[row];

        for (uint32_t item = 0; item < responses->item_count; item++) {
            tallies[item].persons[answers[item]] += weight;
        }
    }
}

/* Count an item's categories; every one up to the last must have been met. */
static enum err count_categories(const struct tally *tally, enum irt_model model, const char *name,
                                 uint32_t *out, struct fault *fault)
{
    uint32_t most = model == IRT_GRADED ? IRT_CATEGORY_MAX : 2;
    uint32_t count = IRT_MISSING;
    uint32_t met = 0;

    while (count > 0 && tally->persons[count - 1] == 0) {
        count--;
    }
    if (count > most) {
        return fail_field(fault, ERR_INVALID, name,
                          "item %s has the answer %u, but this model takes answers from 0 to %u",
                          name, count - 1, most - 1);
    }
    for (uint32_t k = 0; k < count; k++) {
        met += tally->persons[k] > 0;
    }
    if (met < 2) {
        return fail_field(fault, ERR_INVALID, name,
                          "everyone scored alike on item %s: it cannot be calibrated", name);
    }
    for (uint32_t k = 0; k < count; k++) {
        if (tally->persons[k] == 0) {
            return fail_field(fault, ERR_INVALID, name,
                              "nobody scored %u on item %s, though some scored %u: join the "
                              "categories, or leave the item out",
                              k, name, count - 1);
        }
    }
    *out = count;
    return OK;
}

static const struct irt_gradings *gradings_of(const struct irt_responses *responses, uint32_t item)
{
    return responses->gradings == NULL || responses->gradings[item].chance == NULL
               ? NULL
               : &responses->gradings[item];
}

static enum err check_gradings(const struct irt_gradings *gradings, const struct tally *tally,
                               enum irt_model model, const char *name, struct fault *fault)
{
    uint32_t most = model == IRT_GRADED ? IRT_CATEGORY_MAX : 2;
    uint32_t codes = gradings->code_count;
    uint32_t met = 0;

    if (gradings->category_count < 2 || gradings->category_count > most || codes < 2 ||
        codes > IRT_CODE_MAX) {
        return fail_field(fault, ERR_INVALID, name,
                          "item %s has %u categories and %u codes; from 2 to %u and from 2 to %d "
                          "can be calibrated",
                          name, gradings->category_count, codes, most, IRT_CODE_MAX);
    }
    for (uint32_t k = 0; k < gradings->category_count; k++) {
        double sum = 0;

        for (uint32_t code = 0; code < codes; code++) {
            double chance = gradings->chance[(size_t)k * codes + code];

            sum += chance >= 0 ? chance : (double)NAN;
        }
        if (!(fabs(sum - 1) < 1e-6)) {
            return fail_field(fault, ERR_INVALID, name,
                              "item %s: the chances of what is given for category %u must be from "
                              "0 to 1 and sum to one",
                              name, k);
        }
    }
    for (uint32_t code = 0; code < IRT_MISSING; code++) {
        met += tally->persons[code] > 0;
        if (code >= codes && tally->persons[code] > 0) {
            return fail_field(fault, ERR_INVALID, name,
                              "item %s has the code %u, but its codes go from 0 to %u", name, code,
                              codes - 1);
        }
    }
    return met < 2 ? fail_field(fault, ERR_INVALID, name,
                                "everyone scored alike on item %s: it cannot be calibrated", name)
                   : OK;
}

/* How many persons each true category may have: of a code, in proportion to its chances. */
static struct tally tally_truth(const struct irt_gradings *gradings, const struct tally *tally)
{
    struct tally truth = {0};

    for (uint32_t code = 0; code < gradings->code_count; code++) {
        double sum = 0;

        for (uint32_t k = 0; k < gradings->category_count; k++) {
            sum += gradings->chance[(size_t)k * gradings->code_count + code];
        }
        for (uint32_t k = 0; k < gradings->category_count && sum > 0; k++) {
            truth.persons[k] += tally->persons[code] *
                                gradings->chance[(size_t)k * gradings->code_count + code] / sum;
        }
    }
    for (uint32_t k = 0; k < gradings->category_count; k++) {
        truth.persons[k] = fmax(truth.persons[k], TALLY_LEAST);
    }
    return truth;
}

static void start_item(const struct tally *tally, uint32_t category_count, enum irt_model model,
                       struct irt_item *out)
{
    double persons = 0;
    double above = 0;

    *out = (struct irt_item){.category_count = category_count, .slope = 1};
    out->guess = model == IRT_3PL ? 0.15 : 0;
    for (uint32_t k = 0; k < category_count; k++) {
        persons += tally->persons[k];
    }
    for (uint32_t k = category_count; k-- > 1;) {
        above += tally->persons[k];
        out->intercept[k - 1] = START_STRETCH * log(above / (persons - above));
    }
}

/* What one calibration works with. */
struct climb {
    const struct irt_fit_options *options;
    const struct parallel *parallel;
    struct irt_layout layout;
    struct irt_packed packed;
    struct irt_grid grid;
    struct irt_expectation expectation;
    struct irt_item *items;
    double *vectors[3]; /* SQUAREM: where a cycle starts, and after one and two rounds */
    struct irt_fit *fit;
};

static void round_up(struct climb *climb)
{
    irt_expect(&climb->expectation, &climb->packed, climb->items, &climb->grid, climb->parallel);
    climb->fit->rounds++;
    climb->fit->likelihood = climb->expectation.likelihood;
}

/* One maximisation behind an expectation; true when it hardly moved. */
static bool settle(struct climb *climb, const double *from, double *to)
{
    double most = 0;

    climb->fit->bounded = irt_maximise(&climb->layout, climb->options, &climb->packed,
                                       &climb->expectation, &climb->grid, climb->items);
    irt_layout_read(&climb->layout, climb->items, to);
    for (uint32_t k = 0; k < climb->layout.count; k++) {
        most = fmax(most, fabs(to[k] - from[k]));
    }
    return most < climb->options->change_min;
}

/* From two rounds, guess where many would lead; leaves the items there, or after two rounds where
 * the guess is out of bounds. */
static void extrapolate(struct climb *climb)
{
    double *start = climb->vectors[0];
    const double *one = climb->vectors[1];
    const double *two = climb->vectors[2];
    double step = 0;
    double bend = 0;

    for (uint32_t k = 0; k < climb->layout.count; k++) {
        double r = one[k] - start[k];
        double v = two[k] - one[k] - r;

        step += r * r;
        bend += v * v;
    }
    double stretch = fmin(STRETCH_MAX, fmax(1, sqrt(step / fmax(bend, 1e-300))));

    for (uint32_t k = 0; k < climb->layout.count; k++) {
        double r = one[k] - start[k];
        double v = two[k] - one[k] - r;

        start[k] += 2 * stretch * r + stretch * stretch * v;
    }
    if (!irt_layout_write(&climb->layout, start, climb->items)) {
        irt_layout_write(&climb->layout, two, climb->items);
        memcpy(start, two, climb->layout.count * sizeof(*start));
    }
}

static void climb_up(struct climb *climb)
{
    double floor = -HUGE_VAL; /* likelihood that a guess must reach */

    irt_layout_read(&climb->layout, climb->items, climb->vectors[0]);
    while (climb->fit->rounds + 2 <= climb->options->rounds_max) {
        round_up(climb);
        if (climb->fit->likelihood < floor - LOSS_MAX * fabs(floor)) {
            bool valid = irt_layout_write(&climb->layout, climb->vectors[2], climb->items);

            assert(valid);
            memcpy(climb->vectors[0], climb->vectors[2],
                   climb->layout.count * sizeof(*climb->vectors[0]));
            floor = -HUGE_VAL;
            continue;
        }
        climb->fit->converged = settle(climb, climb->vectors[0], climb->vectors[1]);
        if (climb->fit->converged) {
            return;
        }
        round_up(climb);
        floor = climb->fit->likelihood;
        climb->fit->converged = settle(climb, climb->vectors[1], climb->vectors[2]);
        if (climb->fit->converged) {
            return;
        }
        extrapolate(climb);
    }
}

/* The model's share of persons with one pattern of answers. */
static double pattern_share(const struct climb *climb, uint32_t pattern)
{
    double share = 0;

    for (uint32_t q = 0; q < climb->grid.count; q++) {
        double product = climb->grid.prior[q];
        uint32_t rest = pattern;

        for (uint32_t i = 0; i < climb->packed.item_count; i++) {
            double probability[IRT_CATEGORY_MAX];

            irt_item_probabilities(&climb->items[i], climb->grid.theta[q], probability);
            product *= probability[rest % climb->items[i].category_count];
            rest /= climb->items[i].category_count;
        }
        share += product;
    }
    return share;
}

static uint32_t count_patterns(const struct climb *climb)
{
    uint32_t count = 1;

    for (uint32_t i = 0; i < climb->packed.item_count; i++) {
        count *= climb->items[i].category_count;
        if (count > PATTERN_MAX ||
            climb->packed.digits[i].radix > climb->packed.digits[i].category_count ||
            (climb->packed.gradings != NULL && climb->packed.gradings[i].chance != NULL)) {
            return 0;
        }
    }
    return count;
}

static void judge_patterns(struct arena *arena, const struct irt_responses *responses,
                           const struct climb *climb, struct irt_fit *fit)
{
    uint32_t pattern_count = count_patterns(climb);
    double *persons = arena_array(arena, double, pattern_count);

    if (pattern_count < fit->parameter_count + 2) {
        return;
    }
    for (uint32_t row = 0; row < responses->row_count; row++) {
        uint32_t pattern = 0;

        for (uint32_t i = responses->item_count; i-- > 0;) {
            pattern = pattern * climb->items[i].category_count +
                      responses->at[(size_t)row * responses->item_count + i];
        }
        persons[pattern] += responses->weight == NULL ? 1 : responses->weight[row];
    }
    for (uint32_t pattern = 0; pattern < pattern_count; pattern++) {
        double expected = fit->person_count * pattern_share(climb, pattern);
        double gap = persons[pattern] - expected;

        fit->pearson += gap * gap / expected;
        if (persons[pattern] > 0) {
            fit->deviance += 2 * persons[pattern] * log(persons[pattern] / expected);
        }
    }
    fit->deviance = fmax(0, fit->deviance);
    fit->freedom = pattern_count - 1 - fit->parameter_count;
    fit->deviance_p = 1 - num_chi2_cdf(fit->deviance, fit->freedom);
    fit->pearson_p = 1 - num_chi2_cdf(fit->pearson, fit->freedom);
}

static uint32_t nodes_for(const struct irt_fit_options *options, uint32_t item_count)
{
    uint32_t wanted = (uint32_t)ceil(6 * sqrt(item_count) / 8) * 8; /* posteriors get narrow */

    if (options->node_count != 0) {
        return options->node_count;
    }
    wanted = wanted > NODE_LEAST ? wanted : NODE_LEAST;
    return wanted < IRT_NODE_MAX ? wanted : IRT_NODE_MAX;
}

/* Check the answers, count categories, and find where to start. */
static enum err prepare(struct arena *arena, const struct irt_responses *responses,
                        const struct irt_fit_options *options, struct irt_fit *fit,
                        struct fault *fault)
{
    struct tally *tallies = arena_array(arena, struct tally, responses->item_count);

    tally_answers(responses, tallies);
    fit->items = arena_array(arena, struct irt_item, responses->item_count);
    for (uint32_t i = 0; i < responses->item_count; i++) {
        const char *name =
            responses->names != NULL ? responses->names[i] : arena_print(arena, "%" PRIu32, i + 1);
        uint32_t category_count = 0;

        const struct irt_gradings *gradings = gradings_of(responses, i);

        if (gradings != NULL) {
            TRY(check_gradings(gradings, &tallies[i], options->model, name, fault));
            tallies[i] = tally_truth(gradings, &tallies[i]);
            category_count = gradings->category_count;
        } else {
            TRY(count_categories(&tallies[i], options->model, name, &category_count, fault));
        }
        start_item(&tallies[i], category_count, options->model, &fit->items[i]);
    }
    for (uint32_t row = 0; row < responses->row_count; row++) {
        fit->person_count += responses->weight == NULL ? 1 : responses->weight[row];
    }
    return OK;
}

static void run(struct arena *arena, const struct irt_responses *responses, struct climb *climb)
{
    struct irt_fit *fit = climb->fit;
    uint32_t *category_counts = arena_array(arena, uint32_t, responses->item_count);
    uint32_t node_count = nodes_for(climb->options, responses->item_count);

    for (uint32_t i = 0; i < responses->item_count; i++) {
        category_counts[i] = fit->items[i].category_count;
    }
    climb->packed = irt_pack(arena, responses, category_counts);
    climb->grid = irt_grid_normal(arena, node_count, RANGE);
    climb->expectation = irt_expectation_new(arena, &climb->packed, &climb->grid);
    climb->layout = irt_layout_new(arena, climb->options->model, fit->items, responses->item_count);
    for (size_t k = 0; k < COUNT(climb->vectors); k++) {
        climb->vectors[k] = arena_array(arena, double, climb->layout.count);
    }
    climb_up(climb);
    round_up(climb);
}

enum err irt_fit(struct arena *arena, const struct irt_responses *responses,
                 const struct irt_fit_options *options, const struct parallel *parallel,
                 struct irt_fit *out, struct fault *fault)
{
    struct irt_fit fit = {0};

    TRY(check_options(options, fault));
    TRY(check_size(responses, fault));
    TRY(prepare(arena, responses, options, &fit, fault));
    struct climb climb = {
        .options = options, .parallel = parallel, .items = fit.items, .fit = &fit};

    run(arena, responses, &climb);
    fit.parameter_count = climb.layout.count;
    fit.aic = 2.0 * fit.parameter_count - 2 * fit.likelihood;
    fit.bic = log(fit.person_count) * fit.parameter_count - 2 * fit.likelihood;
    judge_patterns(arena, responses, &climb, &fit);
    if (!options->without_errors) {
        fit.errors = arena_array(arena, struct irt_item, responses->item_count);
        irt_standard_errors(arena, &climb.layout, options, &climb.packed, &climb.expectation,
                            &climb.grid, fit.items, fit.errors);
    }
    *out = fit;
    return OK;
}
