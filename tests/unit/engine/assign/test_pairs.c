/* Goal: every path finds the two best edges of every column, those that columns of many seats find
 * one by one. */

#include "check.h"

#include "base/arena.h"
#include "base/rng.h"
#include "engine/assign/pairs.h"

enum { COLUMNS = 5000, ROWS = 100 };

static struct assign_problem draw(struct arena *arena, struct rng *rng, uint32_t span)
{
    uint64_t *start = arena_array(arena, uint64_t, COLUMNS + 1);
    uint32_t *row = arena_array(arena, uint32_t, COLUMNS * PAIRS_DEGREE_MAX);
    int32_t *cost = arena_array(arena, int32_t, COLUMNS * PAIRS_DEGREE_MAX);

    for (uint32_t i = 0; i < COLUMNS; i++) {
        start[i + 1] = start[i] + rng_below(rng, PAIRS_DEGREE_MAX + 1);
        for (uint64_t k = start[i]; k < start[i + 1]; k++) {
            row[k] = rng_below(rng, ROWS);
            cost[k] = (int32_t)rng_below(rng, span) - (int32_t)(span / 2);
        }
    }
    return (struct assign_problem){
        .row_count = ROWS, .column_count = COLUMNS, .start = start, .row = row, .cost = cost};
}

static bool same(const struct pair *left, const struct pair *right)
{
    for (int i = 0; i < 2; i++) {
        if (left->best[i].surplus != right->best[i].surplus ||
            (left->best[i].surplus > -ASSIGN_ABSENT && left->best[i].row != right->best[i].row)) {
            return false;
        }
    }
    return true;
}

/* What scanning one column for its two best edges finds. */
static struct pair scan_one(const struct assign_problem *problem, uint32_t index,
                            const int32_t *price)
{
    struct pick picks[3];
    struct pair pair = {{{.surplus = -ASSIGN_ABSENT}, {.surplus = -ASSIGN_ABSENT}}};
    struct best best = scan_best(column_of(problem, index), price, -ASSIGN_ABSENT, 2, false, picks);

    for (uint32_t i = 0; i < best.count; i++) {
        pair.best[i] = picks[i];
    }
    return pair;
}

static void pairs__are_the_same_on_every_path(void)
{
    struct rng rng = rng_new(7);

    for (int round = 0; round < 8; round++) {
        ARENA_SCOPE arena = arena_new();
        uint32_t span = round % 2 == 0 ? 4 : 1 << 28;
        struct assign_problem problem = draw(arena, &rng, span);
        int32_t *price = arena_array(arena, int32_t, ROWS + SCAN_PAD);
        uint32_t *index = arena_array(arena, uint32_t, COLUMNS);
        struct pair *pairs = arena_array(arena, struct pair, COLUMNS);
        uint32_t count = 0;

        for (uint32_t i = 0; i < ROWS; i++) {
            price[i] = (int32_t)rng_below(&rng, span);
        }
        for (uint32_t i = 0; i < COLUMNS; i++) {
            index[count] = i;
            count += rng_below(&rng, 3) != 0;
        }
        CHECK(pairs_fit(&problem, scan_sizes_of(&problem)));
        for (int path = PAIRS_PLAIN; path <= (int)pairs_path_here(); path++) {
            pairs_find(&problem, index, count, price, (enum pairs_path)path, pairs);
            for (uint32_t i = 0; i < count; i++) {
                struct pair one = scan_one(&problem, index[i], price);

                CHECK(same(&pairs[i], &one));
            }
        }
    }
}

static void pairs__leave_columns_of_several_seats_and_many_edges_alone(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rng rng = rng_new(8);
    struct assign_problem problem = draw(arena, &rng, 4);
    struct scan_sizes sizes = scan_sizes_of(&problem);

    sizes.capacity_max = 2;
    CHECK(!pairs_fit(&problem, sizes));
    sizes = (struct scan_sizes){.degree_max = PAIRS_DEGREE_MAX + 1, .capacity_max = 1};
    CHECK(!pairs_fit(&problem, sizes));
    problem.start = NULL;
    CHECK(!pairs_fit(&problem, scan_sizes_of(&problem)));
}

TEST_MAIN(CASE(pairs__are_the_same_on_every_path),
          CASE(pairs__leave_columns_of_several_seats_and_many_edges_alone))
