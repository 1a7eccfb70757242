#pragma once

/* What training works with, inside the engine: every text read once, features and evidence. */

#include <stdint.h>

#include "engine/score/model.h"

struct arena;
struct parallel;
struct text_analyser;

/* What is known of the question: graded answers first, other answers to it afterwards. */
enum {
    SCORE_CONTEXT_FEATURES = SCORE_EVIDENCE_FEATURES > (int)SCORE_CROWD_FEATURES
                                 ? (int)SCORE_EVIDENCE_FEATURES
                                 : (int)SCORE_CROWD_FEATURES,
    SCORE_WIDTH = SCORE_FEATURES + SCORE_CONTEXT_FEATURES,
};

/* All that training works with. Rows are the examples. */
struct score_lesson {
    const struct score_example *examples;
    uint32_t row_count;
    uint32_t class_count;
    const double *values; /* [class]; NULL: classes are names */
    const struct score_options *options;
    const struct parallel *parallel;
    struct score_reading *answers; /* [row] */
    struct score_asked *asked;     /* [material] */
    uint32_t *material;            /* [row]: question and model answers as they were given */
    uint32_t material_count;
    uint32_t *question; /* [row]: number of the question's name */
    uint32_t question_count;
    uint32_t *place; /* [row]: in the graded answers of its question; UINT32_MAX: not kept */
    uint8_t *classes;
    struct score_marks *marks; /* [row] */
    float *features;           /* [row][SCORE_WIDTH]: what is known of the question last */
};

struct score_lesson score_lesson_new(struct arena *arena, const struct score_examples *examples,
                                     const struct score_options *options,
                                     const struct parallel *parallel);

/* Read the texts, weigh their words, keep graded answers and compute features. Fills the lexicon
 * and the bank of the model. Returns the questions by number. */
const struct score_question *score_lesson_prepare(struct arena *arena,
                                                  struct text_analyser *analyser,
                                                  struct score_lesson *lesson,
                                                  struct score_model *model);

/* Put what the answers to a question tell about one another in the place of evidence. `shares` are
 * [row][class], from judges that did not see the question. */
void score_lesson_gather(struct arena *arena, struct score_lesson *lesson, const double *shares);
