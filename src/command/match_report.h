#pragma once

/* The report of a match: JSON lines, each with a `kind`. */

#include <stdint.h>
#include <stdio.h>

#include "engine/match/solve.h"

/* A match from its input to its answer. */
struct match_plan {
    const struct match_input *input;
    struct match_slates slates;
    struct match_instance instance;
    struct match_outcome outcome;
};

/* `nearest`: for an expert without a seat, requirements to explain; 0 leaves such experts out.
 * Bounded memory; a failed write shows in ferror. */
void match_report_write(FILE *to, const struct match_plan *plan, uint64_t seed, uint32_t nearest);
