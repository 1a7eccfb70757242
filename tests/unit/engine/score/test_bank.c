/* Goal: graded answers to a question are evidence for new ones, and never for themselves. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/score/bank.h"
#include "engine/score/validate.h"
#include "engine/text/analyser.h"

enum { GRADED = 12, CLASSES = 3, PER_BIN = 5, PULL = 4 };
enum { QUESTIONS = 2, ANSWERS = 90, TOTAL = QUESTIONS * ANSWERS, PARTS = 2, WAYS = 3 };

static const char *const SAID[GRADED] = {
    "warm air rises above cold air",
    "the warm air rises",
    "warm air goes up",
    "air that is warm rises over cold air",
    "a magnet attracts iron",
    "iron is attracted by magnets",
    "the magnet attracts iron",
    "magnets attract the iron nails",
    "the moon does it",
    "it is the moon",
    "purple",
    "",
};

/* Four of each class. `kept` numbers the answers that are graded. */
static void grade(struct arena *arena, const uint32_t *kept, uint32_t count,
                  struct score_question *out)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct score_graded *answers = arena_array(arena, struct score_graded, count);
    struct fault fault;

    CHECK(text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK);
    for (uint32_t i = 0; i < count; i++) {
        struct score_reading reading = score_read(arena, analyser, NULL, text_of(SAID[kept[i]]));

        answers[i] = score_grade(arena, &reading, kept[i] / 4);
    }
    score_regress(answers, count, CLASSES, arena_array(arena, float, (size_t)count *CLASSES));
    *out = (struct score_question){.answers = answers, .count = count};
}

static void evidence__without_an_answer_is_that_of_the_others(void)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t all[GRADED];
    struct score_question whole;
    struct score_question rest;

    for (uint32_t i = 0; i < GRADED; i++) {
        all[i] = i;
    }
    grade(arena, all, GRADED, &whole);

    for (uint32_t left_out = 0; left_out < GRADED; left_out++) {
        uint32_t others[GRADED - 1];
        float got[SCORE_EVIDENCE_FEATURES] = {0};
        float want[SCORE_EVIDENCE_FEATURES] = {0};

        for (uint32_t i = 0; i + 1 < GRADED; i++) {
            others[i] = i + (i >= left_out);
        }
        const struct score_graded *answer = &whole.answers[left_out];

        grade(arena, others, GRADED - 1, &rest);
        score_evidence(arena, &whole, left_out, answer, CLASSES, got);
        score_evidence(arena, &rest, UINT32_MAX, answer, CLASSES, want);
        for (uint32_t f = 0; f < score_evidence_count(CLASSES); f++) {
            CHECK_NEAR((double)got[f], (double)want[f], 1e-5);
        }
    }
}

static void regression__pulls_to_the_class_of_like_answers(void)
{
    static const uint32_t FIRST[] = {0, 1, 4, 5, 6, 8, 9, 10};
    static const uint32_t NEW[] = {3, 7};
    static const double SHARES[] = {2.0 / 8, 3.0 / 8, 3.0 / 8};
    ARENA_SCOPE arena = arena_new();
    struct score_question known;
    struct score_question asked;

    grade(arena, FIRST, COUNT(FIRST), &known);
    grade(arena, NEW, COUNT(NEW), &asked);
    for (uint32_t class = 0; class < COUNT(NEW); class ++) {
        float out[SCORE_EVIDENCE_FEATURES];

        score_evidence(arena, &known, UINT32_MAX, &asked.answers[class], CLASSES, out);
        for (uint32_t k = 0; k < CLASSES; k++) {
            double pull = (double)out[k * PER_BIN + PULL];

            CHECK(k == class ? pull > SHARES[k] : pull < SHARES[k]);
        }
    }
}

/* Grades count the parts of an answer that are met, each said in one of three ways among words that
 * tell nothing. There are no model answers. */
static struct score_example *plant(struct arena *arena)
{
    static const char *const PARTS_SAID[QUESTIONS * PARTS][WAYS] = {
        {"vinegar reacts", "the acid fizzes", "bubbles form"},
        {"mass stays", "weight is the same", "nothing is lost"},
        {"plants make sugar", "leaves produce food", "glucose is built"},
        {"light drives it", "sunshine is needed", "it takes energy of the sun"},
    };
    static const char *const FILLERS[] = {"because of the lab", "as we saw", "in the experiment",
                                          "I believe", "on the table"};
    struct score_example *examples = arena_array(arena, struct score_example, TOTAL);
    struct rng rng = rng_new(7);

    for (uint32_t i = 0; i < TOTAL; i++) {
        uint32_t q = i % QUESTIONS;
        const char *answer = FILLERS[rng_below(&rng, COUNT(FILLERS))];
        uint32_t met = 0;

        for (uint32_t part = 0; part < PARTS; part++) {
            if (rng_below(&rng, 2) == 1) {
                met++;
                answer = arena_print(arena, "%s %s", answer,
                                     PARTS_SAID[q * PARTS + part][rng_below(&rng, WAYS)]);
            }
        }
        examples[i] = (struct score_example){
            .question_id = q == 0 ? "acid" : "plant", .answer = text_of(answer), .class = met};
    }
    return examples;
}

static void grades__are_learnt_without_model_answers(void)
{
    static const char *const GRADES[] = {"0", "1", "2"};
    static const double VALUES[] = {0, 1, 2};
    ARENA_SCOPE arena = arena_new();
    struct score_options options = SCORE_DEFAULTS;
    struct score_examples examples = {.at = plant(arena),
                                      .count = TOTAL,
                                      .classes = GRADES,
                                      .values = VALUES,
                                      .class_count = COUNT(GRADES)};
    struct score_prediction *predictions = arena_array(arena, struct score_prediction, TOTAL);
    uint32_t *fold = arena_array(arena, uint32_t, TOTAL);
    struct score_folds folds = {.fold = fold, .count = 3};
    struct fault fault;
    uint32_t right = 0;

    options.tree_count = 40;
    for (uint32_t i = 0; i < TOTAL; i++) {
        fold[i] = i / QUESTIONS % 3;
    }
    CHECK(score_cross_validate(&examples, &folds, &options, NULL, predictions, &fault) == OK);
    for (uint32_t i = 0; i < TOTAL; i++) {
        CHECK(predictions[i].graded);
        right += predictions[i].class == examples.at[i].class;
    }
    CHECK(right > TOTAL * 8 / 10);
}

TEST_MAIN(CASE(evidence__without_an_answer_is_that_of_the_others),
          CASE(regression__pulls_to_the_class_of_like_answers),
          CASE(grades__are_learnt_without_model_answers))
