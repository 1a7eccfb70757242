#include "engine/assign/fair.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/scan.h"

enum { ROUND_MAX = 100 };

struct fairness {
    const struct assign_floors *floors;
    struct assign_problem problem; /* with the floors as they are by now */
    const struct assign_options *options;
    struct assign_fit fit;
    uint16_t *raised;
    uint32_t *seats;  /* [column] */
    uint64_t *hours;  /* [column] */
    int64_t *surplus; /* [column] the least of its seats' */
    const int32_t *true_cost;
    int32_t *cost; /* [edge] as dear as can be where a seat is too short; NULL: none is */
};

static uint32_t seat_floor(const struct fairness *fair, uint32_t column)
{
    return fair->floors->seats == NULL ? 0 : fair->floors->seats[column];
}

static uint32_t hour_floor(const struct fairness *fair, uint32_t column)
{
    return fair->floors->hours == NULL ? 0 : fair->floors->hours[column];
}

static uint32_t hours_at(const struct fairness *fair, struct column column, uint32_t place)
{
    bool there = column.row != NULL || column.cost[place] != ASSIGN_ABSENT;

    return there ? fair->floors->row_hours[column.row == NULL ? place : column.row[place]] : 0;
}

/* The fewest seats that could hold a column's hours. */
static uint32_t fewest_seats(const struct fairness *fair, uint32_t index)
{
    struct column column = column_of(&fair->problem, index);
    uint32_t asked = hour_floor(fair, index);
    uint32_t longest = 0;

    for (uint32_t i = 0; asked > 0 && i < column.degree; i++) {
        uint32_t hours = hours_at(fair, column, i);

        longest = hours > longest ? hours : longest;
    }
    if (asked == 0) {
        return 0;
    }
    uint32_t seats = longest == 0 ? UINT16_MAX : (asked - 1) / longest + 1;

    return seats < UINT16_MAX ? seats : UINT16_MAX;
}

/* Seats and hours of every column, and how little its worst seat brings. */
static void count(struct fairness *fair)
{
    for (uint32_t i = 0; i < fair->problem.column_count; i++) {
        fair->seats[i] = 0;
        fair->hours[i] = 0;
        fair->surplus[i] = INT64_MAX;
    }
    for (size_t i = 0; i < fair->fit.seat_count; i++) {
        struct assign_seat seat = fair->fit.seats[i];
        int64_t surplus = fair->fit.price[seat.row] - fair->true_cost[seat.edge];

        fair->seats[seat.column]++;
        fair->hours[seat.column] +=
            fair->floors->row_hours == NULL ? 0 : fair->floors->row_hours[seat.row];
        if (surplus < fair->surplus[seat.column]) {
            fair->surplus[seat.column] = surplus;
        }
    }
}

static bool is_met(const struct fairness *fair, uint32_t column)
{
    return fair->seats[column] >= seat_floor(fair, column) &&
           fair->hours[column] >= hour_floor(fair, column);
}

/* Make the shortest of a column's seats dear, where it could sit longer elsewhere. */
static bool shun_shortest(struct fairness *fair, const struct assign_seat *seats, uint32_t count)
{
    struct column column = column_of(&fair->problem, seats[0].column);
    const struct assign_seat *shortest = &seats[0];

    for (uint32_t i = 1; i < count; i++) {
        if (fair->floors->row_hours[seats[i].row] < fair->floors->row_hours[shortest->row]) {
            shortest = &seats[i];
        }
    }
    uint64_t first = (uint64_t)(column.cost - fair->problem.cost);
    uint32_t hours = fair->floors->row_hours[shortest->row];
    bool longer = false;

    for (uint32_t i = 0; i < column.degree; i++) {
        bool held = false;

        for (uint32_t k = 0; k < count; k++) {
            held = held || seats[k].edge == first + i;
        }
        longer = longer ||
                 (!held && column.cost[i] != ASSIGN_COST_MAX && hours_at(fair, column, i) > hours);
    }
    if (longer && fair->cost[shortest->edge] != ASSIGN_COST_MAX) {
        fair->cost[shortest->edge] = ASSIGN_COST_MAX;
        return true;
    }
    return false;
}

/* Where hours are short though the floor in seats is met: one seat more, or longer ones. */
static bool raise(struct arena *arena, struct fairness *fair)
{
    uint64_t edges = edge_count_of(&fair->problem);
    bool raised = false;
    size_t seat = 0;

    for (uint32_t i = 0; i < fair->problem.column_count; i++) {
        size_t first = seat;

        seat += fair->seats[i];
        if (is_met(fair, i) || fair->seats[i] < fair->raised[i] || fair->seats[i] == 0) {
            continue;
        }
        if (fair->seats[i] < column_capacity(&fair->problem, i)) {
            fair->raised[i] = (uint16_t)(fair->seats[i] + 1);
            raised = true;
            continue;
        }
        if (fair->cost == NULL) {
            fair->cost = arena_array(arena, int32_t, edges + 1);
            memcpy(fair->cost, fair->true_cost, edges * sizeof(*fair->cost));
            fair->problem.cost = fair->cost;
        }
        raised = shun_shortest(fair, fair->fit.seats + first, fair->seats[i]) || raised;
    }
    return raised;
}

