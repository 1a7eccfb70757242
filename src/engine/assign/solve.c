#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/assign.h"
#include "engine/assign/core.h"
#include "engine/assign/market.h"
#include "engine/assign/pairs.h"
#include "engine/assign/solve.h"
#include "engine/assign/square.h"
#include "engine/assign/square_frame.h"
#include "engine/assign/tie.h"
#include "engine/assign/turn.h"
#include "engine/assign/whole.h"

enum {
    BAND = 32,
    BAND_GAIN = 2,
    REACH_GAIN = 8,
    REPAIR_SHARE = 64,
    LONG_MIN = 2,
    LOOKS_MAX = 1024, /* at the edges of a column, in all searches for missing seats */
};

const struct assign_options assign_defaults = {.pass_max = 60, .imbalance = 0.002};

static struct core new_core(struct arena *arena, struct arena *entries, struct arena *scratch,
                            const struct assign_problem *problem, struct scan_sizes sizes)
{
    size_t rows = problem->row_count;

    return (struct core){.problem = problem,
                         .arena = entries,
                         .scratch = scratch,
                         .price = arena_array(arena, int64_t, rows + SCAN_PAD),
                         .seen = arena_array(arena, int64_t, rows + 1),
                         .narrow_space = arena_array(arena, int32_t, rows + SCAN_PAD),
                         .entry = arena_array(arena, uint32_t, problem->column_count + (size_t)1),
                         .rows = arena_array(arena, struct core_row, rows + 1),
                         .offers = arena_array(arena, struct offer, sizes.degree_max + (size_t)1),
                         .paired = pairs_fit(problem, sizes),
                         .vector = scan_vector_here()};
}

/* The first edge from place `from` on to this row at this cost. */
static uint32_t find_edge(struct column column, uint32_t row, int32_t cost, uint32_t from)
{
    uint32_t at = column.row == NULL ? row : from;

    while (column.row != NULL && (column.row[at] != row || column.cost[at] != cost)) {
        at++;
    }
    return at;
}

static bool sits_before(const struct core_slot *left, const struct core_slot *right)
{
    return left->row != right->row ? left->row < right->row : left->cost < right->cost;
}

/* The seats of one column, in the order of rows, then costs. */
static void take_seats(struct core *core, uint32_t index, struct assign_fit *fit)
{
    const struct core_column *entry = &core->columns[core->entry[index]];
    struct column column = column_of(core->problem, index);
    uint64_t first = (uint64_t)(column.cost - core->problem->cost);
    struct core_slot *seats = core->slots + entry->slot;
    uint32_t used = 0;

    /* Sorted in place: the core is not needed any more. */
    for (uint32_t k = 0; k < entry->slots; k++) {
        struct core_slot slot = seats[k];
        uint32_t at = used;

        if (slot.row == CORE_NONE) {
            continue;
        }
        for (; at > 0 && sits_before(&slot, &seats[at - 1]); at--) {
            seats[at] = seats[at - 1];
        }
        seats[at] = slot;
        fit->cost += slot.cost + seat_load(core->problem, used++);
    }
    for (uint32_t k = 0, from = 0; k < used; k++) {
        bool again = k > 0 && !sits_before(&seats[k - 1], &seats[k]);

        from = find_edge(column, seats[k].row, seats[k].cost, again ? from + 1 : 0);
        fit->seats[fit->seat_count++] = (struct assign_seat){seats[k].row, index, first + from};
    }
}

/* Seats that columns lack to their floors. */
static uint64_t count_unmet(const struct core *core, const struct assign_fit *fit)
{
    uint64_t unmet = 0;
    size_t seat = 0;

    for (uint32_t i = 0; core->problem->floor != NULL && i < core->problem->column_count; i++) {
        size_t first = seat;

        while (seat < fit->seat_count && fit->seats[seat].column == i) {
            seat++;
        }
        unmet +=
            seat - first < core->problem->floor[i] ? core->problem->floor[i] - (seat - first) : 0;
    }
    return unmet;
}

