#include "engine/match/pose.h"

#include <math.h>

#include "base/arena.h"

static int32_t cost_of(const struct match_instance *asked, uint32_t ask, uint32_t choice)
{
    if (!match_choice_meets(asked, ask, choice)) {
        return MATCH_COST_BARRED;
    }
    struct match_candidate scored = match_choice_score(asked, ask, choice);

    return -(int32_t)lround((double)scored.score * MATCH_SCORE_UNIT);
}

static void sort_edges(struct match_posing *posing)
{
    const struct match_instance *asked = posing->asked;
    struct arena *arena = posing->arena;
    uint64_t *start = arena_array(arena, uint64_t, asked->member_count + 2UL);
    uint32_t *row = arena_array(arena, uint32_t, asked->choice_count + 1UL);

    posing->choice = arena_array(arena, uint32_t, asked->choice_count + 1UL);
    posing->edge = arena_array(arena, uint64_t, asked->choice_count + 1UL);
    posing->cost = arena_array(arena, int32_t, asked->choice_count + 1UL);
    for (uint32_t i = 0; i < asked->choice_count; i++) {
        start[asked->choices[i].member + 2]++;
    }
    for (size_t i = 2; i < asked->member_count + 2UL; i++) {
        start[i] += start[i - 1];
    }
    for (uint32_t ask = 0; ask < asked->ask_count; ask++) {
        uint32_t first = asked->asks[ask].choice_start;

        for (uint32_t i = first; i < first + asked->asks[ask].choice_count; i++) {
            uint64_t at = start[asked->choices[i].member + 1]++;

            row[at] = ask;
            posing->choice[at] = i;
            posing->edge[i] = at;
            posing->cost[at] = cost_of(asked, ask, i);
        }
    }
    posing->problem.start = start;
    posing->problem.row = row;
    posing->problem.cost = posing->cost;
}

void match_pose(struct arena *arena, const struct match_instance *asked, struct match_posing *out)
{
    *out = (struct match_posing){.arena = arena, .asked = asked};
    out->empty = arena_array(arena, int32_t, asked->ask_count + 1UL);
    out->demand = arena_array(arena, uint32_t, asked->ask_count + 1UL);
    out->capacity = arena_array(arena, uint16_t, asked->member_count + 1UL);
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        out->demand[i] = asked->asks[i].seats;
        out->empty[i] = MATCH_EMPTY_SEAT;
    }
    for (uint32_t i = 0; i < asked->member_count; i++) {
        out->capacity[i] = asked->members[i].seats;
    }
    out->problem = (struct assign_problem){.row_count = asked->ask_count,
                                           .column_count = asked->member_count,
                                           .demand = out->demand,
                                           .empty_cost = out->empty,
                                           .capacity = out->capacity};
    sort_edges(out);
}
