#include "engine/assign/tie.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/assign/assign.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"

enum { MUST = 1 << 27 }; /* worth of using a column that every optimum fills */

struct ties {
    const struct assign_problem *problem;
    const int64_t *price;
    uint64_t seed;
    uint32_t noise; /* random costs are below this, so that no chain of them outweighs MUST */
    struct assign_problem second;
    uint32_t *demand;
    uint32_t *minimum;
    uint16_t *capacity;
    uint64_t *start;
    uint32_t *row;
    int32_t *cost;
    uint64_t *edge; /* [edge of the second problem] in the first */
    uint64_t count;
    struct assign_seat *forced; /* seats of every optimum */
    size_t forced_count;
    int64_t *surplus; /* scratch */
};

/* The surplus from which a column takes edges: its last seat's, or zero while seats are left. */
static int64_t threshold(const struct ties *ties, struct column column, uint32_t capacity)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < column.degree; i++) {
        uint32_t row = column.row == NULL ? i : column.row[i];
        int64_t surplus = ties->price[row] - column.cost[i];
        uint32_t at = count < capacity ? count : capacity - 1;

        if (column.cost[i] == ASSIGN_ABSENT || surplus <= 0 ||
            (count == capacity && surplus <= ties->surplus[at])) {
            continue;
        }
        count += count < capacity;
        for (; at > 0 && ties->surplus[at - 1] < surplus; at--) {
            ties->surplus[at] = ties->surplus[at - 1];
        }
        ties->surplus[at] = surplus;
    }
    return count == capacity ? ties->surplus[capacity - 1] : 0;
}

/* Note a seat of every optimum, in the order of rows: a column's edges may come in any. */
static void force(struct ties *ties, struct assign_seat seat)
{
    size_t at = ties->forced_count++;

    for (; at > 0 && ties->forced[at - 1].column == seat.column &&
           ties->forced[at - 1].row > seat.row;
         at--) {
        ties->forced[at] = ties->forced[at - 1];
    }
    ties->forced[at] = seat;
}

/* Edges above the threshold are seats for sure; those at it are a choice. */
static void split(struct ties *ties, uint32_t index)
{
    struct column column = column_of(ties->problem, index);
    uint32_t capacity = column_capacity(ties->problem, index);
    uint64_t first = (uint64_t)(column.cost - ties->problem->cost);
    uint32_t sure = 0;

    ties->start[index] = ties->count;
    if (capacity == 0) {
        return;
    }
    int64_t bar = threshold(ties, column, capacity);

    for (uint32_t i = 0; i < column.degree; i++) {
        uint32_t row = column.row == NULL ? i : column.row[i];
        int64_t surplus = ties->price[row] - column.cost[i];

        if (column.cost[i] == ASSIGN_ABSENT || surplus < bar) {
            continue;
        }
        if (surplus > bar) {
            force(ties, (struct assign_seat){row, index, first + i});
            ties->demand[row]--;
            ties->minimum[row] -= ties->minimum[row] > 0;
            sure++;
            continue;
        }
        struct rng rng = rng_stream(ties->seed, first + i);

        ties->row[ties->count] = row;
        ties->cost[ties->count] = (int32_t)rng_below(&rng, ties->noise) - (bar > 0 ? MUST : 0);
        ties->edge[ties->count++] = first + i;
    }
    ties->capacity[index] = (uint16_t)(capacity - sure);
}

/* Tight edges and sure seats, to make room for. */
static uint64_t count_tight(const struct ties *ties)
{
    uint64_t count = 0;

    for (uint32_t index = 0; index < ties->problem->column_count; index++) {
        struct column column = column_of(ties->problem, index);

        for (uint32_t i = 0; i < column.degree; i++) {
            uint32_t row = column.row == NULL ? i : column.row[i];

            count += column.cost[i] != ASSIGN_ABSENT && ties->price[row] >= column.cost[i];
        }
    }
    return count;
}

