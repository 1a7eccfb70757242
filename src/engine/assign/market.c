#include "engine/assign/market.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/assign/assign.h"
#include "engine/assign/dear.h"
#include "engine/assign/market_floor.h"
#include "engine/assign/newton.h"
#include "engine/assign/scan.h"

enum {
    STALL_MAX = 8,       /* passes without gain, near the end */
    STALL_SHRINK = 2,    /* of these, until the window is too wide */
    FAR_PASSES_MAX = 24, /* passes that far from the end, after which nothing is hoped for */
    WINDOWS = 64,        /* in the span of the costs, at first */
};

static const double STEP_MAX = 4;     /* windows that a price may move in a pass */
static const double SMALL_STEP = 0.5; /* windows: a step below it calls for a smaller one */
static const double WINDOW_SHRINK = 0.25;
static const double CAUTION_GAIN = 3;
static const double CAUTION_LOSS = 1.5;
static const double CAUTION_MAX = 1000;
static const double LOOSE_MAX = 5;
static const double FAR =
    0.3; /* imbalance, as a share of the seats, at which no gain means nothing */

uint32_t market_minimum(const struct assign_problem *problem, uint32_t row)
{
    if (problem->minimum != NULL) {
        return problem->minimum[row];
    }
    return problem->empty_cost == NULL ? problem->demand[row] : 0;
}

void market_demand(const struct assign_problem *problem, uint32_t row, int64_t price,
                   int64_t missing_price, uint32_t *least, uint32_t *most)
{
    uint32_t minimum = market_minimum(problem, row);
    int64_t soft = problem->empty_cost == NULL ? missing_price : problem->empty_cost[row];

    *most = price < soft ? problem->demand[row] : price == soft ? problem->demand[row] : minimum;
    *least = price < soft ? problem->demand[row] : minimum;
    if (price == missing_price) {
        *least = 0;
    }
    if (price > missing_price) {
        *least = *most = 0;
    }
}

/* Prices are kept between just below the least cost and two spans above the largest. */
static void set_bounds(struct floor_state *floor, const struct core_dear *dear)
{
    int64_t top = dear->high + 2 * (dear->range + 1) + 1;

    floor->low = dear->low - 1;
    floor->high = (int32_t)(top < SCAN_PRICE_MAX ? top : SCAN_PRICE_MAX - 1);
}

/* Start at the middle of what each row could pay if the columns were shared out evenly. */
static void open_prices(struct arena *arena, struct floor_state *floor)
{
    enum { BINS = 256 };
    const struct assign_problem *problem = floor->problem;
    uint32_t *histogram = arena_array(arena, uint32_t, (size_t)problem->row_count * BINS);
    uint64_t stride = edge_count_of(problem) / (256 * (uint64_t)problem->row_count) + 1;
    double scale = BINS / (floor->high - (double)floor->low + 1) * 3;

    for (uint64_t i = 0; i < problem->column_count; i += stride) {
        struct column column = column_of(problem, (uint32_t)i);
        uint64_t later = i + SCAN_AHEAD * stride;

        if (later < problem->column_count) {
            column_fetch(problem, (uint32_t)later);
        }
        for (uint32_t k = 0; k < column.degree; k++) {
            uint32_t row = column.row == NULL ? k : column.row[k];
            double bin = ((double)column.cost[k] - floor->low) * scale;

            histogram[(size_t)row * BINS + (bin < BINS ? (uint32_t)bin : BINS - 1)]++;
        }
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint64_t seen = 0;
        uint32_t bin = 0;

        for (; bin + 1 < BINS; bin++) {
            seen += histogram[(size_t)row * BINS + bin];
            if (seen * stride >= problem->demand[row]) {
                break;
            }
        }
        floor->market->price[row] = floor->low + (int32_t)((bin + 1) / scale);
    }
}

static int32_t ceiling(const struct floor_state *floor, uint32_t row)
{
    const struct assign_problem *problem = floor->problem;

    if (problem->empty_cost == NULL || market_minimum(problem, row) > 0 ||
        problem->empty_cost[row] > floor->high) {
        return floor->high;
    }
    return problem->empty_cost[row] < floor->low ? floor->low : problem->empty_cost[row];
}

