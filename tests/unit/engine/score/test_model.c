/* Goal: grading learns what likeness means, survives storage, and sends doubtful answers to people.
 */

#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/score/model.h"
#include "engine/score/validate.h"
#include "engine/text/analyser.h"

enum { QUESTIONS = 30, ANSWERS = 16, TOTAL = QUESTIONS * ANSWERS };

static const char *const LABELS[] = {"incorrect", "correct"};

static const char *const THINGS[] = {
    "copper",   "granite", "pressure", "enzyme",   "contract", "inflation", "gravity",
    "membrane", "current", "alloy",    "mortgage", "bacteria", "syllable",  "variance",
    "orbit",    "tariff",  "neuron",   "crystal",  "voltage",  "statute",
};

static const char *thing(uint32_t question, uint32_t which)
{
    return THINGS[(question * 7 + which * 3 + question / 20) % COUNT(THINGS)];
}

/* A right answer takes the model answer's words in another sentence; a wrong one takes words of
 * other questions in the same sentences. */
static struct score_example *plant(struct arena *arena)
{
    static const char *const FRAMES[] = {
        "I think that the %s changes the %s because of the %s.",
        "The %s is what drives it, and so the %s follows the %s",
        "it is the %s, then the %s and also the %s",
        "Because the %s grows, the %s and the %s must grow too.",
    };
    struct score_example *examples = arena_array(arena, struct score_example, TOTAL);
    struct rng rng = rng_new(5);

    for (uint32_t i = 0; i < TOTAL; i++) {
        uint32_t q = i / ANSWERS;
        bool right = rng_below(&rng, 2) == 1;
        uint32_t from = right ? q : (q + 1 + rng_below(&rng, QUESTIONS - 1)) % QUESTIONS;
        struct text *reference = arena_array(arena, struct text, 1);
        const char *frame = FRAMES[rng_below(&rng, COUNT(FRAMES))];
        char answer[256];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(answer, sizeof(answer), frame, thing(from, 0), thing(from, 1),
                       thing(from, 2));
#pragma GCC diagnostic pop
        *reference = text_of(arena_print(arena, "The %s makes the %s rise with the %s.",
                                         thing(q, 0), thing(q, 1), thing(q, 2)));
        examples[i] = (struct score_example){
            .question_id = arena_print(arena, "q_%u", q),
            .question = text_of("What happens in the experiment, and why?"),
            .references = reference,
            .reference_count = 1,
            .answer = text_of(arena_copy(arena, answer, strlen(answer))),
            .class = right,
        };
    }
    return examples;
}

static struct score_examples examples_of(struct arena *arena)
{
    return (struct score_examples){
        .at = plant(arena), .count = TOTAL, .classes = LABELS, .class_count = 2};
}

static struct score_options quick(void)
{
    struct score_options options = SCORE_DEFAULTS;

    options.tree_count = 40;
    return options;
}

static void unseen_questions__are_graded_by_likeness(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    uint32_t *fold = arena_array(arena, uint32_t, TOTAL);
    struct score_prediction *predictions = arena_array(arena, struct score_prediction, TOTAL);
    struct fault fault;
    uint32_t right = 0;

    for (uint32_t i = 0; i < TOTAL; i++) {
        fold[i] = i / ANSWERS % 3;
    }
    struct score_folds folds = {.fold = fold, .count = 3};

    CHECK(score_cross_validate(&examples, &folds, &options, NULL, predictions, &fault) == OK);
    for (uint32_t i = 0; i < TOTAL; i++) {
        double sum = predictions[i].probability[0] + predictions[i].probability[1];

        CHECK_NEAR(sum, 1, 1e-9);
        CHECK(!predictions[i].graded);
        right += predictions[i].class == examples.at[i].class;
    }
    CHECK(right > TOTAL * 9 / 10);
}

static void training__is_the_same_for_the_same_seed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    struct buffer first = buffer_new(arena);
    struct buffer second = buffer_new(arena);
    struct fault fault;
    struct score_model model;

    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    score_model_encode(&model, &first);
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    score_model_encode(&model, &second);
    CHECK(text_equal(buffer_view(&first), buffer_view(&second)));
    second = buffer_new(arena);
    options.seed = 2;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    score_model_encode(&model, &second);
    CHECK(!text_equal(buffer_view(&first), buffer_view(&second)));
}

static void models__predict_the_same_after_storage(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    struct buffer bytes = buffer_new(arena);
    struct score_prediction before[TOTAL];
    struct score_prediction after[TOTAL];
    struct fault fault;
    struct score_model model;
    struct score_model again;

    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    CHECK(score_predict_all(&model, examples.at, TOTAL, true, before, &fault) == OK);
    CHECK(before[0].graded); /* sixteen graded answers a question */
    score_model_encode(&model, &bytes);
    CHECK(score_model_decode(arena, buffer_view(&bytes), &again, &fault) == OK);
    CHECK(score_predict_all(&again, examples.at, TOTAL, true, after, &fault) == OK);
    for (int i = 0; i < TOTAL; i++) {
        CHECK(before[i].probability[1] == after[i].probability[1]);
        CHECK(before[i].class == after[i].class && before[i].alarm == after[i].alarm);
    }
}

/* Decode damaged bytes; a new checksum makes the parser see what the damage hides. */
static enum err decode_damaged(char *bytes, size_t size, bool mend)
{
    ARENA_SCOPE arena = arena_new();
    struct score_model model;
    struct fault fault;

