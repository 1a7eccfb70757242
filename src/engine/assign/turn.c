#include "engine/assign/turn.h"

#include <stdlib.h>

#include "base/arena.h"
#include "engine/assign/assign.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"

/*
 * A column of the turned problem is a row here. It gains what its seat would cost if left empty,
 * so its edges cost that much less; a seat that must be filled is one of its floor's. A row of the
 * turned problem is a column here: its price is minus what a seat of the column is worth.
 */
struct turn {
    const struct assign_problem *problem;
    int64_t must_cost; /* that an empty seat counts as where none may be */
    struct assign_problem turned;
    uint64_t *edge; /* [edge of the turned problem]; NULL if dense */
};

/* An empty seat that may not be counts as dearer than any edge by as much as the market climbs. */
static int64_t must_cost_of(const struct assign_problem *problem)
{
    int32_t low;
    int32_t high;

    scan_costs(problem->cost, edge_count_of(problem), scan_vector_here(), &low, &high);
    return high + 2 * ((int64_t)high - low) + 1;
}

static bool must_fill(const struct assign_problem *problem, uint32_t row)
{
    return market_minimum(problem, row) > 0;
}

static int64_t empty_of(const struct turn *turn, uint32_t row)
{
    return must_fill(turn->problem, row) ? turn->must_cost : turn->problem->empty_cost[row];
}

bool turn_fits(const struct assign_problem *problem)
{
    struct turn turn = {.problem = problem, .must_cost = must_cost_of(problem)};
    int32_t low;
    int32_t high;

    if (problem->load_cost != NULL || problem->floor != NULL) {
        return false;
    }
    scan_costs(problem->cost, edge_count_of(problem), scan_vector_here(), &low, &high);
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t minimum = market_minimum(problem, row);

        if ((minimum > 0 && minimum < problem->demand[row]) || problem->demand[row] > UINT16_MAX) {
            return false;
        }
        if (problem->demand[row] > 0 && (low - empty_of(&turn, row) < -ASSIGN_COST_MAX ||
                                         high - empty_of(&turn, row) > ASSIGN_COST_MAX)) {
            return false;
        }
    }
    return true;
}

static int32_t turned_cost(const struct turn *turn, uint32_t row, int32_t cost)
{
    bool asked = turn->problem->demand[row] > 0;

    return cost == ASSIGN_ABSENT ? cost : asked ? (int32_t)(cost - empty_of(turn, row)) : 0;
}

static void turn_dense(struct arena *arena, struct turn *turn)
{
    const struct assign_problem *problem = turn->problem;
    size_t rows = problem->row_count;
    size_t columns = problem->column_count;
    int32_t *cost = arena_array(arena, int32_t, rows * columns + 1);

    for (size_t index = 0; index < columns; index++) {
        for (uint32_t row = 0; row < rows; row++) {
            cost[row * columns + index] = turned_cost(turn, row, problem->cost[index * rows + row]);
        }
    }
    turn->turned.cost = cost;
}

static void turn_sparse(struct arena *arena, struct turn *turn)
{
    const struct assign_problem *problem = turn->problem;
    size_t edges = edge_count_of(problem);
    uint64_t *start = arena_array(arena, uint64_t, problem->row_count + (size_t)2);
    uint32_t *row = arena_array(arena, uint32_t, edges + 1);
    int32_t *cost = arena_array(arena, int32_t, edges + 1);

    turn->edge = arena_array(arena, uint64_t, edges + 1);
    for (size_t i = 0; i < edges; i++) {
        start[problem->row[i] + 2]++;
    }
    for (uint32_t i = 0; i < problem->row_count; i++) {
        start[i + 2] += start[i + 1];
    }
    for (uint32_t index = 0; index < problem->column_count; index++) {
        for (uint64_t i = problem->start[index]; i < problem->start[index + 1]; i++) {
            uint64_t at = start[problem->row[i] + 1]++;

            row[at] = index;
            cost[at] = turned_cost(turn, problem->row[i], problem->cost[i]);
            turn->edge[at] = i;
        }
    }
    turn->turned.start = start;
    turn->turned.row = row;
    turn->turned.cost = cost;
}

