#pragma once

/* What raters lean to beside the worth of the items: the place, their own earlier word, a style. */

#include "engine/rank/rank.h"
#include "engine/watch/bias.h"

struct arena;

struct rank_bias {
    bool counted;
    struct watch_share position;    /* the one shown first was preferred */
    struct watch_share consistency; /* the same rater said the same of the same pair again */
    struct watch_length *styles;    /* [style_count] alone, whatever the items are worth */
};

struct rank_bias rank_bias_of(struct arena *arena, const struct rank_input *input, double level);
