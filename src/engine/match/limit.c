#include "engine/match/limit.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/budget.h"
#include "engine/assign/fair.h"
#include "engine/assign/lottery.h"
#include "engine/match/limit_bound.h"
#include "engine/match/pose.h"
#include "engine/match/solve.h"

enum {
    FLOORS_TRIED = 8,
    /* The engine of budgets takes smaller costs: still, a seat filled outweighs thirty scores. */
    BUDGET_EMPTY_SEAT = 1 << 25,
};

static bool has_floors(const struct match_instance *instance)
{
    for (uint32_t i = 0; i < instance->member_count; i++) {
        if (instance->members[i].floor > 0) {
            return true;
        }
    }
    return false;
}

bool match_is_limited(const struct match_instance *instance)
{
    const struct match_limits *limits = &instance->limits;

    return limits->budget_count > 0 || limits->bound_count > 0 || limits->cap > 0 ||
           has_floors(instance);
}

enum err match_limits_check(const struct match_instance *instance, struct fault *fault)
{
    const struct match_limits *limits = &instance->limits;

    if (limits->budget_count > 0 &&
        (limits->bound_count > 0 || limits->cap > 0 || has_floors(instance))) {
        return fail(fault, ERR_INVALID,
                    "budgets cannot be kept together with %s: take one of them away, or match "
                    "the campaigns in runs of their own",
                    limits->bound_count > 0 ? "bounds by country or level"
                    : limits->cap > 0       ? "a cap on chances"
                                            : "floors");
    }
    if (limits->bound_count > 0 && limits->cap > 0) {
        return fail(fault, ERR_INVALID,
                    "a cap on chances cannot be kept together with bounds by country or level: "
                    "take one of them away");
    }
    return OK;
}

struct limiting {
    struct match_posing *posing;
    struct match_outcome *out;
    struct assign_fit *fit;
    struct fault *fault;
    uint64_t seed;
    int64_t free_cost;
    size_t room; /* of `kept` */
};

static void keep(struct limiting *limiting, const struct match_kept *kept)
{
    struct match_outcome *out = limiting->out;

    out->kept = arena_room(limiting->posing->arena, out->kept, out->kept_count, &limiting->room,
                           sizeof(*out->kept));
    out->kept[out->kept_count++] = *kept;
}

static double in_score(int64_t cost)
{
    return (double)cost / MATCH_SCORE_UNIT;
}

/* ------------------------------------------------------------------ budgets */

static int32_t spend_of(const struct match_instance *asked, uint32_t ask, uint32_t choice)
{
    int64_t spend = match_week_cost(asked, ask, asked->choices[choice].member);

    return spend > INT32_MAX ? INT32_MAX : (int32_t)spend;
}

static struct assign_budget budget_of(struct match_posing *posing)
{
    const struct match_instance *asked = posing->asked;
    struct arena *arena = posing->arena;
    uint32_t *group = arena_array(arena, uint32_t, asked->ask_count + 1UL);
    int32_t *spend = arena_array(arena, int32_t, asked->choice_count + 1UL);

    for (uint32_t i = 0; i < asked->ask_count; i++) {
        uint32_t budget = asked->asks[i].budget;

        group[i] = budget == MATCH_NONE ? asked->limits.budget_count : budget;
        posing->empty[i] = BUDGET_EMPTY_SEAT;
    }
    for (uint32_t i = 0; i < asked->choice_count; i++) {
        spend[i] = spend_of(asked, posing->problem.row[i], posing->choice[i]);
        posing->cost[i] = posing->cost[i] > BUDGET_COST_MAX ? BUDGET_COST_MAX : posing->cost[i];
    }
    return (struct assign_budget){.group_count = asked->limits.budget_count,
                                  .group = group,
                                  .limit = asked->limits.budgets,
                                  .spend = spend};
}

static enum err solve_budgets(struct limiting *limiting)
{
    struct match_posing *posing = limiting->posing;
    struct assign_budget budget = budget_of(posing);
    struct assign_budget_fit fit;

    TRY(assign_budget(posing->arena, &posing->problem, &budget, &assign_budget_defaults, &fit,
                      limiting->fault));
    *limiting->fit = fit.fit;
    limiting->out->gap = fit.gap;
    limiting->out->optimal = fit.gap == 0;
    for (uint32_t i = 0; i < budget.group_count; i++) {
        keep(limiting, &(struct match_kept){.kind = MATCH_BUDGET,
                                            .index = i,
                                            .given = fit.spent[i],
                                            .binds = fit.multiplier[i] > 0,
                                            .worth = fit.multiplier[i] / MATCH_SCORE_UNIT});
    }
    return OK;
}

/* ------------------------------------------------------------------ floors */

/* Floors within what a member can take; what follows keeps them as they were raised. */
static enum err solve_floors(struct limiting *limiting)
{
    struct match_posing *posing = limiting->posing;
    const struct match_instance *asked = posing->asked;
    struct assign_options options = assign_defaults;
    uint16_t *seats = arena_array(posing->arena, uint16_t, asked->member_count + 1UL);
    struct assign_proof proof;
    struct assign_fair fair;

