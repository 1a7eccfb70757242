#pragma once

/*
 * Matching, its input: experts as columns, and what requirements ask of them.
 *
 * Numbers stand in arrays of their own; everything that is a name (skill, language, credential,
 * country, domain) is a tag with a level, numbered by the caller. About 100 bytes an expert
 * without its text. Both the command on files and the product fill it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/retrieve/bitmap.h"
#include "engine/retrieve/index.h"
#include "engine/text/vocabulary.h"

struct arena;
struct map;

enum {
    MATCH_LEVEL_MAX = 10,
    MATCH_ZONE_NONE = 255, /* otherwise quarters of an hour east of UTC, modulo 96 */
    MATCH_ZONE_DAY = 96,
    MATCH_TAGS_MAX = 64,   /* of one expert or requirement, of one kind */
    MATCH_SKILLS_MAX = 16, /* of one requirement */
    MATCH_DAY_MAX = UINT16_MAX,
};

/* What an expert has, or what a requirement asks for: at least that level. */
struct match_tag {
    uint32_t tag;
    uint8_t level;
    bool skill; /* of a requirement: its level counts in the score, and may be bargained about */
};

/* One expert, to be added. */
struct match_expert {
    const char *id;
    uint16_t hours; /* a week */
    uint32_t rate;  /* least acceptable an hour, in hundredths */
    uint8_t zone;
    uint16_t seats;    /* that the expert can take at once */
    uint16_t from_day; /* available on these days; any numbering that the requirements share */
    uint16_t to_day;
    const struct match_tag *tags;
    uint32_t tag_count;
    struct text_bag text;
    bool walled; /* for a sieve: some wall may stand against this expert */
};

struct match_experts {
    uint32_t count;
    uint32_t room;
    const char **id;
    uint16_t *hours;
    uint32_t *rate;
    uint8_t *zone;
    uint16_t *seats;
    uint16_t *from_day;
    uint16_t *to_day;
    uint64_t *tag_start; /* [expert + 1] into `tags` */
    struct match_tag *tags;
    uint64_t tag_room;
    struct text_bag *texts;
};

struct match_requirement {
    const char *id;
    const char *campaign; /* or NULL */
    const char *client;   /* or NULL */
    uint32_t seats;
    uint64_t *alone;    /* [check] experts that a sieve forgot, and that fail it alone; or NULL */
    uint32_t hours;     /* least a week; 0: any */
    uint32_t rate;      /* ceiling, in hundredths; UINT32_MAX: none */
    uint8_t zone;       /* MATCH_ZONE_NONE: any */
    uint8_t zone_shift; /* quarters of an hour that clocks may differ */
    uint16_t start_day; /* on which the expert must be available; 0: any */
    struct match_tag *tags; /* all wanted; countries apart */
    uint32_t tag_count;
    uint32_t *countries; /* tags, one of which is wanted; none: any */
    uint32_t country_count;
    const uint32_t *terms; /* of what is asked for, known ones, rising */
    size_t term_count;
    struct retrieve_rows walls;      /* experts that may not be here, rising */
    const char *const *wall_reasons; /* [wall]; NULL: unsaid */
    bool from_pool;                  /* only those in `pool` */
    struct retrieve_rows pool;       /* rising */
};

struct match_input {
    struct match_experts experts;
    struct match_requirement *requirements;
    uint32_t requirement_count;
    uint32_t requirement_room;
    const char *const *tag_names; /* [tag] "skill law", "language en", "credential md" … */
    uint32_t tag_count;
    uint32_t term_count; /* of the vocabulary */
    /* Where `experts` are those that a sieve let through: of how many, and all their texts. */
    uint64_t expert_total;                 /* 0: no sieve, they are all */
    struct retrieve_collection collection; /* `held` NULL: no sieve */
};

/* Returns the row. The expert's tags and text are copied; its id must outlive the input. */
uint32_t match_expert_add(struct arena *arena, struct match_input *input,
                          const struct match_expert *expert);

/* Put the experts into the order of their ids. Before any requirement or wall names rows. */
void match_experts_sort(struct arena *arena, struct match_experts *experts);

/* Room for one more, zeroed; to be filled at once. */
struct match_requirement *match_requirement_add(struct arena *arena, struct match_input *input);

/* Pairs of requirement and expert that must not meet, in any order, repetitions allowed. */
struct match_wall {
    uint32_t requirement;
    uint32_t expert;
    const char *reason; /* or NULL */
};

/* Set `walls` and their reasons; the first of several reasons by order in the array is kept.
 */
void match_walls_set(struct arena *arena, struct match_input *input, const struct match_wall *walls,
                     size_t count);

/* Quarters of an hour east of UTC, modulo a day; NaN is MATCH_ZONE_NONE. */
uint8_t match_zone_of(double hours);
