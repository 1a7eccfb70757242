#pragma once

/*
 * Items: what an interview may ask, as data, and how an answer to one is graded.
 *
 * An item of free text has a rubric: criteria with points, the criteria that each needs, and
 * phrases that are evidence for it; three model answers, from complete to bare; and graded answers
 * that teach the scorer. The other kinds are graded by rule. docs/engines/item.md has the format.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "base/text.h"

struct arena;
struct fault;
struct irt_item;

enum {
    ITEM_CRITERION_MAX = 8,
    ITEM_SAMPLE_MAX = 64,
    ITEM_PART_MAX = 12, /* choices, steps or lines */
    ITEM_MODELS = 3,
    ITEM_CATEGORIES = 3, /* of an answer: little, part, nearly all of the points */
    ITEM_COUNT_MAX = 5000,
};

enum item_kind { ITEM_FREE, ITEM_NUMERIC, ITEM_CHOICE, ITEM_ORDER, ITEM_FIND_ERROR };

enum item_mark { ITEM_NOT_MET, ITEM_PARTLY, ITEM_MET };

struct item_criterion {
    const char *id;
    const char *text;
    double points;         /* above zero, at most 10 */
    struct texts needs;    /* ids of criteria without which this one earns nothing */
    struct texts evidence; /* phrases as a good answer may put it */
};

/* An answer with its marks, one letter a criterion: m met, p partly, n not met. */
struct item_sample {
    const char *marks;
    const char *text;
};

struct item_follow_up {
    const char *when; /* id of the criterion that is not met */
    const char *ask;
};

struct item {
    const char *code; /* unique in its bank */
    const char *kind; /* free, numeric, choice, order, find-error */
    const char *domain;
    const char *block;  /* of content, within the domain */
    const char *status; /* pilot, live, retired */
    const char *prompt;
    const char *answer;   /* numeric: the number; choice, find-error: the part, from 1 */
    const char *solution; /* why, shown with the result; not of free text */
    int64_t level;        /* 1 to 3: what a newcomer, a practitioner, an authority knows */
    int64_t minutes;
    double absolute; /* tolerances of a number */
    double relative;
    struct list criteria;   /* item_criterion */
    struct list models;     /* item_sample, complete first */
    struct list follow_ups; /* item_follow_up; at most one is asked */
    struct list answers;    /* item_sample */
    struct texts parts;     /* choices; steps in the right order; lines */
    struct texts enemies;   /* codes that give this one away */
};
extern const struct shape item_shape;

struct item_bank {
    struct item *at;
    size_t count;
};

/* One item. ERR_INVALID names the line or the member. Structure alone is checked: see lint.h. */
enum err item_read(struct arena *arena, struct text json, struct item *out, struct fault *fault);

/* A file of one domain: {"domain": ..., "items": [...]}; its items are put behind those of
 * `bank`. ERR_LIMIT: more than ITEM_COUNT_MAX. */
enum err item_bank_read(struct arena *arena, struct text json, struct item_bank *bank,
                        struct fault *fault);

enum item_kind item_kind_of(const struct item *item);
static inline bool item_is_free(const struct item *item)
{
    return item_kind_of(item) == ITEM_FREE;
}
const struct item_criterion *item_criteria(const struct item *item);
const struct item_sample *item_models(const struct item *item);
const struct item_sample *item_samples(const struct item *item);

/* The mark of a letter; false: it is none. */
bool item_mark_of(char letter, enum item_mark *out);
const char *item_mark_name(enum item_mark mark); /* "met", "partly", "not met" */

/*
 * Points of the marks: a criterion that is partly met earns half, one whose need is not met
 * at all earns nothing. `max` gets the points of the rubric.
 */
double item_points(const struct item *item, const enum item_mark *marks, double *max);

/* How much of the points makes which category: below .35, below .75, the rest. */
uint32_t item_category(double points, double max);

/* What is believed of an item before anybody answered it: difficulty by its level. */
struct irt_item item_prior(const struct item *item);
