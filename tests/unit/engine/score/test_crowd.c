/* Goal: answers that are graded together lend each other what they were found to be alone. */

#include "check.h"

#include <math.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/score/model.h"
#include "engine/score/validate.h"
#include "engine/text/analyser.h"

enum { PEERS = 12, WIDTH = SCORE_CROWD_FEATURES, QUESTIONS = 24, ANSWERS = 12 };
enum { GAP, MEAN, NEIGHBOURS, ODDS, PER_BIN }; /* of each bin */

static const char *const SAID[PEERS] = {
    "the warm air rises above the cold air",
    "warm air rises and cold air sinks below",
    "because warm air rises over cold air",
    "air that is warm rises up",
    "warm air always rises",
    "the warm air rises because of density",
    "magnets attract iron from below",
    "a magnet attracts the iron",
    "iron is attracted by magnets",
    "the magnet attracts iron only",
    "purple",
    "magnets attract the iron nails",
};

/* Shares of the second class: airy answers look right, magnetic ones wrong, one of each kind (3 and
 * 9) is left in doubt, and "purple" stands alone. */
static void plant(struct arena *arena, struct score_peer *peers)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct fault fault;

    CHECK(text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK);
    for (uint32_t i = 0; i < PEERS; i++) {
        struct score_reading reading = score_read(arena, analyser, NULL, text_of(SAID[i]));
        double *shares = arena_array(arena, double, 2);

        shares[1] = i == 3 || i == 9 || i == 10 ? 0.5 : i < 6 ? 0.9 : 0.1;
        shares[0] = 1 - shares[1];
        peers[i] = (struct score_peer){.words = score_grade(arena, &reading, 0),
                                       .features = arena_array(arena, float, SCORE_FEATURES),
                                       .shares = shares};
    }
}

static void echoes__follow_answers_that_say_the_same(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_peer peers[PEERS];
    float rows[PEERS][WIDTH] = {{0}};
    float *out[PEERS];

    plant(arena, peers);
    for (int i = 0; i < PEERS; i++) {
        out[i] = rows[i];
    }
    score_crowd(arena, peers, PEERS, 2, out);
    for (int i = 0; i < PEERS; i++) {
        for (uint32_t k = 0; k < score_crowd_count(2); k++) {
            CHECK(isfinite(rows[i][k]));
        }
        CHECK_NEAR((double)rows[i][PER_BIN + MEAN], (5 * 0.9 + 4 * 0.1 + 3 * 0.5) / PEERS, 1e-6);
    }
    CHECK(rows[3][PER_BIN + NEIGHBOURS] > rows[9][PER_BIN + NEIGHBOURS] + 0.2F);
    CHECK(rows[3][PER_BIN + ODDS] > 0.2F && rows[9][PER_BIN + ODDS] < -0.2F);
    CHECK(rows[10][PER_BIN + ODDS] == 0); /* nobody else says it */
    CHECK_NEAR((double)rows[10][PER_BIN + NEIGHBOURS], (double)rows[10][PER_BIN + MEAN], 1e-6);
}

static void own_share__is_no_evidence_for_its_neighbours_and_odds(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_peer peers[PEERS];
    float before[PEERS][WIDTH] = {{0}};
    float after[PEERS][WIDTH] = {{0}};
    float *first[PEERS];
    float *second[PEERS];
    double flipped[] = {0.99, 0.01};

    plant(arena, peers);
    for (int i = 0; i < PEERS; i++) {
        first[i] = before[i];
        second[i] = after[i];
    }
    score_crowd(arena, peers, PEERS, 2, first);
    peers[0].shares = flipped;
    score_crowd(arena, peers, PEERS, 2, second);
    CHECK_NEAR((double)before[0][PER_BIN + ODDS], (double)after[0][PER_BIN + ODDS], 1e-6);
    CHECK(after[1][PER_BIN + ODDS] < before[1][PER_BIN + ODDS]);
}

