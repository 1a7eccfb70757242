/*
 * Rows made into trees: a row for each bound hangs below the row of the next bound around it, or
 * below the problem's own row, and every edge leads to the innermost that counts its column.
 */

#include "engine/assign/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "engine/assign/dear.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"
#include "engine/assign/solve.h"

/* The problem as trees: the problem's rows, then one for each bound, outer ones first. */
struct forest {
    const struct assign_problem *problem;
    const struct assign_groups *groups;
    uint32_t *node;     /* [bound] its row in the forest */
    uint32_t *of_group; /* [group + 1] into `by_group` */
    uint32_t *by_group; /* bounds */
    uint32_t *root;     /* [row of the forest] the problem's row */
    uint32_t *parent;
    uint32_t *child;
    uint32_t *next;
    uint32_t *least;
    uint32_t *most;
    uint32_t *now; /* [row] scratch: the row of the forest for the columns of one group */
    struct assign_problem split;
    struct core_tree tree;
};

static uint32_t *room_for(struct arena *arena, size_t count)
{
    return arena_array(arena, uint32_t, count + 1);
}

static struct forest new_forest(struct arena *arena, const struct assign_problem *problem,
                                const struct assign_groups *groups)
{
    size_t rows = problem->row_count + (size_t)groups->bound_count;
    struct forest forest = {.problem = problem,
                            .groups = groups,
                            .node = room_for(arena, groups->bound_count),
                            .of_group = room_for(arena, groups->group_count + (size_t)1),
                            .by_group = room_for(arena, groups->bound_count),
                            .root = room_for(arena, rows),
                            .parent = room_for(arena, rows),
                            .child = room_for(arena, rows),
                            .next = room_for(arena, rows),
                            .least = room_for(arena, rows),
                            .most = room_for(arena, rows),
                            .now = room_for(arena, problem->row_count)};

    for (uint32_t i = 0; i < groups->bound_count; i++) {
        forest.of_group[groups->bounds[i].group + 1]++;
    }
    for (uint32_t group = 0; group < groups->group_count; group++) {
        forest.of_group[group + 1] += forest.of_group[group];
    }
    uint32_t *next = room_for(arena, groups->group_count);

    for (uint32_t i = 0; i < groups->bound_count; i++) {
        uint32_t group = groups->bounds[i].group;

        forest.by_group[forest.of_group[group] + next[group]++] = i;
    }
    forest.split.row_count = (uint32_t)rows;
    return forest;
}

/* For each row, the innermost row of the forest that counts the columns of this group. */
static void open_group(struct forest *forest, uint32_t group)
{
    if (group == ASSIGN_NO_GROUP) {
        for (uint32_t row = 0; row < forest->problem->row_count; row++) {
            forest->now[row] = row;
        }
        return;
    }
    open_group(forest, forest->groups->parent[group]);
    for (uint32_t i = forest->of_group[group]; i < forest->of_group[group + 1]; i++) {
        uint32_t bound = forest->by_group[i];

        forest->now[forest->groups->bounds[bound].row] = forest->node[bound];
    }
}

static uint32_t depth_of(const struct assign_groups *groups, uint32_t group)
{
    uint32_t depth = 0;

    for (; groups->parent[group] != ASSIGN_NO_GROUP; group = groups->parent[group]) {
        depth++;
    }
    return depth;
}

struct deep {
    uint32_t depth;
    uint32_t group;
};

static int by_depth(const void *left, const void *right)
{
    const struct deep *a = left;
    const struct deep *b = right;

    return a->depth != b->depth ? (a->depth > b->depth) - (a->depth < b->depth)
                                : (a->group > b->group) - (a->group < b->group);
}

/* Hang a row for a bound below the row of the next bound around it. */
static void hang(struct forest *forest, uint32_t bound, uint32_t node)
{
    struct assign_bound what = forest->groups->bounds[bound];
    uint32_t demand = forest->problem->demand[what.row];
    uint32_t parent = forest->now[what.row];

    forest->node[bound] = node;
    forest->root[node] = what.row;
    forest->parent[node] = parent;
    forest->next[node] = forest->child[parent];
    forest->child[parent] = node;
    forest->most[node] = what.most < demand ? what.most : demand;
    forest->least[node] = what.least < forest->most[node] ? what.least : forest->most[node];
}

