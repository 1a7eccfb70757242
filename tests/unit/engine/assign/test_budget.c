/*
 * Goal: on problems small enough to try every answer, what is returned keeps every budget and
 * capacity, costs what it says, and the best answer lies between its bound and its cost; budgets
 * that nobody reaches change nothing; the bound is that of the best multiplier.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/budget.h"

enum { PROBLEMS = 1200, ROWS = 3, COLUMNS = 5, CAPACITY = 2, GROUPS = 2 };

struct draw {
    struct assign_problem problem;
    struct assign_budget budget;
    uint32_t demand[ROWS];
    int32_t empty_cost[ROWS];
    uint16_t capacity[COLUMNS];
    int32_t load_cost[CAPACITY];
    int32_t cost[ROWS * COLUMNS];
    int32_t spend[ROWS * COLUMNS];
    uint32_t group[ROWS];
    int64_t limit[GROUPS];
};

static void draw_problem(struct rng *rng, struct draw *out)
{
    uint32_t span = 2 + rng_below(rng, 1000);
    uint32_t worth = 1 + rng_below(rng, 3);
    bool loads = rng_below(rng, 2) == 0;

    for (uint32_t row = 0; row < ROWS; row++) {
        out->demand[row] = rng_below(rng, 4);
        out->empty_cost[row] = (int32_t)(span / 2 + rng_below(rng, span * worth));
        out->group[row] = rng_below(rng, GROUPS + 1);
    }
    for (uint32_t column = 0; column < COLUMNS; column++) {
        out->capacity[column] = (uint16_t)rng_below(rng, CAPACITY + 1);
    }
    for (uint32_t i = 0; i < CAPACITY; i++) {
        out->load_cost[i] = (i == 0 ? 0 : out->load_cost[i - 1]) + (int32_t)rng_below(rng, span);
    }
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        out->cost[i] = rng_below(rng, 5) == 0 ? ASSIGN_ABSENT
                                              : (int32_t)rng_below(rng, span) - (int32_t)span / 4;
        out->spend[i] = (int32_t)rng_below(rng, 40);
    }
    for (uint32_t group = 0; group < GROUPS; group++) {
        out->limit[group] = rng_below(rng, 120);
    }
    out->problem = (struct assign_problem){.row_count = ROWS,
                                           .column_count = COLUMNS,
                                           .demand = out->demand,
                                           .empty_cost = out->empty_cost,
                                           .capacity = out->capacity,
                                           .load_cost = loads ? out->load_cost : NULL,
                                           .cost = out->cost};
    out->budget = (struct assign_budget){
        .group_count = GROUPS, .group = out->group, .limit = out->limit, .spend = out->spend};
}

/* A way to fill some seats: each edge taken or not. */
struct trial {
    uint32_t filled[ROWS];
    uint32_t used[COLUMNS];
    int64_t spent[GROUPS + 1];
    int64_t cost; /* all seats empty, then what each seat changes */
};

static int64_t try_all(const struct draw *draw, struct trial *trial, uint32_t edge)
{
    uint32_t row = edge % ROWS;
    uint32_t column = edge / ROWS;

    if (edge == ROWS * COLUMNS) {
        return trial->cost;
    }
    int64_t best = try_all(draw, trial, edge + 1);
    uint32_t group = draw->group[row];
    int64_t spent = trial->spent[group] + draw->spend[edge];

    if (draw->cost[edge] == ASSIGN_ABSENT || trial->filled[row] == draw->demand[row] ||
        trial->used[column] == draw->capacity[column] ||
        (group < GROUPS && spent > draw->limit[group])) {
        return best;
    }
    struct trial next = *trial;

    next.cost += draw->cost[edge] - draw->empty_cost[row] +
                 (draw->problem.load_cost == NULL ? 0 : draw->load_cost[next.used[column]]);
    next.filled[row]++;
    next.used[column]++;
    next.spent[group] = spent;
    int64_t with = try_all(draw, &next, edge + 1);

    return with < best ? with : best;
}

static int64_t optimum_of(const struct draw *draw)
{
    struct trial trial = {0};

    for (uint32_t row = 0; row < ROWS; row++) {
        trial.cost += (int64_t)draw->demand[row] * draw->empty_cost[row];
    }
    return try_all(draw, &trial, 0);
}

/* Seats, costs and spending as a look at the problem alone finds them. */
static bool stands(struct arena *arena, const struct draw *draw,
                   const struct assign_budget_fit *found)
{
    struct assign_proof proof;
    struct fault fault = {0};
    int64_t spent[GROUPS + 1] = {0};

    if (assign_prove(arena, &draw->problem, &found->fit, &proof, &fault) != OK || !proof.feasible) {
        return false;
    }
    for (size_t i = 0; i < found->fit.seat_count; i++) {
        spent[draw->group[found->fit.seats[i].row]] += draw->spend[found->fit.seats[i].edge];
    }
    for (uint32_t group = 0; group < GROUPS; group++) {
        if (spent[group] != found->spent[group] || spent[group] > draw->limit[group] ||
            found->multiplier[group] < 0) {
            return false;
        }
    }
    return found->gap == found->fit.cost - found->bound;
}

