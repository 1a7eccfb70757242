#include "engine/assign/square_frame.h"

#include "base/arena.h"
#include "engine/assign/assign.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"
#include "engine/assign/square.h"

enum {
    SIDE_MIN = 16,             /* below, anything will do */
    COST_MAX = 1 << 28,        /* so that sums of a price, a cost and a distance fit */
    WALLED_SPAN_MAX = 1 << 25, /* of costs beside walls */
    LONGER_MAX = 6,            /* the longer side exceeds the shorter by one part in so many */
    FULL_MIN = 4,              /* one pair in so many is an edge, at least */
};

static bool sides_fit(const struct assign_problem *problem)
{
    uint64_t rows = problem->row_count;
    uint64_t columns = problem->column_count;
    uint64_t shorter = rows < columns ? rows : columns;
    uint64_t longer = rows < columns ? columns : rows;

    return shorter >= SIDE_MIN && longer <= shorter + shorter / LONGER_MAX &&
           edge_count_of(problem) >= rows * columns / FULL_MIN;
}

static bool is_plain(const struct assign_problem *problem)
{
    if (!sides_fit(problem) || problem->load_cost != NULL || problem->floor != NULL) {
        return false;
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        if (problem->demand[row] != 1 || market_minimum(problem, row) != 1) {
            return false;
        }
    }
    for (uint32_t i = 0; problem->capacity != NULL && i < problem->column_count; i++) {
        if (problem->capacity[i] != 1) {
            return false;
        }
    }
    return true;
}

static uint64_t count_edges(const struct assign_problem *problem)
{
    uint64_t edges = edge_count_of(problem);
    uint64_t absent = 0;

    for (uint64_t i = 0; problem->start == NULL && i < edges; i++) {
        absent += problem->cost[i] == ASSIGN_ABSENT;
    }
    return edges - absent;
}

/* Rows beyond the problem's and columns beyond them are blank, the rest walls until an edge says
 * otherwise. */
static int32_t *fill(struct arena *arena, const struct assign_problem *problem,
                     const struct square_frame *frame)
{
    size_t count = frame->count;
    int32_t *cost = arena_array(arena, int32_t, count * count);

    for (uint32_t index = 0; index < frame->count; index++) {
        bool ours = index < problem->column_count;
        int32_t *to = cost + index * count;

        for (uint32_t row = 0; row < frame->count; row++) {
            to[row] = ours && row < problem->row_count ? frame->wall : frame->blank;
        }
        struct column column = ours ? column_of(problem, index) : (struct column){0};

        for (uint32_t i = 0; i < column.degree; i++) {
            if (column.row != NULL || column.cost[i] != ASSIGN_ABSENT) {
                to[column.row == NULL ? i : column.row[i]] = column.cost[i];
            }
        }
    }
    return cost;
}

bool square_frame_of(struct arena *arena, const struct assign_problem *problem, bool vector,
                     struct square_frame *out)
{
    if (!is_plain(problem)) {
        return false;
    }
    uint64_t rows = problem->row_count;
    uint64_t columns = problem->column_count;
    uint64_t edges = count_edges(problem);
    struct square_frame frame = {.count = (uint32_t)(rows > columns ? rows : columns),
                                 .wall = INT32_MAX};
    int32_t low;
    int32_t high;

    scan_costs(problem->cost, edge_count_of(problem), vector, &low, &high);
    frame.blank = low;
    if (low <= -COST_MAX || high >= COST_MAX || edges < rows * columns / FULL_MIN) {
        return false;
    }
    if (edges < rows * columns) {
        int64_t span = (int64_t)high - low + 1;

        if (span > WALLED_SPAN_MAX || high + 4 * span >= COST_MAX) {
            return false;
        }
        frame.wall = (int32_t)(high + 4 * span);
    }
    bool ready = problem->start == NULL && rows == columns && edges == rows * columns;

    frame.cost = ready ? problem->cost : fill(arena, problem, &frame);
    *out = frame;
    return true;
}

static uint64_t edge_to(const struct assign_problem *problem, uint32_t index, uint32_t row)
{
    struct column column = column_of(problem, index);
    uint32_t at = column.row == NULL ? row : 0;

    while (column.row != NULL && column.row[at] != row) {
        at++;
    }
    return (uint64_t)(column.cost - problem->cost) + at;
}

/*
 * How far prices are above those at which columns would rather sit than have no seat. Blank rows
 * all have the same price, at which their columns are content with nothing; blank columns are
 * content with any row that has the largest price, which is that of a missing seat.
 */
static int64_t offset_of(const struct assign_problem *problem, const struct square_frame *frame,
                         const struct square *square, int64_t missing_price)
{
    int64_t most = INT64_MIN;

    if (problem->row_count < frame->count) {
        return square->price[problem->row_count] - (int64_t)frame->blank;
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        most = square->price[row] > most ? square->price[row] : most;
    }
    return problem->column_count < frame->count ? most - missing_price : square->surplus;
}

bool square_frame_take(struct arena *arena, const struct assign_problem *problem,
                       const struct square_frame *frame, const struct square *square,
                       struct assign_fit *fit)
{
    uint32_t rows = problem->row_count;
    int64_t offset = offset_of(problem, frame, square, fit->missing_price);

    for (uint32_t i = 0; i < problem->column_count; i++) {
        uint32_t row = square->seat[i];

        if (row < rows && frame->cost[(size_t)i * frame->count + row] == frame->wall) {
            return false;
        }
    }
    fit->seats = arena_array(arena, struct assign_seat, rows + (size_t)1);
    fit->price = arena_array(arena, int64_t, rows);
    fit->empty = arena_array(arena, uint32_t, rows);
    for (uint32_t row = 0; row < rows; row++) {
        fit->price[row] = square->price[row] - offset;
        fit->empty[row] = 1;
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        uint32_t row = square->seat[i];

        if (row < rows) {
            uint64_t edge = edge_to(problem, i, row);

            fit->seats[fit->seat_count++] = (struct assign_seat){row, i, edge};
            fit->cost += problem->cost[edge];
            fit->empty[row] = 0;
        }
    }
    fit->missing = rows - fit->seat_count;
    fit->work.rounds = 1;
    fit->work.augmentations = square->paths;
    return true;
}