static void grow(struct arena *arena, struct forest *forest)
{
    const struct assign_groups *groups = forest->groups;
    struct deep *order = arena_array(arena, struct deep, groups->group_count + (size_t)1);
    uint32_t node = forest->problem->row_count;

    for (uint32_t row = 0; row < forest->split.row_count; row++) {
        forest->root[row] = row;
        forest->parent[row] = forest->child[row] = forest->next[row] = CORE_NONE;
    }
    for (uint32_t group = 0; group < groups->group_count; group++) {
        order[group] = (struct deep){depth_of(groups, group), group};
    }
    if (groups->group_count > 0) {
        qsort(order, groups->group_count, sizeof(*order), by_depth);
    }
    for (uint32_t i = 0; i < groups->group_count; i++) {
        uint32_t group = order[i].group;

        if (forest->of_group[group] == forest->of_group[group + 1]) {
            continue;
        }
        open_group(forest, groups->parent[group]);
        for (uint32_t k = forest->of_group[group]; k < forest->of_group[group + 1]; k++) {
            hang(forest, forest->by_group[k], node++);
        }
    }
    forest->tree = (struct core_tree){.node_count = groups->bound_count,
                                      .parent = forest->parent,
                                      .child = forest->child,
                                      .next = forest->next,
                                      .least = forest->least,
                                      .most = forest->most};
}

/* Rows of the forest have a demand only for what they make room for. */
static void split_rows(struct arena *arena, struct forest *forest)
{
    const struct assign_problem *problem = forest->problem;
    uint32_t rows = problem->row_count;
    uint32_t *demand = room_for(arena, forest->split.row_count);
    uint32_t *minimum = room_for(arena, forest->split.row_count);
    int32_t *empty_cost = arena_array(arena, int32_t, forest->split.row_count);

    memcpy(demand, forest->most, forest->split.row_count * sizeof(*demand));
    for (uint32_t row = 0; row < rows; row++) {
        demand[row] = problem->demand[row];
        minimum[row] = market_minimum(problem, row);
        empty_cost[row] = problem->empty_cost == NULL ? 0 : problem->empty_cost[row];
    }
    forest->split.demand = demand;
    forest->split.minimum = minimum;
    forest->split.empty_cost = problem->empty_cost == NULL ? NULL : empty_cost;
}

/* The places of the edges, without those that are absent. */
static void split_starts(struct arena *arena, struct forest *forest)
{
    const struct assign_problem *problem = forest->problem;
    uint64_t *start = arena_array(arena, uint64_t, problem->column_count + (size_t)1);

    for (uint32_t i = 0; i < problem->column_count; i++) {
        struct column column = column_of(problem, i);
        uint64_t count = column.degree;

        for (uint32_t k = 0; problem->start == NULL && k < column.degree; k++) {
            count -= column.cost[k] == ASSIGN_ABSENT;
        }
        start[i + 1] = start[i] + count;
    }
    forest->split.start = start;
}

static void split_edges(struct arena *arena, struct forest *forest)
{
    const struct assign_problem *problem = forest->problem;
    const struct assign_groups *groups = forest->groups;
    uint32_t none = groups->group_count;
    uint64_t edges = forest->split.start[problem->column_count];
    uint32_t *from = room_for(arena, none + (size_t)2);
    uint32_t *order = room_for(arena, problem->column_count);
    uint32_t *row = room_for(arena, edges);
    int32_t *cost = problem->start != NULL ? NULL : arena_array(arena, int32_t, edges + 1);

    for (uint32_t i = 0; i < problem->column_count; i++) {
        from[(groups->group[i] < none ? groups->group[i] : none) + 1]++;
    }
    for (uint32_t group = 0; group <= none; group++) {
        from[group + 1] += from[group];
    }
    for (uint32_t i = problem->column_count; i-- > 0;) {
        order[--from[(groups->group[i] < none ? groups->group[i] : none) + 1]] = i;
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        uint32_t index = order[i];
        struct column column = column_of(problem, index);
        uint64_t at = forest->split.start[index];

        if (i == 0 || groups->group[index] != groups->group[order[i - 1]]) {
            open_group(forest, groups->group[index]);
        }
        for (uint32_t k = 0; k < column.degree; k++) {
            if (column.row != NULL || column.cost[k] != ASSIGN_ABSENT) {
                if (cost != NULL) {
                    cost[at] = column.cost[k];
                }
                row[at++] = forest->now[column.row == NULL ? k : column.row[k]];
            }
        }
    }
    forest->split.row = row;
    forest->split.cost = cost == NULL ? problem->cost : cost;
    forest->split.column_count = problem->column_count;
    forest->split.capacity = problem->capacity;
    forest->split.load_cost = problem->load_cost;
    forest->split.floor = problem->floor;
}

