#include "engine/assign/budget_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "engine/assign/budget.h"
#include "engine/assign/scan.h"

/* An edge that could be dropped or taken, and how soon. */
struct choice {
    double rank; /* the smaller, the sooner */
    uint64_t edge;
    uint32_t row;
    uint32_t column;
};

struct choices {
    struct choice *items;
    size_t count;
};

struct budget_answer budget_answer_new(struct arena *arena, const struct assign_problem *problem,
                                       const struct assign_budget *budget)
{
    return (struct budget_answer){
        .problem = problem,
        .budget = budget,
        .held = arena_array(arena, bool, edge_count_of(problem) + 1),
        .used = arena_array(arena, uint32_t, problem->column_count + (size_t)1),
        .empty = arena_array(arena, uint32_t, problem->row_count),
        .spent = arena_array(arena, int64_t, budget->group_count + (size_t)1)};
}

static int64_t load_at(const struct assign_problem *problem, uint32_t seat)
{
    return problem->load_cost == NULL ? 0 : problem->load_cost[seat];
}

/* Sit or rise: what changes with one edge. */
static void turn(struct budget_answer *answer, const struct choice *choice, bool sits)
{
    uint32_t sign = sits ? 1 : UINT32_MAX;
    int64_t spend = answer->budget->spend[choice->edge];

    answer->held[choice->edge] = sits;
    answer->used[choice->column] += sign;
    answer->empty[choice->row] -= sign;
    answer->spent[answer->budget->group[choice->row]] += sits ? spend : -spend;
}

void budget_answer_take(struct budget_answer *answer, const struct assign_fit *fit)
{
    const struct assign_problem *problem = answer->problem;

    memset(answer->held, 0, edge_count_of(problem) * sizeof(*answer->held));
    memset(answer->used, 0, problem->column_count * sizeof(*answer->used));
    memset(answer->spent, 0, (answer->budget->group_count + (size_t)1) * sizeof(*answer->spent));
    memcpy(answer->empty, problem->demand, problem->row_count * sizeof(*answer->empty));
    for (size_t i = 0; i < fit->seat_count; i++) {
        struct choice seat = {
            .edge = fit->seats[i].edge, .row = fit->seats[i].row, .column = fit->seats[i].column};

        turn(answer, &seat, true);
    }
}

static int64_t left(const struct budget_answer *answer, uint32_t row)
{
    uint32_t group = answer->budget->group[row];

    return group == answer->budget->group_count
               ? INT64_MAX
               : answer->budget->limit[group] - answer->spent[group];
}

/* What a seat brings beside leaving it empty. */
static int64_t gain_of(const struct budget_answer *answer, uint64_t edge, uint32_t row,
                       uint32_t seat)
{
    const struct assign_problem *problem = answer->problem;

    return (int64_t)problem->empty_cost[row] - problem->cost[edge] - load_at(problem, seat);
}

static bool may_drop(const struct budget_answer *answer, struct choice *choice)
{
    int64_t spend = answer->budget->spend[choice->edge];

    if (!answer->held[choice->edge] || spend == 0 || left(answer, choice->row) >= 0) {
        return false;
    }
    choice->rank =
        (double)gain_of(answer, choice->edge, choice->row, answer->used[choice->column] - 1) /
        (double)spend;
    return true;
}

static bool may_take(const struct budget_answer *answer, struct choice *choice)
{
    const struct assign_problem *problem = answer->problem;
    uint32_t used = answer->used[choice->column];

    if (answer->held[choice->edge] || problem->cost[choice->edge] == ASSIGN_ABSENT ||
        answer->empty[choice->row] == 0 || used >= column_capacity(problem, choice->column) ||
        answer->budget->spend[choice->edge] > left(answer, choice->row) ||
        gain_of(answer, choice->edge, choice->row, used) <= 0) {
        return false;
    }
    int64_t worth = (int64_t)problem->empty_cost[choice->row] - load_at(problem, used);

    choice->rank = (double)answer->relaxed[choice->edge] - (double)answer->scale * (double)worth;
    return true;
}

/* The seat that a full column would give up for an empty one, if that gains; false: none. */
static bool find_loser(const struct budget_answer *answer, const struct choice *choice,
                       struct choice *loser)
{
    struct column column = column_of(answer->problem, choice->column);
    uint64_t first = (uint64_t)(column.cost - answer->problem->cost);
    const uint32_t *group = answer->budget->group;
    int64_t spend = answer->budget->spend[choice->edge];
    int64_t gain = gain_of(answer, choice->edge, choice->row, 0);
    bool found = false;

