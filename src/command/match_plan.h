#pragma once

/*
 * The plan of a match: filter, retrieve, score, assign.
 *
 * For each requirement the experts that pass all checks are filtered, the nearest by text are
 * retrieved (all, if they are few), each is scored, and the seats of all requirements are assigned
 * at once so that the sum of scores is greatest.
 */

#include <stdint.h>

#include "base/err.h"
#include "command/match_check.h"
#include "engine/assign/assign.h"

struct arena;
struct fault;

enum match_part {
    MATCH_PART_SKILLS,
    MATCH_PART_TEXT,
    MATCH_PART_RATE,
    MATCH_PART_ZONE,
    MATCH_PARTS_
};

extern const char *const match_part_names[MATCH_PARTS_];
extern const double match_part_weights[MATCH_PARTS_];

enum {
    MATCH_SCORE_UNIT = 1000000,
    MATCH_EMPTY_SEAT =
        1 << 27, /* far above any score: a seat stays empty only if nobody can take it */
};

/* An expert that could sit in a requirement. */
struct match_candidate {
    uint32_t expert;
    float score;              /* 0 to 1 */
    float part[MATCH_PARTS_]; /* 0 to 1, or below zero where nothing is asked */
};

/* What was found for one requirement. */
struct match_slate {
    const struct match_check *checks;
    uint64_t *relaxed; /* of each check: experts that fail it alone */
    uint32_t check_count;
    uint64_t eligible;
    struct match_candidate *candidates; /* best first */
    uint32_t candidate_count;
};

struct match_plan {
    struct match_columns columns;
    struct match_slate *slates; /* one a requirement */
    struct assign_problem problem;
    struct assign_fit fit;
    struct assign_proof proof;
    uint32_t *seated; /* seats that each expert got */
};

/* `candidates_min`: at least so many are looked at for each requirement if there are as many.
 * Errors are those of the engines. */
enum err match_plan_make(struct arena *arena, const struct match_input *input,
                         uint32_t candidates_min, uint64_t seed, struct match_plan *out,
                         struct fault *fault);
