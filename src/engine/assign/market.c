#include "engine/assign/market.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "engine/assign/assign.h"
#include "engine/assign/newton.h"
#include "engine/assign/scan.h"

enum {
    CHUNKS_MAX = 128,
    CHUNK_MIN = 8192,
    LINKS_PER_ROW = 256,
    STALL_MAX = 8,       /* passes without gain, near the end */
    STALL_SHRINK = 2,    /* of these, until the window is too wide */
    FAR_PASSES_MAX = 24, /* passes that far from the end, after which nothing is hoped for */
    WINDOWS = 64,        /* in the span of the costs, at first */
    FLOOR_WORTH = 1 << 29,
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

struct chunk {
    uint32_t *count;    /* [row] picks */
    double *share;      /* [row and ground] what marginal picks would rather share */
    struct link *links; /* columns near the margin */
    size_t link_count;
    int64_t profit;     /* of all its columns */
    struct pick *picks; /* scratch */
};

struct floor_state {
    const struct assign_problem *problem;
    struct market *market;
    struct chunk *chunks;
    size_t chunk_count;
    uint32_t chunk_size;
    int32_t *wake;   /* [column] the drift below which it cannot want anything */
    int64_t drift;   /* the most that any price has risen in all */
    uint32_t stride; /* one column in so many gives links */
    uint32_t picks_max;
    bool vector;
    int32_t low;
    int32_t high;
};

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

/* A column's seat by its number; one of its floor's is worth more than any edge costs. */
static int32_t load_cost(const struct assign_problem *problem, uint32_t index, uint32_t seat)
{
    return seat < column_floor(problem, index) ? -FLOOR_WORTH : seat_load(problem, seat);
}

static void add_link(const struct floor_state *floor, struct chunk *chunk, uint32_t index,
                     struct link link, int32_t gap)
{
    double share = 0.5 * (1 - gap / (double)floor->market->window);

