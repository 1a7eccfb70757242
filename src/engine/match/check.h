#pragma once

/*
 * Checks: what a requirement asks of an expert, one predicate each.
 *
 * The same table serves the filter (all experts at once, as bitmaps) and the explanation (one
 * expert, in words), so that both always agree.
 */

#include <stdbool.h>
#include <stdint.h>

#include "engine/match/pool.h"
#include "engine/retrieve/filter.h"

struct arena;
struct buffer;

enum match_kind {
    MATCH_SEATS,
    MATCH_HOURS,
    MATCH_RATE,
    MATCH_ZONE,
    MATCH_AVAILABLE,
    MATCH_TAG,
    MATCH_COUNTRY,
    MATCH_WALL,
    MATCH_POOL,
};

struct match_check {
    enum match_kind kind;
    struct match_tag tag; /* of MATCH_TAG */
};

/* What the filters read, made once. */
struct match_columns {
    const struct match_experts *experts;
    const struct match_input *input;
    struct retrieve_table *table; /* seats, hours, rate, zone, days */
    uint64_t *holder_start;       /* [tag + 1] into `holders` */
    uint32_t *holders;            /* experts that hold the tag, rising */
    uint8_t *levels;              /* of each holder */
};

struct match_columns match_columns_of(struct arena *arena, const struct match_input *input);

/* Checks of a requirement, cheap ones first; there is always the one for seats. */
const struct match_check *
match_checks_of(struct arena *arena, const struct match_requirement *requirement, uint32_t *count);

/* Experts that pass one check. */
struct retrieve_bitmap match_passing(struct arena *arena, const struct match_columns *columns,
                                     const struct match_requirement *requirement,
                                     const struct match_check *check);

/* The same for one expert. */
bool match_passes(const struct match_columns *columns, const struct match_requirement *requirement,
                  const struct match_check *check, uint32_t expert);

/* Level at which an expert holds a tag; 0: not at all. */
uint8_t match_level(const struct match_experts *experts, uint32_t expert, uint32_t tag);

/* "rate", "skill law": what is checked. */
const char *match_check_name(const struct match_columns *columns, const struct match_check *check);

/* Why the expert fails, in plain words. */
void match_explain(struct buffer *to, const struct match_columns *columns,
                   const struct match_requirement *requirement, const struct match_check *check,
                   uint32_t expert);

/* Hours between the clocks, at most 12; both zones must be known. */
double match_zone_distance(uint8_t left, uint8_t right);
