#include "engine/assign/budget.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/budget_answer.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"

__extension__ typedef __int128 wide;

enum {
    SCALE_MAX = 4096, /* a unit of cost in the relaxed problems */
    POINT = 20,       /* binary places of a multiplier behind that */
    POINT_UNIT = 1 << POINT,
    HALVINGS = 26, /* rounds of bisection where groups compete */
    PATIENCE = 3,  /* rounds without gain until steps are halved */
};

const struct assign_budget_options assign_budget_defaults = {
    .assign = {.pass_max = 60, .imbalance = 0.002}, .round_max = 80};

struct hunt {
    const struct assign_problem *problem;
    const struct assign_budget *budget;
    struct assign_problem relaxed;
    int32_t *cost;       /* [edge] of the relaxed problem */
    int32_t *empty_cost; /* [row] */
    int64_t scale;
    int64_t top;   /* a multiplier at which nobody spends */
    int64_t *now;  /* [group] multipliers, in scaled costs, with POINT places */
    int64_t *best; /* [group] those of the best bound */
    int64_t *low;  /* [group] of the bisection */
    int64_t *high;
    int64_t *over; /* [group] what the last relaxed answer spent beyond the limit */
    wide bound;    /* the best, in scaled costs with POINT places */
    int64_t *price;
    struct budget_answer answer;
    bool *kept; /* [edge] held by the best answer */
    int64_t cost_kept;
    double step;
    uint32_t stale;
};

static enum err check_groups(const struct assign_problem *problem,
                             const struct assign_budget *budget, struct fault *fault)
{
    if (problem->floor != NULL) {
        return fail_field(fault, ERR_INVALID, "floor",
                          "floors and budgets cannot be kept together");
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        if (market_minimum(problem, row) > 0 || problem->empty_cost == NULL) {
            return fail_field(fault, ERR_INVALID, "minimum",
                              "row %" PRIu32 " must fill seats, but under budgets each seat needs "
                              "a cost at which it may stay empty",
                              row + 1);
        }
        if (budget->group[row] > budget->group_count) {
            return fail_field(fault, ERR_INVALID, "group",
                              "row %" PRIu32 " is in group %" PRIu32
                              ", but there are only %" PRIu32,
                              row + 1, budget->group[row] + 1, budget->group_count);
        }
    }
    for (uint32_t group = 0; group < budget->group_count; group++) {
        if (budget->limit[group] < 0 || budget->limit[group] > INT64_MAX / 4) {
            return fail_field(fault, ERR_INVALID, "limit",
                              "the limit of group %" PRIu32 " is %" PRId64
                              ", but must be from 0 to %" PRId64,
                              group + 1, budget->limit[group], INT64_MAX / 4);
        }
    }
    return OK;
}

/* The largest cost of any kind, or an error where one is out of bounds. */
static enum err measure_costs(const struct assign_problem *problem,
                              const struct assign_budget *budget, int64_t *out, struct fault *fault)
{
    uint32_t loads = problem->load_cost == NULL ? 0 : 1;
    int64_t most = 1;
    int32_t low;
    int32_t high;

    scan_costs(problem->cost, edge_count_of(problem), scan_vector_here(), &low, &high);
    most = -(int64_t)low > most ? -(int64_t)low : most;
    most = high > most ? high : most;
    for (uint32_t row = 0; row < problem->row_count; row++) {
        int64_t cost = problem->empty_cost[row];

        most = cost > most ? cost : -cost > most ? -cost : most;
    }
    for (uint32_t i = 0; loads > 0 && problem->capacity != NULL && i < problem->column_count; i++) {
        loads = problem->capacity[i] > loads ? problem->capacity[i] : loads;
    }
    for (uint32_t i = 0; i < loads; i++) {
        int64_t cost = problem->load_cost[i];

        most = cost > most ? cost : -cost > most ? -cost : most;
    }
    if (most > BUDGET_COST_MAX) {
        return fail_field(fault, ERR_INVALID, "cost",
                          "a cost of %" PRId64 " is beyond %d, the most under budgets", most,
                          BUDGET_COST_MAX);
    }
    for (uint64_t i = 0; i < edge_count_of(problem); i++) {
        if (problem->cost[i] != ASSIGN_ABSENT && budget->spend[i] < 0) {
            return fail_field(fault, ERR_INVALID, "spend",
                              "edge %" PRIu64 " spends %" PRId32 ", but spending is not negative",
                              i + 1, budget->spend[i]);
        }
    }
    *out = most;
    return OK;
}

