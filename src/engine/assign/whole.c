#include "engine/assign/whole.h"

#include <assert.h>

#include "base/arena.h"
#include "engine/assign/assign.h"
#include "engine/assign/dear.h"
#include "engine/assign/market.h"
#include "engine/assign/network.h"
#include "engine/assign/scan.h"

static const uint64_t ARCS_MAX = INT32_MAX;

/* Arcs: every edge that is there, then each column to the sink, then each row for its empty and for
 * its missing seats. Nodes: rows, columns, the sink. */
struct whole {
    const struct assign_problem *problem;
    uint32_t sink;
    uint32_t edge_count;
    uint32_t *tail;
    uint32_t *head;
    int64_t *capacity;
    int64_t *cost;
};

static uint64_t arcs_of(const struct assign_problem *problem)
{
    return edge_count_of(problem) + problem->column_count + 2 * (uint64_t)problem->row_count;
}

bool whole_fits(const struct assign_problem *problem, const struct core_dear *dear)
{
    return problem->load_cost == NULL && problem->floor == NULL &&
           dear->missing <= NETWORK_COST_MAX && arcs_of(problem) <= ARCS_MAX;
}

static void add_edges(struct whole *whole, uint32_t index)
{
    struct column column = column_of(whole->problem, index);

    for (uint32_t i = 0; i < column.degree; i++) {
        uint32_t at = whole->edge_count;

        if (column.cost[i] != ASSIGN_ABSENT) {
            whole->tail[at] = column.row == NULL ? i : column.row[i];
            whole->head[at] = whole->problem->row_count + index;
            whole->capacity[at] = 1;
            whole->cost[at] = column.cost[i];
            whole->edge_count++;
        }
    }
}

/* An arc to the sink. */
static void add_last(struct whole *whole, uint32_t at, uint32_t tail, int64_t capacity,
                     int64_t cost)
{
    whole->tail[at] = tail;
    whole->head[at] = whole->sink;
    whole->capacity[at] = capacity;
    whole->cost[at] = cost;
}

static struct network build(struct arena *arena, struct whole *whole, int64_t missing_price,
                            int64_t *supply)
{
    const struct assign_problem *problem = whole->problem;
    size_t arcs = arcs_of(problem);

    whole->sink = problem->row_count + problem->column_count;
    whole->tail = arena_array(arena, uint32_t, arcs);
    whole->head = arena_array(arena, uint32_t, arcs);
    whole->capacity = arena_array(arena, int64_t, arcs);
    whole->cost = arena_array(arena, int64_t, arcs);
    for (uint32_t i = 0; i < problem->column_count; i++) {
        add_edges(whole, i);
    }
    uint32_t at = whole->edge_count;

    for (uint32_t i = 0; i < problem->column_count; i++) {
        add_last(whole, at++, problem->row_count + i, column_capacity(problem, i), 0);
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t minimum = market_minimum(problem, row);

        add_last(whole, at++, row, (int64_t)problem->demand[row] - minimum,
                 problem->empty_cost == NULL ? 0 : problem->empty_cost[row]);
        add_last(whole, at++, row, minimum, missing_price);
        supply[row] = problem->demand[row];
        supply[whole->sink] -= problem->demand[row];
    }
    return (struct network){.node_count = whole->sink + 1,
                            .arc_count = at,
                            .supply = supply,
                            .tail = whole->tail,
                            .head = whole->head,
                            .capacity = whole->capacity,
                            .cost = whole->cost};
}

/* Seats in the order of columns and, within one, of its edges; rows then follow by insertion. */
static void take_seats(struct arena *arena, const struct whole *whole,
                       const struct network_fit *flow, struct assign_fit *fit)
{
    const struct assign_problem *problem = whole->problem;
    size_t seats = 0;
    uint32_t arc = 0;

    for (uint32_t i = 0; i < whole->edge_count; i++) {
        seats += flow->flow[i] > 0;
    }
    fit->seats = arena_array(arena, struct assign_seat, seats + 1);
    for (uint32_t index = 0; index < problem->column_count; index++) {
        struct column column = column_of(problem, index);
        uint64_t first = (uint64_t)(column.cost - problem->cost);

        for (uint32_t i = 0; i < column.degree; i++) {
            if (column.cost[i] == ASSIGN_ABSENT || flow->flow[arc++] == 0) {
                continue;
            }
            struct assign_seat seat = {
                .row = whole->tail[arc - 1], .column = index, .edge = first + i};
            size_t at = fit->seat_count++;

            for (;
                 at > 0 && fit->seats[at - 1].column == index && fit->seats[at - 1].row > seat.row;
                 at--) {
                fit->seats[at] = fit->seats[at - 1];
            }
            fit->seats[at] = seat;
            fit->cost += column.cost[i];
        }
    }
}

/* A row's price is how far the sink lies above it. */
static void take_rows(struct arena *arena, const struct whole *whole,
                      const struct network_fit *flow, struct assign_fit *fit)
{
    const struct assign_problem *problem = whole->problem;

    fit->price = arena_array(arena, int64_t, problem->row_count);
    fit->empty = arena_array(arena, uint32_t, problem->row_count);
    for (uint32_t row = 0; row < problem->row_count; row++) {
        fit->price[row] = flow->potential[whole->sink] - flow->potential[row];
        fit->empty[row] = problem->demand[row];
    }
    for (size_t i = 0; i < fit->seat_count; i++) {
        fit->empty[fit->seats[i].row]--;
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t soft = problem->demand[row] - market_minimum(problem, row);
        uint32_t empty = fit->empty[row] < soft ? fit->empty[row] : soft;

        fit->missing += fit->empty[row] - empty;
        fit->cost += empty > 0 ? (int64_t)problem->empty_cost[row] * empty : 0;
    }
}

enum err whole_solve(struct arena *arena, const struct assign_problem *problem,
                     const struct core_dear *dear, struct assign_fit *out, struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct whole whole = {.problem = problem};
    struct assign_fit fit = {.missing_price = dear->missing, .unmet_price = dear->unmet};
    int64_t *supply =
        arena_array(work, int64_t, problem->row_count + (size_t)problem->column_count + 1);
    struct network network = build(work, &whole, dear->missing, supply);
    struct network_fit flow;

    TRY(network_solve(work, &network, &flow, fault));
    assert(flow.shortage == 0);
    take_seats(arena, &whole, &flow, &fit);
    take_rows(arena, &whole, &flow, &fit);
    fit.work.augmentations = flow.pivots;
    *out = fit;
    return OK;
}
