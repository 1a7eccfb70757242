#include <inttypes.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/assign.h"
#include "engine/assign/dear.h"
#include "engine/assign/scan.h"

static enum err check_rows(const struct assign_problem *problem, struct fault *fault)
{
    if (problem->row_count == 0) {
        return fail(fault, ERR_INVALID, "there are no rows, but at least one is needed");
    }
    if (problem->row_count >= ASSIGN_ABSENT || problem->column_count >= ASSIGN_ABSENT) {
        return fail(fault, ERR_INVALID, "there are more than %d rows or columns", ASSIGN_ABSENT);
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        if (problem->minimum != NULL && problem->minimum[row] > problem->demand[row]) {
            return fail_field(fault, ERR_INVALID, "minimum",
                              "row %" PRIu32 " must fill %" PRIu32 " seats, but has only %" PRIu32,
                              row + 1, problem->minimum[row], problem->demand[row]);
        }
        if (problem->minimum != NULL && problem->empty_cost == NULL &&
            problem->minimum[row] < problem->demand[row]) {
            return fail_field(
                fault, ERR_INVALID, "empty_cost",
                "row %" PRIu32 " may leave seats empty, but no cost says at what price", row + 1);
        }
        if (problem->empty_cost != NULL && (problem->empty_cost[row] < -ASSIGN_COST_MAX ||
                                            problem->empty_cost[row] > ASSIGN_COST_MAX)) {
            return fail_field(fault, ERR_INVALID, "empty_cost",
                              "row %" PRIu32 ": the cost of an empty seat is %" PRId32
                              ", but must be within %d",
                              row + 1, problem->empty_cost[row], ASSIGN_COST_MAX);
        }
    }
    return OK;
}

static enum err check_loads(const struct assign_problem *problem, struct fault *fault)
{
    uint32_t most = 1;

    for (uint32_t i = 0; problem->capacity != NULL && i < problem->column_count; i++) {
        most = problem->capacity[i] > most ? problem->capacity[i] : most;
    }
    for (uint32_t i = 0; problem->load_cost != NULL && i < most; i++) {
        if (problem->load_cost[i] < -ASSIGN_COST_MAX || problem->load_cost[i] > ASSIGN_COST_MAX) {
            return fail_field(fault, ERR_INVALID, "load_cost",
                              "the cost of seat %" PRIu32 " of a column is %" PRId32
                              ", but must be within %d",
                              i + 1, problem->load_cost[i], ASSIGN_COST_MAX);
        }
        if (i > 0 && problem->load_cost[i] < problem->load_cost[i - 1]) {
            return fail_field(fault, ERR_INVALID, "load_cost",
                              "the cost of seat %" PRIu32 " of a column is below that of the one "
                              "before, but must not fall",
                              i + 1);
        }
    }
    return OK;
}

static enum err check_cost(const struct assign_problem *problem, uint32_t column, uint32_t row,
                           int32_t cost, struct fault *fault)
{
    bool absent = problem->start == NULL && cost == ASSIGN_ABSENT;

    if (!absent && (cost < -ASSIGN_COST_MAX || cost > ASSIGN_COST_MAX)) {
        return fail_field(fault, ERR_INVALID, "cost",
                          "the cost of row %" PRIu32 " and column %" PRIu32 " is %" PRId32
                          ", but must be within %d",
                          row + 1, column + 1, cost, ASSIGN_COST_MAX);
    }
    return OK;
}

static enum err check_edges(const struct assign_problem *problem, uint32_t *seen,
                            struct fault *fault)
{
    uint64_t edge = 0;

    for (uint32_t column = 0; column < problem->column_count; column++) {
        uint64_t end =
            problem->start == NULL ? edge + problem->row_count : problem->start[column + 1];

        if (end < edge || (problem->start != NULL && problem->start[column] != edge)) {
            return fail_field(fault, ERR_INVALID, "start",
                              "the edges of column %" PRIu32 " end before they begin", column + 1);
        }
        if (end > edge_count_of(problem)) {
            return fail_field(fault, ERR_INVALID, "start",
                              "the edges of column %" PRIu32 " end behind the last edge",
                              column + 1);
        }
        for (uint32_t row = 0; edge < end; edge++, row++) {
            row = problem->row == NULL ? row : problem->row[edge];
            TRY(check_cost(problem, column, row, problem->cost[edge], fault));
            if (row >= problem->row_count) {
                return fail_field(fault, ERR_INVALID, "row",
                                  "column %" PRIu32 " names row %" PRIu32
                                  ", but there are only %" PRIu32,
                                  column + 1, row + 1, problem->row_count);
            }
            if (seen[row] == column + 1) {
                return fail_field(fault, ERR_INVALID, "row",
                                  "column %" PRIu32 " names row %" PRIu32 " twice", column + 1,
                                  row + 1);
            }
            seen[row] = column + 1;
        }
    }
    return OK;
}

enum err assign_check(const struct assign_problem *problem, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct core_dear dear;

    TRY(check_rows(problem, fault));
    TRY(check_loads(problem, fault));
    TRY(check_edges(problem, arena_array(arena, uint32_t, problem->row_count), fault));
    return core_dear(problem, NULL, &dear, fault);
}
