/* Goal: the vector path and the plain path see the same edges in the same order. */

#include "check.h"

#include "base/rng.h"
#include "engine/assign/scan.h"

enum { COLUMNS = 20000, DEGREE_MAX = 90, ROWS = 100, MOST_MAX = 6 };

static struct column draw(struct rng *rng, uint32_t *row, int32_t *cost)
{
    bool dense = rng_below(rng, 2) == 0;
    uint32_t degree = rng_below(rng, rng_below(rng, 2) == 0 ? 20 : DEGREE_MAX);
    uint32_t span = rng_below(rng, 2) == 0 ? 4 : 1 << 28;

    for (uint32_t i = 0; i < degree; i++) {
        row[i] = rng_below(rng, ROWS);
        cost[i] = (int32_t)rng_below(rng, span) - (int32_t)(span / 2);
        if (dense && rng_below(rng, 5) == 0) {
            cost[i] = ASSIGN_ABSENT;
        }
    }
    return (struct column){.row = dense ? NULL : row, .cost = cost, .degree = degree};
}

static bool same_best(struct column column, const int32_t *price, int32_t floor, uint32_t most)
{
    struct pick plain[MOST_MAX + 1];
    struct pick vector[MOST_MAX + 1];
    struct best left = scan_best(column, price, floor, most, false, plain);
    struct best right = scan_best(column, price, floor, most, true, vector);

    if (left.count != right.count) {
        return false;
    }
    for (uint32_t i = 0; i < left.count; i++) {
        if (plain[i].surplus != vector[i].surplus || plain[i].row != vector[i].row) {
            return false;
        }
    }
    return column.degree == 0 || left.top == right.top;
}

static bool same_above(struct column column, const int64_t *exact, const int32_t *price,
                       int32_t floor)
{
    struct offer plain[DEGREE_MAX];
    struct offer vector[DEGREE_MAX];
    uint32_t left = scan_above(column, (struct prices){exact, price, false}, floor, plain);
    uint32_t right = scan_above(column, (struct prices){exact, price, true}, floor, vector);

    if (left != right) {
        return false;
    }
    for (uint32_t i = 0; i < left; i++) {
        if (plain[i].surplus != vector[i].surplus || plain[i].row != vector[i].row ||
            plain[i].cost != vector[i].cost) {
            return false;
        }
    }
    return true;
}

static void scan__sees_the_same_on_both_paths(void)
{
    struct rng rng = rng_new(5);
    int64_t exact[ROWS + SCAN_PAD] = {0};
    int32_t price[ROWS + SCAN_PAD] = {0};
    uint32_t row[DEGREE_MAX];
    int32_t cost[DEGREE_MAX];

    if (!scan_vector_here()) {
        printf("# skipped: this processor has only the plain path\n");
        return;
    }
    for (uint32_t i = 0; i < COLUMNS; i++) {
        struct column column = draw(&rng, row, cost);
        uint32_t span = rng_below(&rng, 2) == 0 ? 4 : 1 << 28;
        int32_t floor = (int32_t)rng_below(&rng, span) - (int32_t)(span / 2);

        for (uint32_t k = 0; k < ROWS; k++) {
            exact[k] = price[k] = (int32_t)rng_below(&rng, span);
        }
        CHECK(same_best(column, price, floor, 2));
        CHECK(same_best(column, price, floor, 1 + rng_below(&rng, MOST_MAX)));
        CHECK(same_above(column, exact, price, floor));
    }
}

static void scan__finds_the_span_of_costs(void)
{
    struct rng rng = rng_new(6);
    int32_t cost[DEGREE_MAX];

    for (uint32_t i = 0; i < COLUMNS; i++) {
        struct column column = draw(&rng, (uint32_t[DEGREE_MAX]){0}, cost);
        int32_t low[2];
        int32_t high[2];

        scan_costs(cost, column.degree, false, &low[0], &high[0]);
        scan_costs(cost, column.degree, scan_vector_here(), &low[1], &high[1]);
        CHECK(low[0] == low[1] && high[0] == high[1]);
    }
}

TEST_MAIN(CASE(scan__sees_the_same_on_both_paths), CASE(scan__finds_the_span_of_costs))
