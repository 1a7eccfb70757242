#include "engine/assign/lottery.h"

#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/lottery_draw.h"
#include "engine/assign/market.h"
#include "engine/assign/scan.h"
#include "engine/assign/solve.h"

enum { PARTS_MAX = 64, FINE_MAX = 64, FINE_COST = ASSIGN_COST_MAX / 4 };

const struct assign_lottery_options assign_lottery_defaults = {
    .assign = {.seed = 1, .pass_max = 60, .imbalance = 0.002}, .cap = 0.5, .parts = 16};

/* The problem in parts. */
struct parted {
    const struct assign_problem *problem;
    uint32_t parts;
    uint32_t cap; /* parts that a pair may have */
    double spread;
    int32_t fine; /* costs are multiplied by this */
    int32_t top;  /* the largest cost: gains count from there */
    struct assign_problem split;
    uint64_t *edge; /* [edge] in the problem; NULL: the same */
};

static enum err check(const struct assign_problem *problem,
                      const struct assign_lottery_options *options, struct fault *fault)
{
    uint32_t parts = options->parts;

    if (parts == 0 || parts > PARTS_MAX || (parts & (parts - 1)) != 0) {
        return fail_field(fault, ERR_INVALID, "parts",
                          "parts must be a power of two from 1 to %d, not %" PRIu32, PARTS_MAX,
                          parts);
    }
    if (!(options->cap * parts >= 1) || !(options->cap <= 1)) {
        return fail_field(fault, ERR_INVALID, "cap",
                          "the cap must be from one part (%g) to 1, not %g", 1.0 / parts,
                          options->cap);
    }
    if (!(options->spread >= 0) || !(options->spread * 2 * options->cap <= 1)) {
        return fail_field(fault, ERR_INVALID, "spread",
                          "the spread must be from 0 to %g (half of 1 / cap), not %g",
                          0.5 / options->cap, options->spread);
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        if (problem->demand[row] > UINT32_MAX / 2 / parts) {
            return fail_field(fault, ERR_INVALID, "demand",
                              "row %" PRIu32 " asks for more than %" PRIu32
                              " seats: use fewer parts",
                              row + 1, UINT32_MAX / 2 / parts);
        }
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        if (column_capacity(problem, i) > UINT16_MAX / parts ||
            column_floor(problem, i) > UINT16_MAX / parts) {
            return fail_field(fault, ERR_INVALID, "capacity",
                              "column %" PRIu32 " can take more than %" PRIu32
                              " seats: use fewer parts",
                              i + 1, UINT16_MAX / parts);
        }
    }
    return OK;
}

/* The cost of a pair's part number `part`: what it gains less than the largest cost falls. */
static int32_t part_cost(const struct parted *parted, int32_t cost, uint32_t part)
{
    double gain = (double)parted->top - cost;
    double lost = gain * parted->spread * (2 * part + 1) / parted->parts;

    return cost * parted->fine + (int32_t)floor(lost * parted->fine + 0.5);
}

static void split_rows(struct arena *arena, struct parted *parted)
{
    const struct assign_problem *problem = parted->problem;
    uint32_t rows = problem->row_count;
    uint32_t *demand = arena_array(arena, uint32_t, rows);
    uint32_t *minimum = arena_array(arena, uint32_t, rows);
    int32_t *empty_cost = arena_array(arena, int32_t, rows);

    for (uint32_t row = 0; row < rows; row++) {
        demand[row] = problem->demand[row] * parted->parts;
        minimum[row] = market_minimum(problem, row) * parted->parts;
        if (problem->empty_cost != NULL) {
            empty_cost[row] = problem->empty_cost[row] * parted->fine;
        }
    }
    parted->split.row_count = rows;
    parted->split.demand = demand;
    parted->split.minimum = minimum;
    parted->split.empty_cost = problem->empty_cost == NULL ? NULL : empty_cost;
}