static int32_t *scaled_loads(struct arena *arena, const struct assign_problem *problem,
                             int64_t scale)
{
    uint32_t count = 1;

    for (uint32_t i = 0; problem->capacity != NULL && i < problem->column_count; i++) {
        count = problem->capacity[i] > count ? problem->capacity[i] : count;
    }
    int32_t *load = arena_array(arena, int32_t, count);

    for (uint32_t i = 0; i < count; i++) {
        load[i] = (int32_t)(problem->load_cost[i] * scale);
    }
    return load;
}

static struct hunt new_hunt(struct arena *arena, const struct assign_problem *problem,
                            const struct assign_budget *budget, int64_t most)
{
    size_t groups = budget->group_count + (size_t)1;
    uint64_t edges = edge_count_of(problem);
    struct hunt hunt = {.problem = problem,
                        .budget = budget,
                        .relaxed = *problem,
                        .cost = arena_array(arena, int32_t, edges + 1),
                        .empty_cost = arena_array(arena, int32_t, problem->row_count),
                        .scale = 1,
                        .now = arena_array(arena, int64_t, groups),
                        .best = arena_array(arena, int64_t, groups),
                        .low = arena_array(arena, int64_t, groups),
                        .high = arena_array(arena, int64_t, groups),
                        .over = arena_array(arena, int64_t, groups),
                        .bound = -((wide)1 << 120),
                        .price = arena_array(arena, int64_t, problem->row_count),
                        .answer = budget_answer_new(arena, problem, budget),
                        .kept = arena_array(arena, bool, edges + 1),
                        .cost_kept = INT64_MAX,
                        .step = 1};

    while (hunt.scale < SCALE_MAX && 2 * hunt.scale * most <= BUDGET_COST_MAX) {
        hunt.scale *= 2;
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        hunt.empty_cost[row] = (int32_t)(problem->empty_cost[row] * hunt.scale);
    }
    hunt.relaxed.cost = hunt.answer.relaxed = hunt.cost;
    hunt.answer.scale = hunt.scale;
    hunt.relaxed.empty_cost = hunt.empty_cost;
    hunt.top = (3 * hunt.scale * most + 1) * POINT_UNIT;
    if (problem->load_cost != NULL) {
        hunt.relaxed.load_cost = scaled_loads(arena, problem, hunt.scale);
    }
    for (uint32_t group = 0; group < budget->group_count; group++) {
        hunt.high[group] = hunt.top;
    }
    return hunt;
}

/* Costs with spending charged. Rounding down, and cutting off at the bound of costs, only lower
 * them, so the relaxed optimum stays a lower bound. */
static void charge(struct hunt *hunt)
{
    const struct assign_problem *problem = hunt->problem;

    for (uint32_t index = 0; index < problem->column_count; index++) {
        struct column column = column_of(problem, index);
        uint64_t first = (uint64_t)(column.cost - problem->cost);

        for (uint32_t i = 0; i < column.degree; i++) {
            uint32_t group = hunt->budget->group[column.row == NULL ? i : column.row[i]];
            uint64_t edge = first + i;

            if (column.cost[i] == ASSIGN_ABSENT) {
                hunt->cost[edge] = ASSIGN_ABSENT;
                continue;
            }
            wide charged = group == hunt->budget->group_count
                               ? 0
                               : ((wide)hunt->now[group] * hunt->budget->spend[edge]) / POINT_UNIT;

            charged += (wide)column.cost[i] * hunt->scale;
            hunt->cost[edge] = charged < ASSIGN_COST_MAX ? (int32_t)charged : ASSIGN_COST_MAX;
        }
    }
}

