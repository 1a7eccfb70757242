#pragma once

/* Decisions about learning, pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/irt/fit.h"
#include "engine/item/item.h"

struct arena;

enum {
    LEARN_ANSWERS_MIN = 200, /* of an item, before it is calibrated */
    LEARN_RARE_MIN = 5,      /* of each category that is given by rule */
    LEARN_ITEMS_MIN = 3,     /* that can be calibrated together */
    LEARN_LESSONS_MIN = 30,  /* answers graded by people, before the scorer is taught */
    LEARN_CODES = ITEM_CATEGORIES + ITEM_CATEGORIES + ITEM_CATEGORIES * ITEM_CATEGORIES,
};

/* Is there so much more than at the last run that another is worth its time? */
bool learn_is_worth(int64_t before, int64_t now);

/*
 * What was said of an answer in words, as one code: by people (who count alone), by the scorer, or
 * by the scorer and a model server. -1: nobody said it.
 */
uint32_t learn_code(int64_t person, int64_t scorer, int64_t model);

/* The chance of each code, by how these three err; all matrices [true][given], `out` [true][code].
 */
void learn_code_chances(const double *person, const double *scorer, const double *model,
                        double out[static ITEM_CATEGORIES * LEARN_CODES]);

/* Does the fit hold an item well enough that interviews may rest on it? */
bool learn_holds(const struct irt_item *item, const struct irt_item *errors);

/*
 * Move the scale so that items on average are as hard as their levels say: abilities grow by the
 * shift that is returned. Levels are what people set, so marks keep their meaning whoever applies.
 */
double learn_anchor(const struct irt_item *priors, struct irt_item *items, size_t count);

/* The letter that most graders gave each criterion; between two, the middle one. */
const char *learn_consensus(struct arena *arena, const char *const *marks, size_t count);

/* How two gradings of the same answers agree: share of the same category, quadratic kappa (Cohen
 * 1968; 0 where it is not defined). */
struct learn_agreement {
    double alike;
    double kappa;
};
struct learn_agreement learn_agree(const uint32_t *left, const uint32_t *right, size_t count);

/* A scorer that was taught is used if people agree with it no less than with the shipped one. */
bool learn_is_better(struct learn_agreement before, struct learn_agreement after);