static void budget__holds_the_best_answer_between_bound_and_cost(void)
{
    struct rng rng = rng_new(41);
    uint32_t exact = 0;
    uint32_t proved = 0;

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct draw draw = {0};
        struct fault fault = {0};
        struct assign_budget_fit found;

        draw_problem(&rng, &draw);
        CHECK(assign_budget(arena, &draw.problem, &draw.budget, &assign_budget_defaults, &found,
                            &fault) == OK);
        int64_t best = optimum_of(&draw);

        CHECK(stands(arena, &draw, &found));
        CHECK(found.bound <= best && best <= found.fit.cost);
        exact += found.fit.cost == best;
        proved += found.gap == 0;
    }
    printf("# %u of %u optimal, %u proved\n", exact, (unsigned)PROBLEMS, proved);
    CHECK(exact > PROBLEMS * 3 / 4 && proved > PROBLEMS / 3);
}

static void budget__beyond_reach_changes_nothing(void)
{
    struct rng rng = rng_new(42);

    for (uint32_t i = 0; i < PROBLEMS / 4; i++) {
        ARENA_SCOPE arena = arena_new();
        struct draw draw = {0};
        struct fault fault = {0};
        struct assign_budget_fit found;
        struct assign_fit free;

        draw_problem(&rng, &draw);
        draw.limit[0] = draw.limit[1] = 100000;
        CHECK(assign_solve(arena, &draw.problem, &assign_defaults, &free, &fault) == OK);
        CHECK(assign_budget(arena, &draw.problem, &draw.budget, &assign_budget_defaults, &found,
                            &fault) == OK);
        CHECK(found.gap == 0 && found.rounds == 1 && found.fit.cost == free.cost);
    }
}

/* Alike seats that gain 100 for 7 each under a limit of 30: four fit, 30/7 of them is the bound. */
static void bound__is_that_of_the_best_multiplier(void)
{
    static const uint32_t demand[] = {9};
    static const int32_t empty[] = {100};
    static const int32_t cost[9] = {0};
    static const int32_t spend[] = {7, 7, 7, 7, 7, 7, 7, 7, 7};
    static const uint32_t group[] = {0};
    static const int64_t limit[] = {30};
    struct assign_problem problem = {
        .row_count = 1, .column_count = 9, .demand = demand, .empty_cost = empty, .cost = cost};
    struct assign_budget budget = {
        .group_count = 1, .group = group, .limit = limit, .spend = spend};
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct assign_budget_fit found;

    CHECK(assign_budget(arena, &problem, &budget, &assign_budget_defaults, &found, &fault) == OK);
    CHECK(found.fit.cost == 500 && found.fit.seat_count == 4 && found.spent[0] == 28);
    CHECK(found.bound == 472 && found.gap == 28); /* 900 - 100 * 30 / 7, rounded up */
    CHECK_NEAR(found.multiplier[0], 100.0 / 7, 0.01);
}

static void budget__refuses_what_it_cannot_keep(void)
{
    static const uint32_t demand[] = {1};
    static const int32_t empty[] = {5};
    static const int32_t cost[] = {1};
    static const uint32_t group[] = {0};
    static const uint32_t beyond[] = {2};
    static const int64_t below[] = {-1};
    static const int64_t limit[] = {3};
    static const int32_t negative[] = {-2};
    static const int32_t spend[] = {2};
    struct assign_problem problem = {
        .row_count = 1, .column_count = 1, .demand = demand, .cost = cost};
    struct assign_budget budget = {
        .group_count = 1, .group = group, .limit = limit, .spend = spend};
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct assign_budget_fit found;
    const struct assign_budget_options *how = &assign_budget_defaults;

    CHECK(assign_budget(arena, &problem, &budget, how, &found, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "minimum") == 0);
    problem.empty_cost = empty;
    budget.group = beyond;
    CHECK(assign_budget(arena, &problem, &budget, how, &found, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "group") == 0);
    budget.group = group;
    budget.limit = below;
    CHECK(assign_budget(arena, &problem, &budget, how, &found, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "limit") == 0);
    budget.limit = limit;
    budget.spend = negative;
    CHECK(assign_budget(arena, &problem, &budget, how, &found, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "spend") == 0);
}

TEST_MAIN(CASE(budget__holds_the_best_answer_between_bound_and_cost),
          CASE(budget__beyond_reach_changes_nothing), CASE(bound__is_that_of_the_best_multiplier),
          CASE(budget__refuses_what_it_cannot_keep))