/* Learn from a relaxed answer: its bound, and what the groups spent. */
static void learn(struct hunt *hunt, const struct assign_fit *fit)
{
    wide bound = (wide)fit->cost * POINT_UNIT;

    budget_answer_take(&hunt->answer, fit);
    for (uint32_t group = 0; group < hunt->budget->group_count; group++) {
        bound -= (wide)hunt->now[group] * hunt->budget->limit[group];
        hunt->over[group] = hunt->answer.spent[group] - hunt->budget->limit[group];
    }
    hunt->stale++;
    if (bound > hunt->bound) {
        hunt->bound = bound;
        hunt->stale = 0;
        memcpy(hunt->best, hunt->now, hunt->budget->group_count * sizeof(*hunt->best));
        memcpy(hunt->price, fit->price, hunt->problem->row_count * sizeof(*hunt->price));
    }
    budget_answer_mend(&hunt->answer);
    int64_t cost = budget_answer_cost(&hunt->answer);

    if (cost < hunt->cost_kept) {
        hunt->cost_kept = cost;
        memcpy(hunt->kept, hunt->answer.held, edge_count_of(hunt->problem) * sizeof(*hunt->kept));
    }
}

/* The bound in whole costs: answers cost whole numbers, so it may be rounded up. */
static int64_t whole_bound(const struct hunt *hunt)
{
    wide unit = (wide)hunt->scale * POINT_UNIT;
    wide whole = hunt->bound / unit;

    return (int64_t)(whole + (hunt->bound > whole * unit));
}

/* Every group halves its own interval; false: none has anything left to halve. */
static bool bisect(struct hunt *hunt)
{
    bool moved = false;

    for (uint32_t group = 0; group < hunt->budget->group_count; group++) {
        int64_t *low = &hunt->low[group];
        int64_t *high = &hunt->high[group];

        if (hunt->now[group] == 0 && hunt->over[group] <= 0) {
            continue; /* within its limit for nothing */
        }
        *(hunt->over[group] > 0 ? low : high) = hunt->now[group];
        if (*high - *low <= 1) {
            continue;
        }
        int64_t middle = *low + (*high - *low) / 2;

        if (*high / 4 > *low) {
            middle = (int64_t)sqrt((double)*high * (double)(*low + 1));
        }
        hunt->now[group] = middle;
        moved = true;
    }
    return moved;
}

/* A subgradient step of Polyak's length from the best multipliers (Held, Wolfe, Crowder 1974);
 * false: there is nowhere to go. */
static bool climb(struct hunt *hunt)
{
    const struct assign_budget *budget = hunt->budget;
    double missed =
        (double)(hunt->cost_kept - whole_bound(hunt)) * (double)hunt->scale * POINT_UNIT;
    double square = 0;

    if (hunt->stale >= PATIENCE) {
        hunt->step /= 2;
        hunt->stale = 0;
        memcpy(hunt->now, hunt->best, budget->group_count * sizeof(*hunt->now));
    }
    for (uint32_t group = 0; group < budget->group_count; group++) {
        double share = (double)hunt->over[group] / fmax((double)budget->limit[group], 1);

        square += hunt->now[group] == 0 && share < 0 ? 0 : share * share;
    }
    for (uint32_t group = 0; square > 0 && group < budget->group_count; group++) {
        double limit = fmax((double)budget->limit[group], 1);
        double by = hunt->step * missed / square * (double)hunt->over[group] / (limit * limit);
        double next = (double)hunt->now[group] + by;

        hunt->now[group] = (int64_t)fmax(0, fmin(next, (double)hunt->top));
    }
    return square > 0;
}

