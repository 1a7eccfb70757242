#include "engine/match/team_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "engine/match/team.h"

struct team_answer team_answer_new(struct arena *arena, const struct team *team)
{
    const struct match_instance *asked = team->posing->asked;

    return (struct team_answer){
        .team = team,
        .held = arena_array(arena, bool, asked->choice_count + 1UL),
        .used = arena_array(arena, uint32_t, asked->member_count + 1UL),
        .filled = arena_array(arena, uint32_t, asked->ask_count + 1UL),
        .given = arena_array(arena, uint32_t, asked->limits.bound_count + 1UL),
        .spent = arena_array(arena, int64_t, asked->limits.budget_count + 1UL)};
}

static uint32_t ask_of(const struct team *team, uint64_t edge)
{
    return team->posing->problem.row[edge];
}

static uint32_t member_of(const struct team *team, uint64_t edge)
{
    return team->posing->asked->choices[team->posing->choice[edge]].member;
}

static uint32_t budget_of(const struct team *team, uint64_t edge)
{
    return team->posing->asked->asks[ask_of(team, edge)].budget;
}

static uint32_t bound_of(const struct team *team, uint64_t edge)
{
    return team_bound_of(team, ask_of(team, edge), team->posing->choice[edge]);
}

int64_t team_spend(const struct team *team, uint64_t edge)
{
    return match_week_cost(team->posing->asked, ask_of(team, edge), member_of(team, edge));
}

/* Sit or rise: what changes with one edge. */
static void turn(struct team_answer *answer, uint64_t edge, bool sits)
{
    const struct team *team = answer->team;
    uint32_t sign = sits ? 1 : UINT32_MAX;
    uint32_t budget = budget_of(team, edge);

    answer->held[edge] = sits;
    answer->used[member_of(team, edge)] += sign;
    answer->filled[ask_of(team, edge)] += sign;
    for (uint32_t i = bound_of(team, edge); i != MATCH_NONE; i = team->around[i]) {
        answer->given[i] += sign;
    }
    if (budget != MATCH_NONE) {
        answer->spent[budget] += (sits ? 1 : -1) * team_spend(team, edge);
    }
}

void team_answer_take(struct team_answer *answer, const bool *held)
{
    const struct match_instance *asked = answer->team->posing->asked;

    memset(answer->held, 0, asked->choice_count * sizeof(*answer->held));
    memset(answer->used, 0, asked->member_count * sizeof(*answer->used));
    memset(answer->filled, 0, asked->ask_count * sizeof(*answer->filled));
    memset(answer->given, 0, asked->limits.bound_count * sizeof(*answer->given));
    memset(answer->spent, 0, asked->limits.budget_count * sizeof(*answer->spent));
    for (uint64_t i = 0; i < asked->choice_count; i++) {
        if (held[i]) {
            turn(answer, i, true);
        }
    }
}

/* What an edge brings that would sit, or sits. */
static int64_t gain_of(const struct team_answer *answer, uint64_t edge)
{
    const struct team *team = answer->team;
    const struct match_posing *posing = team->posing;
    uint32_t member = member_of(team, edge);
    uint32_t own = answer->held[edge] ? 1 : 0;
    int64_t gain = TEAM_EMPTY - (int64_t)posing->cost[edge];

    for (uint32_t i = bound_of(team, edge); i != MATCH_NONE; i = team->around[i]) {
        gain += answer->given[i] - own < posing->asked->limits.bounds[i].least ? TEAM_LACKING : 0;
    }
    return gain +
           (answer->used[member] - own < posing->asked->members[member].floor ? TEAM_UNMET : 0);
}

static int64_t left(const struct team_answer *answer, uint32_t budget)
{
    return answer->team->posing->asked->limits.budgets[budget] - answer->spent[budget];
}

/* Does the member sit in another ask of the edge's campaign? */
static bool sits_there(const struct team_answer *answer, uint64_t edge)
{
    const struct match_posing *posing = answer->team->posing;
    const struct match_ask *asks = posing->asked->asks;
    uint32_t member = member_of(answer->team, edge);
    uint32_t campaign = asks[posing->problem.row[edge]].campaign;
    bool sits = false;

    for (uint64_t i = posing->problem.start[member]; i < posing->problem.start[member + 1]; i++) {
        sits = sits || (answer->held[i] && campaign != MATCH_NONE &&
                        asks[posing->problem.row[i]].campaign == campaign);
    }
    return sits;
}

static bool may_take(const struct team_answer *answer, uint64_t edge)
{
    const struct team *team = answer->team;
    const struct match_posing *posing = team->posing;
    uint32_t ask = ask_of(team, edge);
    uint32_t member = member_of(team, edge);
    uint32_t budget = budget_of(team, edge);

    if (answer->held[edge] || team->arc[edge] == MATCH_NONE ||
        answer->filled[ask] >= posing->demand[ask] ||
        answer->used[member] >= posing->capacity[member] ||
        (budget != MATCH_NONE && team_spend(team, edge) > left(answer, budget)) ||
        sits_there(answer, edge)) {
        return false;
    }
    for (uint32_t i = bound_of(team, edge); i != MATCH_NONE; i = team->around[i]) {
        if (answer->given[i] >= posing->asked->limits.bounds[i].most) {
            return false;
        }
    }
    return gain_of(answer, edge) > 0;
}

