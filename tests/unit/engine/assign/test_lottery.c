/*
 * Goal: probabilities cost what a slow reference finds and keep the cap, every draw is an answer of
 * the problem, and draws come as often as the probabilities say.
 */

#include "check.h"

#include <math.h>

#include "base/fault.h"
#include "draw.h"
#include "engine/assign/lottery.h"
#include "reference.h"

enum { PROBLEMS = 1500, DRAWS = 4000 };

/* The optimum in parts: every pair up to `cap` parts. */
static int64_t reference_parts(const struct assign_problem *problem, uint32_t parts, uint32_t cap)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t rows = problem->row_count;
    uint32_t source = rows + problem->column_count;
    size_t edges = problem->start == NULL ? (size_t)rows * problem->column_count
                                          : problem->start[problem->column_count];
    struct reference net = {.node_count = source + 2};

    net.arcs = arena_array(arena, struct reference_arc,
                           2 * (edges + 3 * rows + problem->column_count * 8));
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t must = problem->minimum != NULL      ? problem->minimum[row]
                        : problem->empty_cost == NULL ? problem->demand[row]
                                                      : 0;
        uint32_t soft = problem->demand[row] - must;

        reference_add(&net, source, row, problem->demand[row] * parts, 0);
        reference_add(&net, row, source + 1, soft * parts, soft > 0 ? problem->empty_cost[row] : 0);
        reference_add(&net, row, source + 1, must * parts, REFERENCE_MISSING);
    }
    for (uint32_t column = 0; column < problem->column_count; column++) {
        uint64_t from = problem->start == NULL ? (uint64_t)column * rows : problem->start[column];
        uint64_t to = problem->start == NULL ? from + rows : problem->start[column + 1];
        uint32_t capacity = problem->capacity == NULL ? 1 : problem->capacity[column];

        for (uint64_t i = from; i < to; i++) {
            if (problem->cost[i] != ASSIGN_ABSENT) {
                reference_add(&net, problem->row == NULL ? (uint32_t)(i - from) : problem->row[i],
                              rows + column, cap, problem->cost[i]);
            }
        }
        for (uint32_t i = 0; i < capacity; i++) {
            reference_add(&net, rows + column, source + 1, parts,
                          problem->load_cost == NULL ? 0 : problem->load_cost[i]);
        }
    }
    return reference_flow(arena, &net, source, source + 1);
}

static bool is_answer(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_lottery *lottery)
{
    struct assign_fit fit = {.seats = lottery->seats,
                             .seat_count = lottery->seat_count,
                             .price = arena_array(arena, int64_t, problem->row_count),
                             .empty = lottery->empty,
                             .cost = lottery->drawn_cost,
                             .missing = lottery->drawn_missing,
                             .missing_price = INT64_C(1) << 40};
    struct assign_proof proof;
    struct fault fault = {0};

    return assign_prove(arena, problem, &fit, &proof, &fault) == OK && proof.gap < INT64_MAX;
}

/* Cost and what the spread takes off the gains. */
static double perturbed(const struct assign_problem *problem, const struct assign_lottery *lottery,
                        double spread, double top)
{
    double sum = lottery->cost;

    for (size_t i = 0; i < lottery->chance_count; i++) {
        double x = (double)lottery->chances[i].parts / lottery->parts;

        sum += spread * x * x * (top - problem->cost[lottery->chances[i].edge]);
    }
    return sum;
}

static void lottery__costs_what_the_reference_finds(void)
{
    struct rng rng = rng_new(31);

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw_problem(arena, &rng, 5, 12);
        struct assign_lottery_options options = assign_lottery_defaults;
        struct fault fault = {0};
        struct assign_lottery lottery;

        problem.floor = NULL;
        options.parts = 1U << rng_below(&rng, 4);
        options.cap = (1.0 + rng_below(&rng, options.parts)) / options.parts;
        CHECK(assign_lottery(arena, &problem, &options, &lottery, &fault) == OK);
        int64_t parts = options.parts;

        uint32_t cap = lottery.cap_parts * (options.parts / lottery.parts);

        CHECK(llround(lottery.cost * (double)parts) +
                  llround(lottery.missing * (double)parts) * REFERENCE_MISSING ==
              reference_parts(&problem, options.parts, cap));
        CHECK(cap == (uint32_t)(options.cap * options.parts));
        CHECK(lottery.optimal && is_answer(arena, &problem, &lottery));
        for (size_t k = 0; k < lottery.chance_count; k++) {
            CHECK(lottery.chances[k].parts <= lottery.cap_parts);
        }
    }
}