static void order__of_the_answers_does_not_matter(void)
{
    ARENA_SCOPE arena = arena_new();
    struct score_peer peers[PEERS];
    struct score_peer turned[PEERS];
    float before[PEERS][WIDTH] = {{0}};
    float after[PEERS][WIDTH] = {{0}};
    float *first[PEERS];
    float *second[PEERS];

    plant(arena, peers);
    for (int i = 0; i < PEERS; i++) {
        turned[i] = peers[PEERS - 1 - i];
        first[i] = before[i];
        second[i] = after[PEERS - 1 - i];
    }
    score_crowd(arena, peers, PEERS, 2, first);
    score_crowd(arena, turned, PEERS, 2, second);
    for (int i = 0; i < PEERS; i++) {
        for (uint32_t k = 0; k < score_crowd_count(2); k++) {
            CHECK_NEAR((double)before[i][k], (double)after[i][k], 1e-5);
        }
    }
}

/* Questions whose right answers use a word that stands in no model answer: only together do the
 * answers show that it belongs to them. */
static struct score_example *plant_bank(struct arena *arena)
{
    static const char *const WORDS[] = {"amber", "basalt", "cobalt", "dune",  "ember", "fjord",
                                        "glade", "harbor", "island", "jetty", "knoll", "lagoon"};
    struct score_example *examples =
        arena_array(arena, struct score_example, (size_t)QUESTIONS * ANSWERS);

    for (uint32_t i = 0; i < QUESTIONS * ANSWERS; i++) {
        uint32_t q = i / ANSWERS;
        bool right = i % 2 == 1;
        struct text *reference = arena_array(arena, struct text, 1);

        *reference = text_of(arena_print(arena, "the %s holds the %s%u", WORDS[q % 12],
                                         WORDS[(q + 5) % 12], q / 12));
        examples[i] = (struct score_example){
            .question_id = arena_print(arena, "q%u", q),
            .question = text_of("What holds?"),
            .references = reference,
            .reference_count = 1,
            .answer = text_of(right ? arena_print(arena, "i say %s holds it number %u",
                                                  WORDS[q % 12], i % ANSWERS)
                                    : arena_print(arena, "i say %s moves it number %u",
                                                  WORDS[(q + 3 + i % 4) % 12], i % ANSWERS)),
            .class = right,
        };
    }
    return examples;
}

static void batches__are_graded_together_unless_alone_or_too_few(void)
{
    static const char *const LABELS[] = {"incorrect", "correct"};
    enum { TOTAL = QUESTIONS * ANSWERS, TAUGHT = 20 * ANSWERS, UNSEEN = TOTAL - TAUGHT };
    ARENA_SCOPE arena = arena_new();
    struct score_examples examples = {
        .at = plant_bank(arena), .count = TAUGHT, .classes = LABELS, .class_count = 2};
    struct score_options options = SCORE_DEFAULTS;
    struct score_prediction together[UNSEEN];
    struct score_prediction alone[UNSEEN];
    struct score_prediction few;
    struct score_model model;
    struct fault fault;
    uint32_t right = 0;

    options.tree_count = 30;
    CHECK(score_train(arena, &examples, &options, NULL, &model, &fault) == OK);
    const struct score_example *unseen = examples.at + TAUGHT;

    CHECK(score_predict_all(&model, unseen, UNSEEN, false, together, &fault) == OK);
    CHECK(score_predict_all(&model, unseen, UNSEEN, true, alone, &fault) == OK);
    CHECK(score_predict_all(&model, unseen, 1, false, &few, &fault) == OK);
    CHECK(!few.together && few.probability[1] == alone[0].probability[1]);
    for (int i = 0; i < UNSEEN; i++) {
        CHECK(together[i].together && !alone[i].together);
        CHECK(together[i].alarm == alone[i].alarm);
        CHECK_NEAR(together[i].probability[0] + together[i].probability[1], 1, 1e-9);
        right += together[i].class == unseen[i].class;
    }
    CHECK(right > UNSEEN * 9 / 10);
}

TEST_MAIN(CASE(echoes__follow_answers_that_say_the_same),
          CASE(own_share__is_no_evidence_for_its_neighbours_and_odds),
          CASE(order__of_the_answers_does_not_matter),
          CASE(batches__are_graded_together_unless_alone_or_too_few))
