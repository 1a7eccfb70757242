/*
 * The proof: nothing here knows how an answer was found. Any prices p bound every answer from below
 * by
 *
 *   sum over rows of what the seats are worth, each at most the price of leaving it empty,
 *   minus sum over columns of the most that its best seats bring, price minus cost minus load,
 *   less the price of each seat to its floor
 *
 * so an answer that costs exactly this bound cannot be beaten.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/assign.h"
#include "engine/assign/prove.h"

enum { FEW = 16 }; /* seats of a column, up to which insertion beats a sort */

static uint64_t edge_at(const struct assign_problem *problem, uint32_t column)
{
    return problem->start == NULL ? (uint64_t)column * problem->row_count : problem->start[column];
}

static uint32_t row_of(const struct assign_problem *problem, uint32_t column, uint64_t edge)
{
    return problem->row == NULL ? (uint32_t)(edge - edge_at(problem, column)) : problem->row[edge];
}

static int64_t load_sum(const struct assign_problem *problem, uint32_t seats)
{
    int64_t sum = 0;

    for (uint32_t i = 0; problem->load_cost != NULL && i < seats; i++) {
        sum += problem->load_cost[i];
    }
    return sum;
}

static uint32_t room(const struct assign_problem *problem, uint32_t column)
{
    return problem->capacity == NULL ? 1 : problem->capacity[column];
}

static uint32_t must_fill(const struct assign_problem *problem, uint32_t row)
{
    if (problem->minimum != NULL) {
        return problem->minimum[row];
    }
    return problem->empty_cost == NULL ? problem->demand[row] : 0;
}

/* The seats are edges, in order and once each, within the capacities; counts them and their cost.
 */
static bool seats_stand(const struct assign_problem *problem, const struct assign_fit *fit,
                        uint32_t *filled, wide *cost)
{
    uint32_t run = 0;

    for (size_t i = 0; i < fit->seat_count; i++) {
        struct assign_seat seat = fit->seats[i];
        const struct assign_seat *before = i == 0 ? NULL : &fit->seats[i - 1];
        bool same = before != NULL && before->column == seat.column;
        bool later =
            same && (before->row != seat.row ? before->row < seat.row : before->edge < seat.edge);

        if (seat.column >= problem->column_count || seat.row >= problem->row_count ||
            (before != NULL && (before->column > seat.column || (same && !later)))) {
            return false;
        }
        run = same ? run + 1 : 1;
        if (seat.edge < edge_at(problem, seat.column) ||
            seat.edge >= edge_at(problem, seat.column + 1) ||
            row_of(problem, seat.column, seat.edge) != seat.row ||
            problem->cost[seat.edge] == ASSIGN_ABSENT || run > room(problem, seat.column)) {
            return false;
        }
        filled[seat.row]++;
        *cost += problem->cost[seat.edge] + load_sum(problem, run) - load_sum(problem, run - 1);
    }
    return true;
}

static bool demands_met(const struct assign_problem *problem, const struct assign_fit *fit,
                        const uint32_t *filled, wide *cost, uint64_t *missing)
{
    *missing = 0;
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t soft = problem->demand[row] - must_fill(problem, row);
        uint32_t empty = fit->empty[row];

        if ((uint64_t)filled[row] + empty != problem->demand[row]) {
            return false;
        }
        if (empty > soft) {
            *missing += empty - soft;
            empty = soft;
        }
        if (empty > 0) {
            *cost += (wide)problem->empty_cost[row] * empty;
        }
    }
    return true;
}

/* Seats that columns lack to their floors; seats are in the order of columns. */
static uint64_t below_floors(const struct assign_problem *problem, const struct assign_fit *fit)
{
    uint64_t below = 0;

    for (uint32_t column = 0; problem->floor != NULL && column < problem->column_count; column++) {
        below += problem->floor[column];
    }
    for (size_t i = 0, run = 0; problem->floor != NULL && i < fit->seat_count; i++) {
        uint32_t column = fit->seats[i].column;

        run = i > 0 && fit->seats[i - 1].column == column ? run + 1 : 1;
        below -= run <= problem->floor[column];
    }
    return below;
}

