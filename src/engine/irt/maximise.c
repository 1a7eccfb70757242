#include <math.h>
#include <string.h>

#include "engine/irt/calibrate.h"
#include "engine/irt/expect.h"
#include "num/solve.h"

enum { STEP_MAX = 8, HALVING_MAX = 40 };

static const double MOVE_MAX = 1;      /* of any parameter in one step */
static const double MOVE_SHARE = 1e-3; /* a step so small beside the first ends an item */
static const double SLOPE_BOUND = 15;  /* inside the bounds of the layout */
static const double INTERCEPT_BOUND = 50;
static const double LOGIT_BOUND = 10;
static const double INTERCEPT_GAP = 1e-7;

/* The item's parameters as the scores order them: slope, intercepts, logit of the guess. */
struct local {
    double at[IRT_LOCAL_MAX];
    uint32_t count;
};

static struct local local_of(const struct irt_layout *layout, const struct irt_item *item)
{
    struct local local = {.count = irt_layout_local_count(layout, item)};

    local.at[0] = item->slope;
    memcpy(local.at + 1, item->intercept, (item->category_count - 1) * sizeof(double));
    if (layout->model == IRT_3PL) {
        local.at[item->category_count] = log(item->guess / (1 - item->guess));
    }
    return local;
}

static double clamp(double value, double low, double high, bool *held)
{
    *held = *held || value < low || value > high;
    return fmax(low, fmin(high, value));
}

static bool intercepts_fall(const struct local *local, uint32_t category_count)
{
    for (uint32_t k = 2; k < category_count; k++) {
        if (!(local->at[k] < local->at[k - 1] - INTERCEPT_GAP)) {
            return false;
        }
    }
    return true;
}

static bool set_local(const struct irt_layout *layout, struct local local, struct irt_item *item)
{
    bool held = false;

    item->slope = clamp(local.at[0], -SLOPE_BOUND, SLOPE_BOUND, &held);
    for (uint32_t k = 1; k < item->category_count; k++) { /* bounds that fall keep the order */
        item->intercept[k - 1] =
            clamp(local.at[k], -INTERCEPT_BOUND - 0.01 * k, INTERCEPT_BOUND - 0.01 * k, &held);
    }
    if (layout->model == IRT_3PL) {
        double logit = clamp(local.at[item->category_count], -LOGIT_BOUND, LOGIT_BOUND, &held);

        item->guess = 1 / (1 + exp(-logit));
    }
    return held;
}

/* Gradient and expected information of one item's part of the expected log-likelihood. */
struct slopes {
    double gradient[IRT_LOCAL_MAX];
    double information[IRT_LOCAL_MAX * IRT_LOCAL_MAX]; /* stride is `count` */
    uint32_t count;
};

static void add_node(const struct irt_item *item, const struct irt_grid *grid, const double *cells,
                     uint32_t q, struct slopes *slopes)
{
    double probability[IRT_CATEGORY_MAX];
    double score[IRT_LOCAL_MAX];
    double persons = 0;

    for (uint32_t k = 0; k < item->category_count; k++) {
        persons += cells[(size_t)k * grid->count + q];
    }
    irt_item_probabilities(item, grid->theta[q], probability);
    for (uint32_t k = 0; k < item->category_count; k++) {
        irt_item_score(item, grid->theta[q], k, score);
        for (uint32_t i = 0; i < slopes->count; i++) {
            double weighted = persons * probability[k] * score[i];

            slopes->gradient[i] += cells[(size_t)k * grid->count + q] * score[i];
            for (uint32_t j = 0; j <= i; j++) {
                slopes->information[i * slopes->count + j] += weighted * score[j];
            }
        }
    }
}

static void find_slopes(const struct irt_layout *layout, const struct irt_fit_options *options,
                        const struct irt_item *item, const struct irt_grid *grid,
                        const double *cells, struct slopes *out)
{
    *out = (struct slopes){.count = irt_layout_local_count(layout, item)};
    for (uint32_t q = 0; q < grid->count; q++) {
        add_node(item, grid, cells, q, out);
    }
    if (layout->model == IRT_3PL) {
        uint32_t last = out->count - 1;
        double precision = 1 / (options->guess_spread * options->guess_spread);
        double logit = log(item->guess / (1 - item->guess));

        out->gradient[last] -= precision * (logit - options->guess_mean);
        out->information[last * out->count + last] += precision;
    }
}

