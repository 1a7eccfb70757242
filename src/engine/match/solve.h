#pragma once

/*
 * Solving an instance: the best team as a whole, and what another question would change.
 *
 * All seats of all asks are filled at once so that the sum of scores is greatest, with a proof
 * (engine/assign); nobody sits twice in one campaign. A revision starts from the answer before and its prices, and moves only what it
 * must; where there are limits it is solved anew, and nothing is drawn.
 */

#include "engine/match/instance.h"

/* Terms of one ask, changed. Absent: as they are. */
struct match_change {
    uint32_t ask;
    uint32_t seats; /* MATCH_NONE: as it is */
    uint32_t rate;  /* MATCH_NONE: as it is */
    uint32_t hours; /* MATCH_NONE: as it is */
    int level;      /* added to every level asked for, within 1 to 10 */
};

/* A pair that must meet, or must not. A pair that must meet may miss what is asked for. */
struct match_pin {
    uint32_t choice;
    bool together;
};

struct match_revision {
    const struct match_change *changes;
    size_t change_count;
    const struct match_pin *pins;
    size_t pin_count;
    const uint32_t *gone; /* members that take no seat */
    size_t gone_count;
};

struct match_seat {
    uint32_t ask;
    uint32_t choice;
};

struct match_outcome {
    struct match_instance asked; /* the instance with the changes in it */
    struct match_seat *seats;    /* by ask, then best score first */
    uint32_t seat_count;
    uint32_t *seat_start; /* [ask + 1] */
    int64_t *price;       /* [ask] the dual */
    uint64_t *taken;      /* [member] seats */
    double score;         /* sum over the seats */
    bool optimal;         /* proven; with a cap: that the chances are */
    int64_t gap;
    /* Where there are limits; else as if they changed nothing. */
    double free_score;       /* of the best team without them */
    bool *moved;             /* [seat] not in that team */
    float *chance;           /* [seat] with which it was drawn; NULL: nothing was */
    struct match_kept *kept; /* what became of each: budgets, bounds, floors, campaigns, the cap */
    uint32_t kept_count;
    struct assign_work work;
};

/* From nothing. */
enum err match_solve(struct arena *arena, const struct match_instance *instance, uint64_t seed,
                     struct match_outcome *out, struct fault *fault);

/* An answer to start from: that of the instance without the revision. */
struct match_before {
    const struct match_seat *seats;
    uint32_t seat_count;
    const int64_t *price;
};

/* ERR_INVALID: more pairs must meet than an ask has seats or a member can take. */
enum err match_revise(struct arena *arena, const struct match_instance *instance, uint64_t seed,
                      const struct match_before *before, const struct match_revision *revision,
                      struct match_outcome *out, struct fault *fault);

/* The best choice for an ask that sits nowhere: who comes in if a seat is freed. MATCH_NONE: none.
 */
uint32_t match_runner_up(const struct match_outcome *outcome, uint32_t ask);
