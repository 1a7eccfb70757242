#include "engine/score/validate.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/text/analyser.h"

/* Examples that follow one another often share their question. */
static bool same_question(const struct score_example *left, const struct score_example *right)
{
    if (strcmp(left->question_id, right->question_id) != 0 ||
        !text_equal(left->question, right->question) ||
        left->reference_count != right->reference_count) {
        return false;
    }
    for (uint32_t i = 0; i < left->reference_count; i++) {
        if (!text_equal(left->references[i], right->references[i])) {
            return false;
        }
    }
    return true;
}

enum err score_predict_all(const struct score_model *model, const struct score_example *examples,
                           uint32_t count, struct score_prediction *out, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct arena_mark mark = arena_mark(arena);
    struct score_asked asked = {0};

    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, fault));
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || !same_question(&examples[i - 1], &examples[i])) {
            arena_undo(arena, mark);
            asked = score_ask(arena, analyser, model, &examples[i]);
        }
        score_predict(arena, analyser, model, &asked, examples[i].answer, &out[i]);
    }
    return OK;
}

/* Examples inside and outside a fold, and where the latter came from. */
struct parts {
    struct score_example *inside;
    struct score_example *outside;
    uint32_t *place; /* of those outside */
    uint32_t inside_count;
    uint32_t outside_count;
};

static struct parts split(struct arena *arena, const struct score_examples *examples,
                          const uint32_t *fold, uint32_t left_out)
{
    struct parts parts = {.inside = arena_array(arena, struct score_example, examples->count),
                          .outside = arena_array(arena, struct score_example, examples->count),
                          .place = arena_array(arena, uint32_t, examples->count)};

    for (uint32_t i = 0; i < examples->count; i++) {
        if (fold[i] == left_out) {
            parts.place[parts.outside_count] = i;
            parts.outside[parts.outside_count++] = examples->at[i];
        } else {
            parts.inside[parts.inside_count++] = examples->at[i];
        }
    }
    return parts;
}

enum err score_cross_validate(const struct score_examples *examples,
                              const struct score_folds *folds, const struct score_options *options,
                              const struct parallel *parallel, struct score_prediction *out,
                              struct fault *fault)
{
    for (uint32_t k = 0; k < folds->count; k++) {
        ARENA_SCOPE arena = arena_new();
        struct parts parts = split(arena, examples, folds->fold, k);
        struct score_examples inside = *examples;
        struct score_prediction *predictions =
            arena_array(arena, struct score_prediction, parts.outside_count);
        struct score_model model;

        inside.at = parts.inside;
        inside.count = parts.inside_count;
        if (parts.outside_count == 0) {
            continue;
        }
        TRY(score_train(arena, &inside, options, parallel, &model, fault));
        TRY(score_predict_all(&model, parts.outside, parts.outside_count, predictions, fault));
        for (uint32_t i = 0; i < parts.outside_count; i++) {
            out[parts.place[i]] = predictions[i];
        }
    }
    return OK;
}
