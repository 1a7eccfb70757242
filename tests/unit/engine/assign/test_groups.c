/*
 * Goal: answers with bounds for nested groups cost what a slow reference finds, over thousands of
 * small problems of every shape, also where bounds contradict each other; and their proofs hold.
 */

#include "check.h"

#include "base/fault.h"
#include "draw.h"
#include "engine/assign/groups.h"
#include "reference.h"

enum { PROBLEMS = 4000 };

static struct assign_groups draw_groups(struct arena *arena, struct rng *rng,
                                        const struct assign_problem *problem)
{
    uint32_t count = 1 + rng_below(rng, 5);
    uint32_t *parent = arena_array(arena, uint32_t, count);
    uint32_t *group = arena_array(arena, uint32_t, problem->column_count + (size_t)1);
    struct assign_bound *bounds =
        arena_array(arena, struct assign_bound, (size_t)count * problem->row_count);
    struct assign_groups groups = {
        .group_count = count, .parent = parent, .group = group, .bounds = bounds};

    for (uint32_t i = 0; i < count; i++) {
        /* Parents come after their children here, so that no order is taken for granted. */
        uint32_t at = count - 1 - i;

        parent[at] =
            i == 0 || rng_below(rng, 3) == 0 ? ASSIGN_NO_GROUP : at + 1 + rng_below(rng, i);
    }
    for (uint32_t i = 0; i < problem->column_count; i++) {
        uint32_t drawn = rng_below(rng, count + 1);

        group[i] = drawn == count ? ASSIGN_NO_GROUP : drawn;
    }
    for (uint32_t i = 0; i < count * problem->row_count && groups.bound_count < 6; i++) {
        uint32_t least = rng_below(rng, 4);

        if (rng_below(rng, 3) != 0) {
            bounds[groups.bound_count++] = (struct assign_bound){
                .row = i % problem->row_count,
                .group = i / problem->row_count,
                .least = least,
                .most = rng_below(rng, 3) == 0 ? ASSIGN_NO_BOUND : least + rng_below(rng, 3)};
        }
    }
    return groups;
}

static int64_t price_of(const struct assign_group_fit *fit)
{
    return fit->fit.cost + REFERENCE_MISSING * (int64_t)fit->fit.missing +
           REFERENCE_LACKING * (int64_t)fit->lacking + REFERENCE_UNMET * (int64_t)fit->fit.unmet;
}

static void groups__cost_what_the_reference_finds(void)
{
    struct rng rng = rng_new(21);

    for (uint32_t i = 0; i < PROBLEMS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw_problem(arena, &rng, 5, 16);
        struct assign_groups groups = draw_groups(arena, &rng, &problem);
        struct fault fault = {0};
        struct assign_group_fit fit;
        struct assign_proof proof;

        CHECK(assign_check(&problem, &fault) == OK);
        CHECK(assign_groups_check(&problem, &groups, &fault) == OK);
        CHECK(assign_groups(arena, &problem, &groups, &assign_defaults, &fit, &fault) == OK);
        CHECK(price_of(&fit) == reference_optimum(&problem, &groups));
        CHECK(assign_groups_prove(arena, &problem, &groups, &fit, &proof, &fault) == OK);
        CHECK(proof.optimal && proof.feasible == (fit.fit.missing == 0 && fit.lacking == 0));
    }
}