static struct ties new_ties(struct arena *arena, const struct assign_problem *problem,
                            const struct assign_fit *fit, uint64_t seed)
{
    struct ties ties = {.problem = problem, .price = fit->price, .seed = seed};
    uint64_t tight = count_tight(&ties);
    uint32_t rows = problem->row_count;

    ties.noise = MUST / (2 * rows + 4) > 0 ? MUST / (2 * rows + 4) : 1;
    ties.demand = arena_array(arena, uint32_t, rows);
    ties.minimum = arena_array(arena, uint32_t, rows);
    ties.capacity = arena_array(arena, uint16_t, problem->column_count + (size_t)1);
    ties.start = arena_array(arena, uint64_t, problem->column_count + (size_t)1);
    ties.row = arena_array(arena, uint32_t, tight + 1);
    ties.cost = arena_array(arena, int32_t, tight + 1);
    ties.edge = arena_array(arena, uint64_t, tight + 1);
    ties.forced = arena_array(arena, struct assign_seat, fit->seat_count + 1);
    ties.surplus = arena_array(arena, int64_t, UINT16_MAX + (size_t)1);
    for (uint32_t row = 0; row < rows; row++) {
        market_demand(problem, row, fit->price[row], fit->missing_price, &ties.minimum[row],
                      &ties.demand[row]);
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        split(&ties, i);
    }
    ties.start[problem->column_count] = ties.count;
    ties.second = (struct assign_problem){.row_count = rows,
                                          .column_count = problem->column_count,
                                          .demand = ties.demand,
                                          .minimum = ties.minimum,
                                          .empty_cost = arena_array(arena, int32_t, rows),
                                          .capacity = ties.capacity,
                                          .start = ties.start,
                                          .row = ties.row,
                                          .cost = ties.cost};
    return ties;
}

static bool is_before(const struct assign_seat *left, const struct assign_seat *right)
{
    return left->column != right->column ? left->column < right->column : left->row < right->row;
}

/* Merge the sure seats with the chosen ones; both are in order. */
static void merge(struct arena *arena, const struct ties *ties, const struct assign_fit *chosen,
                  struct assign_fit *fit)
{
    size_t count = ties->forced_count + chosen->seat_count;
    struct assign_seat *seats = arena_array(arena, struct assign_seat, count + 1);
    uint32_t *empty = arena_array(arena, uint32_t, ties->problem->row_count);
    int64_t before = 0;
    int64_t after = 0;
    size_t sure = 0;

    for (size_t i = 0; i < fit->seat_count; i++) {
        before += ties->problem->cost[fit->seats[i].edge] - fit->price[fit->seats[i].row];
    }
    memcpy(empty, ties->problem->demand, ties->problem->row_count * sizeof(*empty));
    for (size_t i = 0; i < count; i++) {
        size_t next = i - sure;
        bool done = sure == ties->forced_count;

        if (next == chosen->seat_count ||
            (!done && is_before(&ties->forced[sure], &chosen->seats[next]))) {
            seats[i] = ties->forced[sure++];
        } else {
            seats[i] = chosen->seats[next];
            seats[i].edge = ties->edge[seats[i].edge];
        }
        empty[seats[i].row]--;
        after += ties->problem->cost[seats[i].edge] - fit->price[seats[i].row];
    }
    assert(before == after); /* both are optimal at the same prices */
    fit->seats = seats;
    fit->seat_count = count;
    fit->empty = empty;
}

/* Cost and missing seats follow from who sits where. */
static void settle(const struct assign_problem *problem, struct assign_fit *fit)
{
    fit->cost = 0;
    fit->missing = 0;
    for (size_t i = 0; i < fit->seat_count; i++) {
        fit->cost += problem->cost[fit->seats[i].edge];
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t soft = problem->demand[row] - market_minimum(problem, row);
        uint32_t empty = fit->empty[row] < soft ? fit->empty[row] : soft;

        fit->missing += fit->empty[row] - empty;
        fit->cost += empty > 0 ? (int64_t)problem->empty_cost[row] * empty : 0;
    }
}

enum err tie_break(struct arena *arena, const struct assign_problem *problem,
                   const struct assign_options *options, struct assign_fit *fit,
                   struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct assign_options plain = *options;
    struct assign_fit chosen;

    if (problem->load_cost != NULL || problem->floor != NULL) {
        return OK;
    }
    struct ties ties = new_ties(work, problem, fit, options->seed);

    plain.seed = 0;
    TRY(assign_solve(work, &ties.second, &plain, &chosen, fault));
    merge(arena, &ties, &chosen, fit);
    settle(problem, fit);
    return OK;
}
