#pragma once

/*
 * Files of the command `match`: experts and requirements as JSON lines, conflicts as CSV.
 *
 * Experts become columns: numbers in arrays of their own, everything that is a name (skill,
 * language, credential, country, domain) a tag with a level, about 100 bytes an expert without its
 * text.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/retrieve/bitmap.h"
#include "engine/text/vocabulary.h"

struct arena;
struct fault;
struct map;

enum {
    MATCH_LEVEL_MAX = 10,
    MATCH_ZONE_NONE = 255, /* otherwise quarters of an hour east of UTC, modulo 96 */
    MATCH_TAGS_MAX = 64,   /* of one expert or requirement */
};

/* What an expert has, or what a requirement asks for: at least that level. */
struct match_tag {
    uint32_t tag;
    uint8_t level;
};

struct match_experts {
    struct map *ids;
    uint32_t count;
    uint16_t *hours; /* a week */
    uint32_t *rate;  /* least acceptable an hour, in hundredths */
    uint8_t *zone;
    uint16_t *seats;     /* that the expert can take at once */
    uint64_t *tag_start; /* [expert + 1] into `tags` */
    struct match_tag *tags;
    struct text_bag *texts;
    uint64_t tag_room;
    uint32_t room;
};

struct match_requirement {
    const char *id;
    const char *campaign; /* or NULL */
    const char *client;   /* or NULL */
    uint32_t seats;
    uint32_t hours;         /* least a week; 0: any */
    uint32_t rate;          /* ceiling, in hundredths; UINT32_MAX: none */
    uint8_t zone;           /* MATCH_ZONE_NONE: any */
    uint8_t zone_shift;     /* quarters of an hour that clocks may differ */
    struct match_tag *tags; /* all wanted; countries apart */
    uint32_t tag_count;
    uint32_t *countries; /* tags, one of which is wanted; none: any */
    uint32_t country_count;
    struct text_words terms;    /* of what is asked for, analysed */
    struct retrieve_rows walls; /* experts that may not be here */
};

struct match_input {
    struct match_experts experts;
    struct match_requirement *requirements;
    uint32_t requirement_count;
    struct map *tags; /* "skill law", "language en", "credential md", "country de", "domain law" */
    struct text_vocabulary *vocabulary;
};

/* ERR_INVALID names file, line and field: not JSON, an unknown or missing member, a bound, a
 * repeated id, a conflict with somebody who is not there. `conflicts` may be NULL. */
enum err match_read(struct arena *arena, const char *experts, const char *requirements,
                    const char *conflicts, struct match_input *out, struct fault *fault);