    if (mend && size >= 20) {
        uint64_t hash = text_hash((struct text){.at = bytes + 20, .size = size - 20});

        for (int i = 0; i < 8; i++) {
            bytes[12 + i] = (char)(unsigned char)(hash >> (8 * i));
        }
    }
    return score_model_decode(arena, (struct text){.at = bytes, .size = size}, &model, &fault);
}

static void damaged_models__are_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    struct buffer bytes = buffer_new(arena);
    struct rng rng = rng_new(9);
    struct fault fault;
    struct score_model model;

    options.tree_count = 3;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    score_model_encode(&model, &bytes);
    char *damaged = arena_copy(arena, bytes.at, bytes.size);

    CHECK(decode_damaged(damaged, bytes.size, false) == OK);
    for (int round = 0; round < 60; round++) {
        size_t place = rng_below(&rng, (uint32_t)bytes.size);

        memcpy(damaged, bytes.at, bytes.size);
        damaged[place] = (char)(damaged[place] ^ (1 << rng_below(&rng, 8)));
        CHECK(decode_damaged(damaged, bytes.size, false) == ERR_INVALID);
        (void)decode_damaged(damaged, bytes.size, true); /* whatever it says, it must return */
        memcpy(damaged, bytes.at, bytes.size);
        CHECK(decode_damaged(damaged, place, true) == ERR_INVALID);
    }
    CHECK(score_model_decode(arena, text_of("PK\x03\x04"), &model, &fault) == ERR_INVALID);
}

/* What the guards say about an answer to one question. */
static enum score_alarm alarm_of(const struct score_model *model, const char *answer)
{
    static const char QUESTION[] = "Why does the pressure in the closed vessel rise when the gas "
                                   "is heated slowly over the flame?";
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct text reference =
        text_of("The molecules move faster and strike the walls of the vessel more often.");
    struct score_example example = {.question_id = "new_1",
                                    .question = text_of(QUESTION),
                                    .references = &reference,
                                    .reference_count = 1};
    struct score_prediction prediction = {0};
    struct fault fault;

    if (text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK) {
        struct score_asked asked = score_ask(arena, analyser, model, &example);

        score_predict(arena, analyser, model, &asked, text_of(answer), &prediction);
    }
    return prediction.alarm;
}

static void guards__send_tricks_to_a_person(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    struct fault fault;
    struct score_model model;

    options.tree_count = 3;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    CHECK(alarm_of(&model, "") == SCORE_EMPTY);
    CHECK(alarm_of(&model, " ?! ... ") == SCORE_EMPTY);
    CHECK(
        alarm_of(&model, "the pressure in the closed vessel rise when the gas is heated slowly") ==
        SCORE_COPY);
    CHECK(alarm_of(&model, "The molecules move faster and strike the walls of the vessel more "
                           "often") == SCORE_VERBATIM);
    CHECK(alarm_of(&model, "the molecules do not move faster and strike the walls of the vessel "
                           "more often") == SCORE_NEGATED);
    CHECK(
        alarm_of(&model, "pressure in the closed vessel rise when gas is heated over the flame") ==
        SCORE_COPY);
    CHECK(alarm_of(&model, "I think that the molecules move faster and strike the walls of the "
                           "vessel often") == SCORE_VERBATIM);
    CHECK(alarm_of(&model, "The molecules move slower and strike the walls of the vessel more "
                           "often.") == SCORE_NEGATED);
    CHECK(alarm_of(&model, "It is false that molecules move faster and strike the walls of the "
                           "vessel more often.") == SCORE_NEGATED);
    CHECK(alarm_of(&model, "The molecules get faster, so they hit the walls harder and oftener") ==
          SCORE_CALM);
    CHECK(alarm_of(&model, "I think it is the heat, because it gives energy") == SCORE_CALM);
}

static void enormous_answers__are_bounded_and_told(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    size_t size = (size_t)4 << 20;
    char *answer = arena_take(arena, size + 1, 1);
    struct score_prediction prediction;
    struct fault fault;
    struct score_model model;

    options.tree_count = 3;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    for (size_t i = 0; i < size; i++) {
        answer[i] = i % 9 == 8 ? ' ' : (char)('a' + i % 23);
    }
    struct score_example example = examples.at[0];

    example.answer = (struct text){.at = answer, .size = size};
    CHECK(score_predict_all(&model, &example, 1, true, &prediction, &fault) == OK);
    CHECK(prediction.cut && prediction.alarm == SCORE_CUT);
    memset(answer, 'x', size); /* one word of four megabytes */
    CHECK(score_predict_all(&model, &example, 1, true, &prediction, &fault) == OK);
    CHECK(prediction.cut);
}

static void refusals__say_what_is_missing(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = examples_of(arena);
    struct score_options options = quick();
    struct score_example *same = plant(arena);
    struct fault fault = {0};
    struct score_model model;

    examples.count = 0;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == ERR_INVALID);
    for (int i = 0; i < TOTAL; i++) {
        same[i].class = 1;
    }
    examples.at = same;
    examples.count = TOTAL;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "same label") != NULL);
    same[3].class = 7;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == ERR_INVALID);
    same[3].class = 0;
    options.tree_count = 0;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(unseen_questions__are_graded_by_likeness),
          CASE(training__is_the_same_for_the_same_seed),
          CASE(models__predict_the_same_after_storage), CASE(damaged_models__are_refused),
          CASE(guards__send_tricks_to_a_person), CASE(enormous_answers__are_bounded_and_told),
          CASE(refusals__say_what_is_missing))