static void split_columns(struct arena *arena, struct parted *parted)
{
    const struct assign_problem *problem = parted->problem;
    uint32_t columns = problem->column_count;
    uint16_t *capacity = arena_array(arena, uint16_t, columns + (size_t)1);
    uint16_t *floor = arena_array(arena, uint16_t, columns + (size_t)1);
    uint32_t most = 0;

    for (uint32_t i = 0; i < columns; i++) {
        capacity[i] = (uint16_t)(column_capacity(problem, i) * parted->parts);
        floor[i] = (uint16_t)(column_floor(problem, i) * parted->parts);
        most = capacity[i] > most ? capacity[i] : most;
    }
    parted->split.column_count = columns;
    parted->split.capacity = capacity;
    parted->split.floor = problem->floor == NULL ? NULL : floor;
    if (problem->load_cost != NULL) {
        int32_t *load = arena_array(arena, int32_t, most + (size_t)1);

        for (uint32_t i = 0; i < most; i++) {
            load[i] = problem->load_cost[i / parted->parts] * parted->fine;
        }
        parted->split.load_cost = load;
    }
}

/* One parallel edge for each part that a pair may have; the cheapest first. */
static void split_edges(struct arena *arena, struct parted *parted)
{
    const struct assign_problem *problem = parted->problem;
    uint64_t edges = 0;
    uint64_t *start = arena_array(arena, uint64_t, problem->column_count + (size_t)1);

    for (uint64_t i = 0; i < edge_count_of(problem); i++) {
        edges += problem->start != NULL || problem->cost[i] != ASSIGN_ABSENT;
    }
    uint32_t *row = arena_array(arena, uint32_t, edges * parted->cap + 1);
    int32_t *cost = arena_array(arena, int32_t, edges * parted->cap + 1);

    parted->edge = arena_array(arena, uint64_t, edges * parted->cap + 1);
    for (uint32_t index = 0; index < problem->column_count; index++) {
        struct column column = column_of(problem, index);
        uint64_t at = start[index];

        for (uint32_t k = 0; k < column.degree; k++) {
            bool there = column.row != NULL || column.cost[k] != ASSIGN_ABSENT;

            for (uint32_t part = 0; there && part < parted->cap; part++, at++) {
                row[at] = column.row == NULL ? k : column.row[k];
                cost[at] = part_cost(parted, column.cost[k], part);
                parted->edge[at] = (uint64_t)(column.cost - problem->cost) + k;
            }
        }
        start[index + 1] = at;
    }
    parted->split.start = start;
    parted->split.row = row;
    parted->split.cost = cost;
}

static struct parted new_parted(struct arena *arena, const struct assign_problem *problem,
                                const struct assign_lottery_options *options)
{
    struct parted parted = {.problem = problem,
                            .parts = options->parts,
                            .cap = (uint32_t)(options->cap * options->parts),
                            .spread = options->spread,
                            .fine = 1};
    int32_t low;
    int64_t most = 1;

    /* Without a spread, the optimum is whole in the coarsest parts that can say the cap. */
    while (options->spread == 0 && parted.parts % 2 == 0 && parted.cap % 2 == 0) {
        parted.parts /= 2;
        parted.cap /= 2;
    }

    scan_costs(problem->cost, edge_count_of(problem), scan_vector_here(), &low, &parted.top);
    most = parted.top > most ? parted.top : most;
    most = -(int64_t)low > most ? -(int64_t)low : most;
    for (uint32_t row = 0; problem->empty_cost != NULL && row < problem->row_count; row++) {
        int64_t cost = problem->empty_cost[row] < 0 ? -(int64_t)problem->empty_cost[row]
                                                    : problem->empty_cost[row];

        most = cost > most ? cost : most;
    }
    for (uint32_t i = 0;
         problem->load_cost != NULL && problem->capacity != NULL && i < problem->column_count;
         i++) {
        uint32_t seats = column_capacity(problem, i);
        int64_t first = seats == 0 ? 0 : problem->load_cost[0];
        int64_t cost = seats == 0 ? 0 : problem->load_cost[seats - 1];

        cost = cost > -first ? cost : -first;
        most = cost > most ? cost : most;
    }
    while (options->spread > 0 && parted.fine < FINE_MAX && most * parted.fine < FINE_COST) {
        parted.fine *= 2;
    }
    split_rows(arena, &parted);
    split_columns(arena, &parted);
    split_edges(arena, &parted);
    return parted;
}

