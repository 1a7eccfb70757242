#pragma once

/*
 * Scoring of free-text answers against model answers.
 *
 * Features of likeness, a forest of extremely randomised trees, and calibrated probabilities. Where
 * a question has ten graded answers or more, a second forest also sees what they say; where many
 * new answers to a question are graded together, a third sees what they tell about one another.
 * Guards notice answers that no likeness should judge. The scorer ranks, explains and routes; it
 * does not fail anyone: who acts on a low probability is the caller's rule.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/score/bank.h"
#include "engine/score/calibrate.h"
#include "engine/score/compare.h"
#include "engine/score/crowd.h"
#include "engine/score/forest.h"
#include "engine/score/guard.h"
#include "engine/score/linear.h"

struct arena;
struct buffer;
struct fault;
struct parallel;
struct text_analyser;

enum { SCORE_REFERENCE_MAX = 64, SCORE_FOLDS = 5 };

/* One answer to one question; texts are checked UTF-8. */
struct score_example {
    const char *question_id;
    struct text question;
    const struct text *references; /* model answers */
    uint32_t reference_count;
    struct text answer;
    uint32_t class; /* of the grade; ignored when predicting */
};

struct score_examples {
    const struct score_example *at;
    uint32_t count;
    const char *const *classes; /* names of the grades */
    const double *values;       /* [class]: what the grades are worth; NULL: they are names */
    uint32_t class_count;
};

struct score_options {
    uint64_t seed;
    uint32_t tree_count;
    uint32_t leaf_min;  /* answers in a leaf of a tree */
    uint32_t try_count; /* features tried at a node */
};
#define SCORE_DEFAULTS                                                                             \
    ((struct score_options){.seed = 1, .tree_count = 300, .leaf_min = 10, .try_count = 8})

/* Forest and regression, whose mean is calibrated class by class. A class is chosen by its
 * probability times its handicap, which was chosen on answers that were not seen: for macro-F1, or
 * for quadratic kappa where grades are worth numbers. */
struct score_judge {
    struct score_forest forest;
    struct score_linear linear;
    struct score_calibration calibrations[SCORE_CLASS_MAX];
    float handicap[SCORE_CLASS_MAX];
};

/* Shares of the classes before calibration. */
void score_judge_raw(const struct score_judge *judge, const float *features,
                     const struct score_marks *marks, double *out);
/* Calibrated probabilities that sum to one; returns the class that is chosen. */
uint32_t score_judge_final(const struct score_judge *judge, const double *raw,
                           double probability[static SCORE_CLASS_MAX]);

struct score_model {
    uint32_t class_count;
    const char **classes;  /* names, in the order of the grades */
    uint32_t answer_count; /* learnt from */
    uint64_t seed;
    struct score_lexicon lexicon;
    struct score_judge open;  /* for any question */
    struct score_judge crowd; /* for many answers to one question; no trees: none were learnt */
    struct score_judge known; /* for questions with graded answers; no trees: none were learnt */
    struct score_bank bank;
    struct score_guard guard;
};

/* ERR_INVALID: no examples, fewer than two classes met, too many model answers, bad options. */
enum err score_train(struct arena *arena, const struct score_examples *examples,
                     const struct score_options *options, const struct parallel *parallel,
                     struct score_model *out, struct fault *fault);

struct score_prediction {
    double probability[SCORE_CLASS_MAX]; /* sums to one */
    uint32_t class;                      /* the one to choose */
    bool graded;                         /* graded answers of the question were heard */
    bool together;                       /* other answers to the question were heard */
    bool cut;                            /* the answer is longer than what is compared */
    enum score_alarm alarm;              /* SCORE_CALM, or why a person should look */
};

/* A question as it is asked many times: its texts are read once. */
struct score_asked {
    struct score_reading question;
    struct score_reading *references;
    uint32_t reference_count;
    const struct score_question *known; /* NULL: no graded answers */
};
struct score_asked score_ask(struct arena *arena, struct text_analyser *analyser,
                             const struct score_model *model, const struct score_example *example);
/* The same where several share a question, which was read already. */
struct score_asked score_ask_read(struct arena *arena, struct text_analyser *analyser,
                                  const struct score_model *model,
                                  const struct score_reading *question,
                                  const struct score_example *example);

/* An answer that was judged alone, with what a judgement together needs. */
struct score_heard {
    float features[SCORE_FEATURES + SCORE_CROWD_FEATURES];
    double raw[SCORE_CLASS_MAX];
    struct score_marks marks;
    struct score_graded words;
    struct score_prediction prediction;
};
void score_hear(struct arena *arena, struct text_analyser *analyser,
                const struct score_model *model, const struct score_asked *asked,
                struct text answer, struct score_heard *out);
/* The same for an answer that was read already; the guards are not asked. */
void score_hear_read(struct arena *arena, const struct score_model *model,
                     const struct score_asked *asked, const struct score_reading *answer,
                     struct score_heard *out);

/* Judge answers to one question, which were heard alone, again by what they tell about one another;
 * not where the model has not learnt that, graded answers were heard, or they are too few. */
void score_compare_peers(struct arena *arena, const struct score_model *model,
                         struct score_heard *heard, uint32_t count);

/* The arena is used for scratch memory and left as it was. */
void score_predict(struct arena *arena, struct text_analyser *analyser,
                   const struct score_model *model, const struct score_asked *asked,
                   struct text answer, struct score_prediction *out);

/* Models as bytes: the same on all machines, versioned, with a checksum. Decoding checks everything
 * that predicting relies on. ERR_INVALID: no model, another version, damaged. */
void score_model_encode(const struct score_model *model, struct buffer *out);
enum err score_model_decode(struct arena *arena, struct text bytes, struct score_model *out,
                            struct fault *fault);
