#include "engine/match/limit.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/match/pose.h"
#include "engine/match/solve.h"
#include "engine/match/team.h"
#include "engine/match/team_answer.h"
#include "engine/match/team_budget.h"
#include "engine/match/team_draw.h"

enum { PARTS = 16 }; /* of a seat, where chance decides */

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

    for (uint32_t i = 0; i < limits->bound_count; i++) {
        const struct match_bound *bound = &limits->bounds[i];

        if (bound->least > bound->most) {
            return fail(fault, ERR_INVALID, "%s wants %u seats at least, but %u at most",
                        instance->asks[bound->ask].id, bound->least, bound->most);
        }
        for (uint32_t k = 0; k < i; k++) {
            const struct match_bound *other = &limits->bounds[k];

            if (other->ask == bound->ask &&
                (other->country == MATCH_ANY) != (bound->country == MATCH_ANY)) {
                return fail(fault, ERR_INVALID,
                            "bounds of %s by country and by level alone cross each other: name the "
                            "country with each level",
                            instance->asks[bound->ask].id);
            }
        }
    }
    if (limits->cap > 0 && limits->cap * PARTS < 1) {
        return fail(fault, ERR_INVALID, "a cap below %g cannot be drawn", 1.0 / PARTS);
    }
    return OK;
}

bool match_sits_twice(const struct match_posing *posing, const struct assign_fit *fit)
{
    const struct match_ask *asks = posing->asked->asks;

    for (size_t i = 1; i < fit->seat_count; i++) {
        uint32_t campaign = asks[fit->seats[i].row].campaign;

        for (size_t k = i; k-- > 0 && fit->seats[k].column == fit->seats[i].column;) {
            if (campaign != MATCH_NONE && asks[fit->seats[k].row].campaign == campaign) {
                return true;
            }
        }
    }
    return false;
}

/* ------------------------------------------------------------------ what became of them */

struct keeping {
    const struct team *team;
    const struct team_answer *answer;
    struct match_outcome *out;
    size_t room;
};

static void keep(struct keeping *keeping, const struct match_kept *kept)
{
    struct match_outcome *out = keeping->out;

    out->kept = arena_room(keeping->team->posing->arena, out->kept, out->kept_count, &keeping->room,
                           sizeof(*out->kept));
    out->kept[out->kept_count++] = *kept;
}

/* Potentials hold what is worth far more than a score, too: one unit of a limit moves one score. */
static double in_score(int64_t reduced)
{
    double score = (double)(reduced < 0 ? -reduced : reduced) / TEAM_SCALE / MATCH_SCORE_UNIT;

    return score > 1 ? 1 : score;
}

static void keep_budgets(struct keeping *keeping, const double *multiplier)
{
    const struct match_limits *limits = &keeping->team->posing->asked->limits;

    for (uint32_t i = 0; i < limits->budget_count; i++) {
        keep(keeping, &(struct match_kept){.kind = MATCH_BUDGET,
                                           .index = i,
                                           .given = keeping->answer->spent[i],
                                           .binds = multiplier[i] > 0,
                                           .worth = multiplier[i] / MATCH_SCORE_UNIT});
    }
}

/* What flows above a bound's least tells by its reduced cost which side binds. */
static void keep_bounds(struct keeping *keeping)
{
    const struct team *team = keeping->team;
    const struct match_instance *asked = team->posing->asked;

    for (uint32_t i = 0; i < asked->limits.bound_count; i++) {
        const struct match_bound *bound = &asked->limits.bounds[i];
        int64_t given = keeping->answer->given[i];
        int64_t lacking = (int64_t)bound->least - given;
        int64_t reduced = team_reduced(team, team_bound_arc(team, i) + 1);
        bool below = bound->least > 0 && reduced > 0;
        bool above = bound->most < team->posing->demand[bound->ask] && reduced < 0;

        keep(keeping, &(struct match_kept){.kind = MATCH_BOUND,
                                           .index = i,
                                           .given = given,
                                           .lacking = lacking > 0 ? lacking : 0,
                                           .binds = below || above || lacking > 0,
                                           .worth = below || above ? in_score(reduced) : 0});
    }
}

static void keep_floors(struct keeping *keeping)
{
    const struct team *team = keeping->team;
    const struct match_instance *asked = team->posing->asked;

    for (uint32_t i = 0; i < asked->member_count; i++) {
        int64_t lacking = (int64_t)asked->members[i].floor - keeping->answer->used[i];
        int64_t reduced = team_reduced(team, team->arc_start[i] + 1);

        if (asked->members[i].floor > 0) {
            keep(keeping, &(struct match_kept){.kind = MATCH_FLOOR,
                                               .index = i,
                                               .given = keeping->answer->used[i],
                                               .lacking = lacking > 0 ? lacking : 0,
                                               .binds = lacking > 0 || reduced > 0,
                                               .worth = reduced > 0 ? in_score(reduced) : 0});
        }
    }
}

