#pragma once

/*
 * What a match knows beside the pool: open requirements, who may not sit where and why, and what
 * experts have given away already. Kept with the run as the JSON of this shape, so that the match
 * can be computed again.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "slice/match/requirement.h"

struct work;

struct ask_fact {
    const char *id; /* of the requirement */
    const char *name;
    int64_t version_number;
    const char *organisation_id;
    const char *organisation_name;
    const char *campaign_id;
    const char *campaign_name;
    int64_t seats; /* still to be filled */
    struct demand demand;
};

/* A person who may not sit in an ask. */
struct bar_fact {
    int64_t ask; /* its place */
    const char *person_id;
    const char *reason;
};

/* A name whose holders may not. */
struct name_fact {
    int64_t ask;
    const char *name; /* "employer acme" */
    const char *reason;
};

struct load_fact {
    const char *person_id;
    int64_t seats;
    int64_t hours;
};

/* A bound of an ask, as it was asked for. */
struct bound_fact {
    int64_t ask;
    const char *country; /* NULL: any */
    int64_t level;       /* INT_ABSENT: any */
    int64_t least;
    int64_t most; /* INT_ABSENT: all */
    int64_t held; /* such seats that are taken already */
};

/* What is left of a campaign's budget for a week. */
struct budget_fact {
    const char *campaign_id;
    int64_t week_minor;
    const char *currency;
};

/* Seats that an expert should get at least. */
struct floor_fact {
    const char *person_id;
    int64_t seats;
};

struct match_facts {
    struct list asks;
    struct list bars;
    struct list names;
    struct list loads; /* by person */
    struct list bounds;
    struct list budgets;
    struct list floors;
};
extern const struct shape match_facts_shape;

/* As things stand for a person's clients, in the order of the requirements. */
enum err match_facts_gather(struct work *work, const char *person_id, struct match_facts *out);

const char *match_facts_text(struct work *work, const struct match_facts *facts);
enum err match_facts_read(struct work *work, const char *text, struct match_facts *out);