/* What `supply` lacks or has too much of a demand between two bounds. */
static double lacks(double supply, double least, double most)
{
    return supply < least ? least - supply : supply > most ? most - supply : 0;
}

/* What each row lacks at the prices of the moment; returns the sum of whole seats. */
static uint64_t weigh(const struct floor_state *floor, double *lack, bool *fixed)
{
    const struct assign_problem *problem = floor->problem;
    uint64_t sum = 0;
    double missing = 0;

    for (uint32_t row = 0; row < problem->row_count; row++) {
        int32_t price = floor->market->price[row];
        double count = floor->count[row];
        uint32_t least;
        uint32_t most;

        market_demand(problem, row, price, INT64_MAX, &least, &most);
        double from = price >= ceiling(floor, row) ? 0 : least;
        double to = price <= floor->low ? UINT32_MAX : most;

        sum += (uint64_t)fabs(lacks(count, from, to));
        missing += count > most ? most - count : fmax(market_minimum(problem, row) - count, 0);
        lack[row] = lacks(count + floor->share[row], from, to);
        fixed[row] = lack[row] == 0 && from < to;
    }
    floor->market->missing = (uint64_t)fmax(missing, 0);
    return sum;
}

/* The value of the dual: a bound that the best prices make largest. */
static double dual_value(const struct floor_state *floor)
{
    const struct assign_problem *problem = floor->problem;
    double sum = 0;

    for (uint32_t row = 0; row < problem->row_count; row++) {
        double price = floor->market->price[row];
        double minimum = market_minimum(problem, row);
        double soft = problem->empty_cost == NULL ? price : problem->empty_cost[row];

        sum += minimum * price + (problem->demand[row] - minimum) * fmin(price, soft);
    }
    return sum - floor->profit;
}

static void move(struct floor_state *floor, const double *step)
{
    const struct assign_problem *problem = floor->problem;

    for (uint32_t row = 0; row < problem->row_count; row++) {
        int64_t price = floor->market->price[row];
        double reach = STEP_MAX * floor->market->window;
        int64_t next = price + (int64_t)fmax(-reach, fmin(reach, step[row]));
        int64_t kink = problem->empty_cost == NULL ? INT64_MAX : problem->empty_cost[row];
        int32_t top = ceiling(floor, row);

        if ((price < kink && next > kink) || (price > kink && next < kink)) {
            next = kink;
        }
        next = next > top ? top : next < floor->low ? floor->low : next;
        floor->market->price[row] = (int32_t)next;
    }
}

/* A market between two passes. */
struct course {
    struct newton newton;
    double value;    /* of the dual at the best prices so far */
    double caution;  /* by which the step is shortened: at least one, more after a step too far */
    int32_t *origin; /* [row] where the last step began */
    int32_t *seen;   /* [row] prices of the last pass */
    int32_t *best;   /* [row] prices with the least imbalance */
    int32_t width;   /* the window, but for narrowing after a stall */
    int32_t best_window;
    uint64_t best_imbalance;
    uint64_t best_missing;
    uint32_t stall;
    uint32_t far_passes;
    double seats; /* in all */
};

static struct course new_course(struct arena *arena, const struct floor_state *floor)
{
    uint32_t rows = floor->problem->row_count;
    struct course course = {.newton = newton_new(arena, rows),
                            .value = -(double)INFINITY,
                            .caution = 1,
                            .origin = arena_array(arena, int32_t, rows),
                            .seen = arena_array(arena, int32_t, rows),
                            .best = arena_array(arena, int32_t, rows),
                            .best_imbalance = UINT64_MAX};

    course.width = floor->market->window;
    for (uint32_t row = 0; row < rows; row++) {
        course.seats += floor->problem->demand[row];
    }
    memcpy(course.seen, floor->market->price, rows * sizeof(*course.seen));
    return course;
}

static void note_drift(struct floor_state *floor, int32_t *seen)
{
    int64_t rise = 0;

    for (uint32_t row = 0; row < floor->problem->row_count; row++) {
        int64_t by = (int64_t)floor->market->price[row] - seen[row];

        rise = by > rise ? by : rise;
        seen[row] = floor->market->price[row];
    }
    floor->drift += rise;
}