static bool may_drop(const struct team_answer *answer, uint64_t edge)
{
    uint32_t budget = budget_of(answer->team, edge);

    return answer->held[edge] && budget != MATCH_NONE && left(answer, budget) < 0 &&
           team_spend(answer->team, edge) > 0;
}

/* ------------------------------------------------------------------ drop and fill */

struct choice {
    double rank; /* the smaller, the sooner */
    uint64_t edge;
};

static int sooner(const void *left_one, const void *right_one)
{
    const struct choice *a = left_one;
    const struct choice *b = right_one;

    return a->rank != b->rank ? (a->rank > b->rank) - (a->rank < b->rank)
                              : (a->edge > b->edge) - (a->edge < b->edge);
}

void team_answer_drop(struct team_answer *answer)
{
    ARENA_SCOPE scratch = arena_new();
    uint64_t edges = answer->team->posing->asked->choice_count;
    struct choice *drop = arena_array(scratch, struct choice, edges + 1);
    size_t count = 0;

    for (uint64_t i = 0; i < edges; i++) {
        if (may_drop(answer, i)) {
            drop[count++] = (struct choice){.rank = (double)gain_of(answer, i) /
                                                    (double)team_spend(answer->team, i),
                                            .edge = i};
        }
    }
    qsort(drop, count, sizeof(*drop), sooner);
    for (size_t i = 0; i < count; i++) {
        if (may_drop(answer, drop[i].edge)) {
            turn(answer, drop[i].edge, false);
        }
    }
}

void team_answer_fill(struct team_answer *answer)
{
    ARENA_SCOPE scratch = arena_new();
    const struct team *team = answer->team;
    uint64_t edges = team->posing->asked->choice_count;
    struct choice *take = arena_array(scratch, struct choice, edges + 1);
    size_t count = 0;

    for (uint64_t i = 0; i < edges; i++) {
        if (may_take(answer, i)) {
            take[count++] = (struct choice){.rank = (double)team->charge[i] / TEAM_SCALE -
                                                    (double)gain_of(answer, i),
                                            .edge = i};
        }
    }
    qsort(take, count, sizeof(*take), sooner);
    for (size_t i = 0; i < count; i++) {
        if (may_take(answer, take[i].edge)) {
            turn(answer, take[i].edge, true);
        }
    }
}

/* ------------------------------------------------------------------ swap */

/* Put one edge in another's place, if that gains and all limits allow it. */
static bool try_swap(struct team_answer *answer, uint64_t in, uint64_t out)
{
    int64_t lost = gain_of(answer, out);

    turn(answer, out, false);
    if (may_take(answer, in) && gain_of(answer, in) > lost) {
        turn(answer, in, true);
        return true;
    }
    turn(answer, out, true);
    return false;
}

/* For somebody in the same ask, or for another seat of the same member. */
static bool swap_for(struct team_answer *answer, uint64_t in)
{
    const struct match_posing *posing = answer->team->posing;
    const struct match_ask *ask = &posing->asked->asks[ask_of(answer->team, in)];
    uint32_t member = member_of(answer->team, in);

    for (uint32_t i = ask->choice_start; i < ask->choice_start + ask->choice_count; i++) {
        uint64_t out = posing->edge[i];

        if (answer->held[out] && posing->cost[out] > posing->cost[in] &&
            try_swap(answer, in, out)) {
            return true;
        }
    }
    for (uint64_t i = posing->problem.start[member]; i < posing->problem.start[member + 1]; i++) {
        if (answer->held[i] && try_swap(answer, in, i)) {
            return true;
        }
    }
    return false;
}

void team_answer_swap(struct team_answer *answer, uint32_t sweeps)
{
    const struct team *team = answer->team;
    uint64_t edges = team->posing->asked->choice_count;
    bool moved = true;

    for (uint32_t sweep = 0; moved && sweep < sweeps; sweep++) {
        moved = false;
        for (uint64_t i = 0; i < edges; i++) {
            if (!answer->held[i] && team->arc[i] != MATCH_NONE && team->awake[member_of(team, i)]) {
                moved = swap_for(answer, i) || moved;
            }
        }
        team_answer_fill(answer);
    }
}

int64_t team_answer_cost(const struct team_answer *answer)
{
    const struct match_posing *posing = answer->team->posing;
    const struct match_instance *asked = posing->asked;
    int64_t cost = 0;

    for (uint64_t i = 0; i < asked->choice_count; i++) {
        cost += answer->held[i] ? posing->cost[i] : 0;
    }
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        cost += (int64_t)(posing->demand[i] - answer->filled[i]) * TEAM_EMPTY;
    }
    for (uint32_t i = 0; i < asked->limits.bound_count; i++) {
        uint32_t least = asked->limits.bounds[i].least;

        cost -= (int64_t)(answer->given[i] < least ? answer->given[i] : least) * TEAM_LACKING;
    }
    for (uint32_t i = 0; i < asked->member_count; i++) {
        uint32_t floor = asked->members[i].floor;

        cost -= (int64_t)(answer->used[i] < floor ? answer->used[i] : floor) * TEAM_UNMET;
    }
    return cost;
}