/* Put what was made dear back to what it costs. */
static void settle_cost(const struct fairness *fair, struct assign_fit *fit)
{
    for (size_t i = 0; fair->cost != NULL && i < fit->seat_count; i++) {
        fit->cost += fair->true_cost[fit->seats[i].edge] - fair->cost[fit->seats[i].edge];
    }
}

/* What one seat less would spare: the least surplus, where it does not pay for its load. */
static int64_t price_of(const struct fairness *fair, uint32_t column)
{
    uint32_t seats = fair->seats[column];

    if (seats == 0 || seats > fair->raised[column]) {
        return 0;
    }
    int64_t price = seat_load(&fair->problem, seats - 1) - fair->surplus[column];

    return price > 0 ? price : 0;
}

static int dearest_first(const void *left, const void *right)
{
    const struct assign_floor *a = left;
    const struct assign_floor *b = right;

    return a->price != b->price ? (a->price < b->price) - (a->price > b->price)
                                : (a->column > b->column) - (a->column < b->column);
}

static void list_floors(struct arena *arena, const struct fairness *fair, struct assign_fair *out)
{
    size_t floors = 0;

    for (uint32_t i = 0; i < fair->problem.column_count; i++) {
        floors += seat_floor(fair, i) > 0 || hour_floor(fair, i) > 0;
    }
    out->floors = arena_array(arena, struct assign_floor, floors + 1);
    for (uint32_t i = 0; i < fair->problem.column_count; i++) {
        if (seat_floor(fair, i) > 0 || hour_floor(fair, i) > 0) {
            out->floors[out->floor_count++] = (struct assign_floor){.column = i,
                                                                    .seats = fair->seats[i],
                                                                    .hours = fair->hours[i],
                                                                    .met = is_met(fair, i),
                                                                    .price = price_of(fair, i)};
            out->unmet += !is_met(fair, i);
        }
    }
    if (out->floor_count > 0) {
        qsort(out->floors, out->floor_count, sizeof(*out->floors), dearest_first);
    }
}

static enum err try_without(const struct fairness *fair, struct assign_floor *floor,
                            struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    uint16_t held = fair->raised[floor->column];
    uint64_t lacks = floor->seats < held ? held - floor->seats : 0;
    struct assign_fit after;

    fair->raised[floor->column] = 0;
    enum err err = assign_repair(arena, &fair->problem, fair->options, &fair->fit, &after, fault);

    fair->raised[floor->column] = held;
    TRY(err);
    floor->tried = true;
    floor->fewer_unmet = (int64_t)(fair->fit.unmet - lacks) - (int64_t)after.unmet;
    settle_cost(fair, &after);
    floor->cost = fair->fit.cost - after.cost;
    return OK;
}

/* Solve with the floors, and raise them until hours are met, or no way is left. */
static enum err meet(struct arena *arena, struct arena *work, struct fairness *fair,
                     struct assign_fair *out, struct fault *fault)
{

    do {
        struct assign_fit before = fair->fit;

        TRY(assign_repair(arena, &fair->problem, fair->options, &before, &fair->fit, fault));
        settle_cost(fair, &fair->fit);
        count(fair);
        out->bound = out->rounds == 0 ? fair->fit.cost : out->bound;
        out->rounds++;
    } while (out->rounds < ROUND_MAX && fair->floors->hours != NULL && raise(work, fair));
    return OK;
}

enum err assign_fair(struct arena *arena, const struct assign_problem *problem,
                     const struct assign_floors *floors, const struct assign_options *options,
                     uint32_t tries, struct assign_fair *out, struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    size_t columns = problem->column_count + (size_t)1;
    struct assign_options plain = *options;
    struct assign_fair result = {0};
    struct fairness fair = {.floors = floors,
                            .problem = *problem,
                            .options = &plain,
                            .raised = arena_array(arena, uint16_t, columns),
                            .seats = arena_array(work, uint32_t, columns),
                            .hours = arena_array(work, uint64_t, columns),
                            .surplus = arena_array(work, int64_t, columns),
                            .true_cost = problem->cost};

    if (floors->hours != NULL && floors->row_hours == NULL) {
        return fail_field(fault, ERR_INVALID, "hours",
                          "floors in hours need to know how many hours a seat of each row takes");
    }
    plain.seed = 0;
    fair.problem.floor = NULL;
    TRY(assign_solve(arena, &fair.problem, &plain, &fair.fit, fault));
    result.free_cost = fair.fit.cost;
    result.free_missing = fair.fit.missing;
    for (uint32_t i = 0; i < problem->column_count; i++) {
        uint32_t fewest = fewest_seats(&fair, i);
        uint32_t asked = seat_floor(&fair, i);

        fair.raised[i] = (uint16_t)(fewest > asked ? fewest : asked);
    }
    fair.problem.floor = fair.raised;
    TRY(meet(arena, work, &fair, &result, fault));
    list_floors(arena, &fair, &result);
    for (size_t i = 0; i < result.floor_count && i < tries && result.floors[i].price > 0; i++) {
        TRY(try_without(&fair, &result.floors[i], fault));
    }
    result.fit = fair.fit;
    result.raised = fair.raised;
    result.shunned = fair.cost != NULL;
    *out = result;
    return OK;
}