static void spread__shares_seats_out_as_well_as_can_be(void)
{
    struct rng rng = rng_new(32);
    uint32_t fewer = 0;
    uint32_t more = 0;

    for (uint32_t i = 0; i < PROBLEMS / 3; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw_problem(arena, &rng, 5, 12);
        struct assign_lottery_options options = assign_lottery_defaults;
        struct fault fault = {0};
        struct assign_lottery sharp;
        struct assign_lottery wide;
        size_t edges = problem.start == NULL ? (size_t)problem.row_count * problem.column_count
                                             : problem.start[problem.column_count];
        double top = -1e18;

        problem.floor = NULL;
        for (size_t k = 0; k < edges; k++) {
            top = problem.cost[k] != ASSIGN_ABSENT ? fmax(top, problem.cost[k]) : top;
        }
        CHECK(assign_lottery(arena, &problem, &options, &sharp, &fault) == OK);
        options.spread = 0.5;
        CHECK(assign_lottery(arena, &problem, &options, &wide, &fault) == OK);
        CHECK(wide.optimal && is_answer(arena, &problem, &wide));
        CHECK(wide.missing == sharp.missing && wide.cost >= sharp.cost);
        double slack = 12 * 4.0;

        CHECK(perturbed(&problem, &wide, 0.5, top) <=
              perturbed(&problem, &sharp, 0.5, top) + slack);
        fewer += wide.chance_count < sharp.chance_count;
        more += wide.chance_count > sharp.chance_count;
    }
    CHECK(more > 10 * fewer && more > 50);
}

static void draws__come_as_often_as_their_probabilities(void)
{
    struct rng rng = rng_new(33);
    static const uint32_t demand[] = {2, 1, 3};
    static const uint16_t capacity[] = {1, 2, 1, 1, 2, 1, 1, 1};
    int32_t cost[24];
    struct assign_problem problem = {
        .row_count = 3, .column_count = 8, .demand = demand, .capacity = capacity, .cost = cost};
    struct assign_lottery_options options = assign_lottery_defaults;
    uint32_t drawn[24] = {0};
    uint32_t parts[24] = {0};

    for (uint32_t i = 0; i < 24; i++) {
        cost[i] = (int32_t)rng_below(&rng, 100);
    }
    options.cap = 0.4;
    options.spread = 0.5;
    for (uint64_t seed = 1; seed <= DRAWS; seed++) {
        ARENA_SCOPE once = arena_new();
        struct fault fault = {0};
        struct assign_lottery lottery;

        options.assign.seed = seed;
        CHECK(assign_lottery(once, &problem, &options, &lottery, &fault) == OK);
        CHECK(lottery.seat_count == 6 && lottery.cap_parts == 6);
        for (size_t i = 0; i < lottery.seat_count; i++) {
            drawn[lottery.seats[i].edge]++;
        }
        for (size_t i = 0; i < lottery.chance_count; i++) {
            parts[lottery.chances[i].edge] = lottery.chances[i].parts;
        }
    }
    for (uint32_t i = 0; i < 24; i++) {
        double chance = parts[i] / 16.0;
        double deviation = sqrt(DRAWS * chance * (1 - chance));

        CHECK(fabs(drawn[i] - DRAWS * chance) <= 4 * deviation);
    }
}

static void lottery__refuses_what_it_cannot_keep(void)
{
    static const uint32_t demand[] = {1};
    static const int32_t cost[] = {1, 2};
    static const uint16_t wide[] = {UINT16_MAX, 1};
    struct assign_problem problem = {
        .row_count = 1, .column_count = 2, .demand = demand, .cost = cost};
    struct assign_lottery_options options = assign_lottery_defaults;
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct assign_lottery lottery;

    options.cap = 0.01;
    CHECK(assign_lottery(arena, &problem, &options, &lottery, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "cap") == 0);
    options.cap = (double)NAN;
    CHECK(assign_lottery(arena, &problem, &options, &lottery, &fault) == ERR_INVALID);
    options.cap = 0.5;
    options.spread = 1.5;
    CHECK(assign_lottery(arena, &problem, &options, &lottery, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "spread") == 0);
    options.spread = 0;
    options.parts = 12;
    CHECK(assign_lottery(arena, &problem, &options, &lottery, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "parts") == 0);
    options.parts = 16;
    problem.capacity = wide; /* never more than there are edges */
    CHECK(assign_lottery(arena, &problem, &options, &lottery, &fault) == OK);
    CHECK(lottery.cost == 1.5 && lottery.optimum == 1 && lottery.loss == 0.5);
}

TEST_MAIN(CASE(lottery__costs_what_the_reference_finds),
          CASE(spread__shares_seats_out_as_well_as_can_be),
          CASE(draws__come_as_often_as_their_probabilities),
          CASE(lottery__refuses_what_it_cannot_keep))
