#include "engine/assign/relax.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/dear.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"

struct relaxer {
    const struct assign_problem *problem;
    const struct assign_options *options;
    const struct assign_fit *fit;
    struct assign_shortage *out;
    struct core_dear dear;
    struct assign_problem changed; /* a copy whose arrays may be written */
    uint32_t *demand;
    uint32_t *minimum;
    uint16_t *capacity;
};

/* A place by what the prices promise. */
struct promise {
    int64_t value;
    uint32_t index;
};

static int by_value(const void *left, const void *right)
{
    const struct promise *a = left;
    const struct promise *b = right;

    return a->value != b->value ? (a->value < b->value) - (a->value > b->value)
                                : (a->index > b->index) - (a->index < b->index);
}

static uint32_t missing_of(const struct relaxer *relaxer, uint32_t row)
{
    uint32_t soft = relaxer->problem->demand[row] - market_minimum(relaxer->problem, row);
    uint32_t empty = relaxer->fit->empty[row];

    return empty > soft ? empty - soft : 0;
}

/*
 * The tight rows: from the dearest down to the first gap that no swap of one column can bridge.
 * The price of a missing seat is more such gaps than there are rows, so it lies far above.
 */
static uint32_t find_tight(struct arena *arena, struct relaxer *relaxer, struct promise *rows)
{
    uint32_t count = relaxer->problem->row_count;
    int64_t bridge = relaxer->dear.span;
    uint32_t tight = 0;

    for (uint32_t row = 0; row < count; row++) {
        rows[row] = (struct promise){relaxer->fit->price[row], row};
    }
    qsort(rows, count, sizeof(*rows), by_value);
    relaxer->out->tight = arena_array(arena, bool, count);
    while (tight < count && rows[tight].value > relaxer->fit->missing_price / 2 &&
           (tight == 0 || rows[tight - 1].value >= relaxer->fit->missing_price ||
            rows[tight - 1].value - rows[tight].value < bridge)) {
        relaxer->out->tight[rows[tight].index] = true;
        relaxer->out->asked += market_minimum(relaxer->problem, rows[tight].index);
        tight++;
    }
    return tight;
}

static bool holds(const struct assign_seat *seats, uint32_t count, uint32_t row)
{
    for (uint32_t i = 0; i < count; i++) {
        if (seats[i].row == row) {
            return true;
        }
    }
    return false;
}

static int64_t next_load(const struct assign_problem *problem, uint32_t used, uint32_t most)
{
    return problem->load_cost == NULL ? 0 : problem->load_cost[used < most ? used : most - 1];
}

static uint32_t capacity_max(const struct assign_problem *problem)
{
    uint32_t most = 1;

    for (uint32_t i = 0; problem->capacity != NULL && i < problem->column_count; i++) {
        most = problem->capacity[i] > most ? problem->capacity[i] : most;
    }
    return most;
}

/* Keep the best `most` promises, best first. */
static void keep_best(struct promise *list, uint32_t *count, uint32_t most, struct promise promise)
{
    uint32_t at = *count < most ? (*count)++ : most;

    if (at == most && (most == 0 || list[--at].value >= promise.value)) {
        return;
    }
    for (; at > 0 && list[at - 1].value < promise.value; at--) {
        list[at] = list[at - 1];
    }
    list[at] = promise;
}

/* Count what all columns can take in tight rows, and which of them would gain most by one more. */
static uint32_t weigh_columns(struct relaxer *relaxer, uint32_t most, struct promise *best)
{
    const struct assign_problem *problem = relaxer->problem;
    const struct assign_fit *fit = relaxer->fit;
    uint32_t largest = capacity_max(problem);
    uint32_t count = 0;
    size_t seat = 0;

    for (uint32_t index = 0; index < problem->column_count; index++) {
        struct column column = column_of(problem, index);
        uint32_t capacity = problem->capacity == NULL ? 1 : problem->capacity[index];
        size_t first = seat;
        uint32_t degree = 0;
        int64_t surplus = INT64_MIN;

        while (seat < fit->seat_count && fit->seats[seat].column == index) {
            seat++;
        }
        uint32_t used = (uint32_t)(seat - first);

        for (uint32_t i = 0; i < column.degree; i++) {
            uint32_t row = column.row == NULL ? i : column.row[i];
            int64_t gain = fit->price[row] - column.cost[i];

            if (column.cost[i] == ASSIGN_ABSENT || !relaxer->out->tight[row]) {
                continue;
            }
            degree++;
            if (gain > surplus && !holds(fit->seats + first, used, row)) {
                surplus = gain;
            }
        }
        relaxer->out->given += degree < capacity ? degree : capacity;
        if (surplus > INT64_MIN && capacity < UINT16_MAX) {
            keep_best(best, &count, most,
                      (struct promise){surplus - next_load(problem, used, largest), index});
        }
    }
    return count;
}

