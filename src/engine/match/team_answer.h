#pragma once

/* A team within all limits, made from the seats of one that spends too much. */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct team;

struct team_answer {
    const struct team *team;
    bool *held;       /* [edge] */
    uint32_t *used;   /* [member] */
    uint32_t *filled; /* [ask] */
    uint32_t *given;  /* [bound] */
    int64_t *spent;   /* [budget] */
};

struct team_answer team_answer_new(struct arena *arena, const struct team *team);

/* Take seats over as they are. */
void team_answer_take(struct team_answer *answer, const bool *held);

/* Give up the seats that bring least for what they cost until every budget is kept. */
void team_answer_drop(struct team_answer *answer);

/* Fill what is empty and can be afforded, the most gain at the charged costs first. */
void team_answer_fill(struct team_answer *answer);

/* Let seats change hands, one for one, as long as that gains; `sweeps` over all edges at most. */
void team_answer_swap(struct team_answer *answer, uint32_t sweeps);

/* In posed costs, less what bounds and floors are worth that are met. */
int64_t team_answer_cost(const struct team_answer *answer);

/* What an edge costs a week. */
int64_t team_spend(const struct team *team, uint64_t edge);