static void note_best(struct course *course, struct market *market, uint32_t rows)
{
    bool gained = market->imbalance < course->best_imbalance - course->best_imbalance / 20;
    bool far = (double)market->imbalance > FAR * course->seats;

    course->far_passes += far;
    if (gained || (far && market->window > 1)) {
        course->stall = 0;
    } else if (++course->stall % STALL_SHRINK == 0) {
        market->window = (int32_t)fmax(market->window * WINDOW_SHRINK, 1);
    }
    if (market->imbalance < course->best_imbalance) {
        course->best_imbalance = market->imbalance;
        course->best_missing = market->missing;
        course->best_window = course->width;
        memcpy(course->best, market->price, rows * sizeof(*course->best));
    }
}

/* The last step went too far: go back two thirds of the way, and be more careful. */
static void step_back(struct floor_state *floor, struct course *course)
{
    int32_t *price = floor->market->price;

    course->caution = fmin(course->caution * CAUTION_GAIN, CAUTION_MAX);
    for (uint32_t row = 0; row < floor->problem->row_count; row++) {
        price[row] = course->origin[row] + (price[row] - course->origin[row]) / 3;
    }
}

static void step_on(struct floor_state *floor, struct course *course)
{
    struct market *market = floor->market;
    double weight = course->caution * 0.5 * floor->stride / (double)market->window;

    course->caution = fmax(course->caution / CAUTION_LOSS, 1);
    memcpy(course->origin, market->price, floor->problem->row_count * sizeof(*course->origin));
    newton_begin(&course->newton);
    for (size_t i = 0; i < floor->chunk_count; i++) {
        newton_add(&course->newton, floor->chunks[i].links, floor->chunks[i].link_count);
    }
    double size = newton_solve(&course->newton, weight);

    move(floor, course->newton.step);
    if (size < market->window * SMALL_STEP) {
        int32_t next = (int32_t)fmax(market->window * WINDOW_SHRINK, 1);

        course->width = market->window == course->width ? next : course->width;
        market->window = next;
    }
}

/* Seats in all; more for a loose market, where the chains of the exact phase are short. */
static double tolerance(const struct floor_state *floor, const struct scan_sizes *sizes)
{
    double seats = 0;

    for (uint32_t row = 0; row < floor->problem->row_count; row++) {
        seats += floor->problem->demand[row];
    }
    return fmax(seats, fmin((double)sizes->capacity, LOOSE_MAX * seats));
}

void market_run(struct arena *arena, const struct assign_problem *problem,
                const struct assign_options *options, const struct core_dear *dear,
                const struct scan_sizes *sizes, struct market *out)
{
    uint32_t rows = problem->row_count;
    struct floor_state floor = {.problem = problem, .market = out};

    *out = (struct market){.price = arena_array(arena, int32_t, rows + (size_t)SCAN_PAD)};
    floor_open(arena, sizes, &floor);
    set_bounds(&floor, dear);
    open_prices(arena, &floor);
    out->window = (floor.high - floor.low) / 3 / WINDOWS + 1;

    struct course course = new_course(arena, &floor);
    double enough = options->imbalance * tolerance(&floor, sizes);

    while (out->passes < options->pass_max) {
        note_drift(&floor, course.seen);
        floor_pass(&floor, options->parallel);
        out->passes++;
        out->imbalance = weigh(&floor, course.newton.lack, course.newton.fixed);
        note_best(&course, out, rows);
        if ((double)course.best_imbalance <= enough || course.stall >= STALL_MAX ||
            course.far_passes >= FAR_PASSES_MAX) {
            break;
        }
        double value = dual_value(&floor);

        if (value < course.value) {
            step_back(&floor, &course);
            continue;
        }
        course.value = value;
        step_on(&floor, &course);
    }
    memcpy(out->price, course.best, rows * sizeof(*course.best));
    note_drift(&floor, course.seen);
    out->wake = floor.wake;
    out->drift = floor.drift;
    out->imbalance = course.best_imbalance;
    out->missing = (double)out->imbalance > enough ? course.best_missing : 0;
    out->window = course.best_window;
    out->lost = (double)out->imbalance > FAR * course.seats;
}
