#include "engine/match/team_budget.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/match/team.h"

__extension__ typedef __int128 wide;

enum {
    POINT = 20, /* binary places of a multiplier */
    POINT_UNIT = 1 << POINT,
    ROUND_MAX = 48,
    HALVINGS = 24, /* rounds of bisection where several budgets compete */
    PATIENCE = 3,  /* rounds without gain until steps are halved */
    SWEEPS = 4,
};

/* A multiplier at which nobody is worth what they spend, and the most that is charged for a seat.
 */
#define MULTIPLIER_TOP ((int64_t)1 << 53)
#define CHARGE_MAX     ((int64_t)1 << 38)

struct hunt {
    struct team *team;
    const struct match_limits *limits;
    int64_t *now;  /* [budget] multipliers, in the network's costs with POINT places */
    int64_t *best; /* [budget] those of the best bound */
    int64_t *kept; /* [budget] those of the best answer */
    int64_t *low;  /* [budget] of the bisection */
    int64_t *high;
    int64_t *over; /* [budget] what the last answer spent beyond the limit, in parts */
    wide bound;    /* the best, in the network's costs with POINT places */
    struct team_answer answer;
    bool *relaxed; /* [edge] seats of the last answer */
    bool *held;    /* [edge] of the best */
    double cost;   /* of that, in the network's costs */
    double step;
    uint32_t stale;
};

static struct hunt new_hunt(struct arena *arena, struct team *team)
{
    const struct match_instance *asked = team->posing->asked;
    size_t count = asked->limits.budget_count + 1UL;
    size_t edges = asked->choice_count + 1UL;
    struct hunt hunt = {.team = team,
                        .limits = &asked->limits,
                        .now = arena_array(arena, int64_t, count),
                        .best = arena_array(arena, int64_t, count),
                        .kept = arena_array(arena, int64_t, count),
                        .low = arena_array(arena, int64_t, count),
                        .high = arena_array(arena, int64_t, count),
                        .over = arena_array(arena, int64_t, count),
                        .bound = -((wide)1 << 120),
                        .answer = team_answer_new(arena, team),
                        .relaxed = arena_array(arena, bool, edges),
                        .held = arena_array(arena, bool, edges),
                        .cost = (double)INFINITY,
                        .step = 1};

    for (uint32_t i = 0; i < asked->limits.budget_count; i++) {
        hunt.high[i] = MULTIPLIER_TOP;
    }
    return hunt;
}

/* Rounded down, and cut off where nobody sits: charges only become smaller, so a bound stays one.
 */
static void charge(struct team *team, const int64_t *multiplier)
{
    const struct match_posing *posing = team->posing;
    const struct match_ask *asks = posing->asked->asks;

    for (uint64_t i = 0; i < posing->asked->choice_count; i++) {
        uint32_t budget = asks[posing->problem.row[i]].budget;
        wide charged = budget == MATCH_NONE
                           ? 0
                           : ((wide)multiplier[budget] * team_spend(team, i)) / POINT_UNIT;

        team->charge[i] = charged < CHARGE_MAX ? (int64_t)charged : CHARGE_MAX;
    }
}

/* What the answer spends beyond the budgets, in parts, and its cost without what is charged. */
static int64_t measure(struct hunt *hunt)
{
    const struct team *team = hunt->team;
    const struct match_instance *asked = team->posing->asked;
    int64_t cost = team->fit.cost;

    for (uint32_t i = 0; i < asked->limits.budget_count; i++) {
        hunt->over[i] = -hunt->limits->budgets[i] * team->parts.whole;
    }
    for (uint64_t i = 0; i < asked->choice_count; i++) {
        int64_t parts = team_parts_of(team, i);
        uint32_t budget = asked->asks[team->posing->problem.row[i]].budget;

        hunt->relaxed[i] = parts > 0;
        cost -= parts * team->charge[i];
        if (parts > 0 && budget != MATCH_NONE) {
            hunt->over[budget] += parts * team_spend(team, i);
        }
    }
    return cost;
}

/* Answers in parts are taken as they are, if they keep the budgets on average; others are mended.
 */
static void learn(struct hunt *hunt)
{
    const struct team *team = hunt->team;
    uint32_t budgets = hunt->limits->budget_count;
    wide bound = (wide)team->fit.cost * POINT_UNIT;
    double cost = (double)measure(hunt);
    bool keeps = true;

    for (uint32_t i = 0; i < budgets; i++) {
        bound -= (wide)hunt->now[i] * hunt->limits->budgets[i] * team->parts.whole;
        keeps = keeps && hunt->over[i] <= 0;
    }
    hunt->stale++;
    if (bound > hunt->bound) {
        hunt->bound = bound;
        hunt->stale = 0;
        memcpy(hunt->best, hunt->now, budgets * sizeof(*hunt->best));
    }
    if (team->parts.whole == 1) {
        team_answer_take(&hunt->answer, hunt->relaxed);
        team_answer_drop(&hunt->answer);
        team_answer_fill(&hunt->answer);
        cost = (double)team_answer_cost(&hunt->answer) * TEAM_SCALE;
        keeps = true;
    }
    if (keeps && cost < hunt->cost) {
        hunt->cost = cost;
        memcpy(hunt->kept, hunt->now, budgets * sizeof(*hunt->kept));
        memcpy(hunt->held, hunt->answer.held, team->posing->asked->choice_count);
    }
}