static int falling(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a < b) - (a > b);
}

/* Put the `most` largest values first, in falling order; returns how many there are. */
static size_t largest_first(int64_t *values, size_t count, size_t most)
{
    size_t sorted = 0;

    if (most > FEW) {
        qsort(values, count, sizeof(*values), falling);
        return count < most ? count : most;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t value = values[i];

        if (sorted == most && value <= values[sorted - 1]) {
            continue;
        }
        size_t at = sorted < most ? sorted++ : sorted - 1;

        for (; at > 0 && values[at - 1] < value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
    return sorted;
}

wide prove_column(const struct assign_problem *problem, const struct assign_fit *fit,
                  const int64_t *price, uint32_t column, int64_t *surplus)
{
    int64_t unmet_price = fit->unmet_price;
    size_t count = 0;

    for (uint64_t edge = edge_at(problem, column); edge < edge_at(problem, column + 1); edge++) {
        if (problem->cost[edge] != ASSIGN_ABSENT) {
            surplus[count++] = price[row_of(problem, column, edge)] - problem->cost[edge];
        }
    }
    uint32_t floor = problem->floor == NULL ? 0 : problem->floor[column];

    size_t most = room(problem, column);

    count = most == 0 ? 0 : largest_first(surplus, count, most);
    wide best = -(wide)unmet_price * floor;
    wide sum = best;

    for (size_t i = 0; i < count; i++) {
        sum += surplus[i] - (problem->load_cost == NULL ? 0 : problem->load_cost[i]);
        sum += i < floor ? unmet_price : 0;
        best = sum > best ? sum : best;
    }
    return best;
}

wide prove_rows(const struct assign_problem *problem, const struct assign_fit *fit)
{
    wide value = 0;

    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t must = must_fill(problem, row);
        int64_t price = fit->price[row];
        int64_t missing = price < fit->missing_price ? price : fit->missing_price;

        value += (wide)missing * must;
        if (must < problem->demand[row]) {
            int64_t empty = problem->empty_cost[row];

            value += (wide)(price < empty ? price : empty) * (problem->demand[row] - must);
        }
    }
    return value;
}

uint64_t prove_degree(const struct assign_problem *problem)
{
    uint64_t most = 0;

    for (uint32_t column = 0; column < problem->column_count; column++) {
        uint64_t degree = edge_at(problem, column + 1) - edge_at(problem, column);

        most = degree > most ? degree : most;
    }
    return most;
}

bool prove_answer(struct arena *arena, const struct assign_problem *problem,
                  const struct assign_fit *fit, wide *cost)
{
    uint32_t *filled = arena_array(arena, uint32_t, problem->row_count + (size_t)1);
    uint64_t missing = 0;

    *cost = 0;
    if (!seats_stand(problem, fit, filled, cost) ||
        !demands_met(problem, fit, filled, cost, &missing) || *cost != fit->cost ||
        missing != fit->missing || below_floors(problem, fit) != fit->unmet) {
        return false;
    }
    *cost += (wide)fit->missing_price * (wide)missing + (wide)fit->unmet_price * (wide)fit->unmet;
    return true;
}

enum err assign_prove(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_fit *fit, struct assign_proof *out, struct fault *fault)
{
    int64_t *surplus = arena_array(arena, int64_t, prove_degree(problem) + 1);
    wide gap = 0;

    *out = (struct assign_proof){.gap = INT64_MAX};
    if (!prove_answer(arena, problem, fit, &gap)) {
        return OK;
    }
    gap -= prove_rows(problem, fit);
    for (uint32_t column = 0; column < problem->column_count; column++) {
        gap += prove_column(problem, fit, fit->price, column, surplus);
    }
    out->feasible = fit->missing == 0;
    out->optimal = gap == 0;
    out->gap = gap > INT64_MAX ? INT64_MAX : (int64_t)gap;
    if (gap < 0) {
        return fail(fault, ERR_INTERNAL, "the bound is above the cost of a valid answer");
    }
    return OK;
}