    for (uint32_t i = 0; i < column.degree; i++) {
        uint32_t row = column.row == NULL ? i : column.row[i];
        uint64_t edge = first + i;

        if (!answer->held[edge]) {
            continue;
        }
        int64_t back = group[row] == group[choice->row] ? answer->budget->spend[edge] : 0;
        int64_t gained = gain - gain_of(answer, edge, row, 0);

        if (spend - back <= left(answer, choice->row) &&
            gained > (int64_t)(found ? -loser->rank : 0)) {
            *loser = (struct choice){(double)-gained, edge, row, choice->column};
            found = true;
        }
    }
    return found;
}

static bool may_swap(const struct budget_answer *answer, struct choice *choice)
{
    struct choice loser;

    if (answer->held[choice->edge] || answer->problem->cost[choice->edge] == ASSIGN_ABSENT ||
        answer->empty[choice->row] == 0 || answer->used[choice->column] == 0 ||
        !find_loser(answer, choice, &loser)) {
        return false;
    }
    choice->rank = loser.rank;
    return true;
}

typedef bool choice_test(const struct budget_answer *answer, struct choice *choice);

static int sooner(const void *a, const void *b)
{
    const struct choice *one = a;
    const struct choice *two = b;

    return one->rank != two->rank ? (one->rank > two->rank) - (one->rank < two->rank)
                                  : (one->edge > two->edge) - (one->edge < two->edge);
}

/* All edges that pass, sooner ones first; a first look only counts them. */
static struct choices gather(struct arena *arena, const struct budget_answer *answer,
                             choice_test *test)
{
    struct choices out = {0};

    for (int round = 0; round < 2; round++) {
        out.items = round == 0 ? NULL : arena_array(arena, struct choice, out.count + 1);
        out.count = 0;
        for (uint32_t index = 0; index < answer->problem->column_count; index++) {
            struct column column = column_of(answer->problem, index);
            uint64_t first = (uint64_t)(column.cost - answer->problem->cost);

            for (uint32_t i = 0; i < column.degree; i++) {
                struct choice choice = {.edge = first + i,
                                        .row = column.row == NULL ? i : column.row[i],
                                        .column = index};

                if (test(answer, &choice)) {
                    if (round == 1) {
                        out.items[out.count] = choice;
                    }
                    out.count++;
                }
            }
        }
    }
    qsort(out.items, out.count, sizeof(*out.items), sooner);
    return out;
}

static void fill(struct arena *arena, struct budget_answer *answer)
{
    struct choices take = gather(arena, answer, may_take);

    for (size_t i = 0; i < take.count; i++) {
        if (may_take(answer, &take.items[i])) {
            turn(answer, &take.items[i], true);
        }
    }
}

void budget_answer_mend(struct budget_answer *answer)
{
    ARENA_SCOPE arena = arena_new();
    struct choices drop = gather(arena, answer, may_drop);

    for (size_t i = 0; i < drop.count; i++) {
        if (may_drop(answer, &drop.items[i])) {
            turn(answer, &drop.items[i], false);
        }
    }
    fill(arena, answer);
    struct choices swap = gather(arena, answer, may_swap);

    for (size_t i = 0; i < swap.count; i++) {
        struct choice loser;

        if (may_swap(answer, &swap.items[i]) && find_loser(answer, &swap.items[i], &loser)) {
            turn(answer, &loser, false);
            turn(answer, &swap.items[i], true);
        }
    }
    if (swap.count > 0) {
        fill(arena, answer);
    }
}

int64_t budget_answer_cost(const struct budget_answer *answer)
{
    const struct assign_problem *problem = answer->problem;
    int64_t cost = 0;

    for (uint64_t i = 0; i < edge_count_of(problem); i++) {
        cost += answer->held[i] ? problem->cost[i] : 0;
    }
    for (uint32_t i = 0; problem->load_cost != NULL && i < problem->column_count; i++) {
        for (uint32_t k = 0; k < answer->used[i]; k++) {
            cost += problem->load_cost[k];
        }
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        cost += (int64_t)answer->empty[row] * problem->empty_cost[row];
    }
    return cost;
}
