#pragma once

/*
 * Limits: what a team keeps as a whole, beside what each seat asks of its expert.
 *
 * Budgets bound what the asks of one group cost a week. Bounds want at least, or at most, so many
 * of an ask's seats for a country or a level of its first skill. Floors want at least so many
 * seats for a member. A cap lets chance decide: no pair is drawn more often. And an expert sits
 * once in a campaign, whether there are other limits or not. All of them are kept together.
 *
 * Without budgets the answer is exact, with a proof. Budgets, maxima, the cap and the campaigns are
 * kept always; that can leave seats empty, and then as few as found. Minima and floors give way
 * where they cannot be met: a filled seat comes first, then a bound's least, then a floor.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct assign_fit;
struct fault;
struct match_instance;
struct match_outcome;
struct match_posing;

#define MATCH_ANY UINT32_MAX

/* Of an ask's seats, from `least` to `most` for experts of a country or level. Within an ask either
 * all bounds name a country, or none does: then they nest. */
struct match_bound {
    uint32_t ask;
    uint32_t country; /* as members number them; MATCH_ANY */
    uint8_t level;    /* at least, in the ask's first skill; 0: any */
    uint32_t least;
    uint32_t most; /* MATCH_ANY: all */
};

struct match_limits {
    int64_t *budgets; /* of a week, in hundredths */
    uint32_t budget_count;
    struct match_bound *bounds;
    uint32_t bound_count;
    double cap;    /* on the probability of a pair; 0: nothing is drawn */
    double spread; /* of a drawing, as engine/assign/lottery.h says */
};

enum match_limit_kind { MATCH_BUDGET, MATCH_BOUND, MATCH_FLOOR, MATCH_CAP, MATCH_ONCE };

/* What became of a limit. */
struct match_kept {
    enum match_limit_kind kind;
    uint32_t index;  /* of the budget or bound; of the member; 0 */
    int64_t given;   /* what is spent; seats that the group or member has; members held to one */
    int64_t lacking; /* seats to the least */
    bool binds;      /* the team could be better without it */
    double worth;    /* about how much better, in score, if it were one unit less strict */
};

/* Does the instance have any, floors of members among them? */
bool match_is_limited(const struct match_instance *instance);

/* ERR_INVALID: bounds of an ask that cross each other, or whose least is above their most. */
enum err match_limits_check(const struct match_instance *instance, struct fault *fault);

/* Does a team seat somebody in two asks of one campaign? */
bool match_sits_twice(const struct match_posing *posing, const struct assign_fit *fit);

/*
 * Solve a posed problem within its instance's limits and campaigns. `free_score` of
 * the outcome is known; sets `kept`, `optimal`, `gap` and the chances, not its seats.
 */
enum err match_limits_solve(struct match_posing *posing, uint64_t seed, struct match_outcome *out,
                            struct assign_fit *fit, struct fault *fault);