/* Copies of what a trial changes. */
static void open_trials(struct arena *arena, struct relaxer *relaxer)
{
    const struct assign_problem *problem = relaxer->problem;
    uint32_t largest = capacity_max(problem);

    relaxer->demand = arena_array(arena, uint32_t, problem->row_count);
    relaxer->minimum = arena_array(arena, uint32_t, problem->row_count);
    relaxer->capacity = arena_array(arena, uint16_t, problem->column_count + (size_t)1);
    for (uint32_t row = 0; row < problem->row_count; row++) {
        relaxer->demand[row] = problem->demand[row];
        relaxer->minimum[row] = market_minimum(problem, row);
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        relaxer->capacity[i] = problem->capacity == NULL ? 1 : problem->capacity[i];
    }
    relaxer->changed = *problem;
    relaxer->changed.demand = relaxer->demand;
    relaxer->changed.minimum = relaxer->minimum;
    relaxer->changed.capacity = relaxer->capacity;
    if (problem->load_cost != NULL) {
        int32_t *load = arena_array(arena, int32_t, largest + (size_t)1);

        memcpy(load, problem->load_cost, largest * sizeof(*load));
        load[largest] = load[largest - 1];
        relaxer->changed.load_cost = load;
    }
}

/* What the change made would bring. */
static enum err try_change(const struct relaxer *relaxer, uint64_t *fewer, int64_t *cost,
                           struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct assign_fit after;

    TRY(assign_repair(arena, &relaxer->changed, relaxer->options, relaxer->fit, &after, fault));
    *fewer = relaxer->fit->missing - after.missing;
    *cost = after.cost - relaxer->fit->cost;
    return OK;
}

/* A row that misses seats can let one go, which spares that one and moves nobody. */
static enum err relax_rows(struct relaxer *relaxer, const struct promise *tight, uint32_t count,
                           uint32_t most, struct fault *fault)
{
    struct assign_shortage *out = relaxer->out;
    uint32_t tried = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = tight[i].index;
        struct assign_less less = {.row = row, .missing = missing_of(relaxer, row), .fewer = 1};

        if (less.missing == 0) {
            if (relaxer->minimum[row] == 0 || tried++ >= most) {
                continue;
            }
            relaxer->demand[row]--;
            relaxer->minimum[row]--;
            TRY(try_change(relaxer, &less.fewer, &less.cost, fault));
            relaxer->demand[row]++;
            relaxer->minimum[row]++;
        }
        if (less.fewer > 0) {
            out->rows[out->row_count++] = less;
        }
    }
    return OK;
}

static enum err relax_columns(struct relaxer *relaxer, const struct promise *best, uint32_t count,
                              struct fault *fault)
{
    struct assign_shortage *out = relaxer->out;

    for (uint32_t i = 0; i < count; i++) {
        struct assign_more more = {.column = best[i].index};

        relaxer->capacity[more.column]++;
        TRY(try_change(relaxer, &more.fewer, &more.cost, fault));
        relaxer->capacity[more.column]--;
        if (more.fewer > 0) {
            out->columns[out->column_count++] = more;
        }
    }
    return OK;
}

static int by_gain(uint64_t fewer_left, uint64_t fewer_right, int64_t cost_left, int64_t cost_right)
{
    return fewer_left != fewer_right ? (fewer_left < fewer_right) - (fewer_left > fewer_right)
                                     : (cost_left > cost_right) - (cost_left < cost_right);
}

static int row_order(const void *left, const void *right)
{
    const struct assign_less *a = left;
    const struct assign_less *b = right;
    int order = by_gain(a->fewer, b->fewer, a->cost, b->cost);

    order = order != 0 ? order : (a->missing < b->missing) - (a->missing > b->missing);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static int column_order(const void *left, const void *right)
{
    const struct assign_more *a = left;
    const struct assign_more *b = right;
    int order = by_gain(a->fewer, b->fewer, a->cost, b->cost);

    return order != 0 ? order : (a->column > b->column) - (a->column < b->column);
}

enum err assign_relax(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_options *options, const struct assign_fit *fit,
                      uint32_t most, struct assign_shortage *out, struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct assign_shortage shortage = {0};
    struct relaxer relaxer = {.problem = problem, .options = options, .fit = fit, .out = &shortage};

    if (fit->missing > 0) {
        TRY(core_dear(problem, NULL, &relaxer.dear, fault));
        struct promise *rows = arena_array(work, struct promise, problem->row_count);
        struct promise *columns = arena_array(work, struct promise, most + (size_t)1);
        uint32_t tight = find_tight(arena, &relaxer, rows);
        uint32_t count = weigh_columns(&relaxer, most, columns);

        shortage.rows = arena_array(arena, struct assign_less, tight + (size_t)1);
        shortage.columns = arena_array(arena, struct assign_more, count + (size_t)1);
        open_trials(work, &relaxer);
        TRY(relax_rows(&relaxer, rows, tight, most, fault));
        TRY(relax_columns(&relaxer, columns, count, fault));
        qsort(shortage.rows, shortage.row_count, sizeof(*shortage.rows), row_order);
        qsort(shortage.columns, shortage.column_count, sizeof(*shortage.columns), column_order);
    }
    *out = shortage;
    return OK;
}