static double largest(const double *values, uint32_t count)
{
    double most = 0;

    for (uint32_t i = 0; i < count; i++) {
        most = fmax(most, fabs(values[i]));
    }
    return most;
}

/* Walk along `move`, shortened until the intercepts fall. Returns the length of the step. */
static double walk(const struct irt_layout *layout, double *move, struct irt_item *item, bool *held)
{
    struct local from = local_of(layout, item);
    struct local to = from;
    double scale = fmin(1, MOVE_MAX / fmax(largest(move, from.count), 1e-300));

    for (uint32_t halving = 0; halving < HALVING_MAX; halving++, scale /= 2) {
        for (uint32_t i = 0; i < from.count; i++) {
            to.at[i] = from.at[i] + scale * move[i];
        }
        if (intercepts_fall(&to, item->category_count)) {
            *held = set_local(layout, to, item);
            return scale * largest(move, from.count);
        }
    }
    return 0;
}

/* Fisher scoring; for two categories without guess this is Newton's method. */
static bool maximise_item(const struct irt_layout *layout, const struct irt_fit_options *options,
                          const struct irt_grid *grid, const double *cells, struct irt_item *item)
{
    double first = 0;
    bool held = false;

    for (uint32_t step = 0; step < STEP_MAX; step++) {
        struct slopes slopes;

        find_slopes(layout, options, item, grid, cells, &slopes);
        if (!num_cholesky(slopes.information, slopes.count)) {
            return true;
        }
        num_cholesky_solve(slopes.information, slopes.count, slopes.gradient);
        double length = walk(layout, slopes.gradient, item, &held);

        first = step == 0 ? length : first;
        if (length <= MOVE_SHARE * first) {
            break;
        }
    }
    return held;
}

/* The same where all items share the slope: the information is an arrow, solved by its tip. */
static double step_together(const struct irt_layout *layout, const struct irt_fit_options *options,
                            const struct irt_packed *packed,
                            const struct irt_expectation *expectation, const struct irt_grid *grid,
                            struct irt_item *items, bool *held)
{
    double gradient = 0;
    double information = 0;
    double most = 0;

    for (int pass = 0; pass < 2; pass++) {
        double slope = pass == 0 ? 0 : fmax(-MOVE_MAX, fmin(MOVE_MAX, gradient / information));

        for (uint32_t i = 0; i < packed->item_count; i++) {
            const double *cells =
                expectation->cells + (size_t)packed->digits[i].cell_first * grid->count;
            struct slopes slopes;

            find_slopes(layout, options, &items[i], grid, cells, &slopes);
            double mixed = slopes.information[2] / slopes.information[3];

            if (pass == 0) {
                gradient += slopes.gradient[0] - mixed * slopes.gradient[1];
                information += slopes.information[0] - mixed * slopes.information[2];
                continue;
            }
            double move = slopes.gradient[1] / slopes.information[3] - mixed * slope;
            struct local local = local_of(layout, &items[i]);

            local.at[0] += slope;
            local.at[1] += fmax(-MOVE_MAX, fmin(MOVE_MAX, move));
            *held |= set_local(layout, local, &items[i]);
            most = fmax(most, fmax(fabs(move), fabs(slope)));
        }
    }
    return most;
}

static bool maximise_together(const struct irt_layout *layout,
                              const struct irt_fit_options *options,
                              const struct irt_packed *packed,
                              const struct irt_expectation *expectation,
                              const struct irt_grid *grid, struct irt_item *items)
{
    double first = 0;
    bool held = false;

    for (uint32_t step = 0; step < STEP_MAX; step++) {
        held = false;
        double length = step_together(layout, options, packed, expectation, grid, items, &held);

        first = step == 0 ? length : first;
        if (length <= MOVE_SHARE * first) {
            break;
        }
    }
    return held;
}

bool irt_maximise(const struct irt_layout *layout, const struct irt_fit_options *options,
                  const struct irt_packed *packed, const struct irt_expectation *expectation,
                  const struct irt_grid *grid, struct irt_item *items)
{
    bool held = false;

    if (layout->model == IRT_1PL) {
        return maximise_together(layout, options, packed, expectation, grid, items);
    }
    for (uint32_t i = 0; i < packed->item_count; i++) {
        const double *cells =
            expectation->cells + (size_t)packed->digits[i].cell_first * grid->count;

        held |= maximise_item(layout, options, grid, cells, &items[i]);
    }
    return held;
}
