#pragma once

/* Bounds of asks as groups of engine/assign. */

#include <stdint.h>

#include "engine/assign/groups.h"

struct match_posing;

struct bounding {
    struct assign_groups groups;
    uint32_t held_back; /* members that were kept from some ask */
};

/* Bars edges of members whose asks' bounds do not nest with each other. */
void bounding_of(struct match_posing *posing, struct bounding *out);