/* What one seat less of a minimum, or one more of a maximum, brings is never more than was said. */
static void bounds__promise_no_less_than_they_bring(void)
{
    struct rng rng = rng_new(22);

    for (uint32_t i = 0; i < PROBLEMS / 4; i++) {
        ARENA_SCOPE arena = arena_new();
        struct assign_problem problem = draw_problem(arena, &rng, 4, 12);
        struct assign_groups groups = draw_groups(arena, &rng, &problem);
        struct assign_bound *changed =
            arena_array(arena, struct assign_bound, groups.bound_count + (size_t)1);
        struct fault fault = {0};
        struct assign_group_fit fit;

        CHECK(assign_groups(arena, &problem, &groups, &assign_defaults, &fit, &fault) == OK);
        for (uint32_t k = 0; k < groups.bound_count; k++) {
            const struct assign_bounded *bound = &fit.bounds[k];
            int64_t promised = bound->fewer_missing * REFERENCE_MISSING +
                               bound->fewer_lacking * REFERENCE_LACKING +
                               bound->fewer_unmet * REFERENCE_UNMET + bound->saving;
            struct assign_groups relaxed = groups;

            memcpy(changed, groups.bounds, groups.bound_count * sizeof(*changed));
            relaxed.bounds = changed;
            if (bound->lacking > 0 || (bound->price > 0 && changed[k].least > 0)) {
                changed[k].least--;
            } else if (bound->price < 0 && changed[k].most < ASSIGN_NO_BOUND) {
                changed[k].most++;
            }
            int64_t brought = price_of(&fit) - reference_optimum(&problem, &relaxed);

            CHECK(brought >= 0 && brought <= promised);
            CHECK(bound->lacking == 0 || brought == REFERENCE_LACKING);
        }
    }
}

static void prove__finds_out_a_wrong_count(void)
{
    static const uint32_t demand[] = {2};
    static const int32_t cost[] = {1, 2, 9};
    static const uint32_t parent[] = {ASSIGN_NO_GROUP};
    static const uint32_t group[] = {ASSIGN_NO_GROUP, ASSIGN_NO_GROUP, 0};
    static const struct assign_bound bound = {.row = 0, .group = 0, .least = 1, .most = 2};
    struct assign_problem problem = {
        .row_count = 1, .column_count = 3, .demand = demand, .cost = cost};
    struct assign_groups groups = {
        .group_count = 1, .parent = parent, .group = group, .bound_count = 1, .bounds = &bound};
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct assign_group_fit fit;
    struct assign_proof proof;

    CHECK(assign_groups(arena, &problem, &groups, &assign_defaults, &fit, &fault) == OK);
    CHECK(fit.fit.cost == 10 && fit.free_cost == 3 && fit.bounds[0].given == 1);
    CHECK(fit.bounds[0].saving >= 7); /* 10 against 3: a price promises no less */
    fit.fit.seats[1] = (struct assign_seat){.row = 0, .column = 1, .edge = 1};
    fit.fit.cost = 3;
    CHECK(assign_groups_prove(arena, &problem, &groups, &fit, &proof, &fault) == OK);
    CHECK(!proof.optimal && !proof.feasible);
}

static void check__names_what_is_wrong(void)
{
    static const uint32_t demand[] = {2};
    static const int32_t cost[] = {1};
    static const uint32_t circle[] = {1, 0};
    static const uint32_t apart[] = {ASSIGN_NO_GROUP, ASSIGN_NO_GROUP};
    static const uint32_t group[] = {1};
    static const struct assign_bound twice[] = {{0, 1, 0, 1}, {0, 1, 0, 2}};
    static const struct assign_bound crossed = {0, 1, 2, 1};
    struct assign_problem problem = {
        .row_count = 1, .column_count = 1, .demand = demand, .cost = cost};
    struct assign_groups groups = {.group_count = 2, .parent = circle, .group = group};
    struct fault fault = {0};

    CHECK(assign_groups_check(&problem, &groups, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "circle") != NULL);
    groups.parent = apart;
    groups.bounds = twice;
    groups.bound_count = 2;
    CHECK(assign_groups_check(&problem, &groups, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "twice") != NULL);
    groups.bounds = &crossed;
    groups.bound_count = 1;
    CHECK(assign_groups_check(&problem, &groups, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "at least 2 but at most 1") != NULL);
    groups.group_count = 1;
    CHECK(assign_groups_check(&problem, &groups, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(groups__cost_what_the_reference_finds),
          CASE(bounds__promise_no_less_than_they_bring), CASE(prove__finds_out_a_wrong_count),
          CASE(check__names_what_is_wrong))
