/*
 * Goal: the published optima of OR-Library's assignment problems (Beasley 1990). Each file is read
 * by rows and handed over as it stands: the optimum of a square problem is that of its transpose.
 */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/assign.h"

static FILE *open_set(struct arena *arena, uint32_t size)
{
    const char *folder = getenv("PERITI_SHARED_DATA");

    return fopen(arena_print(arena, "%s/assign/assign%u.txt",
                             folder == NULL ? "../shared/data" : folder, size),
                 "rb");
}

static bool read_number(FILE *file, long *out)
{
    char word[16];
    char *end = word;

    if (fscanf(file, "%15s", word) != 1) {
        return false;
    }
    *out = strtol(word, &end, 10);
    return *end == '\0';
}

static bool read_costs(FILE *file, uint32_t size, int32_t *cost)
{
    long number = 0;

    if (!read_number(file, &number) || number != (long)size) {
        return false;
    }
    for (size_t i = 0; i < (size_t)size * size; i++) {
        if (!read_number(file, &number)) {
            return false;
        }
        cost[i] = (int32_t)number;
    }
    return true;
}

static void check_optimum(uint32_t size, int64_t optimum)
{
    ARENA_SCOPE arena = arena_new();
    FILE *file = open_set(arena, size);
    int32_t *cost = arena_array(arena, int32_t, (size_t)size * size);
    uint32_t *demand = arena_array(arena, uint32_t, size);
    struct assign_problem problem = {
        .row_count = size, .column_count = size, .demand = demand, .cost = cost};
    struct fault fault = {0};
    struct assign_proof proof;
    struct assign_fit fit;

    if (file == NULL) {
        printf("# skipped: no shared data\n");
        return;
    }
    bool whole = read_costs(file, size, cost);

    (void)fclose(file);
    for (uint32_t row = 0; row < size; row++) {
        demand[row] = 1;
    }
    CHECK(whole);
    CHECK(assign_check(&problem, &fault) == OK);
    CHECK(assign_solve(arena, &problem, &assign_defaults, &fit, &fault) == OK);
    CHECK(fit.cost == optimum && fit.seat_count == size);
    CHECK(assign_prove(arena, &problem, &fit, &proof, &fault) == OK && proof.optimal);
}

static void solve__finds_the_published_optima(void)
{
    check_optimum(100, 305);
    check_optimum(200, 475);
    check_optimum(300, 626);
    check_optimum(400, 804);
}

TEST_MAIN(CASE(solve__finds_the_published_optima))
