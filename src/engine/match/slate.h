#pragma once

/*
 * Slates: who could sit in each requirement, and how well.
 *
 * For each requirement the experts that pass all checks are filtered, the nearest by text are
 * retrieved (all, if they are few), and each is scored from 0 to 1 as the weighted mean of
 * its parts. Beside them stand experts that miss by the rate, the hours or the levels alone: what
 * can be bargained about, and so what a question "what if" brings in.
 */

#include <stdint.h>

#include "base/err.h"
#include "engine/match/check.h"

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

enum { MATCH_BARGAIN_LEVELS = 3 }; /* so many levels below may be bargained about */

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
    struct match_candidate *near; /* miss by what can be bargained about; without a score */
    uint32_t near_count;
};

struct match_options {
    uint32_t candidates_min; /* at least so many are looked at for each requirement, if there are */
    uint32_t near_max;       /* near misses kept for each of rate, hours and levels; 0: none */
    uint64_t seed;           /* breaks ties, draws among equals */
};

/* What the parts of a score are made of: an expert's side and a requirement's. */
struct match_terms {
    const uint8_t *levels; /* [skill] that the expert has */
    const uint8_t *wanted; /* [skill] */
    uint32_t skill_count;
    uint32_t rate;    /* of the expert */
    uint32_t ceiling; /* UINT32_MAX: none */
    uint8_t zone;
    uint8_t zone_wanted; /* MATCH_ZONE_NONE: any */
    float text;          /* below zero: no text is asked for */
};
void match_score(const struct match_terms *terms, struct match_candidate *out);

struct match_slates {
    struct match_columns columns;
    struct match_slate *at; /* one a requirement */
};

/* Time is that of the filters and searches: about 5 ms a requirement for a million experts.
 * Errors are those of the engines. */
enum err match_slates_make(struct arena *arena, const struct match_input *input,
                           const struct match_options *options, struct match_slates *out,
                           struct fault *fault);