/* The answer without bounds, as one of the forest: who sits where, at the same prices. */
static struct assign_fit transplant(struct arena *arena, const struct forest *forest,
                                    const struct assign_fit *fit)
{
    const struct assign_problem *split = &forest->split;
    struct assign_fit moved = *fit;

    moved.seats = arena_array(arena, struct assign_seat, fit->seat_count + 1);
    moved.price = arena_array(arena, int64_t, split->row_count);
    for (uint32_t row = 0; row < split->row_count; row++) {
        moved.price[row] = fit->price[forest->root[row]];
    }
    for (size_t i = 0; i < fit->seat_count; i++) {
        struct assign_seat seat = fit->seats[i];
        uint64_t edge = split->start[seat.column];

        while (forest->root[split->row[edge]] != seat.row) {
            edge++;
        }
        moved.seats[i] = (struct assign_seat){split->row[edge], seat.column, edge};
    }
    return moved;
}

/* The answer's seats by the problem's own rows and edges. */
static void bring_home(const struct forest *forest, struct assign_fit *fit)
{
    const struct assign_problem *problem = forest->problem;

    for (size_t i = 0; i < fit->seat_count; i++) {
        struct assign_seat seat = fit->seats[i];
        size_t at = i;

        seat.row = forest->root[seat.row];
        if (problem->start == NULL) {
            seat.edge = (uint64_t)seat.column * problem->row_count + seat.row;
        }
        for (; at > 0 && fit->seats[at - 1].column == seat.column &&
               fit->seats[at - 1].row > seat.row;
             at--) {
            fit->seats[at] = fit->seats[at - 1];
        }
        fit->seats[at] = seat;
    }
}

/* Take whole units off a price, to the nearest; each kind is far dearer than all that follow. */
static int32_t take_units(int64_t *price, int64_t unit)
{
    int64_t half = *price < 0 ? -unit / 2 : unit / 2;
    int64_t units = (*price + half) / unit;

    *price -= units * unit;
    return (int32_t)units;
}

/* What it lacks itself, one seat less of a minimum spares, and moves nobody. A `spare` maximum is
 * no less than the row's demand: one more brings nothing. */
static void weigh_price(struct assign_bounded *bound, bool spare, const struct core_dear *dear)
{
    if (bound->lacking > 0) {
        bound->fewer_lacking = 1;
        return;
    }
    if (bound->price < 0 && spare) {
        return;
    }
    bound->saving = bound->price < 0 ? -bound->price : bound->price;
    bound->fewer_missing = take_units(&bound->saving, dear->missing);
    bound->fewer_lacking = take_units(&bound->saving, dear->lacking);
    bound->fewer_unmet = dear->unmet == dear->lacking ? 0 : take_units(&bound->saving, dear->unmet);
}

static void take_bounds(struct arena *arena, const struct forest *forest,
                        const struct core_dear *dear, struct assign_group_fit *out)
{
    const struct assign_groups *groups = forest->groups;
    uint32_t rows = forest->split.row_count;
    uint32_t *given = room_for(arena, rows);

    for (size_t i = 0; i < out->fit.seat_count; i++) {
        given[out->fit.seats[i].row]++;
    }
    for (uint32_t row = rows; row-- > 0;) {
        if (forest->parent[row] != CORE_NONE) {
            given[forest->parent[row]] += given[row];
        }
    }
    out->bounds = arena_array(arena, struct assign_bounded, groups->bound_count + (size_t)1);
    for (uint32_t i = 0; i < groups->bound_count; i++) {
        uint32_t node = forest->node[i];
        uint32_t least = groups->bounds[i].least;
        struct assign_bounded *bound = &out->bounds[i];

        bound->given = given[node];
        bound->lacking = least > given[node] ? least - given[node] : 0;
        bound->price = out->fit.price[node] - out->fit.price[forest->parent[node]];
        weigh_price(bound, groups->bounds[i].most >= forest->split.demand[forest->root[node]],
                    dear);
        out->lacking += bound->lacking;
    }
    out->lacking_price = dear->lacking;
}

enum err assign_groups(struct arena *arena, const struct assign_problem *problem,
                       const struct assign_groups *groups, const struct assign_options *options,
                       struct assign_group_fit *out, struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct assign_options plain = *options;
    struct assign_group_fit result = {0};
    struct assign_fit before;
    struct core_dear dear;

    plain.seed = 0;
    TRY(assign_solve(work, problem, &plain, &before, fault));
    struct forest forest = new_forest(work, problem, groups);

    grow(work, &forest);
    split_rows(work, &forest);
    split_starts(work, &forest);
    split_edges(work, &forest);
    before = transplant(work, &forest, &before);
    TRY(core_dear(&forest.split, &forest.tree, &dear, fault));
    TRY(solve_tree(arena, &forest.split, &forest.tree, &before, &result.fit, fault));
    take_bounds(arena, &forest, &dear, &result);
    bring_home(&forest, &result.fit);
    result.free_cost = before.cost;
    result.free_missing = before.missing;
    *out = result;
    return OK;
}