/* Members who would take another seat of a campaign, if they might. */
static void keep_campaigns(struct keeping *keeping)
{
    const struct team *team = keeping->team;
    struct match_kept kept = {.kind = MATCH_ONCE};
    bool any = false;

    for (uint32_t i = 0; i < team->posing->asked->member_count; i++) {
        for (uint32_t k = team->arc_start[i] + 2; k < team->arc_start[i + 1]; k++) {
            bool leads_on = team->network.tail[k] == team->node_start[i] &&
                            team->network.head[k] > team->node_start[i];
            int64_t reduced = leads_on ? team_reduced(team, k) : 0;

            any = any || leads_on;
            kept.given += reduced < 0;
            if (reduced < 0 && in_score(reduced) > kept.worth) {
                kept.worth = in_score(reduced);
            }
        }
    }
    kept.binds = kept.given > 0;
    if (any) {
        keep(keeping, &kept);
    }
}

/* What the chances bring on average, beside the best team. */
static void keep_cap(struct keeping *keeping, size_t seats)
{
    const struct match_posing *posing = keeping->team->posing;
    double loss = keeping->out->free_score * MATCH_SCORE_UNIT;

    for (uint64_t i = 0; i < posing->asked->choice_count; i++) {
        loss += (double)keeping->out->chance[i] * posing->cost[i];
    }
    keep(keeping, &(struct match_kept){.kind = MATCH_CAP,
                                       .given = (int64_t)seats,
                                       .binds = loss >= 1,
                                       .worth = loss < 1 ? 0 : loss / MATCH_SCORE_UNIT});
}

/* ------------------------------------------------------------------ solving */

static struct team_parts parts_of(const struct match_limits *limits)
{
    struct team_parts parts = {
        .whole = PARTS, .most = (uint32_t)(limits->cap * PARTS), .spread = limits->spread};

    if (limits->cap <= 0) {
        return (struct team_parts){.whole = 1, .most = 1};
    }
    /* Without a spread the optimum is whole in the coarsest parts that can say the cap. */
    while (parts.spread <= 0 && parts.whole % 2 == 0 && parts.most % 2 == 0) {
        parts.whole /= 2;
        parts.most /= 2;
    }
    return parts;
}

static void tell_chances(const struct team *team, struct match_outcome *out)
{
    uint64_t edges = team->posing->asked->choice_count;

    out->chance = arena_array(team->posing->arena, float, edges + 1);
    for (uint64_t i = 0; i < edges; i++) {
        out->chance[i] = (float)team_parts_of(team, i) / (float)team->parts.whole;
    }
}

/* Seats by member, then ask, as the engine of assignments gives them. */
static void tell_fit(const struct team_answer *answer, struct assign_fit *fit)
{
    const struct team *team = answer->team;
    const struct match_posing *posing = team->posing;
    const struct match_instance *asked = posing->asked;

    *fit = (struct assign_fit){
        .seats = arena_array(posing->arena, struct assign_seat, asked->choice_count + 1UL),
        .price = arena_array(posing->arena, int64_t, asked->ask_count + 1UL),
        .empty = arena_array(posing->arena, uint32_t, asked->ask_count + 1UL)};
    for (uint64_t i = 0; i < asked->choice_count; i++) {
        if (answer->held[i]) {
            fit->seats[fit->seat_count++] =
                (struct assign_seat){.row = posing->problem.row[i],
                                     .column = asked->choices[posing->choice[i]].member,
                                     .edge = i};
            fit->cost += posing->cost[i];
        }
    }
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        fit->empty[i] = posing->demand[i] - answer->filled[i];
        fit->price[i] = team_price(team, i);
        fit->cost += (int64_t)fit->empty[i] * MATCH_EMPTY_SEAT;
    }
}

/* The team that a flow in parts stands for, or one drawn from it; it may still spend too much. */
static const bool *seats_of(const struct team *team, uint64_t seed)
{
    struct arena *arena = team->posing->arena;
    uint64_t edges = team->posing->asked->choice_count;

    if (team->posing->asked->limits.cap > 0) {
        return team_draw(arena, team, seed);
    }
    bool *held = arena_array(arena, bool, edges + 1);

    for (uint64_t i = 0; i < edges; i++) {
        held[i] = team_parts_of(team, i) > 0;
    }
    return held;
}

enum err match_limits_solve(struct match_posing *posing, uint64_t seed, struct match_outcome *out,
                            struct assign_fit *fit, struct fault *fault)
{
    const struct match_limits *limits = &posing->asked->limits;
    struct team team = team_of(posing, parts_of(limits));
    struct team_answer answer = team_answer_new(posing->arena, &team);
    struct keeping keeping = {.team = &team, .answer = &answer, .out = out};
    struct team_budget_fit budget = {0};

    if (limits->budget_count > 0) {
        TRY(team_budget(posing->arena, &team, &budget, fault));
    } else {
        TRY(team_solve(&team, fault));
    }
    team_answer_take(&answer, budget.held != NULL ? budget.held : seats_of(&team, seed));
    int64_t cost = team_answer_cost(&answer);

    team_answer_drop(&answer); /* a draw keeps budgets on average only */
    out->gap = budget.gap + team_answer_cost(&answer) - cost;
    out->optimal = out->gap == 0 && team_prove(&team);
    if (limits->cap > 0) {
        tell_chances(&team, out);
    }
    tell_fit(&answer, fit);
    keep_budgets(&keeping, budget.multiplier);
    keep_bounds(&keeping);
    keep_floors(&keeping);
    keep_campaigns(&keeping);
    if (limits->cap > 0) {
        keep_cap(&keeping, fit->seat_count);
    }
    return OK;
}
