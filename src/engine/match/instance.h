#pragma once

/*
 * Instances: a match as a problem of its own, small enough to keep.
 *
 * Only experts that stand on a slate are in it, with what a score is made of, so that an instance
 * that was stored can be solved again, or changed and repaired from its last answer, without the
 * millions it was drawn from: a seat more, a higher rate, an expert who left, an operator who
 * knows better. Solving is exact (engine/assign) within the slates; a changed rate, hours or level
 * reaches as far as the slates' near misses do.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/assign/assign.h"
#include "engine/match/limit.h"
#include "engine/match/slate.h"

struct arena;
struct buffer;
struct fault;

enum {
    MATCH_SCORE_UNIT = 1000000,
    MATCH_EMPTY_SEAT = 1 << 27, /* far above any score: a seat stays empty only if nobody fits */
};
#define MATCH_NONE UINT32_MAX

struct match_member {
    uint32_t row; /* of the input; MATCH_NONE in an instance that was read */
    const char *id;
    uint32_t rate;
    uint16_t hours;
    uint16_t seats;
    uint8_t zone;
    uint32_t country; /* by which bounds may count the member; MATCH_NONE: none */
    uint16_t floor;   /* seats that the member should get at least */
};

/* A requirement, with what can be bargained about. */
struct match_ask {
    const char *id;
    uint32_t seats;
    uint32_t rate; /* UINT32_MAX: no ceiling */
    uint32_t hours;
    uint8_t zone;
    uint8_t skill_count;
    uint8_t wanted[MATCH_SKILLS_MAX]; /* levels */
    uint32_t campaign;                /* asks with the same number seat a member once; MATCH_NONE */
    uint32_t budget;                  /* of the limits, that pays for it; MATCH_NONE: none */
    uint32_t choice_start;            /* its choices stand together */
    uint32_t choice_count;
};

/* A member that could sit in an ask: an edge. */
struct match_choice {
    uint32_t member;
    float text;
    bool near; /* missed something when the slates were made */
    uint8_t levels[MATCH_SKILLS_MAX];
};

struct match_instance {
    struct match_member *members;
    uint32_t member_count;
    struct match_ask *asks;
    uint32_t ask_count;
    struct match_choice *choices; /* by ask, then member */
    uint32_t choice_count;
    struct match_limits limits; /* none, unless somebody sets some */
};

/* The arena of the input must outlive it. */
void match_instance_of(struct arena *arena, const struct match_input *input,
                       const struct match_slates *slates, struct match_instance *out);

/* As bytes, the same on all machines. Reading: ERR_INVALID if they are not what was written. */
void match_instance_write(struct buffer *to, const struct match_instance *instance);
enum err match_instance_read(struct arena *arena, struct text bytes, struct match_instance *out,
                             struct fault *fault);

/* Where a member stands among an ask's choices; MATCH_NONE: nowhere. */
uint32_t match_choice_find(const struct match_instance *instance, uint32_t ask, uint32_t member);

/* The score of a choice and its parts, at what the ask asks. */
struct match_candidate match_choice_score(const struct match_instance *instance, uint32_t ask,
                                          uint32_t choice);

/* What a member asks for a week in an ask: of the hours that are asked for, else of the own. */
int64_t match_week_cost(const struct match_instance *instance, uint32_t ask, uint32_t member);

/* Does the choice meet the rate, hours and levels that the ask asks? */
bool match_choice_meets(const struct match_instance *instance, uint32_t ask, uint32_t choice);
