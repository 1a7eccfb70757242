#pragma once

/* An instance as a problem of engine/assign. Every choice is an edge, barred ones too, so that
 * edges keep their numbers whatever changes. */

#include <stdint.h>

#include "engine/assign/assign.h"
#include "engine/match/instance.h"

enum {
    MATCH_COST_BARRED = MATCH_EMPTY_SEAT + (1 << 26), /* an empty seat is cheaper */
    MATCH_COST_PINNED = -(1 << 26),                   /* cheaper than any score */
};

struct match_posing {
    struct arena *arena;
    const struct match_instance *asked;
    struct assign_problem problem;
    uint32_t *choice; /* [edge] */
    uint64_t *edge;   /* [choice] */
    int32_t *cost;
    int32_t *empty;
    uint16_t *capacity;
    uint32_t *demand;
};

void match_pose(struct arena *arena, const struct match_instance *asked, struct match_posing *out);