/* Pairs with their parts; parts of a pair follow each other. */
static void take_chances(struct arena *arena, const struct parted *parted,
                         const struct assign_fit *fit, struct assign_lottery *out)
{
    const struct assign_problem *problem = parted->problem;
    int64_t cost = 0;
    uint32_t used = 0;

    out->chances = arena_array(arena, struct assign_chance, fit->seat_count + 1);
    for (size_t i = 0; i < fit->seat_count; i++) {
        struct assign_seat seat = fit->seats[i];
        struct assign_chance *last =
            out->chance_count > 0 ? &out->chances[out->chance_count - 1] : NULL;
        bool same_column = last != NULL && last->column == seat.column;

        used = same_column ? used + 1 : 0;
        cost += problem->cost[parted->edge[seat.edge]] + seat_load(problem, used / parted->parts);
        if (same_column && last->row == seat.row) {
            last->parts++;
        } else {
            out->chances[out->chance_count++] =
                (struct assign_chance){seat.row, seat.column, parted->edge[seat.edge], 1};
        }
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t soft = parted->split.demand[row] - parted->split.minimum[row];
        uint32_t empty = fit->empty[row] < soft ? fit->empty[row] : soft;

        cost += empty > 0 ? (int64_t)problem->empty_cost[row] * empty : 0;
    }
    out->cost = (double)cost / parted->parts;
    out->missing = (double)fit->missing / parted->parts;
}

static void take_draw(struct arena *arena, const struct parted *parted, const uint8_t *drawn,
                      struct assign_lottery *out)
{
    const struct assign_problem *problem = parted->problem;
    uint32_t used = 0;

    out->seats = arena_array(arena, struct assign_seat, out->chance_count + 1);
    out->empty = arena_array(arena, uint32_t, problem->row_count);
    for (uint32_t row = 0; row < problem->row_count; row++) {
        out->empty[row] = problem->demand[row];
    }
    for (size_t i = 0; i < out->chance_count; i++) {
        struct assign_chance chance = out->chances[i];
        bool same = out->seat_count > 0 && out->seats[out->seat_count - 1].column == chance.column;

        if (drawn[i] == 0) {
            continue;
        }
        used = same ? used + 1 : 0;
        out->seats[out->seat_count++] =
            (struct assign_seat){chance.row, chance.column, chance.edge};
        out->drawn_cost += problem->cost[chance.edge] + seat_load(problem, used);
        out->empty[chance.row]--;
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        uint32_t soft = problem->demand[row] - market_minimum(problem, row);
        uint32_t empty = out->empty[row] < soft ? out->empty[row] : soft;

        out->drawn_missing += out->empty[row] - empty;
        out->drawn_cost += empty > 0 ? (int64_t)problem->empty_cost[row] * empty : 0;
    }
}

enum err assign_lottery(struct arena *arena, const struct assign_problem *problem,
                        const struct assign_lottery_options *options, struct assign_lottery *out,
                        struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct assign_options plain = options->assign;
    struct assign_lottery result = {0};
    struct assign_proof proof;
    struct assign_fit fit;

    TRY(check(problem, options, fault));
    plain.seed = 0;
    TRY(assign_solve(work, problem, &plain, &fit, fault));
    result.optimum = fit.cost;
    result.optimum_missing = fit.missing;
    struct parted parted = new_parted(work, problem, options);

    TRY(solve_parallel(work, &parted.split, &plain, &fit, fault));
    TRY(assign_prove(work, &parted.split, &fit, &proof, fault));
    result.optimal = proof.optimal;
    result.parts = parted.parts;
    result.cap_parts = parted.cap;
    take_chances(arena, &parted, &fit, &result);
    result.loss = result.cost - (double)result.optimum;
    struct lottery_draw draw = {.chances = result.chances,
                                .count = result.chance_count,
                                .row_count = problem->row_count,
                                .column_count = problem->column_count,
                                .parts = parted.parts,
                                .seed = options->assign.seed};

    take_draw(arena, &parted, lottery_draw(work, &draw), &result);
    *out = result;
    return OK;
}