/* Every budget halves its own interval; false: none has anything left to halve. */
static bool bisect(struct hunt *hunt)
{
    bool moved = false;

    for (uint32_t i = 0; i < hunt->limits->budget_count; i++) {
        int64_t *low = &hunt->low[i];
        int64_t *high = &hunt->high[i];

        if (hunt->now[i] == 0 && hunt->over[i] <= 0) {
            continue; /* within its limit for nothing */
        }
        *(hunt->over[i] > 0 ? low : high) = hunt->now[i];
        if (*high - *low <= 1) {
            continue;
        }
        bool wide_open = *high / 4 > *low;

        hunt->now[i] = wide_open ? (int64_t)sqrt((double)*high * (double)(*low + 1))
                                 : *low + (*high - *low) / 2;
        moved = true;
    }
    return moved;
}

static double gap_of(const struct hunt *hunt)
{
    return hunt->cost - (double)(int64_t)(hunt->bound >> POINT);
}

/* A subgradient step of Polyak's length from the best multipliers (Held, Wolfe, Crowder 1974);
 * false: there is nowhere to go. */
static bool climb(struct hunt *hunt)
{
    const struct match_limits *limits = hunt->limits;
    double missed = gap_of(hunt) * POINT_UNIT;
    double square = 0;

    if (hunt->stale >= PATIENCE) {
        hunt->step /= 2;
        hunt->stale = 0;
        memcpy(hunt->now, hunt->best, limits->budget_count * sizeof(*hunt->now));
    }
    for (uint32_t i = 0; i < limits->budget_count; i++) {
        double share = (double)hunt->over[i] / fmax((double)limits->budgets[i], 1);

        square += hunt->now[i] == 0 && share < 0 ? 0 : share * share;
    }
    for (uint32_t i = 0; square > 0 && i < limits->budget_count; i++) {
        double limit = fmax((double)limits->budgets[i], 1);
        double by = hunt->step * missed / square * (double)hunt->over[i] / (limit * limit);

        hunt->now[i] = (int64_t)fmax(0, fmin((double)hunt->now[i] + by, (double)MULTIPLIER_TOP));
    }
    return square > 0;
}

static enum err look(struct hunt *hunt, struct fault *fault)
{
    charge(hunt->team, hunt->now);
    TRY(team_solve(hunt->team, fault));
    learn(hunt);
    return OK;
}

/* Answers in parts cannot be mended: where none kept the budgets, nobody who costs anything sits.
 */
static enum err search(struct hunt *hunt, struct fault *fault)
{
    bool alone = hunt->limits->budget_count == 1;
    bool moved = true;

    for (uint32_t round = 1; moved && round <= ROUND_MAX; round++) {
        TRY(look(hunt, fault));
        if (gap_of(hunt) < TEAM_SCALE * hunt->team->parts.whole) {
            return OK; /* less than a whole unit of cost: there is no team between */
        }
        moved = (alone || round < HALVINGS) && bisect(hunt);
        moved = moved || (!alone && climb(hunt));
    }
    for (uint32_t i = 0; i < hunt->limits->budget_count; i++) {
        hunt->now[i] = MULTIPLIER_TOP;
    }
    return isinf(hunt->cost) ? look(hunt, fault) : OK;
}

/* In whole posed costs, of which teams cost whole numbers. */
static int64_t whole_gap(const struct hunt *hunt)
{
    double gap = gap_of(hunt) / TEAM_SCALE / hunt->team->parts.whole;

    return gap < 1 ? 0 : (int64_t)floor(gap);
}

enum err team_budget(struct arena *arena, struct team *team, struct team_budget_fit *out,
                     struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    uint32_t budgets = team->posing->asked->limits.budget_count;
    uint64_t edges = team->posing->asked->choice_count;
    bool drawn = team->parts.whole > 1;
    struct hunt hunt = new_hunt(scratch, team);

    TRY(search(&hunt, fault));
    if (!drawn) {
        team_answer_take(&hunt.answer, hunt.held);
        team_answer_swap(&hunt.answer, SWEEPS);
        hunt.cost = (double)team_answer_cost(&hunt.answer) * TEAM_SCALE;
    }
    out->held = drawn ? NULL : arena_array(arena, bool, edges + 1);
    if (!drawn) {
        memcpy(out->held, hunt.answer.held, edges);
    }
    out->gap = whole_gap(&hunt);
    out->multiplier = arena_array(arena, double, budgets + 1UL);
    for (uint32_t i = 0; i < budgets; i++) {
        out->multiplier[i] = ldexp((double)hunt.best[i] / TEAM_SCALE, -POINT);
    }
    charge(team, drawn ? hunt.kept : hunt.best);
    return team_solve(team, fault);
}