    chunk->share[link.from] -= share;
    chunk->share[link.to] += share;
    if ((index & (floor->stride - 1)) == 0) {
        chunk->links[chunk->link_count++] = link;
    }
}

static int32_t least_of(int64_t value, int32_t most)
{
    return value < most ? (int32_t)value : most;
}

/* One column picks; when its last choice hangs on less than the window, it makes a link. */
static void pick_one(const struct floor_state *floor, struct chunk *chunk, uint32_t index)
{
    const struct assign_problem *problem = floor->problem;
    struct column column = column_of(problem, index);
    uint32_t capacity = column_capacity(problem, index);
    uint32_t ground = problem->row_count;
    int32_t window = floor->market->window;

    if (capacity == 0) {
        return;
    }
    int32_t bar = load_cost(problem, index, 0) - window;
    struct best best =
        scan_best(column, floor->market->price, bar, capacity + 1, floor->vector, chunk->picks);
    uint32_t count = best.count;

    floor->wake[index] =
        best.count > 0 ? 0 : least_of(floor->drift + ((int64_t)bar - best.top), INT32_MAX);
    uint32_t taken = 0;

    while (taken < capacity && taken < count &&
           chunk->picks[taken].surplus > load_cost(problem, index, taken)) {
        chunk->count[chunk->picks[taken].row]++;
        chunk->profit += chunk->picks[taken].surplus - load_cost(problem, index, taken);
        taken++;
    }
    const struct pick *last = taken > 0 ? &chunk->picks[taken - 1] : NULL;
    const struct pick *next = taken < count ? &chunk->picks[taken] : NULL;
    int32_t held = last == NULL ? INT32_MAX : last->surplus - load_cost(problem, index, taken - 1);
    int32_t missed = next == NULL        ? -INT32_MAX
                     : taken == capacity ? next->surplus - load_cost(problem, index, taken - 1)
                                         : next->surplus - load_cost(problem, index, taken);
    bool swap = taken == capacity && missed > 0;

    if (swap && held - missed < window) {
        add_link(floor, chunk, index, (struct link){last->row, next->row}, held - missed);
    } else if (!swap && held < window && (taken == capacity || held < -missed)) {
        add_link(floor, chunk, index, (struct link){last->row, ground}, held);
    } else if (!swap && taken < capacity && missed > -window) {
        add_link(floor, chunk, index, (struct link){ground, next->row}, -missed);
    }
}

static void pick_chunk(void *context, size_t index)
{
    struct floor_state *floor = context;
    struct chunk *chunk = &floor->chunks[index];
    uint32_t from = (uint32_t)index * floor->chunk_size;
    uint32_t to = floor->problem->column_count - from < floor->chunk_size
                      ? floor->problem->column_count
                      : from + floor->chunk_size;

    memset(chunk->count, 0, floor->problem->row_count * sizeof(*chunk->count));
    memset(chunk->share, 0, (floor->problem->row_count + (size_t)1) * sizeof(*chunk->share));
    chunk->link_count = 0;
    chunk->profit = 0;
    for (uint32_t i = from; i < to; i++) {
        if (floor->wake[i] <= floor->drift) {
            pick_one(floor, chunk, i);
        }
    }
}

static void open_floor(struct arena *arena, struct floor_state *floor)
{
    uint32_t columns = floor->problem->column_count;
    uint32_t rows = floor->problem->row_count;
    uint32_t capacity_max = 0;

    floor->chunk_size = columns / CHUNKS_MAX + 1;
    floor->chunk_size = floor->chunk_size < CHUNK_MIN ? CHUNK_MIN : floor->chunk_size;
    floor->chunk_count = (columns + floor->chunk_size - 1) / floor->chunk_size;
    floor->stride = 1;
    while (floor->stride < columns / LINKS_PER_ROW / rows) {
        floor->stride *= 2;
    }
    floor->wake = arena_array(arena, int32_t, columns);
    for (uint32_t i = 0; i < columns; i++) {
        uint32_t capacity = column_capacity(floor->problem, i);

        capacity_max = capacity > capacity_max ? capacity : capacity_max;
    }
    floor->chunks = arena_array(arena, struct chunk, floor->chunk_count);
    for (size_t i = 0; i < floor->chunk_count; i++) {
        floor->chunks[i].count = arena_array(arena, uint32_t, rows);
        floor->chunks[i].share = arena_array(arena, double, (size_t)rows + 1);
        floor->chunks[i].picks = arena_array(arena, struct pick, capacity_max + 2);
        floor->chunks[i].links =
            arena_array(arena, struct link, floor->chunk_size / floor->stride + 1);
    }
    floor->vector = scan_vector_here();
}

/* Prices are kept between just below the least cost and two spans above the largest. */
static void set_bounds(struct floor_state *floor)
{
    const struct assign_problem *problem = floor->problem;
    int32_t low;
    int32_t high;

    scan_costs(problem->cost, edge_count_of(problem), floor->vector, &low, &high);
    int64_t span = (int64_t)high - low + 1;
    int64_t top = high + 2 * span + 1;

    floor->low = low - 1;
    floor->high = (int32_t)(top < SCAN_PRICE_MAX ? top : SCAN_PRICE_MAX - 1);
}

/* Start at the middle of what each row could pay if the columns were shared out evenly. */
static void open_prices(struct arena *arena, struct floor_state *floor)
{
    enum { BINS = 256 };
    const struct assign_problem *problem = floor->problem;
    uint32_t *histogram = arena_array(arena, uint32_t, (size_t)problem->row_count * BINS);
    uint64_t edges = problem->start == NULL ? (uint64_t)problem->row_count * problem->column_count
                                            : problem->start[problem->column_count];
    uint64_t stride = edges / (256 * (uint64_t)problem->row_count) + 1;
    double scale = BINS / (floor->high - (double)floor->low + 1) * 3;

    for (uint64_t i = 0; i < problem->column_count; i += stride) {
        struct column column = column_of(problem, (uint32_t)i);

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
        double count = 0;
        double share = 0;
        uint32_t least;
        uint32_t most;

        for (size_t i = 0; i < floor->chunk_count; i++) {
            count += floor->chunks[i].count[row];
            share += floor->chunks[i].share[row];
        }
        market_demand(problem, row, price, INT64_MAX, &least, &most);
        double from = price >= ceiling(floor, row) ? 0 : least;
        double to = price <= floor->low ? UINT32_MAX : most;

        sum += (uint64_t)fabs(lacks(count, from, to));
        missing += count > most ? most - count : fmax(market_minimum(problem, row) - count, 0);
        lack[row] = lacks(count + share, from, to);
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
    for (size_t i = 0; i < floor->chunk_count; i++) {
        sum -= (double)floor->chunks[i].profit;
    }
    return sum;
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
static double tolerance(const struct floor_state *floor)
{
    double seats = 0;
    double capacity = 0;

    for (uint32_t row = 0; row < floor->problem->row_count; row++) {
        seats += floor->problem->demand[row];
    }
    for (uint32_t i = 0; i < floor->problem->column_count; i++) {
        capacity += column_capacity(floor->problem, i);
    }
    return fmax(seats, fmin(capacity, LOOSE_MAX * seats));
}

void market_run(struct arena *arena, const struct assign_problem *problem,
                const struct assign_options *options, struct market *out)
{
    uint32_t rows = problem->row_count;
    struct floor_state floor = {.problem = problem, .market = out};

    *out = (struct market){.price = arena_array(arena, int32_t, rows + (size_t)SCAN_PAD)};
    open_floor(arena, &floor);
    set_bounds(&floor);
    open_prices(arena, &floor);
    out->window = (floor.high - floor.low) / 3 / WINDOWS + 1;

    struct course course = new_course(arena, &floor);
    double enough = options->imbalance * tolerance(&floor);

    while (out->passes < options->pass_max) {
        note_drift(&floor, course.seen);
        parallel_run(options->parallel, floor.chunk_count, pick_chunk, &floor);
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