static void build(struct arena *arena, struct turn *turn)
{
    const struct assign_problem *problem = turn->problem;
    uint32_t rows = problem->row_count;
    uint32_t columns = problem->column_count;
    uint32_t *demand = arena_array(arena, uint32_t, columns);
    uint16_t *capacity = arena_array(arena, uint16_t, rows);
    uint16_t *floor = arena_array(arena, uint16_t, rows);

    for (uint32_t i = 0; i < columns; i++) {
        demand[i] = column_capacity(problem, i);
    }
    for (uint32_t row = 0; row < rows; row++) {
        capacity[row] = (uint16_t)problem->demand[row];
        floor[row] = must_fill(problem, row) ? capacity[row] : 0;
    }
    turn->turned = (struct assign_problem){.row_count = columns,
                                           .column_count = rows,
                                           .demand = demand,
                                           .empty_cost = arena_array(arena, int32_t, columns),
                                           .capacity = capacity,
                                           .floor = floor};
    if (problem->start == NULL) {
        turn_dense(arena, turn);
    } else {
        turn_sparse(arena, turn);
    }
}

static uint64_t edge_of(const struct turn *turn, const struct assign_seat *seat)
{
    return turn->edge != NULL ? turn->edge[seat->edge]
                              : (uint64_t)seat->row * turn->problem->row_count + seat->column;
}

/* Seats come by row here; put them in the order of columns. */
static void take_seats(struct arena *arena, const struct turn *turn, const struct assign_fit *from,
                       struct assign_fit *fit)
{
    ARENA_SCOPE work = arena_new();
    size_t *next = arena_array(work, size_t, turn->problem->column_count + (size_t)1);

    fit->seats = arena_array(arena, struct assign_seat, from->seat_count + 1);
    fit->seat_count = from->seat_count;
    for (size_t i = 0; i < from->seat_count; i++) {
        next[from->seats[i].row + 1]++;
    }
    for (uint32_t i = 0; i < turn->problem->column_count; i++) {
        next[i + 1] += next[i];
    }
    for (size_t i = 0; i < from->seat_count; i++) {
        const struct assign_seat *seat = &from->seats[i];
        uint64_t edge = edge_of(turn, seat);

        fit->seats[next[seat->row]++] = (struct assign_seat){seat->column, seat->row, edge};
        fit->cost += turn->problem->cost[edge];
    }
}

/* What a row pays is the dearest of its seats, cost and worth together, or an empty one. */
static void take_rows(struct arena *arena, const struct turn *turn, const struct assign_fit *from,
                      struct assign_fit *fit)
{
    const struct assign_problem *problem = turn->problem;
    int64_t missing_price = from->unmet_price + turn->must_cost;

    fit->missing_price = missing_price;
    fit->unmet_price = from->unmet_price;
    fit->price = arena_array(arena, int64_t, problem->row_count);
    fit->empty = arena_array(arena, uint32_t, problem->row_count);
    for (uint32_t row = 0; row < problem->row_count; row++) {
        fit->price[row] = -ASSIGN_COST_MAX;
        fit->empty[row] = problem->demand[row];
    }
    for (size_t i = 0; i < fit->seat_count; i++) {
        const struct assign_seat *seat = &fit->seats[i];
        int64_t price = problem->cost[seat->edge] - from->price[seat->column];

        fit->empty[seat->row]--;
        fit->price[seat->row] = price > fit->price[seat->row] ? price : fit->price[seat->row];
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t empty = fit->empty[row];

        if (empty > 0 && must_fill(problem, row)) {
            fit->price[row] = missing_price;
            fit->missing += empty;
        } else if (empty > 0) {
            fit->price[row] = problem->empty_cost[row];
            fit->cost += (int64_t)problem->empty_cost[row] * empty;
        }
    }
}

enum err turn_solve(struct arena *arena, const struct assign_problem *problem,
                    const struct assign_options *options, struct assign_fit *out,
                    struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct turn turn = {.problem = problem, .must_cost = must_cost_of(problem)};
    struct assign_options plain = *options;
    struct assign_fit turned;
    struct assign_fit fit = {0};

    plain.seed = 0;
    build(work, &turn);
    TRY(assign_solve(work, &turn.turned, &plain, &turned, fault));
    fit.work = turned.work;
    take_seats(arena, &turn, &turned, &fit);
    take_rows(arena, &turn, &turned, &fit);
    *out = fit;
    return OK;
}