static void take_empty(const struct core *core, struct assign_fit *fit)
{
    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        uint32_t soft = core->problem->demand[row] - market_minimum(core->problem, row);
        uint32_t empty = core_empty(core, row);

        fit->price[row] = core->price[row];
        fit->empty[row] = empty;
        fit->missing += empty > soft ? empty - soft : 0;
        empty = empty > soft ? soft : empty;
        if (empty > 0) {
            fit->cost += (int64_t)core->problem->empty_cost[row] * empty;
        }
    }
}

static void take_answer(struct arena *arena, struct core *core, struct assign_fit *fit)
{
    size_t seats = 0;

    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        seats += core->rows[row].count;
    }
    fit->seats = arena_array(arena, struct assign_seat, seats + 1);
    fit->price = arena_array(arena, int64_t, core->problem->row_count);
    fit->empty = arena_array(arena, uint32_t, core->problem->row_count);
    fit->missing_price = core->dear.missing;
    fit->unmet_price = core->dear.unmet;
    fit->work.core_edges = core->edge_count;
    fit->work.augmentations = core->augmentations;
    for (uint32_t i = 0; i < core->problem->column_count; i++) {
        uint32_t later = i + SCAN_AHEAD < core->problem->column_count ? i + SCAN_AHEAD : i;

        if (core->entry[later] != CORE_NONE) {
            column_fetch(core->problem, later);
        }
        if (core->entry[i] != CORE_NONE) {
            take_seats(core, i, fit);
        }
    }
    take_empty(core, fit);
    fit->unmet = count_unmet(core, fit);
}

/*
 * Widen what the core may hold. Chains may grow longer only once no column outside wants in, lest
 * prices overshoot; past the span of all costs the core takes in everything, and is exact by
 * itself.
 */
static void widen(struct core *core, bool stuck)
{
    if (core->reach == INT64_MAX) {
        return;
    }
    core->band *= BAND_GAIN;
    if (stuck) {
        core->reach *= REACH_GAIN;
        core->band = core->band < core->reach ? core->reach : core->band;
    }
    if (core->band > 4 * core->dear.span) {
        core->band = INT64_MAX / 4;
        core->reach = INT64_MAX;
        core_take_all(core);
    }
}

/* The exact phase: balance the core until no edge outside it matters. */
static void finish(struct core *core, const struct core_seats *seats, struct assign_fit *fit)
{
    bool done = false;
    uint32_t unhappy = 1;

    core_open(core, seats);
    for (;;) {
        done = core_balance(core);
        unhappy = core_verify(core);
        fit->work.rounds++;
        if (done && unhappy == 0) {
            break;
        }
        widen(core, unhappy == 0);
    }
}

static bool solve_square(struct arena *arena, const struct assign_problem *problem,
                         const struct core_dear *dear, struct assign_fit *fit)
{
    ARENA_SCOPE work = arena_new();
    bool vector = scan_vector_here();
    struct square_frame frame;
    struct square square;

    fit->missing_price = dear->missing;
    fit->unmet_price = dear->unmet;
    return square_frame_of(work, problem, vector, &frame) &&
           square_solve(work, &frame, vector, &square) &&
           square_frame_take(arena, problem, &frame, &square, fit);
}

/* Are there so many more rows than columns that prices had better belong to the columns? */
static bool is_long(const struct assign_problem *problem)
{
    return problem->column_count > 0 && problem->row_count / LONG_MIN > problem->column_count;
}

/* The market came to nothing, though costs are not so few that whole rounds of moves tie. */
static bool is_lost(const struct assign_problem *problem, const struct core_dear *dear,
                    const struct market *market)
{
    return market->lost && whole_fits(problem, dear) &&
           edge_count_of(problem) / problem->row_count < (uint64_t)dear->range;
}

/*
 * So many seats are missing that a search for each, over all edges of the rows that lack them,
 * would take longer than network simplex, whose time grows about as the columns do.
 */
static bool is_scarce(const struct assign_problem *problem, const struct core_dear *dear,
                      const struct market *market)
{
    uint64_t degree = edge_count_of(problem) / (problem->column_count + (uint64_t)1);

    return market->missing > market->imbalance / 2 && market->missing * degree > LOOKS_MAX &&
           whole_fits(problem, dear);
}

