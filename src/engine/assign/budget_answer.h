#pragma once

/* An answer within the budgets, made from the seats of a relaxed problem. */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct assign_budget;
struct assign_fit;
struct assign_problem;

struct budget_answer {
    const struct assign_problem *problem;
    const struct assign_budget *budget;
    const int32_t *relaxed; /* [edge] costs with what spending is charged */
    int64_t scale;          /* of those */
    bool *held;             /* [edge] */
    uint32_t *used;         /* [column] */
    uint32_t *empty;        /* [row] */
    int64_t *spent;         /* [group] */
};

struct budget_answer budget_answer_new(struct arena *arena, const struct assign_problem *problem,
                                       const struct assign_budget *budget);

/* Take the seats over as they are. */
void budget_answer_take(struct budget_answer *answer, const struct assign_fit *fit);

/*
 * Drop the seats that lose least for what they spend until every budget is kept; fill what is empty
 * where that gains and can be afforded, the most gain at relaxed costs first; let columns
 * give up a seat for an empty one that gains more; and fill what that left.
 */
void budget_answer_mend(struct budget_answer *answer);

int64_t budget_answer_cost(const struct budget_answer *answer);
