#pragma once

/*
 * Grading: what an answer to an item earns, criterion by criterion, and how sure that is.
 *
 * Free text goes to the scorer of engine/score, which was taught on graded answers: each criterion
 * is a question of its own whose model answers are its phrases of evidence. The category of the
 * answer is the likeliest under the chances of all marks. The other kinds are graded by rule, for
 * sure.
 */

#include <stdint.h>

#include "engine/item/item.h"
#include "engine/score/model.h"

struct text_analyser;

/* One criterion as it was found. */
struct item_finding_of {
    enum item_mark mark; /* the likeliest */
    double probability[ITEM_MET + 1];
    struct text quote; /* the words of the answer that speak for it; empty: none */
};

struct item_verdict {
    struct item_finding_of criteria[ITEM_CRITERION_MAX];
    size_t criterion_count; /* zero: graded by rule */
    double points;          /* of the marks; by rule: of 1 */
    double points_max;
    uint32_t category;
    double chance[ITEM_CATEGORIES]; /* of each category; by rule: one of them is 1 */
    enum score_alarm alarm;         /* a person should look */
};

/* ERR_INVALID: the answer does not have the form that the kind asks for (a number, a part, all
 * steps once); the fault says so to whoever answers. Free text may be anything. */
enum err item_grade(struct arena *arena, struct text_analyser *analyser,
                    const struct score_model *model, const struct item *item, struct text answer,
                    struct item_verdict *out, struct fault *fault);

/* How the categories of an item are counted: two by rule (wrong, right), three for free text. */
uint32_t item_category_count(const struct item *item);

/* The examples that the graded answers and model answers of free-text items make, one for each
 * criterion of each answer, and where each comes from. */
struct item_example {
    uint32_t item;
    uint32_t criterion;
    uint32_t answer; /* models first */
};
struct item_lesson {
    struct score_examples examples;
    const struct item_example *origins;
};
struct item_lesson item_lesson_new(struct arena *arena, const struct item *items, size_t count);

/* The mark that a graded answer has in this criterion; models come first. */
const struct item_sample *item_answer(const struct item *item, uint32_t answer);

/* Teach a scorer. Its guards are learnt on the answers as wholes. ERR_INVALID: no graded answers.
 */
enum err item_train(struct arena *arena, const struct item *items, size_t count,
                    const struct score_options *options, const struct parallel *parallel,
                    struct score_model *out, struct fault *fault);

/* The likeliest category under independent marks, and the chance of each. */
uint32_t item_likeliest(const struct item *item,
                        const double probability[ITEM_CRITERION_MAX][ITEM_MET + 1],
                        double chance[static ITEM_CATEGORIES]);