static enum err solve_market(struct arena *arena, const struct assign_problem *problem,
                             const struct assign_options *options, const struct core *plan,
                             struct assign_fit *fit, struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    ARENA_SCOPE entries = arena_new();
    ARENA_SCOPE scratch = arena_new();
    struct scan_sizes sizes = scan_sizes_of(problem);
    struct core core = new_core(work, entries, scratch, problem, sizes);
    struct market market;

    core.dear = plan->dear;
    core.parallel = plan->parallel;
    core.paired = core.paired && !plan->parallel;
    market_run(work, problem, options, &plan->dear, &sizes, &market);
    if (!plan->parallel &&
        (is_lost(problem, &plan->dear, &market) || is_scarce(problem, &plan->dear, &market))) {
        return whole_solve(arena, problem, &plan->dear, fit, fault);
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        core.price[row] = core.seen[row] = market.price[row];
    }
    core.wake = market.wake;
    core.drift = market.drift;
    core.band = core.reach = BAND * ((int64_t)market.window + 1);
    fit->work.passes = market.passes;
    finish(&core, NULL, fit);
    take_answer(arena, &core, fit);
    return OK;
}

enum err assign_solve(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_options *options, struct assign_fit *out,
                      struct fault *fault)
{
    struct core plan = {0};
    struct assign_fit fit = {0};

    TRY(core_dear(problem, NULL, &plan.dear, fault));
    if (is_long(problem) && turn_fits(problem)) {
        TRY(turn_solve(arena, problem, options, &fit, fault));
    } else if (is_long(problem) && whole_fits(problem, &plan.dear)) {
        TRY(whole_solve(arena, problem, &plan.dear, &fit, fault));
    } else if (!solve_square(arena, problem, &plan.dear, &fit)) {
        TRY(solve_market(arena, problem, options, &plan, &fit, fault));
    }
    if (options->seed != 0) {
        TRY(tie_break(arena, problem, options, &fit, fault));
    }
    *out = fit;
    return OK;
}

enum err solve_parallel(struct arena *arena, const struct assign_problem *problem,
                        const struct assign_options *options, struct assign_fit *out,
                        struct fault *fault)
{
    struct core plan = {.parallel = true};
    struct assign_fit fit = {0};

    TRY(core_dear(problem, NULL, &plan.dear, fault));
    TRY(solve_market(arena, problem, options, &plan, &fit, fault));
    *out = fit;
    return OK;
}

/* Prices of the answer before; those near the price of a missing seat stay near it. */
static void take_prices(struct core *core, const struct assign_fit *before)
{
    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        int64_t price = before->price[row];
        bool missing = before->missing_price > 0 && price > before->missing_price / 2;

        core->price[row] = missing ? price + core->dear.missing - before->missing_price : price;
    }
}

enum err solve_tree(struct arena *arena, const struct assign_problem *problem,
                    const struct core_tree *tree, const struct assign_fit *before,
                    struct assign_fit *out, struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    ARENA_SCOPE entries = arena_new();
    ARENA_SCOPE scratch = arena_new();
    struct core core = new_core(work, entries, scratch, problem, scan_sizes_of(problem));
    struct assign_fit fit = {0};
    uint64_t *start = arena_array(work, uint64_t, problem->column_count + (size_t)1);
    uint32_t *row = arena_array(work, uint32_t, before->seat_count + 1);

    TRY(core_dear(problem, tree, &core.dear, fault));
    for (size_t i = 0; i < before->seat_count; i++) {
        row[i] = before->seats[i].row;
        start[before->seats[i].column + 1]++;
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        start[i + 1] += start[i];
    }
    core.tree = tree;
    core.wake = arena_array(work, int32_t, problem->column_count + (size_t)1);
    core.band = core.reach = core.dear.range / REPAIR_SHARE + 1;
    take_prices(&core, before);
    finish(&core, &(struct core_seats){start, row}, &fit);
    take_answer(arena, &core, &fit);
    *out = fit;
    return OK;
}

enum err assign_repair(struct arena *arena, const struct assign_problem *problem,
                       const struct assign_options *, const struct assign_fit *before,
                       struct assign_fit *out, struct fault *fault)
{
    return solve_tree(arena, problem, NULL, before, out, fault);
}
