/*
 * The proof with groups. A bound's row passes seats on from the bound around it, so to the dual's
 * value each adds the least that any number of seats up to `most` brings at the difference of
 * both prices, with a price for each seat lacking to `least`.
 */

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/groups.h"
#include "engine/assign/prove.h"

struct sorted_bound {
    uint32_t row;
    uint32_t group;
    uint32_t index;
};

struct judge {
    const struct assign_problem *problem;
    const struct assign_groups *groups;
    const struct assign_group_fit *fit;
    struct sorted_bound *sorted;
    int64_t *price; /* [bound] the sum of the differences, on its row's price */
};

static int in_order(const void *left, const void *right)
{
    const struct sorted_bound *a = left;
    const struct sorted_bound *b = right;

    return a->row != b->row ? (a->row > b->row) - (a->row < b->row)
                            : (a->group > b->group) - (a->group < b->group);
}

/* The bound of `row` for the innermost of `group` and the groups around it; NULL: none. */
static const struct sorted_bound *innermost(const struct judge *judge, uint32_t row, uint32_t group)
{
    const struct sorted_bound *found = NULL;

    while (found == NULL && group != ASSIGN_NO_GROUP && judge->groups->bound_count > 0) {
        struct sorted_bound key = {row, group, 0};

        found = bsearch(&key, judge->sorted, judge->groups->bound_count, sizeof(key), in_order);
        group = judge->groups->parent[group];
    }
    return found;
}

static int64_t price_of(const struct judge *judge, uint32_t row, uint32_t group)
{
    int64_t price = judge->fit->fit.price[row];

    for (const struct sorted_bound *at = innermost(judge, row, group); at != NULL;
         at = innermost(judge, row, judge->groups->parent[at->group])) {
        price += judge->fit->bounds[at->index].price;
    }
    return price;
}

/* Are the counts of the bounds those of the seats, and within the maxima? */
static bool counts_stand(struct arena *arena, const struct judge *judge)
{
    uint32_t *given = arena_array(arena, uint32_t, judge->groups->bound_count + (size_t)1);
    uint64_t lacking = 0;

    for (size_t i = 0; i < judge->fit->fit.seat_count; i++) {
        struct assign_seat seat = judge->fit->fit.seats[i];
        const struct sorted_bound *at =
            innermost(judge, seat.row, judge->groups->group[seat.column]);

        for (; at != NULL; at = innermost(judge, seat.row, judge->groups->parent[at->group])) {
            given[at->index]++;
        }
    }
    for (uint32_t i = 0; i < judge->groups->bound_count; i++) {
        struct assign_bound bound = judge->groups->bounds[i];
        uint32_t short_of = bound.least > given[i] ? bound.least - given[i] : 0;

        if (given[i] > bound.most || given[i] != judge->fit->bounds[i].given ||
            short_of != judge->fit->bounds[i].lacking) {
            return false;
        }
        lacking += short_of;
    }
    return lacking == judge->fit->lacking;
}

/* The least that a bound's seats can cost at the difference of the prices. */
static wide least_value(const struct judge *judge, uint32_t index)
{
    struct assign_bound bound = judge->groups->bounds[index];
    uint32_t demand = judge->problem->demand[bound.row];
    uint32_t most = bound.most < demand ? bound.most : demand;
    uint32_t kink = bound.least < most ? bound.least : most;
    wide price = judge->fit->bounds[index].price;
    wide lacking = judge->fit->lacking_price;
    wide none = lacking * bound.least;
    wide some = price * kink + lacking * (bound.least - kink);
    wide all = price * most + (bound.least > most ? lacking * (bound.least - most) : 0);
    wide least = none < some ? none : some;

    return all < least ? all : least;
}

/* What the columns take off, each at the prices that its group sees. */
static wide columns_value(struct arena *arena, const struct judge *judge)
{
    const struct assign_problem *problem = judge->problem;
    int64_t *surplus = arena_array(arena, int64_t, prove_degree(problem) + 1);
    int64_t *price = arena_array(arena, int64_t, problem->row_count);
    wide value = 0;

    for (uint32_t column = 0; column < problem->column_count; column++) {
        uint64_t from = problem->start == NULL ? 0 : problem->start[column];
        uint64_t to = problem->start == NULL ? problem->row_count : problem->start[column + 1];

        for (uint64_t edge = from; edge < to; edge++) {
            uint32_t row = problem->start == NULL ? (uint32_t)edge : problem->row[edge];

            price[row] = price_of(judge, row, judge->groups->group[column]);
        }
        value += prove_column(problem, &judge->fit->fit, price, column, surplus);
    }
    return value;
}

static struct judge new_judge(struct arena *arena, const struct assign_problem *problem,
                              const struct assign_groups *groups,
                              const struct assign_group_fit *fit)
{
    size_t bounds = groups->bound_count;
    struct judge judge = {.problem = problem,
                          .groups = groups,
                          .fit = fit,
                          .sorted = arena_array(arena, struct sorted_bound, bounds + 1)};

    for (uint32_t i = 0; i < groups->bound_count; i++) {
        judge.sorted[i] = (struct sorted_bound){groups->bounds[i].row, groups->bounds[i].group, i};
    }
    if (bounds > 0) {
        qsort(judge.sorted, bounds, sizeof(*judge.sorted), in_order);
    }
    return judge;
}

enum err assign_groups_prove(struct arena *arena, const struct assign_problem *problem,
                             const struct assign_groups *groups, const struct assign_group_fit *fit,
                             struct assign_proof *out, struct fault *fault)
{
    struct judge judge = new_judge(arena, problem, groups, fit);
    wide gap = 0;

    *out = (struct assign_proof){.gap = INT64_MAX};
    if (!prove_answer(arena, problem, &fit->fit, &gap) || !counts_stand(arena, &judge)) {
        return OK;
    }
    gap += (wide)fit->lacking_price * (wide)fit->lacking - prove_rows(problem, &fit->fit);
    for (uint32_t i = 0; i < groups->bound_count; i++) {
        gap -= least_value(&judge, i);
    }
    gap += columns_value(arena, &judge);
    out->feasible = fit->fit.missing == 0 && fit->lacking == 0;
    out->optimal = gap == 0;
    out->gap = gap > INT64_MAX ? INT64_MAX : (int64_t)gap;
    if (gap < 0) {
        return fail(fault, ERR_INTERNAL, "the bound is above the cost of a valid answer");
    }
    return OK;
}