    for (uint32_t i = 0; i < asked->member_count; i++) {
        uint16_t floor = asked->members[i].floor;

        seats[i] = floor < posing->capacity[i] ? floor : posing->capacity[i];
    }
    TRY(assign_fair(posing->arena, &posing->problem, &(struct assign_floors){.seats = seats},
                    &options, FLOORS_TRIED, &fair, limiting->fault));
    posing->problem.floor = fair.raised;
    TRY(assign_prove(posing->arena, &posing->problem, &fair.fit, &proof, limiting->fault));
    *limiting->fit = fair.fit;
    limiting->out->optimal = proof.optimal;
    limiting->out->gap = proof.gap;
    for (size_t i = 0; i < fair.floor_count; i++) {
        const struct assign_floor *floor = &fair.floors[i];
        int64_t lacking = (int64_t)seats[floor->column] - floor->seats;

        keep(limiting, &(struct match_kept){.kind = MATCH_FLOOR,
                                            .index = floor->column,
                                            .given = floor->seats,
                                            .lacking = lacking > 0 ? lacking : 0,
                                            .binds = !floor->met || floor->price > 0,
                                            .worth = floor->tried ? in_score(-floor->cost) : 0});
    }
    return OK;
}

/* ------------------------------------------------------------------ bounds */

static enum err solve_bounds(struct limiting *limiting)
{
    struct match_posing *posing = limiting->posing;
    struct match_outcome *out = limiting->out;
    struct assign_group_fit fit;
    struct assign_proof proof;
    struct bounding bounding;

    bounding_of(posing, &bounding);
    TRY(assign_groups_check(&posing->problem, &bounding.groups, limiting->fault));
    TRY(assign_groups(posing->arena, &posing->problem, &bounding.groups, &assign_defaults, &fit,
                      limiting->fault));
    TRY(assign_groups_prove(posing->arena, &posing->problem, &bounding.groups, &fit, &proof,
                            limiting->fault));
    *limiting->fit = fit.fit;
    out->held_back = bounding.held_back;
    out->optimal = proof.optimal && bounding.held_back == 0;
    out->gap = bounding.held_back == 0 ? proof.gap : fit.fit.cost - limiting->free_cost;
    for (uint32_t i = 0; i < bounding.groups.bound_count; i++) {
        const struct assign_bounded *bounded = &fit.bounds[i];
        int64_t lost = fit.fit.cost - limiting->free_cost; /* to all limits together */

        keep(limiting, &(struct match_kept){
                           .kind = MATCH_BOUND,
                           .index = i,
                           .given = bounded->given,
                           .lacking = bounded->lacking,
                           .binds = bounded->price != 0 || bounded->lacking > 0,
                           .worth = in_score(bounded->saving < lost ? bounded->saving : lost)});
    }
    return OK;
}

/* ------------------------------------------------------------------ chance */

static enum err draw(struct limiting *limiting)
{
    struct match_posing *posing = limiting->posing;
    const struct match_instance *asked = posing->asked;
    struct assign_lottery_options options = assign_lottery_defaults;
    struct match_outcome *out = limiting->out;
    struct assign_lottery lottery;

    options.assign.seed = limiting->seed;
    options.cap = asked->limits.cap;
    options.spread = asked->limits.spread;
    TRY(assign_lottery(posing->arena, &posing->problem, &options, &lottery, limiting->fault));
    *limiting->fit =
        (struct assign_fit){.seats = lottery.seats,
                            .seat_count = lottery.seat_count,
                            .price = arena_array(posing->arena, int64_t, asked->ask_count + 1UL),
                            .empty = lottery.empty,
                            .cost = lottery.drawn_cost};
    out->chance = arena_array(posing->arena, float, asked->choice_count + 1UL);
    for (size_t i = 0; i < lottery.chance_count; i++) {
        out->chance[lottery.chances[i].edge] =
            (float)lottery.chances[i].parts / (float)lottery.parts;
    }
    out->optimal = lottery.optimal;
    out->gap = 0;
    keep(limiting, &(struct match_kept){.kind = MATCH_CAP,
                                        .given = (int64_t)lottery.seat_count,
                                        .binds = lottery.loss > 0,
                                        .worth = lottery.loss / MATCH_SCORE_UNIT});
    return OK;
}

enum err match_limits_solve(struct match_posing *posing, uint64_t seed, int64_t free_cost,
                            struct match_outcome *out, struct assign_fit *fit, struct fault *fault)
{
    const struct match_instance *asked = posing->asked;
    struct limiting limiting = {.posing = posing,
                                .out = out,
                                .fit = fit,
                                .fault = fault,
                                .seed = seed,
                                .free_cost = free_cost};

    if (asked->limits.budget_count > 0) {
        return solve_budgets(&limiting);
    }
    if (has_floors(asked)) {
        TRY(solve_floors(&limiting));
    }
    if (asked->limits.bound_count > 0) {
        return solve_bounds(&limiting);
    }
    return asked->limits.cap > 0 ? draw(&limiting) : OK;
}