static bool is_close(const struct hunt *hunt, double enough)
{
    double gap = (double)(hunt->cost_kept - whole_bound(hunt));

    return gap <= 0 || gap <= enough * fabs((double)hunt->cost_kept);
}

static enum err search(struct hunt *hunt, const struct assign_budget_options *options,
                       uint32_t *rounds, struct fault *fault)
{
    ARENA_SCOPE even = arena_new();
    ARENA_SCOPE odd = arena_new();
    struct assign_options plain = options->assign;
    struct assign_fit before = {0};
    uint32_t halvings = hunt->budget->group_count == 1 ? UINT32_MAX : HALVINGS;

    plain.seed = 0;
    for (*rounds = 0; *rounds == 0 || *rounds < options->round_max;) {
        struct arena *arena = *rounds % 2 == 0 ? even : odd;
        struct assign_fit fit;

        charge(hunt);
        arena_undo(arena, (struct arena_mark){0});
        if (*rounds == 0) {
            TRY(assign_solve(arena, &hunt->relaxed, &plain, &fit, fault));
        } else {
            TRY(assign_repair(arena, &hunt->relaxed, &plain, &before, &fit, fault));
        }
        before = fit;
        ++*rounds;
        learn(hunt, &fit);
        bool moved = *rounds < halvings && bisect(hunt);

        if (is_close(hunt, options->enough) ||
            (!moved && (halvings == UINT32_MAX || !climb(hunt)))) {
            break;
        }
    }
    return OK;
}

/* The best answer, with its seats in order. */
static void report(struct arena *arena, struct hunt *hunt, struct assign_budget_fit *out)
{
    const struct assign_problem *problem = hunt->problem;
    uint32_t groups = hunt->budget->group_count;
    size_t count = 0;

    for (uint64_t i = 0; i < edge_count_of(problem); i++) {
        count += hunt->kept[i];
    }
    out->fit.seats = arena_array(arena, struct assign_seat, count + 1);
    out->fit.price = arena_array(arena, int64_t, problem->row_count);
    out->fit.empty = arena_array(arena, uint32_t, problem->row_count);
    out->spent = arena_array(arena, int64_t, groups + (size_t)1);
    out->multiplier = arena_array(arena, double, groups + (size_t)1);
    memcpy(out->fit.empty, problem->demand, problem->row_count * sizeof(*out->fit.empty));
    for (uint32_t index = 0; index < problem->column_count; index++) {
        struct column column = column_of(problem, index);
        uint64_t first = (uint64_t)(column.cost - problem->cost);

        for (uint32_t i = 0; i < column.degree; i++) {
            uint32_t row = column.row == NULL ? i : column.row[i];

            if (hunt->kept[first + i]) {
                out->fit.seats[out->fit.seat_count++] = (struct assign_seat){row, index, first + i};
                out->fit.empty[row]--;
                out->spent[hunt->budget->group[row]] += hunt->budget->spend[first + i];
            }
        }
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        out->fit.price[row] = hunt->price[row] / hunt->scale;
    }
    for (uint32_t group = 0; group < groups; group++) {
        out->multiplier[group] = ldexp((double)hunt->best[group] / (double)hunt->scale, -POINT);
    }
    out->fit.cost = hunt->cost_kept;
    out->bound = whole_bound(hunt);
    out->gap = out->fit.cost - out->bound;
}

enum err assign_budget(struct arena *arena, const struct assign_problem *problem,
                       const struct assign_budget *budget,
                       const struct assign_budget_options *options, struct assign_budget_fit *out,
                       struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct assign_budget_fit fit = {0};
    int64_t most = 0;

    TRY(check_groups(problem, budget, fault));
    TRY(measure_costs(problem, budget, &most, fault));
    struct hunt hunt = new_hunt(work, problem, budget, most);

    TRY(search(&hunt, options, &fit.rounds, fault));
    report(arena, &hunt, &fit);
    *out = fit;
    return OK;
}
